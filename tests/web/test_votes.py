"""Assessing and voting through the pages: signed in, and by the link in a mail."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

import pytest
from flask import Flask

from pool.cases import open_ballots, recusal
from pool.db import Database
from pool.identity import tokens
from tests.meetings.ballot_box import ballot, close, mails, propose, ready, vote, votes
from tests.support.client import HostileClient
from tests.support.district import POOL, apply, make_district, to_decided
from tests.support.house import World
from tests.support.snapshot import changes, snapshot
from tests.web.caseworking import Desk, checked, decisions, number, queries
from tests.web.conftest import Clock


@pytest.fixture
def world(database: Database, clock: Clock) -> World:
    return make_district(database, clock())


def page_of(world: World, case_id: int, *more: str) -> str:
    return "/".join((f"/sager/{number(world, case_id)}", *more))


def link_of(world: World, ballot_id: int, who: str) -> str:
    """What the mail would hold."""
    found = ballot(world, ballot_id)
    minutes = int((found.closes_at - world.now) / timedelta(minutes=1)) + 1
    subject = open_ballots.subject(ballot_id, world.people[who])
    raw = world.database.write(
        lambda s: tokens.mint(s, "vote", subject, now=world.now, minutes=minutes, once=False)
    )
    return f"/stem/{raw}"


def test_from_proposal_to_decision_by_the_pages(app: Flask, world: World) -> None:
    case_id = ready(world)
    sofie = Desk(app, world, "sofie")
    sofie.open(page_of(world, case_id))
    page = sofie.click("Send til skriftlig afstemning")
    assert "Amina, Jens, Karim" in page.text
    page = sofie.press("Start afstemningen, og send links", choose={"outcome": "grant-part"},
                       amount="6.000", reasons="", status=422)  # fmt: skip
    assert page.errors
    page = sofie.press("Start afstemningen, og send links", choose={"outcome": "grant-part"},
                       amount="6.000", reasons="Maden er dyr.")  # fmt: skip
    assert "Afstemningen er i gang" in page.text
    assert "Ret min stemme" not in page.text

    jens = Desk(app, world, "jens")
    assert "0 af 3" in jens.open(page_of(world, case_id)).text
    jens.open(page_of(world, case_id, "afstemning"))
    assert jens.press("Stem", status=422).errors
    jens.press("Stem", choose={"choice": "yes"}, comment="Fint.")
    amina = Desk(app, world, "amina")
    page = amina.open(page_of(world, case_id, "afstemning"))
    assert "Fint." not in page.text
    amina.press("Stem", choose={"choice": "no"})

    karim = Desk(app, world, "karim")
    page = karim.open(page_of(world, case_id, "afstemning"))
    assert "Har stemt" in page.text
    karim.press("Stem", choose={"choice": "yes"})
    page = karim.open(page_of(world, case_id, "afstemning"))
    assert "Fint." in page.text
    page = karim.click("Bekræft afgørelsen")
    assert "6.000 kr." in page.text
    assert "Maden er dyr." in page.text
    page = karim.press("Bekræft afgørelsen")
    assert page.heading == "Fællesspisning på torvet"
    assert [one.made_how for one in decisions(world, case_id)] == ["written"]
    sofie.open(page_of(world, case_id, "afstemning", "bekraeft"), 404)


def test_the_link_opens_changes_nothing_and_votes(app: Flask, world: World) -> None:
    case_id = ready(world)
    ballot_id = propose(world, case_id)
    path = link_of(world, ballot_id, "jens")
    client = cast(HostileClient, app.test_client())
    before = snapshot(world.database)
    for _ in range(3):
        page = client.look(path)
    client.head(path)
    assert not changes(before, snapshot(world.database)), "mail programs look ahead"
    for told in ("Jens", "Bevilg det hele", "9.500 kr.", "Husum", "690.500 kr."):
        assert told in page.text
    assert client.submit(page, {}, button="Stem").status_code == 422
    response = client.submit(page, {"choice": "no"}, button="Stem")
    assert response.status_code == 303
    page = client.follow(response)
    assert "Du har stemt: Imod" in page.text
    client.submit(page, {"choice": "yes"}, button="Ret min stemme")
    assert votes(world, ballot_id) == {"Jens": "yes"}
    other = cast(HostileClient, app.test_client())
    assert other.get(page_of(world, case_id)).status_code == 303, "it opens nothing else"
    close(world, ballot_id, "karim")
    over = client.look(path, 410)
    assert over.heading == "Afstemningen er slut"
    assert "Ikke" not in over.text
    assert client.submit(page, {"choice": "no"}, button="Ret min stemme").status_code == 410
    assert votes(world, ballot_id) == {"Jens": "yes"}


def test_a_link_of_who_stays_out_shows_nothing(app: Flask, world: World) -> None:
    case_id = ready(world)
    ballot_id = propose(world, case_id)
    path = link_of(world, ballot_id, "jens")
    recusal.declare(world.house, case_id, "Min nabo.", world.actor("jens", POOL), world.now)
    late = link_of(world, ballot_id, "jens")
    for one in (path, late, "/stem/forkert"):
        page = cast(HostileClient, app.test_client()).look(one, 410)
        assert page.heading == "Linket virker ikke"
        assert number(world, case_id) not in page.text
    jens = Desk(app, world, "jens")
    jens.open(page_of(world, case_id, "afstemning"), 404)


def test_a_link_that_ran_out_says_so(app: Flask, world: World, clock: Clock) -> None:
    ballot_id = propose(world, ready(world))
    path = link_of(world, ballot_id, "jens")
    clock.moment = ballot(world, ballot_id).closes_at + timedelta(minutes=2)
    page = cast(HostileClient, app.test_client()).look(path, 410)
    assert page.heading == "Afstemningen er slut"


def test_the_chair_closes_and_decides_alone(app: Flask, world: World) -> None:
    case_id = ready(world)
    ballot_id = propose(world, case_id)
    vote(world, ballot_id, "jens", "yes")
    karim = Desk(app, world, "karim")
    karim.open(page_of(world, case_id, "afstemning"))
    karim.click("Luk afstemningen nu")
    page = karim.press("Luk afstemningen nu")
    assert "For få har stemt" in page.text
    page = karim.click("Afgør alene")
    assert karim.press("Afgør alene", why="", status=422).errors
    page = karim.press("Afgør alene", why="Teltet skal bestilles i dag.")
    assert "Teltet skal bestilles i dag." in page.text, "it stands in the journal"
    assert [one.made_how for one in decisions(world, case_id)] == ["system"]


def test_nothing_of_it_shows_to_those_it_is_not_for(app: Flask, world: World) -> None:
    case_id = ready(world)
    ballot_id = propose(world, case_id)
    assess_as(app, world, case_id, "amina")
    for who in ("jens", "amina", "karim"):
        vote(world, ballot_id, who, "yes", comment="Hemmeligt.")
    karim = Desk(app, world, "karim")
    karim.open(page_of(world, case_id, "afstemning", "bekraeft"))
    karim.press("Bekræft afgørelsen")
    world.do(case_id, "sofie", "announce-grant")
    for who in ("ole", "birgit", "maja"):
        page = Desk(app, world, who).open(page_of(world, case_id))
        for word in ("afstemning", "Har afgivet stemme", "Hemmeligt", "Vurderinger", "Vurderet"):
            assert word not in page.text, (who, word)
        desk = Desk(app, world, who)
        assert desk.client.get(page_of(world, case_id, "afstemning")).status_code == 403
    assert "Skriftlig afstemning" in Desk(app, world, "rune").open(page_of(world, case_id)).text


def test_a_pool_without_votes_has_none(app: Flask, world: World) -> None:
    case_id = world.apply()
    for who in ("karim", "sofie", "jens"):
        desk = Desk(app, world, who)
        page = desk.open(page_of(world, case_id))
        assert "stemning" not in page.text
        assert "Vurder" not in page.text
        with queries(world.database) as seen:
            desk.client.get(page_of(world, case_id))
        assert not [sql for sql in seen if "FROM ballot" in sql or "FROM assessment" in sql]
    for path in ("afstemning", "afstemning/ny", "vurdering"):
        Desk(app, world, "karim").open(page_of(world, case_id, path), 404)


MARKS = {"mark-anchored": "4", "mark-benefit": "5", "mark-networks": "3", "mark-price": "2",
         "mark-open": "yes"}  # fmt: skip


def assess_as(app: Flask, world: World, case_id: int, who: str, **typed: str) -> Desk:
    desk = Desk(app, world, who)
    desk.open(page_of(world, case_id))
    desk.click("Vurder sagen")
    desk.press("Gem vurderingen", choose=MARKS, fields=typed)
    return desk


def test_assessing_by_the_pages(app: Flask, world: World) -> None:
    case_id = apply(world)
    desk = assess_as(app, world, case_id, "jens", amount="8.000", comment="Billigt og godt.")
    assert "Billigt og godt." in desk.page.text
    assert "1 vurdering" in desk.page.text
    amina = Desk(app, world, "amina")
    page = amina.open(page_of(world, case_id))
    assert "1 har vurderet sagen" in page.text
    assert "Billigt" not in page.text
    assert "8.000" not in page.text
    amina.click("Vurder sagen")
    page = amina.press("Gem vurderingen", choose={**MARKS, "mark-price": "5"}, status=303)
    assert "Billigt og godt." in page.text
    assert "3,5 af 5 i gennemsnit, fra 2 til 5" in page.text
    amina.click("Ret din vurdering")
    assert ("mark-price", "5") in checked(amina.page)
    assert amina.press("Gem vurderingen", amount="-1", status=422).errors
    page = Desk(app, world, "sofie").open(page_of(world, case_id))
    assert "2 vurderinger" in page.text
    to_decided(world, case_id)
    amina.open(page_of(world, case_id, "vurdering"), 404)


def test_the_result_is_mailed_to_who_goes_on(app: Flask, world: World) -> None:
    ballot_id = propose(world, ready(world))
    close(world, ballot_id, "karim")
    assert {one.to_name for one in mails(world, "vote-result")} == {"Karim", "Sofie"}
    path = mails(world, "vote-result")[0].data["link"]["path"]
    assert Desk(app, world, "sofie").open(path).heading == "Skriftlig afstemning"


def test_the_link_takes_an_interest_too(app: Flask, world: World) -> None:
    case_id = ready(world)
    ballot_id = propose(world, case_id)
    path = link_of(world, ballot_id, "jens")
    client = cast(HostileClient, app.test_client())
    page = client.look(path)
    client.submit(page, {"choice": "yes"}, button="Stem")
    page = client.look(path)
    response = client.submit(page, {"ground": " "}, button="Jeg deltager ikke i sagen")
    assert response.status_code == 422
    assert votes(world, ballot_id) == {"Jens": "yes"}
    response = client.submit(page, {"ground": "Min søster."}, button="Jeg deltager ikke i sagen")
    assert response.status_code == 200
    assert "Du deltager ikke i sagen" in response.get_data(as_text=True)
    assert ballot(world, ballot_id).entitled == 2
    assert client.look(path, 410).heading == "Linket virker ikke"
    Desk(app, world, "jens").open(page_of(world, case_id), 404)


def test_a_lifted_recusal_is_told_as_lifted(app: Flask, world: World) -> None:
    case_id = ready(world)
    ballot_id = propose(world, case_id)
    for who in ("jens", "amina", "karim"):
        vote(world, ballot_id, who, "no" if who == "karim" else "yes")
    jens, sofie = world.actor("jens", POOL), world.actor("sofie", POOL)
    recusal.declare(world.house, case_id, "Min nabo.", jens, world.now)
    page = Desk(app, world, "karim").open(page_of(world, case_id, "afstemning"))
    assert "ikke længere vedtaget" in page.text
    recusal.lift(world.house, "l", case_id, world.people["jens"], "settled", "Nej.", sofie,
                 world.now)  # fmt: skip
    desk = Desk(app, world, "karim")
    assert "deltager igen fra" in desk.open(page_of(world, case_id)).text
    desk.open(f"{page_of(world, case_id, 'inhabilitet')}/{world.people['jens']}", 404)
    assert "Bekræft" in desk.open(page_of(world, case_id, "afstemning")).text
