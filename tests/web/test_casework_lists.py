"""The list of cases: filters, what each role sees, and what it costs."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from pool.db import Database
from tests.support.client import HostileClient, Page, words_of
from tests.support.house import REPORT, World, make_world
from tests.web.caseworking import REASONS, Desk, queries
from tests.web.conftest import Clock

MOST_QUERIES = 12


@pytest.fixture
def story(database: Database, clock: Clock) -> World:
    return make_world(database, clock())


@pytest.fixture
def sofie(app: Flask, story: World) -> Desk:
    return Desk(app, story, "sofie")


def titles(page: Page) -> list[str]:
    return [
        words_of(next(one.iter("a"))) for one in page.all("th") if one.attrib.get("scope") == "row"
    ]


def some_cases(story: World) -> None:
    story.apply(title="Modtaget")
    asked = story.apply(title="Spurgt", contact_name="Bo Æblegård")
    story.do(asked, "sofie", "ask", questions="Hvor?", due_on="2026-03-10")
    granted = story.apply(title="Bevilget 100 %")
    story.do(granted, "karim", "grant")
    refused = story.apply(title="Afslået")
    story.do(refused, "karim", "refuse", reasons=REASONS)


def test_open_cases_what_is_due_first(story: World, sofie: Desk) -> None:
    some_cases(story)
    page = sofie.open("/sager/")
    assert titles(page) == ["Spurgt", "Bevilget 100 %", "Modtaget"]
    assert "3 sager" in page.text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("state=all", ["Spurgt", "Bevilget 100 %", "Modtaget", "Afslået"]),
        ("state=refused", ["Afslået"]),
        ("text=BT-2026-3", ["Bevilget 100 %"]),
        ("text=bo+Æblegård", ["Spurgt"]),
        ("text=BO+æbleGÅRD", ["Spurgt"]),
        ("text=100+%25", ["Bevilget 100 %"]),
        ("text=_", []),
        ("pool=knowledge", []),
        ("year=2025", []),
        ("year=2026&state=received", ["Modtaget"]),
        ("overdue=1", []),
    ],
)
def test_filters(story: World, sofie: Desk, query: str, expected: list[str]) -> None:
    some_cases(story)
    assert titles(sofie.open(f"/sager/?{query}")) == expected


def test_the_search_field_says_briefly_what_it_is(story: World, sofie: Desk) -> None:
    page = sofie.open("/sager/")
    assert "Søg" in [words_of(one) for one in page.all("label")]
    [field] = [one for one in page.all("input") if one.attrib.get("name") == "text"]
    [hint] = [one for one in page.all("p") if one.attrib.get("id") == "filter-text-hint"]
    assert field.attrib["aria-describedby"] == "filter-text-hint"
    assert words_of(hint) == "Nummer, titel, ansøger eller ord fra ansøgningen"


def test_a_clock_that_runs_is_no_pause(story: World, sofie: Desk, clock: Clock) -> None:
    def icons() -> list[tuple[str, str]]:
        return [
            (words_of(one).split()[0], use.attrib["href"].partition("#")[2])
            for one in sofie.open("/sager/BT-2026-1").all("span")
            if "state-due" in one.attrib.get("class", "")
            for use in one.iter()
            if str(use.tag).endswith("use")
        ]

    case_id = story.apply()
    assert icons() == [("Svar", "clock")]
    story.do(case_id, "sofie", "ask", questions="Hvor?", due_on="2026-03-10")
    assert icons() == [("Svar", "wait")]
    clock.advance(days=30)
    assert {found for _, found in icons()} == {"warning"}


def test_overdue_cases_are_told_of(
    story: World, sofie: Desk, clock: Clock, database: Database
) -> None:
    some_cases(story)
    clock.advance(days=8)
    page = sofie.open("/sager/")
    assert "2 sager er over fristen" in page.text  # the answer, and word of whom to pay
    sofie.click("2 sager er over fristen")
    assert titles(sofie.page) == ["Spurgt", "Bevilget 100 %"]
    assert "12.03.2026" not in sofie.page.text
    assert "(overskredet)" in sofie.page.text


@pytest.mark.parametrize(
    "query",
    [
        "page=0&size=0",
        "page=-1&size=-9",
        "page=99999999999999999999999",
        "page=x&year=x&size=x",
        "year=99999999999999999999999",
        "year=-1",
        "pool=nothing&state=nothing",
        "text=%00%01",
        "text=%25%27%22%3Cscript%3E",
        "text=" + "x" * 3000,
        "overdue=maybe",
        "page=2&text=%F0%9F%A6%86",
    ],
)
@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
def test_an_odd_address_is_only_odd(story: World, sofie: Desk, query: str) -> None:
    story.apply()
    assert sofie.open(f"/sager/?{query}").heading == "Sager"


UNKNOWN = (
    ("year=abc&state=nothing", {"Budgetår: “abc”", "Status: “nothing”"}),
    ("size=7&page=-1", {"Pr. side: “7”", "Side: “-1”"}),
    ("sort=x&dir=sideways&kind=y", {"Rækkefølge: “x”", "Retning: “sideways”", "Slags: “y”"}),
    ("overdue=maybe&pool=nothing", {"Kun over fristen: “maybe”", "Pulje: “nothing”"}),
    ("year=" + "9" * 500, {"Budgetår: “" + "9" * 40 + "…”"}),
)


def test_what_is_not_known_is_told(story: World, sofie: Desk) -> None:
    story.apply()
    for query, expected in UNKNOWN:
        page = sofie.open(f"/sager/?{query}")
        told = {words_of(one) for one in page.main.iter("li") if "“" in words_of(one)}
        assert told == expected, query
        assert titles(page) == ["Gadefest ved hjørnet"]
    assert "sprunget over" not in sofie.open("/sager/?year=&state=&pool=&kind=&size=25").text


def test_a_view_is_an_address(story: World, sofie: Desk) -> None:
    some_cases(story)
    story.apply(title="Ærø nu", amount="500", urgent="yes")
    ways = {
        "sort=title": ["Bevilget 100 %", "Modtaget", "Spurgt", "Ærø nu"],
        "sort=title&dir=desc": ["Ærø nu", "Spurgt", "Modtaget", "Bevilget 100 %"],
        "sort=asked&dir=asc": ["Ærø nu", "Bevilget 100 %", "Spurgt", "Modtaget"],
        "sort=granted": ["Bevilget 100 %", "Ærø nu", "Spurgt", "Modtaget"],
        "sort=number": ["Modtaget", "Spurgt", "Bevilget 100 %", "Ærø nu"],
        "sort=number&dir=desc": ["Ærø nu", "Bevilget 100 %", "Spurgt", "Modtaget"],
        "kind=application&sort=applicant&text=bo": ["Spurgt"],
        "kind=initiative": [],
        "waits=1&sort=title": ["Bevilget 100 %", "Modtaget", "Ærø nu"],
    }
    for query, expected in ways.items():
        assert titles(sofie.open(f"/sager/?{query}")) == expected, query
    page = sofie.open("/sager/?sort=title&text=t")
    [head] = [one for one in page.all("th") if "aria-sort" in one.attrib]
    assert (words_of(head).split()[0], head.attrib["aria-sort"]) == ("Titel", "ascending")
    sofie.click("Titel")
    assert titles(sofie.page) == ["Ærø nu", "Spurgt", "Modtaget", "Bevilget 100 %"]
    assert sofie.page.field("text") == "t"
    assert sofie.page.field("dir") == "desc"


@pytest.mark.parametrize("path", ["/sager/%00", "/sager/BT-2026-99", "/sager/%25", "/sager/x%0Ay"])
@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
def test_no_such_case(story: World, sofie: Desk, path: str) -> None:
    sofie.open(path, 404)


def test_pages_keep_the_filter(story: World, sofie: Desk) -> None:
    for n in range(27):
        story.apply(title=f"Sag {n}", amount="100")
    page = sofie.open("/sager/?text=Sag&state=all")
    assert len(titles(page)) == 25
    sofie.click("Næste")
    assert len(titles(sofie.page)) == 2
    assert sofie.page.field("text") == "Sag"
    assert len(titles(sofie.open("/sager/?size=50"))) == 27


SEEN = {
    "sofie": {"received", "asked", "granted", "refused"},
    "karim": {"received", "asked", "granted", "refused"},
    "jens": {"received", "asked", "granted", "refused"},
    "rune": {"received", "asked", "granted", "refused"},
    "ole": {"granted"},
    "maja": {"granted"},
    "birgit": {"granted"},
}
BY_STATE = {
    "received": "Modtaget",
    "asked": "Spurgt",
    "granted": "Bevilget 100 %",
    "refused": "Afslået",
}


@pytest.mark.parametrize("name", sorted(SEEN))
def test_each_role_sees_its_states_and_no_other(story: World, app: Flask, name: str) -> None:
    """In the list and by the address alike."""
    some_cases(story)
    desk = Desk(app, story, name)
    listed = titles(desk.open("/sager/?state=all"))
    assert set(listed) == {BY_STATE[state] for state in SEEN[name]}
    for n, state in enumerate(BY_STATE, start=1):
        expected = 200 if state in SEEN[name] else 404
        for last in ("", "/breve/1", "/filer/1", "/goer/pay"):
            status = desk.client.get(f"/sager/BT-2026-{n}{last}").status_code
            if not last or expected == 404:
                assert status == expected, (name, state, last)


def test_contact_is_for_those_who_need_it(story: World, app: Flask) -> None:
    """Members of the group, some of them from outside the municipality, decide without it."""
    story.apply(phone="22334455")
    for name, sees in (("sofie", True), ("karim", True), ("rune", True), ("jens", False)):
        text = Desk(app, story, name).open("/sager/BT-2026-1").text
        assert ("lene@eksempel.example" in text) is sees, name
        assert ("22 33 44 55" in text) is sees, name
        assert "Lene Bruun" in text


def _cost(client: HostileClient, database: Database, path: str) -> int:
    with queries(database) as sql:
        client.look(path)
    return len(sql)


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
def test_the_list_costs_the_same_with_one_case_and_with_thirty(
    story: World, sofie: Desk, database: Database
) -> None:
    story.apply(amount="100", email="", phone="22334455")
    one = _cost(sofie.client, database, "/sager/?size=50")
    tasks = _cost(sofie.client, database, "/opgaver")
    for n in range(29):
        story.apply(amount="100", title=f"Sag {n}", email="", phone="22334455")
    assert len(titles(sofie.open("/sager/?size=50"))) == 30
    assert _cost(sofie.client, database, "/sager/?size=50") == one <= MOST_QUERIES
    assert _cost(sofie.client, database, "/opgaver") == tasks <= MOST_QUERIES


def test_a_case_costs_the_same_however_much_has_happened(
    story: World, sofie: Desk, database: Database
) -> None:
    short = story.apply()
    assert short
    long = story.apply(title="Meget er sket")
    for n in range(10):
        story.do(long, "sofie", "ask", questions=f"Spørgsmål {n}?", due_on="2026-03-20")
        story.do(long, "applicant", "answer", answer=f"Svar {n}.")
    sofie.open("/sager/BT-2026-1")  # the first time it is noted that she has seen it
    sofie.open("/sager/BT-2026-2")
    brief = _cost(sofie.client, database, "/sager/BT-2026-1")
    assert _cost(sofie.client, database, "/sager/BT-2026-2") == brief
    story.do(long, "karim", "grant")
    story.do(long, "ole", "pay", reference="B1", paid_on="2026-03-04")
    story.do(long, "applicant", "report", report=REPORT)
    sofie.open("/sager/BT-2026-2")
    decided = _cost(sofie.client, database, "/sager/BT-2026-2")
    assert decided <= brief + 1  # the decision in force
    for n in range(30):
        story.apply(amount="100", title=f"Sag {n}")
    assert _cost(sofie.client, database, "/sager/BT-2026-1") == brief


def test_nobody_without_a_role_in_the_pool(app: Flask, story: World, colleague: Any) -> None:
    story.apply()
    _, client = colleague("auditor", pool="knowledge")
    assert titles(client.look("/sager/?state=all")) == []
