"""Every colleague chooses how they are told what can wait."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from sqlmodel import col, select

from pool.db import Database
from pool.models.identity import Person
from pool.models.journal import JournalEvent
from tests.support.client import HostileClient
from tests.web.conftest import FOUNDATION, MakeColleague


@pytest.fixture
def rooms() -> Sequence[str]:
    return FOUNDATION


def stands(database: Database, person: Person) -> str:
    with database.read() as session:
        return session.get_one(Person, person.id).notices


def test_choosing_is_kept_and_journaled_once(colleague: MakeColleague, database: Database) -> None:
    person, client = colleague("auditor")
    page = client.look("/mine-beskeder")
    assert page.heading == "Mine beskeder"
    assert person.email in page.text
    for _ in range(2):  # pressed twice
        answer = client.submit(page, {"notices": "weekly"})
        assert answer.headers["Location"] == "/mine-beskeder"
    assert stands(database, person) == "weekly"
    assert 'value="weekly" checked' in client.get("/mine-beskeder").text
    with database.read() as session:
        kinds = select(JournalEvent).where(col(JournalEvent.kind) == "person-notices")
        [event] = session.exec(kinds)
    assert json.loads(event.data) == {"person": person.id, "notices": "weekly"}


def test_what_is_no_choice_changes_nothing(colleague: MakeColleague, database: Database) -> None:
    person, client = colleague("member")
    page = client.look("/mine-beskeder")
    for typed in ("never", ""):
        answer = client.submit(page, {"notices": typed})
        assert answer.status_code == 422
        assert client.page(answer).errors[-1].endswith("Vælg en af dem")
    assert stands(database, person) == "each"


def test_it_is_for_colleagues(client: HostileClient) -> None:
    assert client.get("/mine-beskeder").status_code == 303
