"""Hearing an applicant on facts from others (forvaltningsloven §19): the decision waits."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

import pool.journal as journal
from pool.cases import conversation, deadlines
from pool.cases.commands import Command
from pool.cases.errors import Invalid, Refused
from pool.cases.fire import fire
from pool.cases.view import case_view
from pool.clock import local_day
from pool.files import prepare
from pool.identity.actor import applicant
from pool.models.case import CaseFile
from pool.models.casework import Hearing
from pool.models.outbox import Message
from pool.outbox import letter_bytes
from tests.support.house import World

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
FACTS = "Naboen siger, at festen sidste år blev holdt for lukkede døre."
REASONS = "Kriteriet om, at aktiviteten er åben for alle, er ikke opfyldt."
DUE = date(2026, 3, 16)


def hear(world: World, case_id: int, due: date = DUE) -> None:
    world.do(
        case_id, "sofie", "hear", facts=FACTS, source="Naboen i nr. 4", due_on=f"{due:%d.%m.%Y}"
    )


def obstacles(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [one.code for one in refused.value.explanation.obstacles]


def hearings(world: World, case_id: int) -> list[Hearing]:
    with world.database.read() as session:
        found = session.exec(
            select(Hearing).where(Hearing.case_id == case_id).order_by(col(Hearing.id))
        ).all()
        session.expunge_all()
        return list(found)


def mails(world: World, case_id: int, *templates: str) -> list[Message]:
    with world.database.read() as session:
        found = session.exec(
            select(Message)
            .where(Message.case_id == case_id, col(Message.template).in_(templates))
            .order_by(col(Message.id))
        ).all()
        session.expunge_all()
        return list(found)


def kinds(world: World, case_id: int) -> list[str]:
    with world.database.read() as session:
        return [one.kind for one in journal.read(session, f"case:{case_id}")]


def open_days(world: World, case_id: int) -> dict[str, date]:
    with world.database.read() as session:
        return deadlines.open_deadlines(session, case_id)


def test_the_decision_waits_until_the_applicant_has_answered(world: World) -> None:
    case_id = world.apply(lang="en")
    hear(world, case_id)
    [letter] = mails(world, case_id, "hearing")
    assert (letter.kind, letter.lang, letter.to_email) == ("letter", "en", "lene@eksempel.example")
    assert (letter.data["facts"], letter.data["source"]) == (FACTS, "Naboen i nr. 4")
    assert letter.data["answer_by"] == "2026-03-16"
    assert letter.data["link"]["subject"] == f"case:{case_id}"
    assert open_days(world, case_id)["hearing"] == DUE
    inputs: dict[str, Any] = {"reasons": REASONS}
    for action in ("refuse", "grant", "grant-part"):
        with pytest.raises(Refused) as refused:
            world.do(case_id, "karim", action, **inputs)
        assert "hearing-open" in obstacles(refused)
    with pytest.raises(Refused) as refused:
        hear(world, case_id)
    assert "hearing-going-on" in obstacles(refused)

    world.do(case_id, "applicant", "hearing-answer", answer="Det var det ikke. Se billederne.")
    [heard] = hearings(world, case_id)
    assert (heard.answer, heard.answered_at) == ("Det var det ikke. Se billederne.", world.now)
    [told] = mails(world, case_id, "hearing-answered")
    assert (told.person_id, told.data["answer"]) == (world.people["sofie"], heard.answer)
    assert "hearing" not in open_days(world, case_id)
    world.do(case_id, "karim", "refuse", reasons=REASONS)
    assert world.case(case_id).state == "refused"


def test_when_its_day_has_passed_the_case_can_be_decided(world: World) -> None:
    case_id = world.apply()
    hear(world, case_id)
    world.now = world.now.replace(month=3, day=16, hour=22, minute=30)  # 23.30 in Copenhagen
    assert local_day(world.now) == DUE
    assert deadlines.fire_due(world.house, world.now) == 0
    with pytest.raises(Refused) as refused:
        world.do(case_id, "karim", "refuse", reasons=REASONS)
    assert obstacles(refused) == ["hearing-open"]

    world.now += timedelta(hours=1)
    fired = deadlines.fire_due(world.house, world.now)
    assert fired == 1
    assert deadlines.fire_due(world.house, world.now) == 0
    [heard] = hearings(world, case_id)
    assert (heard.stopped_because, heard.answer) == ("ran-out", None)
    assert "deadline.hearing" in kinds(world, case_id)
    [told] = mails(world, case_id, "hearing-over")
    assert (told.person_id, told.data["answer_by"]) == (world.people["sofie"], "2026-03-16")
    assert "hearing" not in open_days(world, case_id)
    world.do(case_id, "karim", "refuse", reasons=REASONS)


def test_before_the_worker_has_come_the_day_is_over_all_the_same(world: World) -> None:
    case_id = world.apply()
    hear(world, case_id)
    world.now += timedelta(days=15)
    # A late answer is still an answer; another hearing ends the one that ran out.
    hear(world, case_id, date(2026, 3, 30))
    first, second = hearings(world, case_id)
    assert (first.stopped_because, second.stopped_at) == ("ran-out", None)
    world.now += timedelta(days=14)
    world.do(case_id, "applicant", "hearing-answer", answer="Undskyld, at det er sent.")
    assert hearings(world, case_id)[1].answer == "Undskyld, at det er sent."
    assert deadlines.fire_due(world.house, world.now) >= 0
    assert hearings(world, case_id)[1].stopped_at is None
    hear(world, case_id, date(2026, 4, 13))
    world.now += timedelta(days=15)
    world.do(case_id, "karim", "refuse", reasons=REASONS)  # run out, and not ended yet


def test_the_secretariat_types_in_an_answer_with_its_files(world: World) -> None:
    case_id = world.apply(email="", phone="22334455")
    hear(world, case_id)
    [letter] = mails(world, case_id, "hearing")
    assert (letter.state, letter.channel) == ("waiting", "print")
    assert letter_bytes(letter, ["Lene Bruun"]).startswith(b"%PDF")
    case = world.case(case_id)
    world.now += timedelta(days=1)
    command = Command(
        id="typed-in",
        case_id=case_id,
        action="hearing-answer",
        state_version=case.state_version,
        inputs={"answer": "Hun ringede: det passer ikke."},
        files=(prepare("billede.pdf", PDF),),
    )
    for _ in range(2):
        fire(world.house, command, world.actor("sofie"), world.now)
    with world.database.read() as session:
        [file] = session.exec(select(CaseFile).where(CaseFile.case_id == case_id)).all()
        assert file.purpose == "hearing"
        view = case_view(session, world.house, case_id, applicant("Lene"), world.now)
        thread = conversation.thread(session, view)
    assert [one.kind for one in thread] == ["hearing", "hearing-answer"]
    assert [one.file.name for one in thread[1].files] == ["billede.pdf"]
    assert (thread[0].source, thread[0].open) == ("Naboen i nr. 4", False)


def test_it_can_be_called_off_with_a_reason(world: World) -> None:
    case_id = world.apply()
    with pytest.raises(Refused) as refused:
        world.do(case_id, "applicant", "hearing-answer", answer="Hvad?")
    assert obstacles(refused) == ["hearing-none"]
    hear(world, case_id)
    with pytest.raises(Invalid):
        world.do(case_id, "sofie", "hearing-stop", reason=" ")
    world.do(case_id, "sofie", "hearing-stop", reason="Naboen trak det tilbage.")
    [heard] = hearings(world, case_id)
    assert heard.stopped_because == "called-off"
    world.do(case_id, "karim", "grant")


@pytest.mark.parametrize(
    ("inputs", "field"),
    [
        ({"facts": "", "source": "Naboen", "due_on": "16.3.2026"}, "facts"),
        ({"facts": "Noget", "source": " ", "due_on": "16.3.2026"}, "source"),
        ({"facts": "Noget", "source": "Naboen", "due_on": ""}, "due_on"),
    ],
)
def test_what_a_hearing_must_say(world: World, inputs: dict[str, Any], field: str) -> None:
    case_id = world.apply()
    with pytest.raises(Invalid) as invalid:
        world.do(case_id, "sofie", "hear", **inputs)
    assert [fault.key for fault in invalid.value.faults] == [field]
    assert hearings(world, case_id) == []


def test_a_hearing_needs_a_day_ahead_and_a_caseworker(world: World) -> None:
    case_id = world.apply()
    with pytest.raises(Refused) as refused:
        hear(world, case_id, date(2026, 3, 2))
    assert obstacles(refused) == ["due-passed"]
    with pytest.raises(Refused) as refused:
        world.do(case_id, "karim", "hear", facts=FACTS, source="Naboen", due_on="16.3.2026")
    assert obstacles(refused) == ["wrong-role"]


def test_a_withdrawn_case_waits_for_no_comments(world: World) -> None:
    case_id = world.apply()
    hear(world, case_id)
    world.do(case_id, "applicant", "withdraw")
    assert open_days(world, case_id) == {}
    world.now += timedelta(days=30)
    deadlines.fire_due(world.house, world.now)
    assert mails(world, case_id, "hearing-over") == []
