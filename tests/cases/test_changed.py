"""A grant raised, lowered, or not paid to its end: a decision with transfers of its own."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

import pool.journal as journal
import pool.ledger as ledger
from pool.cases import money, notices
from pool.cases.commands import Command
from pool.cases.errors import Invalid, Refused, Stale
from pool.cases.fire import fire
from pool.cases.view import case_view
from pool.ledger import NotEnough
from pool.models.case import Decision
from pool.models.casework import DecisionEnd
from pool.models.ledger import Account, Transfer
from pool.models.outbox import Message
from tests.cases.test_races import together, without_the_lock
from tests.support.house import RECORD, World

UNHEARD = "Aftalt med ansøgeren."
BUDGET = 9_600_000


def codes(caught: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {one.code for one in caught.value.explanation.obstacles}


def decisions(world: World, case_id: int) -> list[Decision]:
    with world.database.read() as session:
        return list(
            session.execute(
                select(Decision)
                .where(col(Decision.case_id) == case_id)
                .order_by(col(Decision.number))
            ).scalars()
        )


def ends(world: World, case_id: int) -> list[DecisionEnd]:
    with world.database.read() as session:
        return list(
            session.execute(
                select(DecisionEnd).where(col(DecisionEnd.case_id) == case_id)
            ).scalars()
        )


def sums(world: World, case_id: int) -> tuple[int, int, int]:
    with world.database.read() as session:
        found = money.of_case(session, case_id)
    return found.held, found.paid, found.returned


def free(world: World) -> int:
    with world.database.read() as session:
        return ledger.status(session, "urban-life", 2026).free


def letters(world: World, case_id: int, template: str = "changed") -> list[Message]:
    with world.database.read() as session:
        return list(
            session.execute(
                select(Message)
                .where(col(Message.case_id) == case_id, col(Message.template) == template)
                .order_by(col(Message.id))
            ).scalars()
        )


def granted(world: World, amount: str = "9.500") -> int:
    case_id = world.apply(amount=amount)
    world.do(case_id, "karim", "grant")
    return case_id


def to_raise(world: World, case_id: int, amount: str, who: str = "karim", **inputs: Any) -> Any:
    return world.do(
        case_id, who, "raise", amount=amount, reasons="Flere kommer, end vi troede.", **inputs
    )


def to_lower(world: World, case_id: int, amount: str, **inputs: Any) -> Any:
    return world.do(
        case_id, "karim", "lower", amount=amount, reasons="Teltet kan lånes.",
        **{"unheard": UNHEARD, **inputs},
    )  # fmt: skip


def test_a_raise_is_a_decision_with_its_own_hold(world: World) -> None:
    case_id = granted(world)
    before = world.case(case_id)
    to_raise(world, case_id, "12.000")
    case = world.case(case_id)
    first, second = decisions(world, case_id)
    assert (case.state, case.granted, case.outcome) == ("granted", 1_200_000, "full")
    assert case.decision_id == second.id != before.decision_id == first.id
    assert (second.number, second.amount, second.changes_id) == (2, 1_200_000, first.id)
    assert second.announced_at == second.recorded_at == world.now
    (end,) = ends(world, case_id)
    assert (end.decision_id, end.how) == (first.id, "changed")
    assert sums(world, case_id) == (1_200_000, 0, 0)
    assert free(world) == BUDGET - 1_200_000
    with world.database.read() as session:
        holds = session.execute(
            select(col(Transfer.amount), col(Transfer.decision_id))
            .where(col(Transfer.case_id) == case_id)
            .order_by(col(Transfer.id))
        ).all()
        event = journal.read(session, f"case:{case_id}")[-1]
    assert [tuple(row) for row in holds] == [(950_000, first.id), (250_000, second.id)]
    assert event.kind == "case.raise"
    assert event.data["changes"] == first.id
    assert (event.data["before"], event.data["amount"]) == (950_000, 1_200_000)
    world.do(case_id, "ole", "pay", reference="B-1", paid_on="2026-03-02")
    assert sums(world, case_id) == (0, 1_200_000, 0)


def test_its_letter_says_before_and_now_and_how_to_complain(world: World) -> None:
    case_id = granted(world)
    to_raise(world, case_id, "12.000")
    (letter,) = letters(world, case_id)
    assert (letter.kind, letter.letter, letter.to_email) == (
        "letter", "changed", "lene@eksempel.example"
    )  # fmt: skip
    told = letter.data
    assert (told["before"], told["granted"]) == (950_000, 1_200_000)
    assert told["reasons"] == "Flere kommer, end vi troede."
    assert told["guidance"]["da"]
    assert len(letters(world, case_id, "supported")) == 1, "nobody is told anew"


def test_lowering_gives_back_newest_first_under_the_decision_that_held_it(world: World) -> None:
    case_id = granted(world)
    to_raise(world, case_id, "12.000")
    to_lower(world, case_id, "9.000")
    first, second, third = decisions(world, case_id)
    assert (third.amount, third.outcome, third.changes_id) == (900_000, "part", second.id)
    with world.database.read() as session:
        voids = session.execute(
            select(col(Transfer.amount), col(Transfer.decision_id))
            .where(col(Transfer.case_id) == case_id, col(Transfer.kind) == "void")
            .order_by(col(Transfer.id))
        ).all()
    assert [tuple(row) for row in voids] == [(250_000, second.id), (50_000, first.id)]
    assert sums(world, case_id) == (900_000, 0, 0)
    assert free(world) == BUDGET - 900_000
    assert {(one.decision_id, one.how) for one in ends(world, case_id)} == {
        (first.id, "changed"), (second.id, "changed")
    }  # fmt: skip
    assert world.case(case_id).granted == 900_000


def test_stopping_the_rest_leaves_what_was_paid(world: World) -> None:
    case_id = granted(world)
    world.do(case_id, "ole", "pay", reference="B-1", paid_on="2026-03-02")
    to_raise(world, case_id, "12.000")
    assert world.case(case_id).state == "granted"
    world.do(case_id, "karim", "stop-rest", reasons="Det blev ikke til mere.", unheard=UNHEARD)
    case = world.case(case_id)
    assert (case.state, case.granted, case.outcome) == ("paid", 950_000, "full")
    assert sums(world, case_id) == (0, 950_000, 0)
    assert free(world) == BUDGET - 950_000
    assert letters(world, case_id)[-1].data["stopped"] is True
    world.do(case_id, "applicant", "report", report={
        "held": "yes", "participants": "12", "worked": "Ja.", "spent": "9.500"})  # fmt: skip
    world.do(case_id, "sofie", "close")


def test_what_cannot_be_changed(world: World) -> None:
    case_id = granted(world)
    with pytest.raises(Refused) as caught:
        to_raise(world, case_id, "9.500")
    assert codes(caught) == {"not-more"}
    with pytest.raises(Refused) as caught:
        to_raise(world, case_id, "99.000")
    assert codes(caught) == {"not-enough"}
    with pytest.raises(Refused) as caught:
        to_lower(world, case_id, "9.500")
    assert "not-less" in codes(caught)
    with pytest.raises(Refused) as caught:
        to_lower(world, case_id, "5.000", unheard="")
    assert "not-heard" in codes(caught)
    with pytest.raises(Invalid):
        world.do(case_id, "karim", "raise", amount="12.000")
    with pytest.raises(Refused) as caught:
        to_raise(world, case_id, "12.000", who="sofie")
    assert codes(caught) == {"not-by-group"}
    assert [one.number for one in decisions(world, case_id)] == [1]
    to_raise(world, case_id, "12.000", who="sofie", record=dict(RECORD))
    second = decisions(world, case_id)[1]
    assert (second.made_how, second.took_part, f"{second.made_on}") == (
        "mail", "Karim, Jens", "2026-03-02"
    )  # fmt: skip


def test_a_change_is_taken_back_by_another_and_never_undone(world: World) -> None:
    case_id = granted(world)
    world.now += timedelta(hours=1)
    to_raise(world, case_id, "12.000")
    with pytest.raises(Refused) as caught:
        world.do(case_id, "karim", "undo", reason="Nej.")
    assert "letter-gone" in codes(caught)
    world.do(case_id, "karim", "revoke", reasons="Forudsætningen brast.", unheard=UNHEARD)
    assert sums(world, case_id) == (0, 0, 0)
    assert free(world) == BUDGET
    assert [one.how for one in ends(world, case_id)] == ["changed", "revoked"]
    told = letters(world, case_id, "supported") + letters(world, case_id, "support-ended")
    assert {one.state for one in told if one.template == "supported"} == {"superseded"}, (
        "who was to be told of the support is not told of it any more"
    )


def test_whoever_decided_any_of_it_does_not_pay_where_two_must(world: World) -> None:
    """Facts for the guard ``other-person``: everybody who entered one of the decisions."""
    case_id = granted(world)
    to_raise(world, case_id, "12.000", who="sofie", record=dict(RECORD))
    with world.database.read() as session:
        facts = case_view(session, world.house, case_id, world.actor("ole"), world.now).facts
    assert facts.decided_by == world.people["sofie"]
    assert facts.decided_before == {world.people["karim"]}


def test_the_same_command_again_gives_the_first_result(world: World) -> None:
    case_id = granted(world)
    version = world.case(case_id).state_version
    first = to_raise(world, case_id, "12.000", command_id="once", version=version)
    again = to_raise(world, case_id, "12.000", command_id="once", version=version)
    assert again.repeated
    assert again.state_version == first.state_version
    assert len(decisions(world, case_id)) == 2
    assert sums(world, case_id) == (1_200_000, 0, 0)


def test_all_of_it_or_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    case_id = granted(world)
    stood = world.case(case_id).state_version

    def fails(*_args: Any, **_how: Any) -> None:
        raise RuntimeError("the lamp went out")

    monkeypatch.setattr(notices, "announce", fails)
    with pytest.raises(RuntimeError):
        to_lower(world, case_id, "5.000")
    monkeypatch.undo()
    assert sums(world, case_id) == (950_000, 0, 0)
    assert (len(decisions(world, case_id)), ends(world, case_id)) == (1, [])
    assert world.case(case_id).state_version == stood


def test_more_comes_out_of_the_earmark_the_grant_came_from(world: World) -> None:
    """Also where nothing else is left in the pool; the earmark is not there for anybody else."""

    def mark(session: Session) -> int:
        year = ledger.get_year(session, "urban-life", 2026)
        account = ledger.earmark(
            session, year_id=year.id or 0, amount=9_500_000, label="Det gode valg",
            command_id="mark", actor="person:1", now=world.now,
        )  # fmt: skip
        return account.id or 0

    earmark = world.database.write(mark)
    case_id = world.apply(amount="9.500")
    with pytest.raises(Refused) as caught:
        world.do(case_id, "karim", "grant")
    assert codes(caught) == {"not-enough"}
    world.do(case_id, "karim", "grant", earmark=str(earmark))
    to_raise(world, case_id, "12.000")
    with world.database.read() as session:
        left = session.get_one(Account, earmark).balance
        parents = session.execute(
            select(col(Account.parent_id)).where(col(Account.case_id) == case_id)
        ).scalars()
        assert set(parents) == {earmark}
    assert (left, free(world)) == (8_300_000, 100_000)
    to_lower(world, case_id, "10.000")
    with world.database.read() as session:
        assert session.get_one(Account, earmark).balance == 8_500_000
    with pytest.raises(Refused) as caught:
        to_raise(world, case_id, "96.000")
    assert codes(caught) == {"not-enough"}


# -- two at once

RUNS = 12


def last_money(world: World, one: int, other: int, seed: int) -> list[Any]:
    """One grant is raised while another is made, and there is money for one of them."""
    chair = world.actor("karim")
    wishes = [
        Command(f"raise-{seed}", one, "raise", None, {"amount": "300", "reasons": "Flere kommer."}),
        Command(f"grant-{seed}", other, "grant", None),
    ]
    works = [partial(fire, world.house, wish, chair, world.now) for wish in wishes]
    return together(*works, seed=seed)


def test_the_last_money_goes_to_one_of_two(world: World) -> None:
    def all_but(session: Session) -> None:
        year = ledger.get_year(session, "urban-life", 2026)
        ledger.relinquish(
            session, year_id=year.id or 0, amount=BUDGET - 30_000,
            command_id="back", actor="person:1", now=world.now,
        )  # fmt: skip

    world.database.write(all_but)
    for seed in range(RUNS):
        one, other = granted(world, "100"), world.apply(amount="200")
        results = last_money(world, one, other, seed)
        lost = [r for r in results if isinstance(r, Refused | NotEnough)]
        assert len(lost) == 1, (seed, results)
        assert free(world) == 0
        for case_id in (one, other):  # all of what lost, or nothing
            case = world.case(case_id)
            assert (case.granted or 0) == sums(world, case_id)[0]
            if case.state == "granted":  # for the next attempt
                world.do(case_id, "sofie", "withdraw", reason="Aflyst.")
        assert free(world) == 30_000


def lowered_and_paid(world: World, case_id: int, seed: int) -> list[Any]:
    version = world.case(case_id).state_version
    less = Command(
        f"lower-{seed}", case_id, "lower", version,
        {"amount": "40", "reasons": "Teltet kan lånes.", "unheard": UNHEARD},
    )  # fmt: skip
    pay = Command(
        f"pay-{seed}", case_id, "pay", version, {"reference": "B-1", "paid_on": "2026-03-02"}
    )
    chair, finance = world.actor("karim"), world.actor("ole")
    return together(
        lambda: fire(world.house, less, chair, world.now),
        lambda: fire(world.house, pay, finance, world.now),
        seed=seed,
    )


def one_of_the_two(world: World, case_id: int, results: list[Any]) -> bool:
    lost = [r for r in results if isinstance(r, Stale | Refused)]
    held, paid, _ = sums(world, case_id)
    case = world.case(case_id)
    whole = held + paid == case.granted and paid in (0, case.granted)
    return len(lost) == 1 and whole


def test_lowered_or_paid_and_never_both(world: World) -> None:
    for seed in range(RUNS):
        case_id = granted(world, "100")
        results = lowered_and_paid(world, case_id, seed)
        assert one_of_the_two(world, case_id, results), (seed, results)


def test_without_the_lock_lowering_and_paying_do_go_wrong(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [granted(world, "100") for _ in range(RUNS)]
    without_the_lock(world, monkeypatch)
    for seed, case_id in enumerate(cases):
        if not one_of_the_two(world, case_id, lowered_and_paid(world, case_id, seed)):
            return
    pytest.fail("the lock makes no difference: this race cannot show that it works")


def came_back(world: World, case_id: int, amount: str) -> None:
    world.do(case_id, "ole", "return", returned=amount, returned_on="2026-03-02")


def test_what_came_back_is_held_again_when_more_is_granted(world: World) -> None:
    """The new amount is what the applicant has in the end, and the letter says what comes."""
    case_id = granted(world)
    world.do(case_id, "ole", "pay", reference="B-1", paid_on="2026-03-02")
    came_back(world, case_id, "1.000")
    to_raise(world, case_id, "12.000")
    assert sums(world, case_id) == (350_000, 950_000, 100_000)
    told = letters(world, case_id)[-1].data
    assert (told["kept"], told["came_back"], told["coming"]) == (850_000, 100_000, 350_000)
    with pytest.raises(Refused) as caught:
        to_raise(world, case_id, "97.000")  # 85.000 more, and 84.000 of it is free
    assert codes(caught) == {"not-enough"}
    to_lower(world, case_id, "11.000")
    assert sums(world, case_id) == (250_000, 950_000, 100_000)
    world.do(case_id, "karim", "stop-rest", reasons="Nej.", unheard=UNHEARD)
    assert world.case(case_id).granted == 850_000
    assert free(world) == BUDGET - 850_000


def test_when_everything_came_back_the_grant_can_end(world: World) -> None:
    """There is nothing to stop the rest of, so it is revoked: nothing stays paid."""
    case_id = granted(world)
    world.do(case_id, "ole", "pay", reference="B-1", paid_on="2026-03-02")
    came_back(world, case_id, "9.500")
    to_raise(world, case_id, "12.000")
    assert sums(world, case_id) == (1_200_000, 950_000, 950_000)
    with pytest.raises(Refused) as caught:
        world.do(case_id, "karim", "stop-rest", reasons="Nej.", unheard=UNHEARD)
    assert codes(caught) == {"not-paid"}
    world.do(case_id, "karim", "revoke", reasons="Aflyst.", unheard=UNHEARD)
    assert sums(world, case_id) == (0, 950_000, 950_000)
    assert free(world) == BUDGET


def test_a_new_grant_takes_nothing_of_the_earmark_an_earlier_one_came_from(world: World) -> None:
    def mark(session: Session) -> int:
        year = ledger.get_year(session, "urban-life", 2026)
        account = ledger.earmark(
            session, year_id=year.id or 0, amount=2_000_000, label="Det gode valg",
            command_id="mark", actor="person:1", now=world.now,
        )  # fmt: skip
        return account.id or 0

    earmark = world.database.write(mark)
    case_id = world.apply(amount="9.500")
    world.do(case_id, "karim", "grant", earmark=str(earmark))
    world.do(case_id, "karim", "undo", reason="Tastefejl.")
    world.do(case_id, "karim", "grant")
    to_raise(world, case_id, "12.000")
    with world.database.read() as session:
        assert session.get_one(Account, earmark).balance == 2_000_000
