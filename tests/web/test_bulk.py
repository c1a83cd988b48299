"""Many cases at once, where the page is not sent as it was made: other cases, other letters, no
choice. And what an address or a form may ask for without an answer of 500."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlmodel import Session, col, select

from pool.cases import announcing
from pool.cases.announcing_drafts import draft_of
from pool.db import Database
from pool.models.case import Case
from pool.models.draft import Draft
from pool.models.identity import PersonRole
from pool.models.outbox import Message
from tests.support.client import Page
from tests.support.district import POOL, apply, make_district, to_decided, to_recommended
from tests.support.house import World
from tests.web.caseworking import Desk
from tests.web.conftest import Clock

LARGE = "9" * 20


@pytest.fixture
def story(app: Flask, database: Database, clock: Clock) -> World:
    return make_district(database, clock())


def only_in(story: World, name: str, pool: str) -> None:
    """``name`` has their roles in ``pool`` alone."""

    def work(session: Session) -> None:
        mine = col(PersonRole.person_id) == story.people[name]
        for role in session.exec(select(PersonRole).where(mine)):
            role.pool = pool

    story.database.write(work)


def chosen(*numbers: str, action: str = "grant") -> str:
    return "/sager/flere?" + "&".join(f"valgt={one}" for one in numbers) + f"&handling={action}"


def value(story: World, case_id: int) -> str:
    return f"{case_id}.{story.case(case_id).state_version}"


def hidden(page: Page, name: str) -> list[str]:
    return [one.attrib["value"] for one in page.all("input") if one.attrib.get("name") == name]


# -- which cases


def test_the_roles_of_one_pool_do_nothing_in_another(app: Flask, story: World) -> None:
    mine, other = apply(story), story.apply()
    to_recommended(story, mine)
    only_in(story, "karim", POOL)
    karim = Desk(app, story, "karim")
    karim.open(chosen("BP-2026-1"))
    karim.press("Prøv det", status=200)
    both = [value(story, mine), value(story, other)]
    page = karim.press("Gennemfør for 1 sag", status=200, fields={"sag": both})
    assert story.case(other).state == "received"
    assert story.case(mine).state == "decided-yes"
    assert "Gennemført for 1 af 2 sager." in page.text
    assert "BT-2026-1" not in page.text


def test_a_case_that_was_not_chosen_is_left_alone(app: Flask, story: World) -> None:
    ids = [apply(story, title=f"Fest {n}") for n in range(2)]
    for case_id in ids:
        to_recommended(story, case_id)
    karim = Desk(app, story, "karim")
    karim.open(chosen("BP-2026-1"))
    karim.press("Prøv det", status=200)
    forged = [value(story, ids[1]), f"{LARGE}.1", "999999999.1"]
    page = karim.press("Gennemfør for 1 sag", status=200, fields={"sag": forged})
    assert [story.case(one).state for one in ids] == ["recommended"] * 2
    assert "Ikke gennemført: du har ikke længere adgang" in page.text
    assert "Gennemført for" not in page.text


def test_going_on_without_a_choice_is_told(app: Flask, story: World) -> None:
    apply(story)
    karim = Desk(app, story, "karim")
    assert karim.open("/sager/flere?valgt=BP-2026-1").errors == []
    assert "Fortsæt" in karim.page.text
    page = karim.open("/sager/flere?valgt=BP-2026-1&videre=1")
    assert page.errors == ["Hvad skal der ske? Vælg, hvad der skal ske."]
    assert page.link("Vælg, hvad der skal ske.") == "#handling"
    assert "1 sag er valgt." in page.text


# -- which letter


def letters(story: World, case_id: int) -> list[str]:
    with story.database.read() as session:
        one = select(Message.state).where(
            Message.case_id == case_id, col(Message.letter).is_not(None)
        )
        return list(session.exec(one.order_by(col(Message.id))))


def rewrite(story: World, case_id: int, words: str) -> None:
    with story.database.read() as session:
        message = draft_of(session, case_id)
    assert message is not None
    announcing.edit(
        story.house, story.new_id(), case_id, message.id or 0, {"opening": {"da": words}},
        story.actor("karim", POOL), story.now,
    )  # fmt: skip


def test_what_is_sent_is_what_was_seen(app: Flask, story: World) -> None:
    ids = [apply(story, title=f"Fest {n}") for n in range(2)]
    for case_id in ids:
        to_decided(story, case_id)
    rewrite(story, ids[1], "Tillykke, alle sammen.")
    sofie = Desk(app, story, "sofie")
    sofie.open(f"/meddel/{POOL}")
    sofie.press("Se brevene først", status=200)
    rewrite(story, ids[0], "Noget, Sofie ikke har set.")
    page = sofie.press("Meddel 2 afgørelser", status=200)
    assert "Gennemført for 1 af 2 sager." in page.text
    assert "En kollega har ændret brevet, siden du så det" in page.text
    assert [letters(story, one) for one in ids] == [["draft"], ["queued"]]
    assert story.case(ids[0]).state == "decided-yes"


def test_nothing_is_sent_unseen(app: Flask, story: World) -> None:
    case_id = apply(story)
    to_decided(story, case_id)
    sofie = Desk(app, story, "sofie")
    sofie.open(f"/meddel/{POOL}")
    page = sofie.press("Se brevene først", status=200, fields={"do": "send"})
    assert "Der er ikke sendt noget endnu." in page.text
    assert letters(story, case_id) == ["draft"]
    seen = hidden(page, "valgt")
    assert len(seen) == 1
    assert seen[0].startswith(f"{value(story, case_id)}.")


# -- twice the same, and nonsense


def test_the_same_page_begins_one_draft(app: Flask, story: World) -> None:
    sofie = Desk(app, story, "sofie")
    page = sofie.open("/sager/ny")
    choice = {"pool": "urban-life", "channel": "paper"}
    for _ in range(2):
        sofie.page = page
        sofie.press("Næste", choose=choice)
    with story.database.read() as session:
        begun = session.exec(select(Draft).where(col(Draft.person_id).is_not(None))).all()
    assert len(begun) == 1
    sofie.page = page
    again = sofie.press("Næste", choose={"pool": "urban-life", "channel": "phone"}, status=422)
    assert "Siden er sendt før med et andet indhold" in again.text


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
def test_what_nobody_would_type_is_no_crash(app: Flask, story: World) -> None:
    case_id = apply(story)
    to_decided(story, case_id)
    sofie = Desk(app, story, "sofie")
    for path in (
        f"/sager/kladde/{LARGE}/om",
        "/sager/kladde/2147483648/om",
        f"/sager/kladde/{'9' * 5000}/om",
        f"/sager/BP-2026-1/filer/{LARGE}",
    ):
        assert sofie.client.get(path).status_code == 404, path[:60]
    assert sofie.client.get("/moeder/?aar=0000").status_code == 200
    assert sofie.client.get(f"/sager/flere?valgt={LARGE}").status_code == 200
    write = sofie.open("/sager/BP-2026-1/skriv")
    answer = sofie.client.submit(write, {"read": LARGE}, button="Send")
    assert answer.status_code == 404
    for until in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "i går"):
        page = sofie.open("/indbakke")
        if any(one.attrib.get("name") == "until" for one in page.all("input")):
            sofie.press("Markér alt som læst", fields={"until": until})
    sofie.open(f"/meddel/{POOL}")
    for case in (LARGE, "999999999"):
        sofie.press("Se brevene først", status=422 if case == LARGE else 200,
                    fields={"valgt": f"{case}.1"})  # fmt: skip
        sofie.open(f"/meddel/{POOL}")
    with story.database.read() as session:
        assert session.get_one(Case, case_id).state == "decided-yes"
