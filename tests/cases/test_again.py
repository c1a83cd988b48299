"""Undoing, reopening, revoking, complaining: on both engines, with the money, the letters and the
clock."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlmodel import Session, col, select

import pool.ledger as ledger
import pool.outbox as outbox
from pool import journal
from pool.cases.errors import Refused
from pool.cases.fire import fire_in
from pool.cases.view import CaseView, case_view
from pool.db import Database
from pool.identity.actor import applicant
from pool.models.case import Case, Decision
from pool.models.casework import DecisionEnd
from pool.models.outbox import Message
from pool.outbox import claiming
from tests.support.district import POOL, make_district, to_decided, to_granted
from tests.support.district import apply as apply_district
from tests.support.house import RECORD, World

ASKED = 950_000
FREE = 9_600_000


def view(world: World, case_id: int, name: str = "sofie") -> CaseView:
    pool = world.case(case_id).pool
    actor = applicant("Lene") if name == "applicant" else world.actor(name, pool)
    with world.database.read() as session:
        found = case_view(session, world.house, case_id, actor, world.now)
        session.expunge_all()
        return found


def messages(world: World, case_id: int) -> list[tuple[str, str]]:
    """(template, state) of the case's messages, oldest first."""
    with world.database.read() as session:
        return [
            (one.template, one.state)
            for one in session.exec(
                select(Message).where(Message.case_id == case_id).order_by(col(Message.id))
            )
        ]


def standing(world: World, pool: str = "urban-life") -> tuple[int, int, int, int]:
    """(granted, returned, held for it, free) of the year, øre."""
    with world.database.read() as session:
        found = ledger.status(session, pool, 2026)
        assert not ledger.verify(session).faults
    return (found.granted, found.returned, found.disposed - found.paid, found.free)


def sent(world: World, case_id: int) -> None:
    """Every mail of the case has left."""

    def leave(session: Session) -> None:
        for one in session.exec(select(Message).where(Message.case_id == case_id)):
            if one.state == "queued":
                one.state, one.sent_at = "sent", world.now
                session.add(one)

    world.database.write(leave)


def ends(world: World, case_id: int) -> list[tuple[str, str]]:
    with world.database.read() as session:
        return [
            (one.how, one.reason)
            for one in session.exec(select(DecisionEnd).where(DecisionEnd.case_id == case_id))
        ]


def test_undone_before_the_letter_went_counts_nowhere(world: World) -> None:
    before = standing(world)
    case_id = world.apply()
    promised = world.case(case_id).promised_on
    world.do(case_id, "karim", "grant")
    assert standing(world) != before
    world.do(case_id, "karim", "undo", reason="Beløbet var forkert.")

    case = world.case(case_id)
    assert (case.state, case.outcome, case.granted, case.decision_id) == (
        "received",
        None,
        None,
        None,
    )
    assert (case.clock, case.promised_on) == ("running", promised)
    assert standing(world) == before
    assert ends(world, case_id) == [("undone", "Beløbet var forkert.")]
    told = dict(messages(world, case_id))
    assert (told["decision-full"], told["supported"]) == ("superseded", "superseded")
    with world.database.read() as session:
        assert ledger.transfers_behind(session, "urban-life", 2026, "granted") == []
        kinds = [event.kind for event in journal.read(session, f"case:{case_id}")]
    assert kinds == ["case.received", "case.grant", "case.undo"]
    staff, theirs = view(world, case_id), view(world, case_id, "applicant")
    assert (staff.decision, len(staff.decisions)) == (None, 1)
    assert theirs.decisions == ()

    world.do(case_id, "karim", "refuse", reasons="Kriteriet om tryghed er ikke opfyldt.")
    world.do(case_id, "karim", "undo", reason="Nye oplysninger.")
    assert world.case(case_id).closed_at is None
    world.do(case_id, "karim", "grant-part", amount="5.000", reasons="Teltet kan lånes.")
    assert standing(world) == (500_000, 0, 500_000, FREE - 500_000)
    found = view(world, case_id, "applicant").decision
    assert found is not None
    assert (found.outcome, found.number) == ("part", 3)


@pytest.mark.parametrize("state", ["leased", "sent"])
def test_a_letter_that_has_left_cannot_be_undone(world: World, state: str) -> None:
    case_id = world.apply()
    sent(world, case_id)
    world.do(case_id, "karim", "grant")
    if state == "leased":
        while world.database.write(lambda s: claiming.claim(s, world.now)) is not None:
            pass
    else:
        sent(world, case_id)
    before = standing(world)
    with pytest.raises(Refused) as late:
        world.do(case_id, "karim", "undo", reason="For sent.")
    assert [o.code for o in late.value.explanation.obstacles] == ["letter-gone"]
    assert (world.case(case_id).state, standing(world)) == ("granted", before)


def test_a_worker_that_leases_the_letter_meanwhile_wins(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at the letter and the taking back of it a worker leases it: the whole
    unit is refused, in the words of the rule, and nothing of it stays."""
    import pool.cases.effects_again as again

    case_id = world.apply()
    sent(world, case_id)
    world.do(case_id, "karim", "grant")
    true_end = again._end
    database = world.database

    def slow(*args: object) -> object:
        found = true_end(*args)  # type: ignore[arg-type]
        if not database.is_sqlite:  # SQLite lets nobody else write meanwhile
            while database.write(lambda s: claiming.claim(s, world.now)) is not None:
                pass
        return found

    monkeypatch.setattr(again, "_end", slow)
    if database.is_sqlite:
        world.do(case_id, "karim", "undo", reason="I tide.")
        assert database.write(lambda s: claiming.claim(s, world.now)) is None
        return
    before = standing(world)
    with pytest.raises(Refused) as late:
        world.do(case_id, "karim", "undo", reason="For sent.")
    assert [o.code for o in late.value.explanation.obstacles] == ["letter-gone"]
    assert (world.case(case_id).state, ends(world, case_id)) == ("granted", [])
    assert standing(world) == before


def test_reopening_lets_the_money_go_and_promises_anew(world: World) -> None:
    case_id = world.apply()
    world.do(case_id, "karim", "grant")
    sent(world, case_id)
    world.now += timedelta(days=30)
    world.do(case_id, "sofie", "reopen", reason="Der er kommet nye oplysninger.")

    case = world.case(case_id)
    assert (case.state, case.decision_id, case.clock) == ("received", None, "running")
    assert case.promised_on is not None
    assert case.promised_on > date(2026, 4, 15)
    assert standing(world) == (ASKED, ASKED, 0, FREE)
    assert ends(world, case_id) == [("reopened", "Der er kommet nye oplysninger.")]
    with world.database.read() as session:
        [letter] = session.exec(select(Message).where(Message.template == "reopened")).all()
        assert letter.letter == "reopened"
        assert letter.data["reasons"] == "Der er kommet nye oplysninger."
        assert letter.data["answer_by"] == case.promised_on.isoformat()
        body = outbox.letter_bytes(letter)
        assert body.startswith(b"%PDF")
        ended = session.exec(select(Message).where(Message.template == "support-ended")).all()
        assert [one.to_name for one in ended] == ["Maja"]
    theirs = view(world, case_id, "applicant")
    assert (theirs.decision, [one.outcome for one in theirs.decisions]) == (None, ["full"])
    world.do(case_id, "karim", "refuse", reasons="Kriteriet om tryghed er ikke opfyldt.")
    assert world.case(case_id).state == "refused"
    with pytest.raises(Refused) as resting:
        world.do(case_id, "sofie", "reopen", reason="Klagen gav ny viden.")
    assert [o.code for o in resting.value.explanation.obstacles] == ["letter-resting"]
    sent(world, case_id)
    world.do(case_id, "sofie", "reopen", reason="Klagen gav ny viden.")
    assert world.case(case_id).closed_at is None


@pytest.mark.parametrize("end", ["withdraw", "lapse"])
def test_what_was_withdrawn_or_lapsed_can_be_reopened(world: World, end: str) -> None:
    case_id = world.apply()
    world.do(case_id, "karim", "grant")
    sent(world, case_id)
    world.do(case_id, "sofie", end, reason="Det bliver ikke til noget.")
    assert world.case(case_id).closed_at is not None
    world.do(case_id, "sofie", "reopen", reason="Det bliver til noget alligevel.")
    case = world.case(case_id)
    assert (case.state, case.decision_id, case.closed_at) == ("received", None, None)
    world.do(case_id, "karim", "grant")
    assert standing(world) == (2 * ASKED, ASKED, ASKED, FREE - ASKED)


def test_revoking_needs_the_group_and_a_hearing_that_is_over(world: World) -> None:
    case_id = world.apply()
    world.do(case_id, "karim", "grant")
    sent(world, case_id)
    why = "Forudsætningen om et åbent arrangement er ikke opfyldt."
    with pytest.raises(Refused) as alone:
        world.do(case_id, "sofie", "revoke", reasons=why)
    assert "not-by-group" in [o.code for o in alone.value.explanation.obstacles]
    world.do(
        case_id, "sofie", "hear",
        facts="Det er kun for medlemmer.", source="fsb", due_on="2026-03-16",
    )  # fmt: skip
    with pytest.raises(Refused) as unheard:
        world.do(case_id, "karim", "revoke", reasons=why)
    assert "hearing-open" in [o.code for o in unheard.value.explanation.obstacles]
    world.do(case_id, "applicant", "hearing-answer", answer="Det passer.")
    world.do(case_id, "sofie", "revoke", reasons=why, record=dict(RECORD))
    case = world.case(case_id)
    assert (case.state, case.decision_id, case.granted) == ("revoked", None, None)
    assert case.closed_at is not None
    assert standing(world) == (ASKED, ASKED, 0, FREE)
    assert ends(world, case_id) == [("revoked", why)]
    with world.database.read() as session:
        [letter] = session.exec(select(Message).where(Message.template == "revoked")).all()
        assert (letter.data["granted"], letter.data["reasons"]) == (ASKED, why)
        assert "guidance" in letter.data


def test_a_complaint_is_noted_and_changes_nothing(world: World) -> None:
    case_id = world.apply()
    world.do(case_id, "karim", "refuse", reasons="Kriteriet om tryghed er ikke opfyldt.")
    case = world.case(case_id)
    world.do(case_id, "sofie", "complaint", complaint="Det er forkert.", received_on="2026-03-02")
    after = world.case(case_id)
    assert (after.state, after.decision_id, after.closed_at) == (
        "refused", case.decision_id, case.closed_at,
    )  # fmt: skip
    with world.database.read() as session:
        [event] = journal.read(session, f"case:{case_id}", kinds=["case.complaint"])
    assert event.personal["complaint"] == "Det er forkert."


def test_nothing_is_undone_after_the_money_is_paid(world: World) -> None:
    case_id = world.apply()
    world.do(case_id, "karim", "grant")
    sent(world, case_id)
    world.do(case_id, "sofie", "pay", reference="B-1", paid_on="2026-03-02")
    for action in ("undo", "reopen", "revoke"):
        with pytest.raises(Refused):
            world.do(case_id, "karim", action, reason="Nej.", reasons="Nej.")


def test_a_decision_nobody_was_told_of_is_undone_without_a_trace_outside(
    database: Database, now: datetime
) -> None:
    world = make_district(database, now)
    case_id = apply_district(world)
    before = view(world, case_id, "applicant")
    to_decided(world, case_id)
    world.do(case_id, "karim", "undo", reason="Vi ser på det igen.")
    after = view(world, case_id, "applicant")
    assert standing(world, POOL)[:2] == (0, 0)
    assert (after.state.applicant, after.decisions) == (before.state.applicant, ())
    assert after.public_version == before.public_version
    assert view(world, case_id, "jens").decisions != ()
    assert "draft" not in dict(messages(world, case_id)).values()
    to_granted(world, case_id)
    assert view(world, case_id, "birgit").decisions[0].number == 2


def test_a_failed_undo_leaves_the_letter_where_it_was(world: World) -> None:
    case_id = world.apply()
    world.do(case_id, "karim", "grant")
    told = messages(world, case_id)

    def undo_and_fail(session: Session) -> None:
        from pool.cases.commands import Command

        command = Command(world.new_id(), case_id, "undo", None, {"reason": "Prøve."})
        fire_in(session, world.house, command, world.actor("karim"), world.now)
        raise ValueError("the unit fails after the effects")

    with pytest.raises(ValueError, match="fails"):
        world.database.write(undo_and_fail)
    assert messages(world, case_id) == told
    with world.database.read() as session:
        assert session.exec(select(DecisionEnd)).all() == []
        assert session.get_one(Case, case_id).state == "granted"
        assert session.exec(select(Decision)).one().announced_at is not None
