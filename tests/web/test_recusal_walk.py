"""Whoever stays out of a case meets nothing of it: not on any page, in any file, search, list,
figure's drill-down, agenda or mail.

The walk makes addresses of every endpoint by itself. A new endpoint is walked as soon as it is
there; one with a new part in its address, or one that shows nothing of the cases to those who may
see them, fails here until it is said what to walk.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from pool.cases import open_ballots
from pool.cases.access import is_recused
from pool.db import Database
from pool.identity import tokens
from tests.support.client import HostileClient, words_of
from tests.support.district import POOL, make_district
from tests.support.house import World
from tests.web.caseworking import Desk
from tests.web.conftest import Clock
from tests.web.recusal_scene import (
    TURNS,
    WORDS,
    Marked,
    build,
    go_on,
    mails_to,
    stay_out,
    text_of,
)
from tests.web.route_map import DEMO_ROUTES, ROUTES

ROOMS = ("casework", "voting", "meetings", "steering", "summaries", "messages")
"""Rooms of colleagues in which cases are shown."""

ELSEWHERE: Mapping[str, str] = {
    "static": "files of the program",
    "public": "shows no case; the same for everybody",
    "apply": "a draft that nobody has sent in, opened by its own secret",
    "applicant": "the applicant's own pages, opened by the applicant's link",
    "signin": "shows no case",
    "meta": "shows no case",
    "operations": "how the machine is; counts of messages, no case",
    "drafts": "letters to approve: tests/web/test_drafts.py walks it with a chair who is out",
    "holds": "what is held back: tests/web/test_holds.py walks it with a chair who is out",
    "imports": "brings in other cases: tests/web/test_imports.py walks it with a member who is out",
    "books": "postings and payments side by side: tests/web/test_books.py walks it, finance out",
    "payments": "payment lists: tests/web/test_payments.py walks it with finance out",
    "voting.link": "opened by a secret for one person: walked by itself below",
    "summaries.link_renew": "the steering group's own door: it has nobody who stays out",
    "summaries.link_edition": "the same",
    "summaries.link_file": "the same",
    "summaries.link_ask": "the same",
    "summaries.link_receive": "the same",
}
"""What is not walked, and why: a room, or one endpoint of a room that is."""

QUIET: Mapping[str, str] = {
    "casework.tasks": "what waits to be told by telephone or could not be sent; nothing does here",
    "messages.queue": "letters to print; everybody here has an address",
    "messages.bundle": "the same, in one file",
    "messages.posted": "a button",
    "messages.letter": "nothing is sent yet: no letter is made",
    "messages.mail": "nothing is sent yet: no mail is kept",
    "messages.resend": "leads on to the case's own page",
    "casework.mark_read": "a button",
    "casework.told": "a button",
    "casework.reveal_payee": "a button",
    "casework.no_interest": "a button, for whom something matches",
    "casework.announcements": "what is decided and not announced; walked before it is",
    "casework.entry_about": "how it came",
    "casework.entry_autosave": "a script's status",
    "casework.entry_file": "the draft has no file; opened by the same check as its pages",
    "casework.entry_later": "leads on to the list of what is begun",
    "meetings.index": "days and places",
    "meetings.close": "remarks to write",
    "meetings.plan": "plans days",
    "meetings.change": "a day and a place",
    "meetings.call_off": "a day and a place",
    "meetings.present": "who is there",
    "steering.index": "sums",
    "steering.status_pdf": "sums and a picture of them",
    "steering.what_if_index": "how many cases there are in which year",
    "steering.plan_status_page": "sums",
    "steering.plan_index": "the plan's lines",
    "steering.plan_edition": "the plan's lines",
    "steering.plan_moved": "two lines of the plan",
    "steering.plan_move": "lines of the plan",
    "steering.plan_adjust": "files to hand in",
    "steering.plan_close": "a sum that goes back",
    "steering.pool_budget": "sums",
    "steering.earmark_new": "a sum to set aside",
    "steering.close_for_good": "sums",
    "steering.owed": "of a year that is closed; walked as a figure's transfers are",
    "steering.earmark_end": "what is left of a sum",
    "summaries.index": "which editions there are",
    "summaries.new": "which year",
    "summaries.write": "words to write",
    "summaries.make_files": "a button",
    "summaries.submit": "whom it goes to",
    "summaries.answer": "a question and its answer",
    "summaries.send_again": "whom it goes to",
    "summaries.take_back": "whom it goes to",
    "summaries.ask": "a question to write",
    "summaries.receive": "a button",
}
"""Endpoints that are walked and name no case even to those who may see all of them."""

QUERIES: Mapping[str, tuple[str, ...]] = {
    "casework.cases": (
        "?state=all",
        "?state=all&sort=title",
        *(f"?state=all&text={w}" for w in WORDS),
    ),
    "casework.many": ("?alle=1&state=all",),
}


SEARCHED = {"text"}
"""Fields that say again what the reader searched for."""


@pytest.fixture
def world(database: Database, clock: Clock) -> World:
    return make_district(database, clock())


@pytest.fixture
def marked(world: World) -> Marked:
    return build(world)


def walked(app: Flask) -> list[Rule]:
    return [
        rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in ELSEWHERE and rule.endpoint.partition(".")[0] not in ELSEWHERE
    ]


def addresses(app: Flask, rule: Rule, marked: Marked) -> Iterator[str]:
    """Every address of an endpoint that has to do with the marked cases."""
    names = sorted(rule.arguments - (rule.defaults or {}).keys())
    unknown = [name for name in names if f"{rule.endpoint}.{name}" not in marked.arguments
               and name not in marked.arguments]  # fmt: skip
    assert not unknown, f"{rule.endpoint}: say in recusal_scene what to put for {unknown}"
    values = [
        marked.arguments.get(f"{rule.endpoint}.{name}", marked.arguments.get(name, []))
        for name in names
    ]
    for chosen in itertools.product(*values):
        with app.test_request_context():
            path = app.url_for(rule.endpoint, **dict(zip(names, chosen, strict=True)))
        yield path
        yield from (path + query for query in QUERIES.get(rule.endpoint, ()))
    if rule.endpoint == "casework.many":
        yield "/sager/flere?" + "&".join(f"valgt={one}" for one in marked.numbers)


def said(client: HostileClient, answer: TestResponse) -> str:
    """What a person can read in an answer, a file's name too. Its own address and what was searched
    for are left out: the reader brought them."""
    name = answer.headers.get("Content-Disposition", "")
    if answer.mimetype != "text/html" or answer.status_code in {204, 303} or not answer.get_data():
        return name + text_of(str(answer.mimetype), answer.get_data())
    page = client.page(answer)
    typed = [
        one.attrib.get("value", "")
        for one in page.all("input")
        if one.attrib.get("name") not in SEARCHED and one.attrib.get("type") != "search"
    ]
    return " ".join([words_of(page.root.find("body")), *typed])


def visit(app: Flask, marked: Marked, client: HostileClient) -> Iterator[tuple[str, str]]:
    """(endpoint, what was found where) of every answer with a marker, by every address and
    method."""
    for rule in walked(app):
        yield from look(app, marked, client, rule)


def look(
    app: Flask, marked: Marked, client: HostileClient, rule: Rule
) -> Iterator[tuple[str, str]]:
    for path in addresses(app, rule, marked):
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            answer = client.open(path, method=method)
            assert answer.status_code < 500, f"{method} {path}"
            if answer.status_code in {403, 404}:
                continue
            if markers := marked.found_in(said(client, answer)):
                yield rule.endpoint, f"{method} {path}: {markers}"


def export(client: HostileClient, marked: Marked) -> list[str]:
    """What stands in the list taken out as a file, in both forms; nothing where there is no case
    and so no file."""
    found: list[str] = []
    for form in ("CSV", "XLSX"):
        page = client.look("/sager/?state=all")
        buttons = [words_of(one) for one in page.all("button") if form in words_of(one)]
        for button in buttons:
            answer = client.submit(page, button=button)
            assert answer.status_code == 200
            found += marked.found_in(text_of(str(answer.mimetype), answer.get_data()))
    return found


def vote_page(app: Flask, marked: Marked, name: str) -> tuple[int, str]:
    """What the secret link in a mail about the vote opens."""
    world = marked.world
    subject = open_ballots.subject(marked.ballot_id, world.people[name])
    raw = world.database.write(
        lambda s: tokens.mint(
            s, "vote", subject, now=world.now, minutes=int(timedelta(days=1).total_seconds() / 60),
            once=False,
        )
    )  # fmt: skip
    client: Any = app.test_client()
    answer = client.get(f"/stem/{raw}")
    return answer.status_code, said(client, answer)


def test_every_endpoint_is_walked_or_it_is_said_why_not(app: Flask) -> None:
    rooms = {endpoint.partition(".")[0] for endpoint in {**ROUTES, **DEMO_ROUTES}}
    assert rooms <= {*ROOMS, "demo"} | {key for key in ELSEWHERE if "." not in key}
    assert {key for key in (*QUIET, *ELSEWHERE) if "." in key} <= set(ROUTES)
    endpoints = {rule.endpoint for rule in walked(app)}
    assert {key for key in ROUTES if key.partition(".")[0] in ROOMS and key not in ELSEWHERE} == (
        endpoints
    )


def test_those_who_may_see_the_cases_meet_them_everywhere(app: Flask, marked: Marked) -> None:
    """So that the walk below looks where there is something to see."""
    seen: set[str] = set()
    for name in TURNS.values():
        client = Desk(app, marked.world, name).client
        for rule in walked(app):
            if rule.endpoint not in seen and next(look(app, marked, client, rule), None):
                seen.add(rule.endpoint)
        assert export(client, marked), name
        assert any(marked.found_in(text) for _, text in mails_to(marked, name)) or name == "olga"
    wanted = {rule.endpoint for rule in walked(app)} - set(QUIET) - {"casework.export"}
    missing = " ".join(sorted(wanted - seen))
    assert not missing, (
        f"give these a sample in recusal_scene, or say why they are quiet: {missing}"
    )
    status, text = vote_page(app, marked, "amina")
    assert status == 200
    assert marked.found_in(text)


@pytest.mark.parametrize("name", TURNS)
def test_who_stays_out_meets_nothing_of_them(app: Flask, marked: Marked, name: str) -> None:
    world = marked.world
    stay_out(marked, name)
    desk = Desk(app, world, name)
    assert list(visit(app, marked, desk.client)) == []
    assert export(desk.client, marked) == []
    assert [template for template, text in mails_to(marked, name) if marked.found_in(text)] == []
    if name in ("jens", "karim"):
        status, text = vote_page(app, marked, name)
        assert not marked.found_in(text), status


@pytest.mark.parametrize("name", TURNS)
def test_nor_in_what_is_sent_afterwards(app: Flask, marked: Marked, name: str) -> None:
    stay_out(marked, name)
    go_on(marked)
    scene = marked.scene
    with marked.world.database.read() as session:
        for case_id in list(marked.cases.values())[:-1]:
            assert is_recused(session, case_id, marked.world.people[name])
    new = marked.numbers.pop()  # of this one nobody knew: it came afterwards
    marked.world.people["sofie"], kept = marked.world.people["sanne"], marked.world.people["sofie"]
    scene.send(marked.next_id)
    scene.close(marked.held_id)
    scene.run_errands()
    marked.world.people["sofie"] = kept
    wrong = [
        template
        for template, text in mails_to(marked, name)
        if new not in text and marked.found_in(text)
    ]
    assert wrong == []
    others = [text for _, text in mails_to(marked, TURNS[name])]
    assert any(marked.found_in(text) for text in others) or name == "ole"
    assert POOL == "bydelspulje"
