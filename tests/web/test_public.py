"""The front page and the pools' pages."""

from __future__ import annotations

import pytest

from pool.db import Database
from tests.support.client import HostileClient
from tests.support.house import World, make_world
from tests.web.conftest import Clock


@pytest.fixture
def story(database: Database, clock: Clock) -> World:
    return make_world(database, clock())


def test_the_front_page_shows_every_pool_and_what_is_left(
    client: HostileClient, story: World
) -> None:
    page = client.look("/")
    assert page.heading == "Har du en idé, der gør kvarteret tryggere?"
    assert "96.000 kr." in page.text
    assert "5.000 kr." in page.text
    assert "opgjort 4. marts 2026 kl. 11.15" in page.text
    assert "33 66 33 66" in page.text
    assert page.text.index("Bylivs- og tryghedspuljen") < page.text.index("Videnspuljen")
    assert page.link("Søg støtte") == "/ansoeg/urban-life"


def test_what_is_left_falls_when_a_grant_is_announced_and_not_before(
    client: HostileClient, story: World
) -> None:
    case_id = story.apply()
    assert "96.000 kr." in client.look("/puljer/urban-life").text
    story.do(case_id, "karim", "grant")
    assert "86.500 kr." in client.look("/puljer/urban-life").text


def test_a_pools_page_says_what_it_takes(client: HostileClient, story: World) -> None:
    page = client.look("/puljer/urban-life")
    assert "Aktiviteten skal skabe tryghed eller forebygge kriminalitet." in page.text
    assert "inden for 15 arbejdsdage" in page.text
    assert "Positive fællesskaber" in page.text
    assert page.link("Søg støtte") == "/ansoeg/urban-life"
    english = client.look("/puljer/knowledge?lang=en")
    assert english.heading == "The knowledge pool"
    assert english.link("Apply") == "/ansoeg/knowledge"


def test_a_pool_without_a_year_says_so_and_whom_to_ring(
    client: HostileClient, database: Database, clock: Clock
) -> None:
    make_world(database, clock(), budgets={"urban-life": 96_000})
    page = client.look("/")
    assert "Videnspuljen er ikke åben for ansøgninger i 2026." in page.text
    assert page.text.index("Bylivs- og tryghedspuljen") < page.text.index("Videnspuljen")
    closed = client.look("/puljer/knowledge")
    assert "Ring eller skriv til os, hvis du vil have besked" in closed.text
    assert "Søg støtte" not in closed.text


def test_a_pool_that_is_used_up_says_so(
    client: HostileClient, database: Database, clock: Clock
) -> None:
    story = make_world(database, clock(), budgets={"urban-life": 9_500})
    story.do(story.apply(), "karim", "grant")
    assert "Bylivs- og tryghedspuljen er brugt op for 2026." in client.look("/").text
    assert "brugt op" in client.look("/puljer/urban-life").text


def test_no_such_pool(client: HostileClient) -> None:
    assert client.get("/puljer/no-such-pool").status_code == 404


def test_nobody_who_applied_is_named(client: HostileClient, story: World) -> None:
    story.do(story.apply(), "karim", "grant")
    for path in ("/", "/puljer/urban-life"):
        text = client.look(path).text
        assert "Lene" not in text
        assert "Gadefest" not in text
