"""Talking with an applicant, writing down a talk, rendering answers in Danish, the checklist."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlmodel import col, select

import pool.journal as journal
from pool.cases import conversation, notes, recusal, rendering, screening
from pool.cases.errors import CommandReused, Invalid, NotFound
from pool.cases.view import case_view
from pool.db import Database
from pool.identity.actor import Actor, applicant
from pool.journal import EventView
from pool.models.case import Case
from pool.models.casework import ChecklistMark, Correspondence
from pool.models.outbox import Message
from tests.support import district
from tests.support.house import World

LENE = applicant("Lene Bruun")


@pytest.fixture
def district_world(database: Database, now: datetime) -> World:
    return district.make_district(database, now)


def said(world: World, case_id: int, text: str, actor: Actor | None = None) -> None:
    conversation.write(world.house, world.new_id(), case_id, text, actor or LENE, world.now)


def rows(world: World, case_id: int) -> list[Correspondence]:
    with world.database.read() as session:
        found = session.exec(
            select(Correspondence)
            .where(Correspondence.case_id == case_id)
            .order_by(col(Correspondence.id))
        ).all()
        session.expunge_all()
        return list(found)


def mails(world: World, case_id: int, template: str) -> list[Message]:
    with world.database.read() as session:
        found = session.exec(
            select(Message).where(Message.case_id == case_id, Message.template == template)
        ).all()
        session.expunge_all()
        return list(found)


def events(world: World, case_id: int, kind: str) -> list[EventView]:
    with world.database.read() as session:
        return [one for one in journal.read(session, f"case:{case_id}") if one.kind == kind]


# -- the conversation


def test_both_sides_write_and_each_is_told_by_mail(world: World) -> None:
    case_id = world.apply(lang="en")
    version = world.case(case_id).state_version
    said(world, case_id, "Har I set min tegning?")
    [mail] = mails(world, case_id, "applicant-wrote")
    assert mail.person_id == world.people["sofie"]
    assert mail.data["text"] == "Har I set min tegning?"
    said(world, case_id, "Ja, tak for den.", world.actor("sofie"))
    [mail] = mails(world, case_id, "message-to-applicant")
    assert (mail.to_email, mail.lang, mail.state) == ("lene@eksempel.example", "en", "queued")
    assert mail.data["text"] == "Ja, tak for den."
    assert mail.data["link"] == {"purpose": "case", "subject": f"case:{case_id}"}
    asked, answered = rows(world, case_id)
    assert (asked.side, asked.read_at) == ("applicant", world.now)
    assert (answered.side, answered.author, answered.read_at) == ("staff", "Sofie", None)
    assert world.case(case_id).state_version == version
    assert world.case(case_id).activity_by == world.people["sofie"]
    first, second = events(world, case_id, "case.message")
    assert (first.personal or {})["text"] == "Har I set min tegning?"
    assert second.data["side"] == "staff"


def test_a_repeat_says_it_once_and_other_words_under_its_id_are_refused(world: World) -> None:
    case_id = world.apply()
    sofie = world.actor("sofie")
    for _ in range(2):
        conversation.write(world.house, "once", case_id, "Hej.", sofie, world.now)
    assert len(rows(world, case_id)) == len(mails(world, case_id, "message-to-applicant")) == 1
    with pytest.raises(CommandReused):
        conversation.write(world.house, "once", case_id, "Hej igen.", sofie, world.now)
    with pytest.raises(Invalid):
        said(world, case_id, "  ", sofie)


def test_without_an_address_it_is_to_be_told(world: World) -> None:
    case_id = world.apply(email="", phone="22334455")
    said(world, case_id, "Ring til mig.", world.actor("karim"))
    [message] = mails(world, case_id, "message-to-applicant")
    assert (message.state, message.channel) == ("waiting", "print")


def test_marking_as_read_stops_at_what_was_on_the_page(world: World) -> None:
    case_id = world.apply()
    said(world, case_id, "Et.")
    last = rows(world, case_id)[-1].id or 0
    said(world, case_id, "To.")
    sofie = world.actor("sofie")
    assert conversation.mark_read(world.house, case_id, last, sofie, world.now) == 1
    assert conversation.mark_read(world.house, case_id, last, sofie, world.now) == 0
    assert [one.read_at is None for one in rows(world, case_id)] == [False, True]
    with pytest.raises(NotFound):  # it waits for the secretariat, not for the chair
        conversation.mark_read(world.house, case_id, last + 1, world.actor("karim"), world.now)


def test_who_may_write_and_who_stays_out(world: World) -> None:
    case_id = world.apply()
    for name in ("jens", "ole", "rune", "birgit"):
        with pytest.raises(NotFound):
            said(world, case_id, "Hej.", world.actor(name))
    recusal.declare(world.house, case_id, "Min søster", world.actor("sofie"), world.now)
    with pytest.raises(NotFound):
        said(world, case_id, "Hej.", world.actor("sofie"))
    said(world, case_id, "Er der nogen?")
    assert mails(world, case_id, "applicant-wrote") == []  # Sofie was the only one there


def test_a_closed_case_can_still_be_written_in(world: World) -> None:
    case_id = world.apply()
    world.do(case_id, "applicant", "withdraw")
    said(world, case_id, "Jeg fortryder.")
    assert rows(world, case_id)[0].read_at is None
    assert len(mails(world, case_id, "applicant-wrote")) == 1


def test_the_thread_is_in_one_order_and_a_quiet_case_asks_nothing(world: World) -> None:
    case_id = world.apply()
    world.do(case_id, "sofie", "ask", questions="Hvem står for teltet?", due_on="2026-03-20")
    world.now += timedelta(hours=1)
    said(world, case_id, "Må jeg svare i morgen?")
    world.now += timedelta(hours=1)
    world.do(case_id, "applicant", "answer", answer="Det gør Bo.")
    with world.database.read() as session:
        view = case_view(session, world.house, case_id, LENE, world.now)
        found = conversation.thread(session, view)
    assert [(one.kind, one.side) for one in found] == [
        ("question", "staff"),
        ("message", "applicant"),
        ("answer", "applicant"),
    ]
    assert [one.unread for one in found] == [False, True, False]


def test_what_was_said_goes_along_to_another_pool(world: World) -> None:
    case_id = world.apply()
    world.do(case_id, "sofie", "hear", facts="Støj.", source="Naboen", due_on="2026-03-20")
    said(world, case_id, "Skal jeg svare?")
    sofie = world.actor("sofie")
    rendering.put(world.house, world.new_id(), case_id, {"title": "Fest"}, sofie, world.now)
    world.do(case_id, "sofie", "forward", to_pool="knowledge", reason="Det er et vidensmøde.")
    with world.database.read() as session:
        new = session.exec(select(Case.id).where(Case.origin_id == case_id)).one() or 0
        reader = world.actor("sofie", "knowledge")
        view = case_view(session, world.house, new, reader, world.now)
        found = conversation.thread(session, view)
        assert [one.kind for one in found] == ["hearing", "message"]
        assert found[0].open
        assert set(rendering.shown(session, view, reader)) == {"title"}


# -- a talk, written down


def test_a_talk_is_written_down_with_whom_how_and_when(world: World) -> None:
    case_id = world.apply()
    sofie = world.actor("sofie")
    for _ in range(2):
        notes.talk(
            world.house, "talk", case_id, "Teltet er lånt.", sofie, world.now,
            whom="Lene Bruun, ansøger", how="phone", on=date(2026, 2, 27),
        )  # fmt: skip
    [event] = events(world, case_id, "case.talk")
    assert event.effective_on == date(2026, 2, 27)
    assert event.data["how"] == "phone"
    assert event.personal == {"whom": "Lene Bruun, ansøger", "note": "Teltet er lånt."}
    assert events(world, case_id, "case.note") == []


def test_what_a_talk_lacks_is_said_all_at_once(world: World) -> None:
    case_id = world.apply()
    with pytest.raises(Invalid) as caught:
        notes.talk(
            world.house, "x", case_id, " ", world.actor("sofie"), world.now,
            whom="", how="pigeon", on=date(2026, 3, 3),
        )  # fmt: skip
    found = {fault.key: fault.code for fault in caught.value.faults}
    assert found == {
        "how": "required-choice", "whom": "required", "note": "required", "on": "date-ahead",
    }  # fmt: skip
    with pytest.raises(NotFound):
        notes.talk(world.house, "y", case_id, "Hej.", world.actor("ole"), world.now,
                   whom="Lene", how="door")  # fmt: skip


# -- rendering


def test_a_rendering_stands_beside_the_answer_and_can_be_taken_away(world: World) -> None:
    case_id = world.apply(title="حفلة في الشارع", safety="نتعرف على بعضنا البعض", lang="en")
    house, sofie = world.house, world.actor("sofie")
    texts = {"title": "Gadefest", "safety": "Vi lærer hinanden at kende.", "email": "x"}
    rendering.put(house, world.new_id(), case_id, texts, sofie, world.now)
    with world.database.read() as session:
        found = rendering.of_case(session, case_id)
        assert {key: row.text for key, row in found.items()} == {
            "title": "Gadefest",
            "safety": "Vi lærer hinanden at kende.",
        }
    assert world.case(case_id).title == "حفلة في الشارع"
    assert "gadefest" in world.case(case_id).search
    later = world.now + timedelta(days=1)
    rendering.put(house, world.new_id(), case_id, {"title": "Gadefest", "safety": ""}, sofie, later)
    with world.database.read() as session:
        found = rendering.of_case(session, case_id)
        assert {key: row.written_at for key, row in found.items()} == {"title": world.now}
    first, second = events(world, case_id, "case.render")
    assert first.data["questions"] == ["safety", "title"]
    assert (second.data["questions"], second.data["removed"]) == ([], ["safety"])


def test_who_renders_and_who_reads_renderings(world: World) -> None:
    case_id = world.apply()
    texts = {"title": "Fest"}
    for name in ("karim", "jens", "ole"):
        with pytest.raises(NotFound):
            rendering.put(world.house, "x", case_id, texts, world.actor(name), world.now)
    rendering.put(world.house, "x", case_id, texts, world.actor("sofie"), world.now)
    world.do(case_id, "karim", "grant")
    for name, reads in {"jens": True, "rune": True, "ole": False, "maja": False}.items():
        actor = world.actor(name)
        with world.database.read() as session:
            view = case_view(session, world.house, case_id, actor, world.now)
            assert bool(rendering.shown(session, view, actor)) is reads, name
    with world.database.read() as session:
        view = case_view(session, world.house, case_id, LENE, world.now)
        assert rendering.shown(session, view, LENE) == {}


# -- the checklist


def points(world: World) -> list[str]:
    return [point.key for point in world.house.definitions.current(district.POOL).checklist]


def test_the_checklist_says_who_marked_what_and_opens_the_way(district_world: World) -> None:
    world = district_world
    case_id = district.apply(world)
    sofie, keys = world.actor("sofie", district.POOL), points(world)
    first, *others = keys
    screening.mark(
        world.house, world.new_id(), case_id, {first: ("yes", ""), others[0]: ("", "")}, sofie,
        world.now,
    )  # fmt: skip
    later = world.now + timedelta(hours=1)
    rest = dict.fromkeys(others[1:], ("not-relevant", ""))
    screening.mark(
        world.house, world.new_id(), case_id,
        {first: ("yes", ""), others[0]: ("no", "Ligger i Valby."), **rest}, sofie, later,
    )  # fmt: skip
    with world.database.read() as session:
        marks = screening.of_case(session, case_id)
    assert marks[first].marked_at == world.now
    assert (marks[others[0]].mark, marks[others[0]].remark) == ("no", "Ligger i Valby.")
    assert marks[others[0]].marked_at == later
    _, second = events(world, case_id, "case.screening")
    assert first not in second.data["marks"]


def test_what_the_checklist_does_not_take(district_world: World) -> None:
    world = district_world
    case_id = district.apply(world)
    sofie, first = world.actor("sofie", district.POOL), points(world)[0]
    with pytest.raises(Invalid) as caught:
        screening.mark(
            world.house, "x", case_id, {first: ("", "Hm."), "n": ("perhaps", "")}, sofie, world.now
        )
    assert [fault.key for fault in caught.value.faults] == [first, "n"]
    with pytest.raises(NotFound):
        screening.mark(world.house, "x", case_id, {"no-point": ("yes", "")}, sofie, world.now)
    jens = world.actor("jens", district.POOL)
    with pytest.raises(NotFound):
        screening.mark(world.house, "x", case_id, {first: ("yes", "")}, jens, world.now)
    light = world.apply()
    with pytest.raises(NotFound):
        screening.mark(world.house, "x", light, {first: ("yes", "")}, world.actor("sofie"),
                       world.now)  # fmt: skip
    with world.database.read() as session:
        assert session.exec(select(ChecklistMark)).all() == []
