"""A whole case of the big pool on both engines, and a decision nobody outside may know of."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, col, select

import pool.ledger as ledger
from pool import journal
from pool.cases import money, queries
from pool.cases.access import NEVER_SENT
from pool.cases.errors import Closed, NotFound, Refused
from pool.cases.opening import opening
from pool.cases.view import CaseView, case_view
from pool.db import Database
from pool.identity.actor import applicant
from pool.models.case import Decision, Recommendation
from pool.models.outbox import Message
from tests.support.district import (
    APPLICATION,
    FREE,
    POOL,
    apply,
    make_district,
    mark,
    pay,
    report,
    to_decided,
    to_granted,
    to_recommended,
    to_screened,
)
from tests.support.house import RECORD, World

ASKED = 950_000


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    return make_district(database, now)


def view(world: World, case_id: int, name: str = "sofie") -> CaseView:
    actor = applicant("Lene") if name == "applicant" else world.actor(name, POOL)
    with world.database.read() as session:
        found = case_view(session, world.house, case_id, actor, world.now)
        session.expunge_all()
        return found


def told(world: World, case_id: int) -> list[tuple[str, str]]:
    """(template, to whom) of the case's messages that went out, or are about to."""
    with world.database.read() as session:
        return [
            (one.template, one.to_name)
            for one in session.exec(
                select(Message).where(Message.case_id == case_id).order_by(col(Message.id))
            )
            if one.state not in NEVER_SENT
        ]


def figures(session: Session, *, undisclosed: bool = False) -> tuple[int, int, int]:
    """(granted, disposed, free) of the year, øre."""
    found = ledger.status(session, POOL, 2026, undisclosed=undisclosed)
    return found.granted, found.disposed, found.free


def test_from_application_to_closing(world: World) -> None:
    case_id = apply(world)
    assert world.case(case_id).number == "BP-2026-1"
    world.do(case_id, "sofie", "ask", questions="Hvor mange kommer?", due_on="2026-03-20")
    world.do(case_id, "applicant", "answer", answer="Tres.")
    to_screened(world, case_id)
    world.do(case_id, "karim", "recommend", advice="part", amount="6.000", reasons="Maden er dyr.")
    world.do(
        case_id, "sofie", "grant-part",
        amount="7.000", reasons="Leje af telt kan undværes.", record=dict(RECORD),
    )  # fmt: skip
    world.do(case_id, "karim", "announce-grant")
    with pytest.raises(Refused) as same:
        pay(world, case_id, "sofie", reference="B-9")
    assert [o.code for o in same.value.explanation.obstacles] == ["same-person"]
    mark(world, case_id, reference="B-9")
    world.do(case_id, "applicant", "report", report=report("6.500"))
    world.do(case_id, "ole", "return", returned="500", returned_on="2026-03-02")
    world.do(case_id, "sofie", "close")
    case = world.case(case_id)
    assert (case.state, case.granted, case.outcome) == ("closed", 700_000, "part")
    with world.database.read() as session:
        [advised] = session.exec(select(Recommendation)).all()
        assert (advised.advice, advised.amount, advised.actor_name) == ("part", 600_000, "Karim")
        [decision] = session.exec(select(Decision)).all()
        assert (decision.actor_name, decision.made_how) == ("Sofie", "mail")
        assert decision.announced_at is not None
        kinds = [event.kind for event in journal.read(session, f"case:{case_id}")]
        assert figures(session) == (700_000, 650_000, FREE - 650_000)
    assert kinds == [
        "case.received", "case.ask", "case.answer", "case.screening", "case.screen",
        "case.recommend", "case.grant-part", "case.announce-grant", "case.payee",
        "case.payment-listed",
        "case.payment-released", "case.pay", "case.report", "case.return", "case.close",
    ]  # fmt: skip
    assert [template for template, _ in told(world, case_id)] == [
        "receipt", "new-case", *["members-new-case"] * 3, "question", "answer-received",
        "decision-part", "supported", "payee-told", "payment", "report-received", "closed",
    ]  # fmt: skip


def test_a_refusal_is_announced_in_its_letter(world: World) -> None:
    case_id = apply(world)
    to_decided(world, case_id, "refuse", criterion="not-local")
    assert world.case(case_id).closed_at is None
    world.do(case_id, "sofie", "announce-refusal")
    assert world.case(case_id).state == "refused"
    assert told(world, case_id)[-1] == ("decision-refused", "Lene Bruun")
    with world.database.read() as session:
        letter = session.exec(select(Message).where(Message.template == "decision-refused")).one()
        assert letter.data["reasons"] == "Kriteriet om lokal forankring er ikke opfyldt."
        assert letter.data["signature"]["da"] == "På arbejdsgruppens vegne, Sofie"
        assert letter.data["decided_on"] == "2026-03-02"


def test_nothing_of_a_decision_shows_before_it_is_announced(world: World) -> None:
    case_id = apply(world)
    to_recommended(world, case_id)
    before = view(world, case_id, "applicant")
    messages = told(world, case_id)
    with world.database.read() as session:
        public = (opening(session, POOL, world.now), figures(session))
    world.do(case_id, "sofie", "grant", record=dict(RECORD))
    after = view(world, case_id, "applicant")

    assert told(world, case_id) == messages
    assert after.state.applicant == before.state.applicant
    assert after.due == before.due
    can = [{e.action for e in one.actions if e.allowed} for one in (before, after)]
    assert can[0] == can[1]
    with world.database.read() as session:
        found = opening(session, POOL, world.now)
        assert (found, figures(session)) == public
        assert found.free == FREE
        assert figures(session, undisclosed=True) == (ASKED, ASKED, FREE - ASKED)
    for name in ("birgit", "ole", "maja"):
        with pytest.raises(NotFound):
            view(world, case_id, name)
        assert listed(world, name) == []
    for name in ("sofie", "karim", "jens", "rune"):
        assert listed(world, name) == [case_id]
        assert view(world, case_id, name).free == FREE - ASKED

    world.do(case_id, "sofie", "announce-grant")
    with world.database.read() as session:
        assert opening(session, POOL, world.now).free == FREE - ASKED
        assert figures(session) == (ASKED, ASKED, FREE - ASKED)
    assert told(world, case_id)[len(messages) :] == [
        ("decision-full", "Lene Bruun"), ("supported", "Maja"),
    ]  # fmt: skip
    assert listed(world, "birgit") == [case_id]


def listed(world: World, name: str) -> list[int]:
    with world.database.read() as session:
        page = queries.list_cases(
            session,
            world.house,
            person_id=world.people[name],
            roles={POOL: world.actor(name, POOL).roles},
            filters=queries.Filters(text="fællesspisning"),
            now=world.now,
        )
    return [row.id for row in page.rows]


def test_the_balance_on_another_case_hides_it_too(world: World) -> None:
    """Who may open a granted case reads there what is left, as far as they may know."""
    known = apply(world)
    to_granted(world, known)
    to_decided(world, apply(world))
    assert view(world, known, "birgit").free == FREE - ASKED
    assert view(world, known, "applicant").free == FREE - ASKED
    assert view(world, known, "sofie").free == FREE - 2 * ASKED


def test_the_pool_is_not_closed_to_the_public_by_what_is_not_announced(world: World) -> None:
    all_of_it = {"amount": "700.000", "budget_line": "En hel festival."}
    case_id = apply(world)
    full = {
        **APPLICATION, **all_of_it,
        "description": "Mad, musik og teater.", "focus_area": "faellesskab",
        "audience": "Alle i bydelen.", "children": "no", "other_funding": "no",
        "applicant_kind": "person", "results": ["networks"],
        "budget": [{"post": "food", "text": "Mad", "amount": "700.000"}],
    }  # fmt: skip
    big = world.apply(POOL, **full)
    to_decided(world, big)  # the last of the money goes to a case whose answer is not known yet
    with world.database.read() as session:
        found = opening(session, POOL, world.now)
        assert (found.free, found.closed) == (FREE, None)
        inside = money.year(session, POOL, 2026)
        assert inside is not None
        assert inside.free == 0
    to_recommended(world, case_id)
    with pytest.raises(Refused) as short:
        world.do(case_id, "sofie", "grant", record=dict(RECORD))
    assert [o.code for o in short.value.explanation.obstacles] == ["not-enough"]
    world.do(big, "sofie", "announce-grant")
    with world.database.read() as session:
        assert opening(session, POOL, world.now).closed == Closed("empty")


def test_who_withdraws_without_knowing_takes_nothing_with_them(world: World) -> None:
    case_id = apply(world)
    to_decided(world, case_id)
    world.do(case_id, "applicant", "withdraw", reason="Vi flytter")
    assert world.case(case_id).state == "withdrawn"
    mails = [template for template, _ in told(world, case_id)]
    assert mails[:5] == ["receipt", "new-case", *["members-new-case"] * 3]
    assert mails[5:] == ["withdrawn", "applicant-withdrew"]
    with world.database.read() as session:
        assert figures(session) == (0, 0, FREE)
        assert figures(session, undisclosed=True) == (0, 0, FREE)
    assert listed(world, "birgit") == []


def test_an_announcement_is_made_once(world: World) -> None:
    case_id = apply(world)
    to_decided(world, case_id)
    first = world.do(case_id, "sofie", "announce-grant", command_id="once")
    again = world.do(
        case_id, "sofie", "announce-grant", command_id="once", version=first.state_version - 1
    )
    assert again.repeated
    with pytest.raises(Refused):
        world.do(case_id, "karim", "announce-grant")
    assert [template for template, _ in told(world, case_id)].count("decision-full") == 1


def test_the_promised_day_runs_until_the_announcement(world: World) -> None:
    case_id = apply(world)
    to_decided(world, case_id)
    promised = view(world, case_id).due["promise"]
    world.now += timedelta(days=3)
    world.do(case_id, "sofie", "announce-grant")
    assert "promise" not in view(world, case_id).due
    assert world.case(case_id).promised_on == promised


def test_a_new_recommendation_after_a_question(world: World) -> None:
    case_id = apply(world)
    to_recommended(world, case_id, "refused")
    world.do(case_id, "sofie", "ask", questions="Kan det være billigere?", due_on="2026-03-20")
    world.do(case_id, "applicant", "answer", answer="Ja.")
    to_recommended(world, case_id, "part", amount="5.000")
    found = view(world, case_id)
    assert [(one.number, one.advice, one.amount) for one in found.recommendations] == [
        (1, "refused", 0), (2, "part", 500_000),
    ]  # fmt: skip
    assert found.recommendation is not None
    assert found.recommendation.number == 2
