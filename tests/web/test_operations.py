"""The administrators' page: whether the house fares well, and what to look at where it does not."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlmodel import Session, select, update

from pool import __version__, schedule
from pool.db import Database
from pool.identity import people
from pool.models.identity import Person
from pool.models.outbox import STATES, Message, Relay
from pool.models.schedule import Job
from pool.plan import watch
from pool.render.words import words
from pool.schedule import Every, Spec
from pool.settings import Settings
from pool.web.operations import wording
from tests.look.gallery import chromium
from tests.support.client import Page, words_of
from tests.support.house import World, make_world
from tests.support.outbox import queue
from tests.support.people import make_person, sign_in
from tests.web.browsing import faults, needs_browser, served
from tests.web.conftest import Clock, MakeApp, MakeColleague
from worker.duties import DUTIES

WELL = "Alt er, som det skal være."
RELAY = "smtp://somebody:hush@mail.example:2525"
FOLD = Spec("fold", Every(timedelta(minutes=5)))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "var", smtp_url=RELAY, mail_from="puljen@kk.example")


@pytest.fixture
def world(database: Database, clock: Clock) -> World:
    return make_world(database, clock())


def fold(world: World, clock: Clock) -> None:
    """As the worker does it: put in line, claimed, done, finished."""
    database, now = world.database, clock.advance(minutes=5)
    assert database.write(lambda s: schedule.due_recurring(s, now, [FOLD])) == ["fold"]
    job = database.write(lambda s: schedule.claim_due(s, now))
    assert job is not None
    watch.fold(world.house, now)
    database.write(lambda s: schedule.finish(s, job, clock.advance(seconds=3)))


def rows(page: Page) -> list[str]:
    """Every row of the page's tables and lists of facts, its cells parted by a stroke."""
    found = []
    for one in page.root.iter():
        cells = [words_of(cell) for cell in one if cell.tag in {"th", "td", "dt", "dd"}]
        if cells:
            found.append(" | ".join(cells))
    return found


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
def test_when_all_is_well(world: World, colleague: MakeColleague, clock: Clock) -> None:
    fold(world, clock)
    _, client = colleague("admin")
    page = client.look("/drift")
    assert WELL in page.text
    assert "mail.example:2525" in page.text
    assert "hush" not in page.html
    assert "somebody" not in page.html
    assert "Lagt sammen på ny 4. marts 2026 kl. 11.20: alle saldi stemmer" in page.text
    assert "Regnskabet lægges sammen på ny" in page.text
    assert f"version {__version__}" in page.text
    assert "Bylivs- og tryghedspuljen gælder" in page.text
    assert "Desuden en journal for hvert af 2 år og hver af 0 sager." in page.text


def test_before_any_worker_has_been_here(world: World, colleague: MakeColleague) -> None:
    _, client = colleague("admin")
    page = client.look("/drift")
    assert "Ingen arbejdsproces har været her endnu." in page.text
    assert "Det er ikke lagt sammen på ny endnu" in page.text


def test_where_the_books_do_not_add_up(
    world: World, colleague: MakeColleague, clock: Clock
) -> None:
    fold(world, clock)

    def tamper(session: Session) -> None:
        name = (
            session.execute(
                text(
                    "SELECT name FROM sqlite_master"
                    " WHERE type = 'trigger' AND tbl_name = 'transfer'"
                )
            )
            .scalars()
            .first()
        )
        session.execute(text(f"DROP TRIGGER {name}"))

    world.database.write(tamper)
    fold(world, clock)
    _, client = colleague("admin")
    page = client.look("/drift")
    assert WELL not in page.text
    assert "Regnskabet stemmer ikke: 1 ting passer ikke." in page.text
    assert "det stemmer IKKE" in page.text


def test_the_messages_by_where_they_are(
    world: World, colleague: MakeColleague, database: Database, clock: Clock
) -> None:
    def work(session: Session) -> None:
        for number in range(3):
            queue(session, number, now=clock())
        queue(session, 9, email=None, now=clock())
        failed = session.exec(select(Message).where(Message.event == "test:0")).one()
        failed.state = "failed"

    database.write(work)
    _, client = colleague("admin")
    page = client.look("/drift")
    assert {
        "I kø | 2",
        "Afvist af mailserveren | 1",
        "Skal ringes om eller printes | 1",
        "Den ældste, der skal sendes | 4. marts 2026 kl. 11.15",
    } <= set(rows(page))
    assert "1 besked blev afvist, eller det er uvist, om den kom frem." in page.text


def test_a_relay_that_pauses(
    world: World, colleague: MakeColleague, database: Database, clock: Clock
) -> None:
    until = clock() + timedelta(minutes=20)
    database.write(
        lambda s: s.merge(
            Relay(id=1, paused_until=until, last_trouble="421 busy", last_trouble_at=clock())
        )
    )
    _, client = colleague("admin")
    page = client.look("/drift")
    assert "Afsendelsen holder pause til 4. marts 2026 kl. 11.35" in page.text
    assert "421 busy (4. marts 2026 kl. 11.15)" in page.text
    clock.advance(minutes=30)
    assert "holder pause" not in client.look("/drift").text


def test_without_a_mail_server(
    make: MakeApp, world: World, tmp_path: Path, database: Database, clock: Clock
) -> None:
    person = make_person(database, "Kim Admin", "admin", now=clock())
    client = make(settings=Settings(data_dir=tmp_path / "bare")).test_client()
    sign_in(client, person)
    text_ = client.get("/drift").text
    assert "Ingen: beskeder venter" in text_
    assert WELL not in text_


def test_work_that_nobody_takes(world: World, colleague: MakeColleague, clock: Clock) -> None:
    fold(world, clock)
    clock.advance(minutes=10)
    _, client = colleague("admin")
    assert WELL in client.look("/drift").text
    clock.advance(minutes=15)
    page = client.look("/drift")
    assert "Kører arbejdsprocesserne?" in page.text
    assert "Forsinket" in page.text


def test_a_job_that_was_given_up(
    world: World, colleague: MakeColleague, database: Database, clock: Clock
) -> None:
    def work(session: Session) -> None:
        schedule.ensure(session, "remind:7", clock(), "remind", {})
        session.flush()
        session.exec(
            update(Job).values(failed_at=clock(), attempts=5, last_error="OSError: <disk> full")
        )

    database.write(work)
    _, client = colleague("admin")
    page = client.look("/drift")
    assert "1 job blev opgivet efter flere forsøg." in page.text
    assert "OSError: <disk> full" in page.text


def test_the_people_with_their_roles(
    world: World, colleague: MakeColleague, database: Database, clock: Clock
) -> None:
    _, client = colleague("admin")
    person, _ = colleague("chair", "member", pool="knowledge", name="Bo Formand")
    gone, _ = colleague("finance", name="Ex Kollega")

    def lock(session: Session) -> None:
        people.set_active(session, session.get_one(Person, gone.id), False)

    database.write(lock)
    page = client.look("/drift")
    said = "Videnspuljen: medlem af arbejdsgruppen, formand for arbejdsgruppen"
    assert f"Bo Formand | {said} | {person.email} | ikke endnu" in rows(page)
    assert "Ex Kollega lukket ude" in page.text
    english = client.look("/drift?lang=en")
    assert "Ex Kollega locked out" in english.text
    assert not page.forms()


def test_only_administrators(world: World, colleague: MakeColleague) -> None:
    _, client = colleague("secretariat", "chair", "auditor")
    assert client.get("/drift").status_code == 403
    page = client.look("/styring/")
    assert "Drift" not in page.text


def test_every_state_and_duty_has_words() -> None:
    assert set(wording.MESSAGES) == set(STATES)
    assert set(wording.DUTIES) == set(DUTIES)
    danish = words("da")
    for label in (*wording.MESSAGES.values(), *wording.DUTIES.values()):
        assert danish.t(label) != label


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
def test_questions_do_not_grow_with_the_house(
    world: World, colleague: MakeColleague, database: Database, clock: Clock
) -> None:
    _, client = colleague("admin")
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))

    def cost() -> int:
        asked.clear()
        client.look("/drift")
        return len(asked)

    world.apply()
    cost()
    first = cost()
    for number in range(30):
        colleague("member", name=f"Medlem {number}")
    for _ in range(5):
        world.apply()
    assert cost() == first


@needs_browser
def test_in_a_browser(make: MakeApp, world: World, clock: Clock) -> None:
    fold(world, clock)
    world.apply()
    person = make_person(world.database, "Kim Drift", "admin", now=clock())
    app = make()
    client = app.test_client()
    sign_in(client, person)
    cookie = client.get_cookie("puljen")
    assert cookie is not None
    with served(app) as address, chromium() as browser:
        context = browser.new_context()
        context.add_cookies([{"name": "puljen", "value": cookie.value, "url": address}])
        page = context.new_page()
        page.goto(f"{address}/drift")
        found = faults(page)
    assert not found, "\n".join(found)
