"""The pages of the conversation, of hearings, talks, renderings and the checklist."""

from __future__ import annotations

from typing import get_args

import pytest
from flask import Flask
from sqlmodel import col, select

import pool.journal as journal
from pool.cases import conversation, notes, recusal, rendering, screening
from pool.db import Database
from pool.identity.actor import applicant
from pool.models.case import CaseFile
from pool.models.casework import Correspondence
from pool.render.words import words
from pool.web.applicant import talk
from pool.web.casework import panel_checklist, panel_conversation, wording
from tests.support import district
from tests.support.client import HostileClient
from tests.support.house import World, make_world
from tests.support.people import hold_link
from tests.support.snapshot import changes, snapshot
from tests.web.applying import attachment
from tests.web.caseworking import Desk, queries, sent
from tests.web.conftest import Clock

CASE = "/sager/BT-2026-1"
MINE = "/min-sag/BT-2026-1"


@pytest.fixture
def story(database: Database, clock: Clock) -> World:
    return make_world(database, clock())


@pytest.fixture
def sofie(app: Flask, story: World) -> Desk:
    return Desk(app, story, "sofie")


@pytest.fixture
def case_id(story: World) -> int:
    return story.apply()


@pytest.fixture
def mine(client: HostileClient, case_id: int, clock: Clock) -> HostileClient:
    hold_link(client, f"case:{case_id}", clock())
    return client


def hear(story: World, case_id: int) -> None:
    story.do(case_id, "sofie", "hear", facts="Der var støj.", source="Naboen", due_on="20.3.2026")


def wrote(story: World, case_id: int, text: str) -> None:
    lene = applicant("Lene Bruun")
    conversation.write(story.house, story.new_id(), case_id, text, lene, story.now)


def unread(story: World) -> int:
    with story.database.read() as session:
        found = session.exec(select(Correspondence).where(col(Correspondence.read_at).is_(None)))
        return sum(one.side == "applicant" for one in found)


# -- hearing


def test_from_the_hearing_to_the_decision(
    story: World, sofie: Desk, mine: HostileClient, case_id: int
) -> None:
    sofie.open(CASE)
    sofie.click("Send i partshøring")
    sofie.press("Send i partshøring", status=422)
    sofie.press(
        "Send i partshøring",
        facts="Festen var for lukkede døre.",
        source="Naboen",
        due_on="20.3.2026",
    )
    assert "Ansøgeren er bedt om at udtale sig, og afgørelsen venter." in sofie.page.text
    assert "Ansøgeren er i partshøring: afgørelsen venter" in sofie.page.text
    assert "eller 20. marts 2026 er gået" in sofie.page.text
    karim = Desk(sofie.client.application, story, "karim")
    assert "Giv afslag (kan ikke lade sig gøre nu)" in karim.open(CASE).text
    assert sent(story, case_id).count("hearing") == 1

    page = mine.look(MINE)
    assert "Du kan udtale dig om det, andre har fortalt os, til og med 20. marts 2026." in page.text
    assert "Noget at udtale sig om" in page.text  # the letter, as PDF
    page = mine.look(page.link("Udtal dig om det, andre har fortalt"))
    assert "Festen var for lukkede døre." in page.text
    refused = mine.page(mine.submit(page, {"answer": ""}))
    assert refused.errors
    done = mine.follow(
        mine.submit(refused, {"answer": "Døren stod åben.", "files": attachment(name="dør.pdf")})
    )
    assert "Tak. Vi har fået dine bemærkninger." in done.text
    assert "Døren stod åben." in done.text
    assert "dør.pdf" in done.text
    assert "Udtal dig om" not in done.text
    with story.database.read() as session:
        assert session.exec(select(CaseFile.purpose)).all() == ["hearing"]
    page = karim.open(CASE)
    assert "Ansøgeren er i partshøring: afgørelsen venter" not in page.text
    assert "Døren stod åben." in page.text
    assert karim.client.get(page.link("dør.pdf")).status_code == 200
    karim.click("Giv afslag")


def test_the_caseworker_types_in_what_was_said(
    story: World, sofie: Desk, case_id: int, mine: HostileClient
) -> None:
    hear(story, case_id)
    sofie.open(CASE)
    sofie.click("Svar på partshøringen")
    assert "Svar på partshøringen for ansøgeren" in sofie.page.heading
    assert "Der var støj." in sofie.page.text
    sofie.press("Svar på partshøringen", answer="Hun ringede: det passer ikke.")
    assert "Bemærkningerne er registreret." in sofie.page.text
    again = mine.follow(mine.get(f"{MINE}/hoering"))
    assert "Du kan altid skrive til os." in again.text


def test_an_answer_with_an_old_page_keeps_the_typing(
    story: World, mine: HostileClient, case_id: int
) -> None:
    hear(story, case_id)
    page = mine.look(f"{MINE}/hoering")
    story.do(case_id, "sofie", "hearing-stop", reason="Naboen trak det tilbage.")
    answer = mine.submit(page, {"answer": "Mine ord."})
    assert answer.status_code == 422
    assert "Mine ord." in mine.page(answer).text
    assert "Du behøver ikke udtale dig længere" in mine.look(MINE).text


def test_a_member_reads_the_hearing_and_finance_does_not(
    story: World, app: Flask, case_id: int
) -> None:
    story.do(case_id, "karim", "grant")
    hear(story, case_id)
    assert "Der var støj." in Desk(app, story, "jens").open(CASE).text
    page = Desk(app, story, "ole").open(CASE)
    assert "Der var støj." not in page.text
    assert "Naboen" not in page.text


# -- writing


def test_the_conversation_from_both_sides(
    story: World, sofie: Desk, mine: HostileClient, case_id: int
) -> None:
    page = mine.look(MINE)
    page = mine.look(page.link("Skriv til os"))
    assert mine.page(mine.submit(page, {"text": " "})).errors
    page = mine.follow(mine.submit(page, {"text": "Må festen vare til kl. 22?"}))
    assert "Tak. Vi har fået din besked." in page.text
    assert "Må festen vare til kl. 22?" in page.text
    assert "applicant-wrote" in sent(story, case_id)

    before = snapshot(story.database)
    sofie.open(CASE)
    assert set(changes(before, snapshot(story.database))) <= {"case_seen"}
    assert "Ikke læst" in sofie.page.text
    sofie.press("Markér som læst")
    assert "Ikke læst" not in sofie.page.text
    assert unread(story) == 0
    sofie.click("Skriv til ansøgeren")
    assert "Må festen vare til kl. 22?" in sofie.page.text
    sofie.press("Send beskeden", status=422)
    sofie.press("Send beskeden", text="Ja, det må den.")
    assert "Beskeden sendes til lene@eksempel.example." in sofie.page.text
    page = mine.look(MINE)
    assert "Ja, det må den." in page.text
    assert "Sofie" in page.text


def test_a_stale_button_marks_nothing_and_says_so(story: World, sofie: Desk, case_id: int) -> None:
    wrote(story, case_id, "Hallo?")
    answer = sofie.client.post(f"{CASE}/skriv", data={"read": "1"})
    assert answer.status_code == 422
    assert unread(story) == 1


def test_notes_stay_in_the_house(story: World, sofie: Desk, mine: HostileClient) -> None:
    sofie.open(f"{CASE}/notat")
    sofie.press("Gem notatet", choose={"how": "phone"}, note="Hun var vred.", status=422)
    sofie.press("Gem notatet", whom="Lene Bruun", on="3.3.2026")
    assert "Samtale: på telefon" in sofie.page.text or "Samtale: pr. telefon" in sofie.page.text
    assert "Med Lene Bruun" in sofie.page.text
    assert "Hun var vred." not in mine.look(MINE).text
    with story.database.read() as session:
        [event] = [one for one in journal.read(session, "case:1") if one.kind == "case.talk"]
    assert event.effective_on.isoformat() == "2026-03-03"


def test_who_finds_no_door(story: World, app: Flask, case_id: int) -> None:
    recusal.declare(story.house, case_id, "Min søster", story.actor("karim"), story.now)
    karim = Desk(app, story, "karim")
    for page in ("skriv", "", "notat"):
        assert karim.client.get(f"{CASE}/{page}".rstrip("/")).status_code == 404
    for page in ("skriv", "tjekliste", "dansk"):
        assert Desk(app, story, "jens").client.get(f"{CASE}/{page}").status_code == 403


def test_a_quiet_case_asks_no_more_of_the_database(story: World, sofie: Desk, case_id: int) -> None:
    def asked() -> list[str]:
        with queries(story.database) as seen:
            sofie.open(CASE)
        return [one for one in seen if any(name in one for name in ("correspond", "rendering"))]

    assert asked() == []
    wrote(story, case_id, "Hej.")
    assert len(asked()) == 1


# -- renderings


def test_a_rendering_below_the_answer(
    story: World, sofie: Desk, app: Flask, client: HostileClient, clock: Clock
) -> None:
    case_id = story.apply(title="حفلة", safety="نتعرف على بعضنا", lang="en")
    hold_link(client, f"case:{case_id}", clock())
    sofie.open(CASE)
    sofie.click("Gengiv svarene på dansk")
    sofie.press(
        "Gem gengivelsen", fields={"r-title": "Fest", "r-safety": "Vi lærer hinanden at kende."}
    )
    for desk in (sofie, Desk(app, story, "jens")):
        page = desk.open(CASE)
        assert "Gengivet på dansk af Sofie" in page.text
        assert "Vi lærer hinanden at kende." in page.text
        assert "نتعرف على بعضنا" in page.text
        assert page.heading == "حفلة"
    assert "Gengivet" not in client.look(MINE).text
    sofie.open(f"{CASE}/dansk")
    sofie.press("Gem gengivelsen", fields={"r-safety": ""})
    with story.database.read() as session:
        assert list(rendering.of_case(session, case_id)) == ["title"]


# -- the checklist


def test_a_light_pools_checklist_is_a_help(story: World, sofie: Desk, case_id: int) -> None:
    page = sofie.open(CASE)
    assert "Ikke vurderet endnu" not in page.text
    sofie.click("Udfyld tjeklisten")
    sofie.press("Gem tjeklisten", choose={"p-area": "yes", "p-open": "no"},
                fields={"p-open-remark": "Kun for medlemmer."})  # fmt: skip
    assert "2 af 4 punkter er vurderet" in sofie.page.text
    assert "Kun for medlemmer." in sofie.page.text
    sofie.click("Udfyld tjeklisten")
    sofie.press("Gem tjeklisten", fields={"p-children-remark": "Husk attester."}, status=422)
    assert "Vælg en af mulighederne." in sofie.page.text or sofie.page.errors


def test_where_it_is_asked_for_it_stands_in_the_way(
    database: Database, clock: Clock, app: Flask
) -> None:
    story = district.make_district(database, clock())
    district.apply(story)
    sofie = Desk(app, story, "sofie")
    page = sofie.open("/sager/BP-2026-1")
    assert "Ikke vurderet endnu" in page.text
    assert "(kan ikke lade sig gøre nu)" in page.text
    sofie.click("Udfyld tjeklisten")
    points = [point.key for point in story.house.definitions.current(district.POOL).checklist]
    sofie.press("Gem tjeklisten", choose={f"p-{key}": "yes" for key in points})
    sofie.click("Gør klar til indstilling")


# -- the words


def test_every_word_of_a_list_is_danish_too() -> None:
    danish = words("da")
    lists = [panel_conversation.TITLES, panel_checklist.MARKS, talk.TITLES]
    found = [title for one in lists for title, _ in one.values()] + list(wording.TALKED.values())
    assert [title for title in found if danish.t(title) == title] == []
    assert set(wording.TALKED) == set(notes.HOW)
    assert set(panel_conversation.TITLES) == set(talk.TITLES) == set(get_args(conversation.Kind))
    assert set(panel_checklist.MARKS) == set(screening.MARKS)
