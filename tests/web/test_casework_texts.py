"""Who reads what colleagues wrote down about a case (forvaltningsloven §27), role by role."""

from __future__ import annotations

import pytest
from flask import Flask

from pool.cases import access, notes, recusal
from pool.db import Database
from pool.identity.people import STAFF_ROLES
from tests.support.house import World, make_world
from tests.web.caseworking import Desk
from tests.web.conftest import Clock

READERS = {"sofie": True, "karim": True, "jens": True, "rune": True}
OTHERS = {"ole": False, "birgit": False, "maja": False}


@pytest.fixture
def story(database: Database, clock: Clock) -> World:
    story = make_world(database, clock())
    case_id = story.apply()
    story.do(case_id, "sofie", "ask", questions="Hvad med støjen?", due_on="2026-03-20")
    story.do(case_id, "applicant", "answer", answer="Min mand er syg.")
    notes.note(story.house, story.new_id(), case_id, "Hun lød bekymret.", story.actor("sofie"),
               story.now)  # fmt: skip
    recusal.declare(story.house, case_id, "Min søsters forening", story.actor("amina"), story.now)
    record = {
        "made_on": "2026-03-04",
        "made_where": "mail",
        "took_part": "Karim deltog",
        "stayed_out": "Amina blev ude",
    }
    story.do(case_id, "sofie", "grant", record=record)
    story.do(case_id, "ole", "pay", reference="BILAG-7", paid_on="2026-03-04")
    return story


WRITTEN = (
    "Hvad med støjen?",
    "Min mand er syg.",
    "Hun lød bekymret.",
    "Min søsters forening",
    "Karim deltog",
    "Amina blev ude",
)


@pytest.mark.parametrize(("name", "reads"), [*READERS.items(), *OTHERS.items()])
def test_who_reads_what_was_written(story: World, app: Flask, name: str, reads: bool) -> None:
    text = Desk(app, story, name).open("/sager/BT-2026-1").text
    for written in WRITTEN:
        assert (written in text) is reads, written
    assert ("BILAG-7" in text) is (reads or name == "ole")
    for happened in ("Notat", "Har meldt sig inhabil", "Spørgsmål sendt til ansøgeren"):
        assert happened in text
    assert "sekretariat" in text  # in what role
    assert ("Sofie (" in text) is reads


def test_one_predicate() -> None:
    for role in STAFF_ROLES:
        full = role in {"secretariat", "chair", "member", "auditor"}
        for text in ("note", "ground", "took_part", "stayed_out", "answer", "anything"):
            assert access.reads({role}, text) is full, (role, text)
        assert access.reads({role}, "reference") is (full or role == "finance")
        contact = {"secretariat", "chair", "finance", "communications", "auditor"}
        assert access.reads({role}, "email") is (role in contact)
        assert access.opens({role}, "evidence") is full
        assert access.opens({role}, "application")
