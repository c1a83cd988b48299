"""Closing a pool's year: the four steps, what refuses them, and what is left behind."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

import pool.journal as journal
import pool.ledger as ledger
from pool.cases import recusal
from pool.cases.errors import CommandReused, Refused
from pool.cases.view import case_view
from pool.db import Database
from pool.ledger import anchors
from pool.models.outbox import Message
from pool.plan import closing, closing_shapes, closing_view, earmark
from pool.plan import owed as passed_on
from pool.plan.closing import ClosingError, Done, Step
from tests.support.house import REPORT, World, make_world

NOW = datetime(2026, 12, 28, 9, 0, tzinfo=UTC)
POOL, YEAR = "urban-life", 2026


@pytest.fixture
def world(database: Database) -> World:
    return make_world(database, NOW)


def granted(world: World, **changed: Any) -> int:
    case_id = world.apply(starts_on="2027-01-10", **changed)
    world.do(case_id, "karim", "grant")
    return case_id


def step(world: World, what: str, seen: int | None = None, **changed: Any) -> Done:
    work = {
        "begin": closing.begin,
        "take-back": closing.take_back,
        "rest": closing.give_rest_back,
        "close": closing.close,
    }[what]
    return work(
        world.house,
        Step(changed.get("id", world.new_id()), POOL, YEAR, seen),
        world.actor(changed.get("who", "ole"), POOL),
        changed.get("now", world.now),
    )


def standing(world: World, who: str = "ole") -> closing_shapes.Standing:
    with world.database.read() as session:
        found = closing_view.standing(
            session, world.house, POOL, YEAR, world.actor(who, POOL), world.now
        )
    assert found is not None
    return found


def events(world: World, *kinds: str) -> list[str]:
    with world.database.read() as session:
        year_id = ledger.get_year(session, POOL, YEAR).id
        return [one.kind for one in journal.read(session, f"book-year:{year_id}", kinds=kinds)]


def agree(world: World) -> None:
    with world.database.read() as session:
        assert ledger.verify(session).ok
        assert journal.verify(session) == []


def test_from_open_to_closed_for_good(world: World) -> None:
    earmark(
        world.house,
        pool=POOL,
        year=YEAR,
        label="Det gode valg",
        amount=500_000,
        command_id="mark",
        actor=world.actor("ole"),
        now=NOW,
    )
    paid, lapsed = granted(world), granted(world, title="Aflyst", amount="2.000")
    assert step(world, "begin") == Done("closing", changed=True)
    found = standing(world)
    assert found.begun is not None
    assert found.begun.by == "Ole"
    assert [(one.case.id, one.amount) for one in found.holds] == [
        (paid, 950_000),
        (lapsed, 200_000),
    ]
    assert found.holds[0].since.isoformat() == "2026-12-28"
    assert found.holds[0].pays[0].key == "pay"
    assert (found.free, found.earmarked) == (9_600_000 - 500_000 - 1_150_000, 500_000)

    world.do(paid, "ole", "pay", reference="B-1", paid_on="2026-12-28")
    with pytest.raises(ClosingError) as left:
        step(world, "close")
    assert (left.value.code, left.value.params["held"]) == ("not-empty", 200_000)
    world.do(lapsed, "sofie", "lapse", reason="Aflyst af foreningen")
    rest = standing(world).rest
    assert rest == 9_600_000 - 950_000
    assert step(world, "rest", rest) == Done("closing", changed=True, amount=rest)
    assert step(world, "close") == Done("closed", changed=True)

    found = standing(world)
    assert found.state == "closed"
    assert found.closed is not None
    assert found.closed.by == "Ole"
    assert found.status.figures() == {
        "budget": 950_000,
        "earmarked": 0,
        "granted": 1_150_000,
        "disposed": 950_000,
        "paid": 950_000,
        "returned": 200_000,
        "free": 0,
    }
    kinds = ("year.closing", "year.rest-returned", "year.closed")
    assert events(world, *kinds) == list(kinds)
    agree(world)


def test_the_heads_are_mailed_in_a_form_that_is_read_back(world: World) -> None:
    step(world, "begin")
    step(world, "rest", standing(world).rest)
    step(world, "close")
    with world.database.read() as session:
        mails = session.exec(select(Message).where(Message.template == "chain-heads")).all()
        assert {one.to_email for one in mails} == {"ole@test.example", "rune@test.example"}
        told = anchors.read("\n".join(mails[0].data["lines"]))
        (head,) = [one for one in ledger.heads(session) if one.book == POOL]
        assert head in told.books
        assert {one.stream for one in told.streams} >= {"book-year:1"}
        assert not any(one.stream.startswith("case:") for one in told.streams)
        assert ledger.verify(session, told.books).ok
        assert journal.verify(session, told.streams) == []


def test_nothing_new_is_held_and_it_can_be_taken_back(world: World) -> None:
    waiting = world.apply(starts_on="2027-01-10")
    step(world, "begin")
    with pytest.raises(Refused) as refused:
        world.do(waiting, "karim", "grant")
    assert "year-closing" in {one.code for one in refused.value.explanation.obstacles}
    with world.database.read() as session:
        free = ledger.get_year(session, POOL, YEAR)
    assert free.state == "closing"
    assert step(world, "take-back") == Done("open", changed=True)
    world.do(waiting, "karim", "grant")
    assert standing(world).state == "open"
    assert events(world, "year.closing", "year.reopened") == ["year.closing", "year.reopened"]


def test_a_step_done_already_is_no_error_and_is_noted_once(world: World) -> None:
    assert step(world, "begin").changed
    assert not step(world, "begin").changed
    rest = standing(world).rest
    first = step(world, "rest", rest, id="rest-once")
    again = step(world, "rest", rest, id="rest-once")
    assert (again.amount, again.repeated) == (first.amount, True)
    with pytest.raises(ClosingError, match="nothing-left"):
        step(world, "rest", 0)
    with pytest.raises(CommandReused):
        step(world, "rest", rest + 1, id="rest-once")
    assert step(world, "close", id="end").changed
    assert step(world, "close", id="end").repeated
    assert not step(world, "close").changed
    for what in ("begin", "take-back"):
        with pytest.raises(ClosingError, match="closed"):
            step(world, what)
    assert events(world, "year.closing", "year.rest-returned", "year.closed") == [
        "year.closing",
        "year.rest-returned",
        "year.closed",
    ]
    agree(world)


def test_what_stands_in_the_way_of_a_step(world: World) -> None:
    with pytest.raises(ClosingError, match="not-closing"):
        step(world, "rest", 9_600_000)
    with pytest.raises(ClosingError, match="not-closing"):
        step(world, "close")
    with pytest.raises(ClosingError, match="not-yours"):
        step(world, "begin", who="sofie")
    with pytest.raises(ClosingError, match="unknown-year"):
        closing.begin(world.house, Step("x", POOL, 1999), world.actor("ole"), NOW)
    step(world, "begin")
    with pytest.raises(ClosingError) as moved:
        step(world, "rest", 1)
    assert (moved.value.code, moved.value.params) == ("rest-moved", {"now": 9_600_000})


def test_what_comes_back_after_the_end_is_owed_to_the_municipality(world: World) -> None:
    paid = granted(world)
    world.do(paid, "ole", "pay", reference="B-1", paid_on="2026-12-28")
    step(world, "begin")
    step(world, "rest", standing(world).rest)
    step(world, "close")
    head = standing(world).head
    world.do(paid, "applicant", "report", report=dict(REPORT))
    world.do(paid, "ole", "return", returned="500", returned_on="2026-12-28")
    with world.database.read() as session:
        (newest,) = [one for one in ledger.heads(session) if one.book == POOL]
    assert head == standing(world).head != newest, "the head at the closing, not the newest"
    with world.database.read() as session:
        year_id = ledger.get_year(session, POOL, YEAR).id or 0
        owed = passed_on.owed(session, year_id)
        assert owed.amount == 50_000
        assert [(one.transfer.kind, one.amount) for one in owed.lines] == [("return", 50_000)]
        status = ledger.status(session, POOL, YEAR)
        assert (status.free, status.returned) == (0, 50_000)
    agree(world)


def test_what_is_worth_knowing_holds_nothing_up(world: World) -> None:
    asked = world.apply(title="Spurgt")
    world.do(asked, "sofie", "ask", questions="Hvor mange?", due_on="2027-01-05")
    undecided = world.apply(title="Ikke afgjort")
    paid = granted(world, title="Betalt")
    world.do(paid, "ole", "pay", reference="B-1", paid_on="2026-12-28")
    told = {(one.code, one.case.id) for one in standing(world, "sofie").worth}
    assert told == {("question", asked), ("undecided", undecided), ("unreported", paid)}
    found = standing(world)  # finance does not see what is not decided
    assert [(one.code, one.case.id) for one in found.worth] == [("unreported", paid)]
    assert found.unseen == 2


def test_what_is_undecided_is_told_and_agreed_to(world: World) -> None:
    for title in ("En", "To"):
        world.apply(title=title)
    assert standing(world).undecided == 2
    assert [one.undecided for one in standing(world, "sofie").worth] == [True, True]
    step(world, "begin")
    step(world, "rest", standing(world).rest)
    with pytest.raises(ClosingError) as left:
        step(world, "close")
    assert (left.value.code, left.value.params) == ("undecided", {"now": 2})
    wish = Step("end", POOL, YEAR, undecided=2)
    assert closing.close(world.house, wish, world.actor("ole"), world.now).changed


def test_only_what_the_case_can_do_is_offered(world: World) -> None:
    case_id = granted(world)
    (hold,) = standing(world, "sofie").holds
    assert [one.key for one in hold.pays] == ["pay"]
    with world.database.read() as session:
        view = case_view(session, world.house, case_id, world.actor("sofie"), world.now)
    able = {one.action for one in view.actions if one.allowed}
    moves = {one.key for one in hold.pays + hold.lets_go + hold.carries}
    assert moves <= able


def test_who_stays_out_is_told_the_amount_and_no_name(world: World) -> None:
    case_id = granted(world)
    recusal.declare(world.house, case_id, "Sidder i bestyrelsen", world.actor("ole"), world.now)
    found = standing(world)
    assert found.holds == ()
    assert found.worth == ()
    assert found.unnamed == closing_shapes.Unnamed(1, 950_000)
    assert found.held == 950_000
    assert standing(world, "sofie").unnamed.count == 0


def together(*works: Any) -> list[Any]:
    """What each said, begun at once."""
    gate = threading.Barrier(len(works))
    said: list[Any] = [None] * len(works)

    def one(place: int, work: Any) -> None:
        gate.wait()
        try:
            said[place] = work()
        except Exception as error:
            said[place] = error

    threads = [threading.Thread(target=one, args=each) for each in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


def test_two_closers_close_it_once(world: World) -> None:
    step(world, "begin")
    rest = standing(world).rest
    said = together(*(lambda: step(world, "rest", rest) for _ in range(2)))
    assert sorted(type(one).__name__ for one in said) == ["ClosingError", "Done"]
    done = together(*(lambda: step(world, "close") for _ in range(2)))
    assert sorted(one.changed for one in done) == [False, True]
    assert len(events(world, "year.closed")) == 1
    agree(world)


def test_closing_against_a_grant(world: World) -> None:
    """Either the grant was first and stands in the way, or the year was and the grant is refused:
    never a hold in a year whose closing began before it."""
    case_id = world.apply(starts_on="2027-01-10")
    begun, grant = together(
        lambda: step(world, "begin"), lambda: world.do(case_id, "karim", "grant")
    )
    assert begun.changed
    found = standing(world)
    refused = isinstance(grant, Refused | ledger.YearClosed)
    assert refused == (found.held == 0), grant
    agree(world)


def test_closing_against_a_payment(world: World) -> None:
    case_id = granted(world)
    step(world, "begin")
    step(world, "rest", standing(world).rest)
    closed, paid = together(
        lambda: step(world, "close"),
        lambda: world.do(case_id, "ole", "pay", reference="B", paid_on="2026-12-28"),
    )
    assert not isinstance(paid, Exception), paid
    assert isinstance(closed, Done | ClosingError)
    if isinstance(closed, ClosingError):
        assert closed.code == "not-empty"
        assert step(world, "close").changed
    with world.database.read() as session:
        assert ledger.status(session, POOL, YEAR).paid == 950_000
    agree(world)


def test_a_mail_to_addresses_that_were_set(world: World) -> None:
    step(world, "begin")
    step(world, "rest", standing(world).rest)
    closing.close(
        world.house,
        Step("end", POOL, YEAR),
        world.actor("ole"),
        NOW + timedelta(minutes=1),
        heads_to=("Revisionen <rev@kk.example>", "arkiv@kk.example"),
    )

    def sent(session: Session) -> list[tuple[str, str | None]]:
        rows = session.exec(
            select(Message).where(Message.template == "chain-heads").order_by(col(Message.id))
        )
        return [(one.to_name, one.to_email) for one in rows]

    with world.database.read() as session:
        assert sent(session) == [
            ("Revisionen", "rev@kk.example"),
            ("arkiv@kk.example", "arkiv@kk.example"),
        ]
