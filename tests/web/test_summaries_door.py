"""The steering group's door: a link from the mail, without a password."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import cast

import pytest
from flask import Flask

import pool.identity as identity
from pool.db import Database
from pool.identity import tokens
from pool.settings import Settings
from pool.summary import editions, editions_files
from pool.summary import editions_people as people
from pool.summary.editions import Submit
from tests.look.gallery import chromium
from tests.support.client import HostileClient
from tests.support.house import World
from tests.support.outbox import messages
from tests.support.people import make_person, sign_in
from tests.support.snapshot import changes, snapshot
from tests.web.browsing import faults, needs_browser, served
from tests.web.conftest import Clock
from tests.web.test_summaries import LIST, ask, look, mails, make, world
from worker.links import addresses

__all__ = ["world"]  # the fixture

ALSO = "Anne Borg <anne@kk.example>"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "var", summary_recipients=ALSO)


def sent(world: World) -> tuple[int, dict[str, str]]:
    """A submitted edition, and the path of each recipient's link as the worker mints it."""
    number = make(world)
    editions.submit(
        world.house,
        Submit("s", number, 1),
        world.actor("sofie"),
        world.now,
        also=people.written_addresses(ALSO),
    )
    told = mails(world, "summary-submitted")
    return number, {one.to_name: _minted(world, one.data["link"]) for one in told}


def _minted(world: World, link: dict[str, str]) -> str:
    return world.database.write(lambda session: addresses("")(session, link, world.now))


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
def test_the_link_opens_the_edition_and_uses_nothing_up(
    world: World, client: HostileClient, clock: Clock
) -> None:
    number, paths = sent(world)
    before = snapshot(world.database)
    for _ in range(2):
        page = client.look(paths["Birgit"])
        assert page.heading == "Bylivs- og tryghedspuljen 2026"
        assert "Du læser dette som Birgit" in page.text
        assert "9.500" in page.text
    assert not changes(before, snapshot(world.database))
    clock.advance(days=119)
    client.look(paths["Birgit"])
    clock.advance(days=2)
    gone = client.look(paths["Birgit"], status=410)
    assert "er udløbet" in gone.text
    assert gone.link("Log ind").startswith("/log-ind")
    assert number


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
def test_asking_and_receiving_without_a_password(world: World, client: HostileClient) -> None:
    number, paths = sent(world)
    for name, path in paths.items():
        page = client.look(path)
        form = client.look(page.link("Spørg til et afsnit"))
        page = client.follow(client.submit(form, {"question": f"{name} spørger?"}))
        assert f"{name} spørger?" in page.text
        page = client.follow(client.submit(page, {"note": "Tak."}, button="Tag den"))
        assert "Tak. Det er noteret" in page.text
        assert "Du har taget den til efterretning" in page.text
        assert page.forms() == []
        again = client.get(f"{path}/modtag")
        assert again.headers["Location"] == path, "it is noted once"
    stored = look(world, number)
    assert (stored.state, stored.received_by, stored.received_note) == (
        "received",
        "Birgit",
        "Tak.",
    )
    with world.database.read() as session:
        assert [one.by for one in editions.receipts(session, stored)] == ["Birgit", "Anne Borg"]
    assert len(mails(world, "summary-question")) == len(mails(world, "summary-received")) == 2


def test_a_link_is_no_session_of_a_colleague(world: World, client: HostileClient) -> None:
    number, paths = sent(world)
    client.look(paths["Birgit"])
    assert client.get(f"{LIST}{number}").status_code == 303
    assert client.get("/sager/").status_code == 303
    assert client.get("/styring/").status_code == 303
    with client.session_transaction() as session:
        assert "staff" not in session
        assert "links" not in session


def test_files_by_the_link(
    world: World, client: HostileClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, paths = sent(world)
    monkeypatch.setattr(editions_files, "FORMS", (("da", "csv"), ("en", "csv")))
    payload = {"edition": number, "version": 2}
    assert editions_files.work(world.house, payload, world.now)
    page = client.look(paths["Anne Borg"])
    got = client.get(page.link("som CSV"))
    assert got.status_code == 200
    assert got.headers["Referrer-Policy"] == "no-referrer"
    assert got.headers["Cache-Control"] == "no-store"
    assert client.get(f"{paths['Anne Borg']}/fil/da/pdf").status_code == 404


def test_nothing_else_opens(world: World, client: HostileClient, app: Flask) -> None:
    number, _ = sent(world)
    other = make(world, key="other")  # a draft

    def mint(purpose: tokens.Purpose, subject: str) -> str:
        return world.database.write(
            lambda s: tokens.mint(s, purpose, subject, now=world.now, days=1, once=False)
        )

    dead = {
        "no link": "not-a-token",
        "another purpose": mint("case", f"edition:{number}:person:{world.people['birgit']}"),
        "a draft": mint("steering", f"edition:{other}:person:{world.people['birgit']}"),
        "no edition": mint("steering", f"edition:999:person:{world.people['birgit']}"),
        "not of the steering group": mint(
            "steering", f"edition:{number}:person:{world.people['jens']}"
        ),
        "nobody it was sent to": mint("steering", f"edition:{number}:mail:{'0' * 24}"),
        "nobody at all": mint("steering", f"edition:{number}:person:999"),
    }
    for what, raw in dead.items():
        for path in ("", "/spoerg", "/modtag", "/fil/da/csv"):
            page = client.look(f"/opgoerelse/{raw}{path}", status=410)
            assert "Linket virker ikke" in page.heading, what
            assert "9.500" not in page.text
        fresh = cast(HostileClient, app.test_client())
        for path in ("/spoerg", "/modtag"):
            answer = fresh.post(f"/opgoerelse/{raw}{path}", data={"question": "?"})
            assert answer.status_code in {410, 429}, what
        # each look counts against the address, so begin anew
        from pool.web.context import EXTENSION

        app.extensions[EXTENSION].throttle.forget("link-address", "127.0.0.1")
    assert look(world, number).state == "submitted"


def test_who_left_the_steering_group_is_out_at_once(world: World, client: HostileClient) -> None:
    _, paths = sent(world)
    client.look(paths["Birgit"])
    world.database.write(
        lambda session: identity.revoke_role(session, world.people["birgit"], "steering")
    )
    client.look(paths["Birgit"], status=410)
    client.look(paths["Anne Borg"])


def test_trying_secrets_is_slowed_down(client: HostileClient, world: World) -> None:
    answers = [client.get(f"/opgoerelse/guess-{n}").status_code for n in range(25)]
    assert answers[:20] == [410] * 20
    assert set(answers[20:]) == {429}


def test_no_log_has_a_live_link(
    world: World, client: HostileClient, caplog: pytest.LogCaptureFixture
) -> None:
    _, paths = sent(world)
    path = paths["Birgit"]
    with caplog.at_level(logging.DEBUG):
        client.look(path)
        client.look(f"{path}/spoerg")
        client.post(f"{path}/modtag", data={})
    raw = path.rsplit("/", 1)[1]
    assert caplog.records
    for record in caplog.records:
        assert raw not in record.getMessage() + str(record.__dict__.get("fields", ""))
    assert any(
        "/opgoerelse/<token>" in str(record.__dict__.get("fields", "")) for record in caplog.records
    )


@needs_browser
def test_in_a_browser(world: World, app: Flask) -> None:
    """axe finds nothing at any width; no page is wider than the screen."""
    number, paths = sent(world)
    ask(world, number)
    draft = make(world, "urban-life", "knowledge", key="draft")
    person = make_person(world.database, "Kim Sekretær", "secretariat", now=world.now)
    client = app.test_client()
    sign_in(client, person)
    cookie = client.get_cookie("puljen")
    assert cookie is not None
    path = paths["Birgit"]
    guests = (path, f"{path}/spoerg?ved=three-2", "/opgoerelse/lost")
    birgit = f"{LIST}{number}/modtagere/person:{world.people['birgit']}"
    make_person(world.database, "Ny Styr", "steering", now=world.now)
    staff = (
        f"{LIST}ny",
        f"{LIST}{draft}/ord",
        f"{LIST}{number}",
        f"{birgit}/send",
        f"{birgit}/tag-tilbage",
    )
    found: list[str] = []
    with served(app) as home, chromium() as browser:
        context = browser.new_context()
        page = context.new_page()
        for here in (*guests, *staff):
            if here == staff[0]:
                context.add_cookies([{"name": "puljen", "value": cookie.value, "url": home}])
            page.goto(home + here)
            found += faults(page, (390, 1280))
    assert not found, "\n".join(found)


def test_the_language_is_the_recipients_until_they_choose(
    database: Database, world: World, client: HostileClient
) -> None:
    number, paths = sent(world)

    def speak_english(session: object) -> None:
        person = identity.get(session, world.people["birgit"])  # type: ignore[arg-type]
        assert person is not None
        person.language = "en"
        session.add(person)  # type: ignore[attr-defined]

    database.write(speak_english)
    assert "You read this as Birgit" in client.look(paths["Birgit"]).text
    assert "Du læser dette" in client.look(paths["Birgit"] + "?lang=da").text
    ask(world, number)
    assert messages(database)[-1].template == "summary-question"
