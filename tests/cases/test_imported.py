"""A case out of another pool's record: the real use cases, and nothing made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlmodel import Session, col, select

import pool.journal as journal
import pool.ledger as ledger
from pool.cases.errors import CommandReused
from pool.cases.imported import CannotImport, ImportedCase, bring_in
from pool.db import Database
from pool.identity.actor import SYSTEM
from pool.models.case import Applicant, Case, Deadline, Decision
from pool.models.ledger import Transfer
from pool.models.outbox import Document, Message
from pool.outbox.kept import make_kept
from pool.plan import open_year
from tests.support.house import World, make_world

ONE = ImportedCase(
    pool="urban-life",
    year=2017,
    title="Fastelavn på torvet",
    applicant="Spejderne",
    applicant_kind="association",
    outcome="approved",
    granted=1_270_000,
    made_on=date(2016, 12, 31),
    precision="month",
)
REFUSED = replace(
    ONE,
    title="Bog",
    applicant=None,
    applicant_kind="person",
    outcome="refused",
    granted=None,
    reasons="Ikke tilstrækkelig bydelsrelateret",
)


@pytest.fixture
def world(database: Database) -> World:
    world = make_world(database, datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    open_year(
        world.house,
        pool="urban-life",
        year=2017,
        budget=2_000_000,
        source="Regnskabet",
        command_id="open-2017",
        actor=SYSTEM,
        now=world.now,
    )
    return world


def bring(world: World, one: ImportedCase, command_id: str = "row-1") -> int:
    return world.database.write(
        lambda session: bring_in(
            session, world.house, one, command_id=command_id, actor=SYSTEM, now=world.now
        )
    )


def decision_of(session: Session, case_id: int) -> Decision:
    return session.exec(select(Decision).where(Decision.case_id == case_id)).one()


def test_a_grant_whose_asked_amount_is_not_known_is_neither_full_nor_part(world: World) -> None:
    case_id = bring(world, ONE)
    with world.database.read() as session:
        case, decision = session.get_one(Case, case_id), decision_of(session, case_id)
        assert (case.asked, case.granted, case.outcome) == (None, 1_270_000, "granted")
        assert (case.number, case.year, case.state) == ("BT-2017-1", 2017, "granted")
        assert decision.imported
        assert (decision.outcome, decision.made_how) == ("granted", "meeting")
        assert (decision.made_on, decision.made_precision) == (date(2016, 12, 31), "month")
        assert decision.announced_at is not None
        hold = session.exec(select(Transfer).where(Transfer.kind == "hold")).one()
        assert (hold.amount, hold.effective_on, hold.precision) == (
            1_270_000,
            date(2016, 12, 31),
            "month",
        )
        assert ledger.status(session, "urban-life", 2017).free == 730_000
        events = journal.read(session, f"case:{case_id}")
        assert [event.kind for event in events] == ["case.imported", "case.grant"]
        assert {(one.effective_on, one.effective_precision) for one in events} == {
            (date(2016, 12, 31), "month")
        }
        assert events[1].data["imported"] is True
        assert session.exec(select(Deadline).where(col(Deadline.met_at).is_(None))).all() == []


def test_nothing_is_sent_and_the_letter_is_kept(world: World) -> None:
    before = set(_states(world))
    granted, refused = bring(world, ONE), bring(world, REFUSED, "row-2")
    assert set(_states(world)) - before == {(granted, "kept"), (refused, "kept")}
    assert make_kept(world.database, world.now) == 2
    assert make_kept(world.database, world.now) == 0
    with world.database.read() as session:
        for case_id in (granted, refused):
            message = session.exec(select(Message).where(Message.case_id == case_id)).one()
            document = session.get_one(Document, message.document_id)
            assert document.body.startswith(b"%PDF")
            assert (message.to_email, message.mail_id, message.sent_at) == (None, None, None)


def _states(world: World) -> list[tuple[int | None, str]]:
    with world.database.read() as session:
        return [(one.case_id, one.state) for one in session.exec(select(Message))]


def test_a_refusal_keeps_the_records_reason_and_names_nobody(world: World) -> None:
    case_id = bring(world, REFUSED)
    with world.database.read() as session:
        case, decision = session.get_one(Case, case_id), decision_of(session, case_id)
        assert (case.state, case.outcome, case.granted) == ("refused", "refused", 0)
        assert decision.reasons == "Ikke tilstrækkelig bydelsrelateret"
        assert decision.imported
        applicant = session.get_one(Applicant, case.applicant_id)
        assert (applicant.name, applicant.organisation) == ("Privatperson", None)


@pytest.mark.parametrize(
    ("asked", "granted", "reasons", "outcome"),
    [(1_270_000, 1_270_000, "", "full"), (1_500_000, 1_270_000, "For dyrt", "part")],
)
def test_where_what_was_asked_is_known_it_is_full_or_part(
    world: World, asked: int, granted: int, reasons: str, outcome: str
) -> None:
    one = replace(ONE, asked=asked, granted=granted, reasons=reasons)
    with world.database.read() as session:
        assert session.get(Case, 1) is None
    case_id = bring(world, one)
    assert world.case(case_id).outcome == outcome


def test_the_same_row_again_is_the_same_case_and_another_text_is_refused(world: World) -> None:
    case_id = bring(world, ONE)
    assert bring(world, ONE) == case_id
    with pytest.raises(CommandReused):
        bring(world, replace(ONE, granted=1))
    with world.database.read() as session:
        assert len(session.exec(select(Case)).all()) == 1


@pytest.mark.parametrize(
    ("changed", "column", "code"),
    [
        ({"granted": None}, "granted", "grant-without-amount"),
        ({"asked": 1_300_000}, "reasons", "part-without-reasons"),
        ({"asked": 1_200_000}, "granted", "more-than-asked"),
        ({"outcome": "refused", "reasons": "Nej"}, "granted", "refusal-with-amount"),
        ({"outcome": "refused", "granted": None}, "reasons", "refused-without-reasons"),
        ({"title": " "}, "title", "missing"),
        ({"applicant_kind": "klub"}, "applicant_kind", "unknown-kind"),
        ({"focus_area": "rumfart"}, "focus_area", "unknown-key"),
        ({"results": ("rumfart",)}, "results", "unknown-key"),
        ({"made_how": "lodtrækning"}, "made_how", "unknown-way"),
        ({"year": 2016}, "outcome", "year-missing"),
    ],
)
def test_what_cannot_be_a_case_leaves_nothing(
    world: World, changed: dict[str, object], column: str, code: str
) -> None:
    with pytest.raises(CannotImport) as refused:
        bring(world, replace(ONE, **changed))  # type: ignore[arg-type]
    assert (refused.value.problems[0].column, refused.value.problems[0].code) == (column, code)
    with world.database.read() as session:
        assert session.exec(select(Case)).all() == []
        assert session.exec(select(Message)).all() == []


def test_money_the_year_has_not_is_refused_by_name(world: World) -> None:
    bring(world, ONE)
    with pytest.raises(ledger.NotEnough) as refused:
        bring(world, replace(ONE, title="Mere"), "row-2")
    assert (refused.value.free, refused.value.wanted) == (730_000, 1_270_000)
    with world.database.read() as session:
        assert ledger.verify(session).ok
        assert journal.verify(session) == []


def test_what_follows_an_imported_grant_is_told_like_anything_else(world: World) -> None:
    case_id = bring(world, ONE)
    world.do(case_id, "sofie", "lapse", reason="Aktiviteten blev aldrig til noget.")
    told = [state for case, state in _states(world) if case == case_id]
    assert told == ["kept", "waiting"], "by telephone or on paper: the record has no address"


def test_one_letter_that_cannot_be_made_keeps_no_other_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(world, ONE)
    bring(world, REFUSED, "row-2")

    def sometimes(message: Message) -> bytes:
        if message.template == "decision-full":
            raise RuntimeError("no font")
        return b"%PDF"

    monkeypatch.setattr("pool.outbox.kept.letter_bytes", sometimes)
    assert make_kept(world.database, world.now) == 1
