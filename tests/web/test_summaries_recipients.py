"""Whom a submitted summary was sent to: sent again, sent to who came later, links taken back, and
links that do not work any more."""

from __future__ import annotations

from typing import cast

import pytest
from flask import Flask
from sqlmodel import col, update

import pool.identity as identity
import pool.journal as journal
from pool.models.outbox import Message
from pool.outbox import Recipient
from pool.summary import editions_people as people
from pool.summary import editions_recipients as sending
from tests.support.client import HostileClient, Page
from tests.support.house import World
from tests.support.people import make_person
from tests.support.snapshot import changes, snapshot
from tests.web.conftest import Clock, MakeApp, MakeColleague
from tests.web.test_summaries import LIST, mails, world
from tests.web.test_summaries_door import _minted, sent, settings

__all__ = ["settings", "world"]  # the fixtures

ANNE = people.whom_of(Recipient("", "anne@kk.example"))


def delivered(world: World) -> None:
    """The mail server has taken every mail."""
    world.database.write(
        lambda session: session.execute(
            update(Message)
            .where(col(Message.state) == "queued")
            .values(state="sent", sent_at=world.now)
        )
    )


def newest(world: World) -> Message:
    return mails(world, "summary-submitted")[-1]


def section(page: Page) -> str:
    return page.text.partition(" Modtagere ")[2]


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
def test_sending_it_again_gives_a_new_link_and_the_old_one_works(
    world: World, colleague: MakeColleague, client: HostileClient, clock: Clock
) -> None:
    number, paths = sent(world)
    _, secretary = colleague("secretariat", name="Kim Sekretær")
    page = secretary.look(f"{LIST}{number}")
    assert section(page).count("Skal sendes") == 2
    assert "Send igen" not in page.text, "it is on its way"
    delivered(world)
    world.now = clock.advance(days=100)
    form = secretary.look(secretary.look(f"{LIST}{number}").link("Send igen Birgit"))
    empty = secretary.submit(form, {"reason": " "})
    assert empty.status_code == 422
    page = secretary.follow(secretary.submit(form, {"reason": "Den er ikke kommet frem."}))
    assert "Den er sendt til Birgit." in page.text
    again = newest(world)
    assert (again.to_name, again.resend_number, again.decided_by) == ("Birgit", 1, "Kim Sekretær")
    first = mails(world, "summary-submitted")[0]
    assert again.data["until"] > first.data["until"], "it tells how long the new link works"
    fresh = _minted(world, again.data["link"])
    client.look(paths["Birgit"])
    client.look(fresh)
    twice = secretary.submit(form, {"reason": "Den er ikke kommet frem."})
    secretary.follow(twice)
    assert len(mails(world, "summary-submitted")) == 3
    with world.database.read() as session:
        (event,) = journal.read(session, "system", kinds=[sending.SENT])
    assert event.data["to"] == f"person:{world.people['birgit']}"
    assert event.personal["reason"] == "Den er ikke kommet frem."


def test_who_came_to_the_steering_group_later_can_be_sent_it(
    world: World, colleague: MakeColleague
) -> None:
    number, _ = sent(world)
    _, secretary = colleague("secretariat")
    assert "Kommet til" not in secretary.look(f"{LIST}{number}").text
    make_person(world.database, "Ny Styr", "steering", now=world.now, pool="urban-life")
    form = secretary.look(secretary.look(f"{LIST}{number}").link("Send til Ny Styr"))
    page = secretary.follow(secretary.submit(form))
    assert newest(world).to_name == "Ny Styr"
    assert "Kommet til" not in page.text
    for whom in (f"person:{world.people['jens']}", "person:999", "mail:0", "nobody"):
        assert secretary.get(f"{LIST}{number}/modtagere/{whom}/send").status_code == 404


def test_a_link_that_is_taken_back_opens_no_more(
    world: World, colleague: MakeColleague, client: HostileClient, app: Flask
) -> None:
    number, paths = sent(world)
    delivered(world)
    _, secretary = colleague("secretariat")
    form = secretary.look(secretary.look(f"{LIST}{number}").link("Tag linket tilbage Anne Borg"))
    page = secretary.follow(secretary.submit(form))
    assert "intet, der virker" in section(page)
    dead = client.look(paths["Anne Borg"], status=410)
    client.look(paths["Birgit"])
    # Nor does asking for another help, until the secretariat sends it again.
    client.submit(dead, {"email": "anne@kk.example"}, button="Send mig")
    assert len(mails(world, "summary-submitted")) == 2
    form = secretary.look(f"{LIST}{number}/modtagere/{ANNE}/send")
    secretary.follow(secretary.submit(form, {"reason": "Alligevel."}))
    fresh = cast(HostileClient, app.test_client())
    fresh.look(_minted(world, newest(world).data["link"]))
    with world.database.read() as session:
        (event,) = journal.read(session, "system", kinds=[sending.TAKEN_BACK])
    assert (event.data["to"], event.data["links"]) == (ANNE, 1)


def test_a_mail_in_line_is_taken_back_too_and_can_be_sent_after_all(
    world: World, colleague: MakeColleague
) -> None:
    number, _ = sent(world)
    _, secretary = colleague("secretariat")
    form = secretary.look(f"{LIST}{number}/modtagere/{ANNE}/tag-tilbage")
    page = secretary.follow(secretary.submit(form))
    assert "Ikke sendt" in section(page)
    form = secretary.look(f"{LIST}{number}/modtagere/{ANNE}/send")
    page = secretary.follow(secretary.submit(form, {"reason": "Alligevel."}))
    assert (newest(world).to_name, newest(world).state) == ("Anne Borg", "queued")
    assert section(page).count("Anne Borg anne@kk.example") == 1


def test_an_address_no_longer_in_the_setting_comes_by_no_link(
    world: World, client: HostileClient, make: MakeApp, settings: object
) -> None:
    _, paths = sent(world)
    client.look(paths["Anne Borg"])
    without = make(settings=settings.model_copy(update={"summary_recipients": ""}))  # type: ignore[attr-defined]
    without.test_client_class = HostileClient
    other = cast(HostileClient, without.test_client())
    for path in ("", "/spoerg", "/modtag", "/fil/da/csv"):
        other.look(paths["Anne Borg"] + path, status=410)
    other.look(paths["Birgit"])


def test_a_link_that_has_run_out_is_renewed_by_a_press(
    world: World, client: HostileClient, clock: Clock
) -> None:
    _, paths = sent(world)
    delivered(world)
    world.now = clock.advance(days=121)
    dead = client.look(paths["Birgit"], status=410)
    before = snapshot(world.database)
    client.look(paths["Birgit"], status=410)
    assert not changes(before, snapshot(world.database)), "looking sends nothing"
    answer = client.submit(dead, button="Send mig")
    assert "er et nyt link på vej" in client.page(answer).text
    assert (newest(world).to_name, newest(world).resend_number) == ("Birgit", 1)
    client.look(_minted(world, newest(world).data["link"]))
    client.submit(dead, button="Send mig")
    assert len(mails(world, "summary-submitted")) == 3, "one is on its way"
    answers = [client.submit(dead, button="Send mig").status_code for _ in range(3)]
    assert answers[-1] == 429


def test_a_lost_link_tells_nobody_which_addresses_are_known(
    world: World, client: HostileClient
) -> None:
    sent(world)
    delivered(world)
    dead = client.look("/opgoerelse/lost", status=410)
    pages = []
    for email in ("birgit@test.example", "spy@kk.example", "jens@test.example"):
        answer = client.submit(dead, {"email": email}, button="Send mig")
        assert answer.status_code == 200
        pages.append(client.page(answer).main)
    assert len({"".join(one.itertext()) for one in pages}) == 1
    assert [one.to_name for one in mails(world, "summary-submitted")[2:]] == ["Birgit"]
    bad = client.submit(dead, {"email": "no address"}, button="Send mig")
    assert bad.status_code == 422
    world.database.write(
        lambda session: identity.revoke_role(session, world.people["birgit"], "steering")
    )
    delivered(world)
    answer = client.submit(dead, {"email": "birgit@test.example"}, button="Send mig")
    assert answer.status_code == 200
    assert len(mails(world, "summary-submitted")) == 3
