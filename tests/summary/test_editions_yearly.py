"""The December job, and the files it has made. On both engines."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from sqlmodel import Session, col, select

import pool.identity as identity
from pool import schedule
from pool.db import Database
from pool.models.outbox import Document, Message
from pool.models.schedule import Job
from pool.models.summary import SummaryEdition, SummaryFile
from pool.summary import editions, editions_files, yearly
from pool.summary.editions import Submit, WriteWords
from tests.support.house import World, make_world
from tests.support.people import make_person
from tests.support.together import together
from worker.duties import DUTIES, ERRANDS

DUE = (12, 10)


def at(month: int, day: int, hour: int = 9, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


@pytest.fixture
def world(database: Database) -> World:
    world = make_world(database, at(11, 2))
    world.do(world.apply(title="Gadefest"), "karim", "grant")
    return world


def every(world: World) -> list[SummaryEdition]:
    with world.database.read() as session:
        return list(session.exec(select(SummaryEdition).order_by(col(SummaryEdition.id))))


def told(world: World) -> list[Message]:
    with world.database.read() as session:
        query = select(Message).where(col(Message.template) == "summary-drafted")
        return list(session.exec(query))


def run(world: World, now: datetime, *pools: str) -> int:
    return yearly.draft_due(world.house, now, day=DUE, pools=pools)


def test_once_a_year_on_the_day(world: World) -> None:
    assert run(world, at(12, 9, 22)) == 0  # still the ninth, 23 o'clock in Copenhagen
    assert run(world, at(12, 9, 23)) == 1  # the tenth there
    assert [run(world, at(12, day)) for day in (10, 11, 17, 31)] == [0, 0, 0, 0]
    assert run(world, at(1, 5, year=2027)) == 0
    (made,) = every(world)
    assert made.pools == ["urban-life", "knowledge"]  # the largest first
    assert (made.edition, made.year, made.axis) == ("provisional", 2026, "recorded")
    assert made.as_of.isoformat() == "2026-12-10"
    (mail,) = told(world)
    assert mail.to_name == "Sofie"
    assert mail.data["link"] == {"path": f"/styring/opgoerelser/{made.id}"}


def test_after_a_stop_of_a_week_it_is_made_as_of_the_day_it_is(world: World) -> None:
    assert run(world, at(12, 17)) == 1
    assert every(world)[0].as_of.isoformat() == "2026-12-17"


def test_after_a_stop_over_new_year_it_is_made_of_the_old_year(world: World) -> None:
    assert run(world, at(1, 4, year=2027)) == 1
    (made,) = every(world)
    assert (made.year, made.as_of.isoformat()) == (2026, "2026-12-31")
    assert made.known_at < at(1, 1, year=2027)
    assert run(world, at(2, 1, year=2027)) == 0


def test_two_workers_at_once_make_one(world: World) -> None:
    done = together(2, lambda: run(world, at(12, 10)))
    assert done.errors == []
    assert sorted(done.results) == [0, 1]
    assert len(every(world)) == len(told(world)) == 1


def test_only_of_the_pools_asked_for_and_in_the_books(world: World) -> None:
    assert run(world, at(12, 10), "urban-life", "no-such-pool") == 1
    assert every(world)[0].pools == ["urban-life"]
    assert run(world, at(12, 11), "urban-life", "no-such-pool") == 0


def test_without_a_year_in_the_books_it_waits(database: Database) -> None:
    world = make_world(database, at(11, 2), budgets={})
    assert run(world, at(12, 10, year=2025)) == 0
    assert every(world) == []


def test_the_duty_reads_the_settings(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from pool import settings

    monkeypatch.setenv("PULJEN_SUMMARY_DAY", "11-20")
    monkeypatch.setenv("PULJEN_SUMMARY_POOLS", "knowledge")
    settings.load.cache_clear()
    try:
        duty = DUTIES["summary-yearly"]
        assert duty.do(world.house, at(11, 19)) == 0
        assert duty.do(world.house, at(11, 20)) == 1
        assert every(world)[0].pools == ["knowledge"]
    finally:
        settings.load.cache_clear()


def only(world: World, **pools: str) -> None:
    """Take the secretariat and the chair away; a secretary for each pool given, by name."""

    def leave(session: Session) -> None:
        for name, role in (("sofie", "secretariat"), ("karim", "chair")):
            identity.revoke_role(session, world.people[name], role)

    world.database.write(leave)
    for name, pool in pools.items():
        make_person(world.database, name, "secretariat", now=at(11, 2), pool=pool)


def test_where_nobody_works_on_all_pools_each_has_its_own(world: World) -> None:
    only(world, Una="urban-life", Kai="knowledge")
    assert run(world, at(12, 10)) == 2
    assert [one.pools for one in every(world)] == [["urban-life"], ["knowledge"]]
    assert [one.to_name for one in told(world)] == ["Una", "Kai"]
    assert run(world, at(12, 11)) == 0


def test_a_pool_nobody_works_on_waits_until_somebody_does(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    only(world, Kai="knowledge")
    assert run(world, at(12, 10)) == 1
    assert every(world)[0].pools == ["knowledge"]
    assert "nobody can work on the year's summary of urban-life" in caplog.text
    assert [one.to_name for one in told(world)] == ["Kai"]
    make_person(world.database, "Una", "secretariat", now=at(11, 2), pool="urban-life")
    assert run(world, at(12, 12)) == 1
    assert every(world)[1].pools == ["urban-life"]


def test_naming_the_same_pools_in_the_setting_makes_no_second(world: World) -> None:
    assert run(world, at(12, 10)) == 1
    assert run(world, at(12, 11), "knowledge", "urban-life") == 0
    assert run(world, at(12, 11), "knowledge") == 0


def due_job(world: World, now: datetime) -> Job:
    job = world.database.write(
        lambda session: schedule.claim_due(session, now, (editions_files.ERRAND,))
    )
    assert job is not None
    return job


def files(world: World) -> list[tuple[SummaryFile, Document]]:
    def find(session: Session) -> Any:
        return session.exec(
            select(SummaryFile, Document)
            .join(Document, col(Document.id) == col(SummaryFile.document_id))
            .order_by(col(SummaryFile.id))
        ).all()

    with world.database.read() as session:
        return list(find(session))


def test_the_worker_makes_the_eight_files_and_shows_how_far_it_is(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = at(12, 10)
    run(world, now)
    job = due_job(world, now)
    errand = ERRANDS[job.kind]
    number = every(world)[0].id or 0

    steps = count(step=8)  # seconds: a slice ends after three files
    monkeypatch.setattr("pool.summary.editions_files.monotonic", lambda: float(next(steps)))
    seen = []
    for _ in range(10):
        done = errand(world.house, job.payload, now)
        edition = every(world)[0]
        seen.append((edition.made, edition.files_version))
        if done:
            break
    assert [made for made, _ in seen] == [2, 4, 6, 8]
    assert (edition.wanted, edition.files_version) == (8, edition.version)
    assert errand(world.house, job.payload, now), "doing it again does nothing more"

    made = files(world)
    assert len(made) == 8
    kinds = {(row.lang, row.format): document for row, document in made}
    assert kinds["da", "pdf"].body.startswith(b"%PDF-")
    assert kinds["en", "xlsx"].body.startswith(b"PK")
    assert "urban-life" in kinds["da", "csv"].name
    told = json.loads(kinds["en", "json"].body)
    assert told["sha256"] == edition.sha256
    assert told["figures"] == json.loads(edition.figures)
    assert (told["state"], told["lang"]) == ("draft", "en")
    with world.database.read() as session:
        found = editions_files.document(session, edition, "da", "pdf")
        assert found is not None
        assert found.id == kinds["da", "pdf"].id
        assert editions_files.document(session, edition, "da", "exe") is None
        assert editions_files.sizes(session, edition)["da", "pdf"] == len(found.body)
    assert number == edition.id


def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the forms that are made in no time."""
    forms = tuple((lang, form) for form in ("csv", "json") for lang in ("da", "en"))
    monkeypatch.setattr(editions_files, "FORMS", forms)


def test_new_words_and_submitting_have_files_of_their_own(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    fast(monkeypatch)
    now = at(12, 10)
    run(world, now)
    first = due_job(world, now)
    number = every(world)[0].id or 0
    sofie = world.actor("sofie")
    assert ERRANDS[first.kind](world.house, first.payload, now)

    editions.write_words(world.house, WriteWords(number, 1, "Vores ord.", ""), sofie, now)
    edition = every(world)[0]
    assert (edition.made, edition.wanted, edition.files_version) == (0, 0, 1)
    editions.submit(world.house, Submit("s", number, 2), sofie, now)
    with world.database.read() as session:
        assert editions_files.sizes(session, every(world)[0]) == {}, "those were a draft's"
        assert editions_files.document(session, every(world)[0], "en", "json") is None
    assert ERRANDS[first.kind](world.house, first.payload, now), "the old errand is over"
    second = due_job(world, now + timedelta(seconds=1))
    assert ERRANDS[second.kind](world.house, second.payload, now)
    edition = every(world)[0]
    assert edition.files_version == edition.version == 3
    with world.database.read() as session:
        told = editions_files.document(session, edition, "en", "json")
    assert told is not None
    assert json.loads(told.body)["own_words"] == "Vores ord."
    assert json.loads(told.body)["state"] == "submitted"
    assert {row.words_version for row, _ in files(world)} == {1, 3}


def test_two_workers_at_the_same_files_make_each_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    fast(monkeypatch)
    now = at(12, 10)
    run(world, now)
    payload = due_job(world, now).payload
    done = together(2, lambda: editions_files.work(world.house, payload, now))
    assert (done.errors, done.results) == ([], [True, True])
    assert len(files(world)) == 4


def test_the_same_edition_gives_the_same_bytes(world: World) -> None:
    from pool.summary import files as forms

    run(world, at(12, 10))
    edition = every(world)[0]
    for form in ("pdf", "xlsx", "csv", "json"):
        first, again = (forms.make(edition, "da", form) for _ in range(2))
        assert first == again, form
