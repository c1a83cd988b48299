"""A case that came to the wrong pool is sent on with everything kept (forvaltningsloven §7)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlmodel import col, select

import pool.files as files
import pool.outbox as outbox
from pool import journal
from pool.cases import conversation, drafts, facts, forwarding, recusal, submit
from pool.cases.commands import Submission
from pool.cases.errors import Invalid, NotFound, Refused
from pool.cases.view import case_view
from pool.clock import local_day
from pool.db import Database
from pool.models.case import Answer, Case, CaseFile, Deadline, Enquiry
from pool.models.casework import Correspondence, Hearing
from pool.models.outbox import Message
from tests.support.district import POOL, make_district
from tests.support.house import World

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    return make_district(database, now)


def new_of(world: World, case_id: int) -> Case:
    with world.database.read() as session:
        found = forwarding.successor(session, case_id)
        assert found is not None
        session.expunge(found)
        return found


def send_on(world: World, case_id: int, to: str = POOL) -> Case:
    world.do(case_id, "sofie", "forward", to_pool=to, reason="Det handler om en fest i bydelen.")
    return new_of(world, case_id)


def test_everything_goes_along(world: World) -> None:
    case_id = world.apply()
    world.do(case_id, "sofie", "ask", questions="Hvor mange kommer?", due_on="2026-03-20")
    world.do(case_id, "applicant", "answer", answer="Tres.")
    world.do(
        case_id, "sofie", "hear", facts="Pladsen er lukket.", source="fsb", due_on="2026-03-16"
    )
    sofie = world.actor("sofie")
    conversation.write(world.house, world.new_id(), case_id, "Hej Lene.", sofie, world.now)
    recusal.declare(world.house, case_id, "Nabo.", world.actor("jens"), world.now)
    old = world.case(case_id)
    world.now += timedelta(days=1)
    new = send_on(world, case_id)

    assert (new.number, new.pool, new.state) == ("BP-2026-1", POOL, "received")
    assert (new.title, new.asked, new.received_at) == (old.title, old.asked, old.received_at)
    assert (new.origin_id, new.origin_kind, new.channel) == (case_id, "forwarded", "forward")
    assert new.promised_on is not None
    assert old.promised_on is not None
    assert new.promised_on > old.promised_on, "this pool promises forty working days, from receipt"
    assert (world.case(case_id).state, world.case(case_id).closed_at) == ("forwarded", world.now)
    with world.database.read() as session:
        given = facts.answers(session, new.id or 0)
        assert given["title"] == old.title
        assert given["amount"] == 950_000
        assert "safety" not in given
        target = world.house.definitions.current(POOL)
        first = world.house.definitions.current("urban-life")
        kept = forwarding.left_behind(session, first, case_id, new.id or 0)
        assert kept["safety"] == "Vi lærer hinanden at kende."
        assert not facts.gather(session, target, new, world.now).complete
        [enquiry] = session.exec(select(Enquiry).where(Enquiry.case_id == new.id)).all()
        assert (enquiry.question, enquiry.answer) == ("Hvor mange kommer?", "Tres.")
        [hearing] = session.exec(select(Hearing).where(Hearing.case_id == new.id)).all()
        assert (hearing.facts, hearing.stopped_at) == ("Pladsen er lukket.", None)
        [stopped] = session.exec(select(Hearing).where(Hearing.case_id == case_id)).all()
        assert stopped.stopped_at == world.now
        talk = session.exec(select(Correspondence).where(Correspondence.case_id == new.id)).all()
        assert [one.text for one in talk] == ["Hej Lene."]
        due = session.exec(
            select(Deadline.kind).where(Deadline.case_id == new.id, col(Deadline.met_at).is_(None))
        ).all()
        assert sorted(due) == ["hearing", "promise"]
        here = journal.read(session, f"case:{new.id}")
        there = journal.read(session, f"case:{case_id}")
        assert here[0].kind == "case.forwarded-here"
        assert (there[-1].kind, there[-1].data["to_number"]) == ("case.forward", "BP-2026-1")
        with pytest.raises(NotFound):
            case_view(session, world.house, new.id or 0, world.actor("jens", POOL), world.now)


def test_the_applicant_gets_one_letter_and_the_secretariat_its_notice(world: World) -> None:
    case_id = world.apply()
    new = send_on(world, case_id)
    with world.database.read() as session:
        told = session.exec(select(Message).order_by(col(Message.id))).all()
        mine = [one for one in told if one.to_name == "Lene Bruun"]
        assert [one.template for one in mine] == ["receipt", "forwarded"]
        letter = mine[-1]
        assert letter.data["new_number"] == new.number
        assert letter.data["link"] == {"purpose": "case", "subject": f"case:{new.id}"}
        assert letter.data["answer_by"] == (new.promised_on or date.min).isoformat()
        assert outbox.letter_bytes(letter).startswith(b"%PDF")


def test_files_are_the_new_cases_too(world: World) -> None:
    draft_id = world.draft()
    drafts.attach(world.house, draft_id, [files.prepare("tegning.pdf", PDF)], world.now)
    case_id = submit.submit(world.house, Submission(world.new_id(), draft_id), world.now).case_id
    new = send_on(world, case_id)
    with world.database.read() as session:
        both = [
            session.exec(select(CaseFile.file_id).where(CaseFile.case_id == one)).all()
            for one in (case_id, new.id)
        ]
    assert both[0] == both[1] != []


def test_a_promise_is_never_made_for_the_past(world: World) -> None:
    case_id = world.apply(POOL, title="Fest", benefit="Alle kommer.", place="husum")
    world.now += timedelta(days=120)
    new = send_on(world, case_id, "urban-life")
    assert new.promised_on is not None
    assert new.promised_on > local_day(world.now)


def test_nothing_goes_where_it_cannot_be(world: World) -> None:
    case_id = world.apply()
    for pool in ("urban-life", "nowhere"):
        with pytest.raises((Refused, Invalid)):
            world.do(case_id, "sofie", "forward", to_pool=pool, reason="Prøve.")
    with world.database.read() as session:
        assert len(session.exec(select(Case)).all()) == 1
        assert session.exec(select(Answer).where(Answer.case_id != case_id)).all() == []


def test_answers_go_along_by_what_they_are() -> None:
    from workflows.loading import load_all

    pools = load_all(None)
    city, district = pools["urban-life"], pools[POOL]
    assert forwarding.carried(city, district, "title", "Fest") == "Fest"
    assert forwarding.carried(city, district, "safety", "Ja") is None
    assert forwarding.carried(city, district, "focus_area", "byliv") is None
    assert forwarding.carried(city, district, "amount", 100) == 100
