"""The inbox: what waits for each role, what is new to whom, and what it costs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlmodel import Session, select

from pool.cases import inbox, queries, recusal, wants
from pool.cases.notes import note
from pool.cases.open_ballots import stored
from pool.db import Database
from pool.models.case import Case
from pool.models.casework import CaseSeen, Correspondence, InboxMark
from pool.models.meetings import Ballot, Vote
from pool.web import navigation
from tests.support import district
from tests.support.client import Page, words_of
from tests.support.house import REPORT, World
from tests.support.outbox import queue
from tests.web.caseworking import REASONS, Desk
from tests.web.caseworking import queries as counted
from tests.web.conftest import Clock

MOST_QUERIES = 14


@pytest.fixture
def story(database: Database, clock: Clock) -> World:
    return district.make_district(database, clock())


def waiting(page: Page) -> dict[str, list[str]]:
    """The lines of the inbox: title → what is wanted, in order."""
    found = {}
    for row in page.all("tr"):
        heads = [one for one in row if one.attrib.get("role") == "rowheader"]
        if heads:
            links = [words_of(one) for one in row[1].iter("a")]
            found[words_of(next(heads[0].iter("a")))] = [one.rpartition(" ")[0] for one in links]
    return found


def news(page: Page) -> list[str]:
    return [
        words_of(next(one.iter("a")))
        for listed in page.main.iter("ul")
        for one in listed.iter("li")
        if one.find("a") is not None and one.find("span") is not None
    ]


def open_inbox(app: Flask, story: World, name: str) -> Page:
    return Desk(app, story, name).open("/indbakke")


def some_cases(story: World) -> dict[str, int]:
    made = {"Modtaget": story.apply(title="Modtaget")}
    made["Spurgt"] = story.apply(title="Spurgt")
    story.do(made["Spurgt"], "sofie", "ask", questions="Hvor?", due_on="2026-03-10")
    made["Bevilget"] = story.apply(title="Bevilget")
    story.do(made["Bevilget"], "karim", "grant")
    made["Afslået"] = story.apply(title="Afslået")
    story.do(made["Afslået"], "karim", "refuse", reasons=REASONS)
    made["Rapport"] = story.apply(title="Rapport")
    story.do(made["Rapport"], "karim", "grant")
    story.do(made["Rapport"], "sofie", "pay", reference="B1", paid_on="2026-03-04")
    story.do(made["Rapport"], "applicant", "report", report=dict(REPORT))
    return made


def test_each_role_is_told_what_waits_for_it(app: Flask, story: World) -> None:
    some_cases(story)
    secretary = waiting(open_inbox(app, story, "sofie"))
    assert secretary["Modtaget"] == ["Skal afgøres"]
    assert set(secretary) >= {"Modtaget", "Rapport"}
    assert not {"Spurgt", "Afslået"} & set(secretary)
    assert waiting(open_inbox(app, story, "ole")) == {"Bevilget": ["Marker som udbetalt"]}
    for name in ("maja", "birgit", "rune"):
        page = open_inbox(app, story, name)
        assert waiting(page) == {}
        assert "Der er ikke noget, der venter på dig." in page.text, name


def test_overdue_first_then_by_day(app: Flask, story: World, clock: Clock) -> None:
    made = some_cases(story)
    clock.advance(days=1)
    story.now = clock()
    story.apply(title="I dag", starts_on="2026-06-01")
    clock.advance(days=12)
    lines = list(waiting(open_inbox(app, story, "sofie")))
    assert lines.index("Spurgt") == 0  # the answer was due two days after it was asked for
    assert lines.index("Modtaget") < lines.index("I dag")
    page = open_inbox(app, story, "sofie")
    assert waiting(page)["Spurgt"] == ["Ansøgerens frist er gået: ryk for svar, eller gå videre"]
    assert "(overskredet)" in page.text
    assert made


def test_what_came_by_itself_waits_for_the_secretariat(
    app: Flask, story: World, database: Database
) -> None:
    case_id = story.apply(title="Uden mail", email="", phone="22334455")
    story.do(case_id, "karim", "grant")

    def write(session: Session) -> None:
        session.add(
            Correspondence(
                case_id=case_id, side="applicant", text="Hej?", author="Lene", written_at=story.now
            )
        )

    database.write(write)
    page = open_inbox(app, story, "sofie")
    wanted = waiting(page)["Uden mail"]
    assert "Ansøgeren har skrevet: læs og svar" in wanted
    assert "Ring, eller skriv et brev ud og send det" in wanted
    assert page.link("Ring, eller skriv") == "/opgaver"
    assert page.link("Ansøgeren har skrevet").endswith("#conversation")
    assert "Uden mail" not in waiting(open_inbox(app, story, "jens"))


def voters(story: World, *names: str) -> dict[str, Any]:
    return stored({}, tuple(story.people[name] for name in names))


def a_ballot(story: World, case_id: int, **changed: Any) -> int:
    def open_one(session: Session) -> int:
        ballot = Ballot(
            case_id=case_id,
            number=1,
            action="grant",
            quorum=2,
            entitled=3,
            closes_at=story.now + timedelta(days=3),
            opened_at=story.now,
            opened_by="Sofie",
            **{"inputs": voters(story, "karim", "jens", "amina"), **changed},
        )
        session.add(ballot)
        session.flush()
        return ballot.id or 0

    return story.database.write(open_one)


def test_a_ballot_waits_for_each_who_has_not_voted(app: Flask, story: World, clock: Clock) -> None:
    case_id = district.apply(story, title="Stem")
    district.to_recommended(story, case_id)
    ballot_id = a_ballot(story, case_id)
    asked = "Stem skriftligt"
    assert asked in waiting(open_inbox(app, story, "jens"))["Stem"]
    assert asked in waiting(open_inbox(app, story, "karim"))["Stem"]
    for name in ("sofie", "ole", "rune"):
        assert asked not in waiting(open_inbox(app, story, name)).get("Stem", []), name
    vote = Vote(
        ballot_id=ballot_id, person_id=story.people["jens"], name="Jens", choice="yes", via="page",
        cast_at=story.now,
    )  # fmt: skip
    story.database.write(lambda s: s.add(vote))
    assert asked not in waiting(open_inbox(app, story, "jens")).get("Stem", [])
    recusal.declare(
        story.house, case_id, "Min bror", story.actor("amina", district.POOL), story.now
    )
    amina = open_inbox(app, story, "amina")
    assert "Stem" not in amina.text.replace(asked, "")
    clock.advance(days=4)
    assert asked not in waiting(open_inbox(app, story, "karim")).get("Stem", [])


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
def test_a_ballot_waits_for_its_voters_alone(story: World) -> None:
    """Who became a member after it was opened has no vote in it; nor has number 1 for being in
    the beginning of 12."""
    case_id = district.apply(story, title="Stem")
    district.to_recommended(story, case_id)
    a_ballot(story, case_id, inputs=voters(story, "jens"))

    def asked(name: str) -> bool:
        with story.database.read() as session:
            reader = queries.reader_of(
                session, story.house, story.people[name],
                {district.POOL: story.actor(name, district.POOL).roles}, story.now,
            )  # fmt: skip
            how_far = inbox.known(session, reader.person_id)
            found = inbox.items(session, story.house, reader, how_far)
            return any(wants.VOTE in one.wants for one in found.rows)

    assert [asked(name) for name in ("jens", "karim", "amina")] == [True, False, False]

    def others(session: Session) -> None:
        ballot = session.exec(select(Ballot)).one()
        ids = [10 * story.people["amina"], story.people["karim"], 100 + story.people["jens"]]
        ballot.inputs = stored({"advice": f",{story.people['amina']},"}, tuple(ids))

    story.database.write(others)
    assert [asked(name) for name in ("jens", "karim", "amina")] == [False, True, False]


def test_how_many_stand_on_a_page(app: Flask, story: World) -> None:
    for n in range(26):
        story.apply(title=f"Sag {n}", amount="100")
    sofie = Desk(app, story, "sofie")
    page = sofie.open("/indbakke")
    assert len(waiting(page)) == 25
    assert page.form("Vis").attrib["action"] == "/indbakke"
    page = sofie.open("/indbakke?size=50")
    assert len(waiting(page)) == 26
    [chosen] = [one for one in page.all("option") if "selected" in one.attrib]
    assert chosen.attrib["value"] == "50"


def test_the_chair_confirms_what_a_vote_led_to(app: Flask, story: World) -> None:
    case_id = district.apply(story, title="Stem")
    district.to_recommended(story, case_id)
    a_ballot(story, case_id, state="carried", closed_at=story.now)
    confirm = "Afstemningen er slut: bekræft, hvad den førte til"
    assert confirm in waiting(open_inbox(app, story, "karim"))["Stem"]
    assert confirm not in waiting(open_inbox(app, story, "jens")).get("Stem", [])


def test_new_until_opened_and_never_what_one_did_oneself(
    app: Flask, story: World, clock: Clock
) -> None:
    case_id = story.apply(title="Nyt")
    clock.advance(minutes=5)
    jens, sofie = Desk(app, story, "jens"), Desk(app, story, "sofie")
    assert news(jens.open("/indbakke")) == ["Nyt"]
    jens.open("/sager/BT-2026-1")
    assert news(jens.open("/indbakke")) == []
    assert "Nyt for dig" in sofie.open("/indbakke").text
    sofie.open("/sager/BT-2026-1")
    assert "Nyt for dig" not in sofie.open("/indbakke").text
    clock.advance(minutes=5)
    note(story.house, "n1", case_id, "Ringet", story.actor("sofie"), clock())
    assert news(jens.open("/indbakke")) == ["Nyt"]
    assert "Nyt for dig" not in sofie.open("/indbakke").text
    assert "1 sag" in jens.open("/sager/?state=all&unread=1").text


def test_all_is_read_with_one_button_and_what_comes_after_is_new(
    app: Flask, story: World, clock: Clock
) -> None:
    for n in range(3):
        story.apply(title=f"Sag {n}", amount="100")
    clock.advance(minutes=5)
    jens = Desk(app, story, "jens")
    assert len(news(jens.open("/indbakke"))) == 3
    clock.advance(minutes=1)
    story.now = clock()
    story.apply(title="Kom imens")
    clock.advance(minutes=1)
    jens.press("Markér alt som læst")
    assert "Alt er markeret som læst." in jens.page.text
    assert news(jens.page) == ["Kom imens"]
    assert jens.client.post("/indbakke/laest").status_code == 422


def test_a_mark_never_goes_back_nor_ahead(story: World, clock: Clock) -> None:
    jens, now = story.people["jens"], clock()
    inbox.mark_read(story.house, jens, now + timedelta(days=9), now)
    inbox.mark_read(story.house, jens, now - timedelta(days=9), now)
    with story.database.read() as session:
        row = session.get_one(InboxMark, jens)
        assert row.read_at == now


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
def test_what_happened_while_a_page_was_made_stays_new(story: World, clock: Clock) -> None:
    """The mark is what was on the page, not when it was looked at."""
    case_id = story.apply(title="Nyt")
    jens = story.people["jens"]
    with story.database.read() as session:
        shown = session.get_one(Case, case_id)
        how_far = inbox.known(session, jens, case_id)
    later = clock.advance(seconds=1)
    note(story.house, "n1", case_id, "Imens", story.actor("sofie"), later)
    clock.advance(seconds=1)
    assert inbox.seen(story.house, jens, shown, how_far)
    with story.database.read() as session:
        assert session.get_one(CaseSeen, (jens, case_id)).seen_at == shown.activity_at
        assert not inbox.known(session, jens, case_id).knows(later)


def test_one_who_comes_later_does_not_begin_with_years_of_news(
    app: Flask, story: World, clock: Clock, colleague: object
) -> None:
    story.apply(title="Gammelt")
    clock.advance(days=30)
    assert callable(colleague)
    _, client = colleague("member")
    assert news(client.look("/indbakke")) == []
    story.now = clock()
    story.apply(title="Nyt")
    assert news(client.look("/indbakke")) == ["Nyt"]


def test_who_handles_cases_begins_at_the_inbox(app: Flask, story: World) -> None:
    def home(name: str) -> str:
        desk = Desk(app, story, name)
        with desk.client:
            desk.client.get("/privatliv")
            return navigation.home()

    homes = {name: home(name) for name in story.people}
    assert {homes[name] for name in ("sofie", "karim", "jens", "amina", "ole")} == {"/indbakke"}
    assert homes["rune"] == "/sager/"
    assert homes["birgit"] == homes["maja"] == "/styring/"


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("name", ["sofie", "karim"])
def test_it_costs_the_same_with_one_case_and_with_a_hundred(
    app: Flask, story: World, database: Database, name: str
) -> None:
    """Cases that wait are copied as rows: a hundred through the form would take a minute."""
    story.apply(title="Kage", email="", phone="22334455")
    desk = Desk(app, story, name)

    def cost(path: str) -> int:
        with counted(database) as sql:
            desk.client.look(path)
        return len(sql)

    paths = ("/indbakke?size=100", "/sager/?size=100&text=kage&sort=title&waits=1&unread=1")
    desk.open(paths[0])  # what an application asks for once
    one = [cost(path) for path in paths]
    assert max(one) <= MOST_QUERIES
    copy_case(database, 99)
    with database.read() as session:
        roles = {"urban-life": story.actor(name).roles}
        reader = queries.reader_of(session, story.house, story.people[name], roles, story.now)
        known = inbox.known(session, reader.person_id)
        assert inbox.items(session, story.house, reader, known, size=100).total == 100
    assert [cost(path) for path in paths] == one
    assert len(waiting(desk.open("/indbakke?size=100"))) == 1  # all of the same title
    heads = [one for one in desk.page.all("th") if one.attrib.get("role") == "rowheader"]
    assert len(heads) == 100


def copy_case(database: Database, times: int) -> None:
    """As many cases like the first, with its applicant and its message."""

    def copy(session: Session) -> None:
        first = session.get_one(Case, 1)
        for n in range(2, times + 2):
            values = first.model_dump(exclude={"id", "number"})
            case = Case(**values, number=f"BT-2026-{n}")
            session.add(case)
            session.flush()
            queue(session, event=f"copy:{n}", case_id=case.id).state = "waiting"

    database.write(copy)


def test_no_page_is_too_odd(app: Flask, story: World) -> None:
    story.apply()
    sofie = Desk(app, story, "sofie")
    for query in ("page=99", "page=x&size=7", "page=-1", "size=999999999999999999999"):
        assert "BT-2026-1" in sofie.open(f"/indbakke?{query}").text
    with story.database.read() as session:
        assert session.execute(text("SELECT count(*) FROM case_seen")).scalar_one() == 0
