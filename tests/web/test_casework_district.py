"""The big pool through the pages: recommended, decided, announced; and until then not a word of
it to anybody outside."""

from __future__ import annotations

import re
from typing import Any, cast

import pytest
from flask import Flask
from sqlmodel import select

from pool.cases import announcing, announcing_drafts
from pool.db import Database
from pool.models.case import Decision
from tests.support.client import HostileClient, Page, words_of
from tests.support.district import (
    POOL,
    apply,
    make_district,
    to_checked,
    to_decided,
    to_granted,
    to_screened,
)
from tests.support.house import RECORD, World, make_world
from tests.support.people import hold_link
from tests.web.caseworking import Desk, sent
from tests.web.conftest import Clock

CASE = "/sager/BP-2026-1"
REASONS = "Teltet kan lånes af boligafdelingen."


@pytest.fixture
def story(database: Database, clock: Clock) -> World:
    return make_district(database, clock())


@pytest.fixture
def sofie(app: Flask, story: World) -> Desk:
    return Desk(app, story, "sofie")


@pytest.fixture
def karim(app: Flask, story: World) -> Desk:
    return Desk(app, story, "karim")


BESIDE = {
    "Skriv et notat", "Jeg er inhabil i sagen", "Notér, at et medlem ikke deltager",
    "Skriv til ansøgeren", "Udfyld tjeklisten", "Vurder sagen", "Send til skriftlig afstemning",
    "Meddel sammen med andre",
}  # fmt: skip
"""What can be done from the page and is no move of the workflow."""


def buttons(page: Page) -> set[str]:
    """What can be done now."""
    found = page.main.findall(".//section[@aria-labelledby='can-do']//a")
    return {words_of(one) for one in found} - BESIDE


def test_from_screening_to_the_letter(story: World, sofie: Desk, karim: Desk) -> None:
    case_id = apply(story)
    sofie.open(CASE)
    assert buttons(sofie.page) == {
        "Giv besked om forsinkelse", "Send i partshøring", "Send videre til en anden pulje",
        "Spørg ansøgeren",
        "Træk ansøgningen tilbage",
    }  # fmt: skip
    to_checked(story, case_id)
    assert "Gør klar til indstilling" in buttons(sofie.open(CASE))
    sofie.click("Gør klar til indstilling")
    sofie.press("Gør klar til indstilling")
    sofie.click("Indstil til gruppen")
    assert "Begrundelsen, som den" not in sofie.page.text
    page = sofie.press("Indstil til gruppen", choose={"advice": "part"}, status=422, reasons="")
    assert page.errors == ["Hvorfor indstiller du til det? Udfyld feltet."]
    page = sofie.press("Indstil til gruppen", status=422, reasons=REASONS)
    assert page.errors == ["Indstillet beløb: Skriv det beløb, du indstiller."]
    page = sofie.press("Indstil til gruppen", amount="6.000")
    assert "Indstillingen er lavet." in page.text
    assert "Indstillet til gruppen: Delvis bevilling: 6.000 kr." in page.text
    assert REASONS in page.text

    karim.open(CASE)
    assert {"Bevilg det hele", "Bevilg en del", "Giv afslag"} <= buttons(karim.page)
    page = karim.click("Bevilg en del")
    assert "Indstillingen Indstillet tilDelvis bevilling" in page.text
    assert "Ansøgeren får besked" not in page.text
    page = karim.press("Se brevet først", status=200, amount="7.000", reasons=REASONS)
    assert "Det her bliver sendt, når afgørelsen meddeles" in page.text
    assert "Du har fået bevilget 7.000 kr." in page.text
    page = karim.press("Afgør")
    assert "Afgjort. Ingen uden for puljen får det at vide" in page.text
    assert "MeddeltIkke endnu" in page.text
    assert sent(story, case_id) == ["receipt", "new-case", *["members-new-case"] * 3]

    sofie.open(CASE)
    page = sofie.click("Meddel bevillingen")
    [letter, mail] = [words_of(e) for e in page.all("div") if e.attrib.get("class") == "paper"]
    assert "Du har fået bevilget 7.000 kr." in letter
    assert REASONS in letter
    assert "BP-2026-1" in mail
    page = sofie.press("Meddel bevillingen")
    assert "Afgørelsen er meddelt. Ansøgeren får besked på" in page.text
    assert "Bevillingen blev meddelt: 7.000 kr." in page.text
    assert sent(story, case_id)[5:] == ["decision-part", "supported"]


def test_without_a_recommendation_the_page_says_who_can_make_one(story: World, karim: Desk) -> None:
    case_id = apply(story)
    to_screened(story, case_id)
    page = karim.open(CASE)
    assert "Der er ikke lavet nogen indstilling til gruppen." in page.text
    assert buttons(page) == {
        "Giv besked om forsinkelse", "Indstil til gruppen", "Udsæt afgørelsen"
    }  # fmt: skip
    page = karim.open(f"{CASE}/afgoer")
    assert "Der er ikke lavet nogen indstilling til gruppen." in page.text


def test_a_refusal_is_announced(story: World, sofie: Desk) -> None:
    case_id = apply(story)
    to_decided(story, case_id, "refuse")
    page = sofie.open(f"{CASE}/goer/announce-refusal")
    assert "Vi kan ikke støtte din aktivitet" in page.text
    sofie.press("Meddel afslaget")
    assert sent(story, case_id)[-1] == "decision-refused"
    assert sofie.page.text.count("Afslaget blev meddelt") == 1


def test_every_page_stands_in_english_too(story: World, sofie: Desk) -> None:
    case_id = apply(story)
    to_screened(story, case_id)
    assert "For the group." in sofie.open(f"{CASE}/goer/recommend?lang=en").text
    story.do(case_id, "sofie", "recommend", advice="full", reasons="Fint.")
    assert "Recommended to the group: Full grant" in sofie.open(f"{CASE}?lang=en").text
    page = sofie.open(f"{CASE}/afgoer?lang=en")
    assert "Nothing is sent now" in page.text
    story.do(case_id, "sofie", "grant", record=dict(RECORD))
    assert "This is what is sent" in sofie.open(f"{CASE}/goer/announce-grant?lang=en").text


# -- until it is announced

OUTSIDE = ("birgit", "ole", "maja")
PUBLIC = ("/", f"/puljer/{POOL}", f"/ansoeg/{POOL}")
STAFF = ("/sager/", "/sager/?text=F%C3%A6llesspisning&state=all", "/styring/", "/indbakke",
         "/sager/?text=gruppen+var+glad&state=all", "/sager/?unread=1&state=all",
         "/sager/?sort=granted",
         f"/styring/{POOL}/2026/bevillinger.csv", "/styring/opgoerelser/", f"/styring/{POOL}/2026",
         f"/meddel/{POOL}", "/sager/BP-2026-2/brevudkast", "/sager/BP-2026-2/brevudkast/kasser",
         "/sager/flere?valgt=BP-2026-2&handling=announce-grant")  # fmt: skip
FIGURES = ("budget", "earmarked", "granted", "disposed", "paid", "returned", "free")


def seen(client: HostileClient, path: str) -> tuple[int, str]:
    """What a page shows, but for what differs by itself: ids of forms and times."""
    response = client.get(path)
    text = response.get_data(as_text=True)
    return response.status_code, re.sub(r'value="[^"]{20,}"|Sig dette nummer[^<]+', "", text)


def exported(client: HostileClient) -> list[bytes]:
    """The list of cases taken out as CSV; nothing where there are none to take out."""
    page = client.look("/sager/?state=all")
    buttons = [words_of(one) for one in page.all("button") if "CSV" in words_of(one)]
    return [client.submit(page, button=one).get_data() for one in buttons]


def write_own_words(story: World, case_id: int) -> None:
    """The letter that waits is edited."""
    with story.database.read() as session:
        draft = announcing_drafts.draft_of(session, case_id)
    assert draft is not None
    announcing.edit(
        story.house, story.new_id(), case_id, draft.id or 0,
        {"opening": {"da": "Gruppen var glad for jeres idé."}},
        story.actor("sofie", POOL), story.now,
    )  # fmt: skip


@pytest.mark.parametrize("action", ["grant", "grant-part", "refuse"])
def test_no_page_tells_anybody_outside(story: World, app: Flask, clock: Clock, action: str) -> None:
    known = apply(story, title="Et kendt tilskud", email="kendt@eksempel.example")
    to_granted(story, known)
    case_id = apply(story)
    number = story.case(case_id).number
    to_screened(story, case_id)
    story.do(case_id, "sofie", "recommend", advice="full", reasons="Fint.")
    mine = cast(HostileClient, app.test_client())
    hold_link(mine, f"case:{case_id}", clock())
    desks = {name: Desk(app, story, name).client for name in OUTSIDE}
    stranger = cast(HostileClient, app.test_client())

    def everything() -> dict[Any, tuple[int, str]]:
        own = (f"/min-sag/{number}", f"/min-sag/{number}/traek-tilbage")
        pages = {("applicant", p): seen(mine, p) for p in (*own, *PUBLIC)}
        pages |= {("nobody", path): seen(stranger, path) for path in PUBLIC}
        for name, client in desks.items():
            paths = [*STAFF, f"/sager/{number}", f"/sager/{story.case(known).number}"]
            paths += [f"/styring/{POOL}/2026/{figure}" for figure in FIGURES]
            pages |= {(name, path): seen(client, path) for path in paths}
        return pages

    everything()  # what one has looked at is read from then on
    before = everything()
    given: dict[str, Any] = {"reasons": REASONS, "amount": "7.000"} if action != "grant" else {}
    taken_out = {name: exported(client) for name, client in desks.items()}
    story.do(case_id, "sofie", action, record=dict(RECORD), **given)
    write_own_words(story, case_id)
    after = everything()
    assert {name: exported(client) for name, client in desks.items()} == taken_out
    for key, page in after.items():
        assert page == before[key], key
    assert {status for (who, _), (status, _) in after.items() if who != "applicant"} <= {
        200,
        403,
        404,
    }
    assert after["birgit", f"/sager/{number}"][0] == 404
    assert after["applicant", f"/min-sag/{number}"][0] == 200
    assert "690.500\u00a0kr." in after["nobody", "/"][1], "what the known grant leaves"

    story.do(case_id, "sofie", "announce-refusal" if action == "refuse" else "announce-grant")
    changed = {key for key, page in everything().items() if page != before[key]}
    assert ("applicant", f"/min-sag/{number}") in changed
    assert (("nobody", "/") in changed) == (action != "refuse")


def test_what_moves_in_the_house_makes_no_form_of_the_applicant_old(
    story: World, app: Flask, clock: Clock
) -> None:
    case_id = apply(story)
    mine = cast(HostileClient, app.test_client())
    hold_link(mine, f"case:{case_id}", clock())
    form = mine.look(f"/min-sag/{story.case(case_id).number}/traek-tilbage")
    to_screened(story, case_id)
    story.do(case_id, "sofie", "recommend", advice="full", reasons="Fint.")
    story.do(case_id, "karim", "grant")
    answer = mine.submit(form, {"reason": "Vi er flyttet"}, button="Ja, træk den tilbage")
    assert answer.status_code == 303
    assert story.case(case_id).state == "withdrawn"


# -- a pool that is shown while it is open


def test_a_light_house_is_not_shown_the_third_pool(
    client: HostileClient, database: Database, clock: Clock
) -> None:
    make_world(database, clock())
    page = client.look("/")
    assert "Bydelspuljen" not in page.text
    assert "bydelspuljen@example.dk" not in page.text
    assert "ikke åben for ansøgninger" in client.look(f"/puljer/{POOL}").text


def test_while_it_is_open_it_stands_there(client: HostileClient, story: World) -> None:
    page = client.look("/")
    assert page.text.index("Bydelspuljen") < page.text.index("Bylivs- og tryghedspuljen")
    assert "700.000 kr." in page.text
    assert "bydelspuljen@example.dk" in page.text


def test_decisions_are_announced_when_they_are(story: World) -> None:
    to_decided(story, apply(story))
    with story.database.read() as session:
        assert session.exec(select(Decision)).one().announced_at is None
