"""Announcing together, editing the letter, and many cases at once, through the pages."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlmodel import col, select

from pool.db import Database
from pool.models.outbox import Message
from tests.support.client import filled, words_of
from tests.support.district import POOL, apply, make_district, to_decided, to_recommended
from tests.support.house import World
from tests.web.caseworking import Desk, sent
from tests.web.conftest import Clock

SVG = "{http://www.w3.org/2000/svg}"
OWN = "Kære Lene. Gruppen var glad for jeres idé."


@pytest.fixture
def story(database: Database, clock: Clock) -> World:
    return make_district(database, clock())


@pytest.fixture
def sofie(app: Flask, story: World) -> Desk:
    return Desk(app, story, "sofie")


def letters(story: World, case_id: int) -> list[str]:
    with story.database.read() as session:
        return list(
            session.exec(
                select(Message.state)
                .where(Message.case_id == case_id, col(Message.letter).is_not(None))
                .order_by(col(Message.id))
            )
        )


# -- announcing


def test_read_edit_preview_and_announce(story: World, sofie: Desk) -> None:
    ids = [apply(story, title=f"Fest nummer {n}") for n in range(3)]
    to_decided(story, ids[0])
    to_decided(story, ids[1], "refuse")
    page = sofie.open("/sager/")
    assert "2 afgørelser venter på at blive meddelt" in page.text
    page = sofie.click("2 afgørelser venter på at blive meddelt")
    assert page.heading == "Meddel afgørelser"
    assert "Fest nummer 2" not in page.text

    page = sofie.click("Læs og ret BP-2026-1")
    assert "besluttede" in page.field("opening-da")
    page = sofie.press(
        "Gem rettelserne", fields={"opening-da": OWN, "closing-da": "Held og lykke."}
    )
    assert "Rettelserne er gemt." in page.text
    assert OWN in page.text
    assert [words_of(one).removeprefix("sat ind: ") for one in page.all("ins")][-1] == (
        "Held og lykke."
    )
    assert page.all("del")
    assert "Brevet blev rettet" in page.text
    assert "Sofie" in page.text
    page = sofie.open("/sager/BP-2026-1")
    assert "Rettet af Sofie" in page.text
    page = sofie.click("Meddel bevillingen")
    assert OWN in page.text, "announcing it alone shows the very letter"

    page = sofie.open(f"/meddel/{POOL}")
    assert "rettet" in page.text
    page = sofie.press("Se brevene først", status=200)
    assert "Der er ikke sendt noget endnu." in page.text
    assert "1 bevilget, 1 afslag" in page.text
    assert "9.500 kr." in page.text
    assert OWN in page.text
    assert "Vi kan ikke støtte din aktivitet" in page.text
    assert [letters(story, one) for one in ids] == [["draft"], ["draft"], []]
    page = sofie.press("Meddel 2 afgørelser", status=200)
    assert "Gennemført for alle 2 sager." in page.text
    assert [letters(story, one) for one in ids] == [["queued"], ["queued"], []]
    assert sent(story, ids[0])[-2:] == ["decision-full", "supported"]
    assert "venter på at blive meddelt" not in sofie.open("/sager/").text


def test_what_somebody_else_did_first_is_told(story: World, sofie: Desk, app: Flask) -> None:
    ids = [apply(story, title=f"Fest nummer {n}") for n in range(2)]
    for case_id in ids:
        to_decided(story, case_id)
    karim = Desk(app, story, "karim")
    karim.open(f"/meddel/{POOL}")
    karim.press("Se brevene først", status=200)
    story.do(ids[0], "sofie", "announce-grant")
    page = karim.press("Meddel 2 afgørelser", status=200)
    assert "Gennemført for 1 af 2 sager." in page.text
    assert "En anden har ændret sagen imens." in page.text
    assert [letters(story, one) for one in ids] == [["queued"], ["queued"]]


def test_pressing_twice_is_announcing_once(story: World, sofie: Desk) -> None:
    case_id = apply(story)
    to_decided(story, case_id)
    sofie.open(f"/meddel/{POOL}")
    page = sofie.press("Se brevene først", status=200)
    form = page.form("Meddel 1 afgørelse")
    for _ in range(2):
        sofie.page = page
        done = sofie.press("Meddel 1 afgørelse", status=200)
        assert "Gennemført for 1 sag." in done.text
    assert form is not None
    assert letters(story, case_id) == ["queued"]


def test_nothing_chosen(story: World, sofie: Desk) -> None:
    case_id = apply(story)
    to_decided(story, case_id)
    page = sofie.open(f"/meddel/{POOL}")
    page = sofie.press("Se brevene først", status=422, fields={"valgt": ""})
    assert page.errors == ["Vælg mindst én afgørelse."]


def test_throwing_the_words_away(story: World, sofie: Desk) -> None:
    case_id = apply(story)
    to_decided(story, case_id)
    sofie.open("/sager/BP-2026-1/brevudkast")
    sofie.press("Gem rettelserne", fields={"opening-da": OWN})
    sofie.click("Kassér rettelserne")
    page = sofie.press("Kassér rettelserne", status=422)
    assert page.errors == ["Hvorfor kasserer du rettelserne? Udfyld feltet."]
    page = sofie.press("Kassér rettelserne", reason="For familiært")
    assert OWN not in page.main.findtext(".//textarea", "")
    assert "For familiært" in page.text
    assert letters(story, case_id) == ["discarded", "draft"]


def test_off_is_absent(story: World, sofie: Desk) -> None:
    case_id = story.apply()
    page = sofie.open(f"/sager/{story.case(case_id).number}")
    assert "Brevet, der venter" not in page.text
    assert "Meddel sammen" not in page.text
    for path in ("/meddel/urban-life", "/meddel/ingen", "/sager/BT-2026-1/brevudkast"):
        assert sofie.client.get(path).status_code == 404, path
    page = sofie.open("/sager/?pool=urban-life")
    assert not [one for one in page.all("input") if one.attrib.get("name") == "valgt"]


def test_others_do_not_see_the_page(story: World, app: Flask) -> None:
    to_decided(story, apply(story))
    for name in ("jens", "ole", "birgit", "maja", "rune"):
        client = Desk(app, story, name).client
        for path in (f"/meddel/{POOL}", "/sager/BP-2026-1/brevudkast"):
            assert client.get(path).status_code in {403, 404}, (name, path)


# -- many at once


def test_from_the_list_to_the_result(story: World, app: Flask) -> None:
    ids = [apply(story, title=f"Fest nummer {n}") for n in range(3)]
    for case_id in ids[:2]:
        to_recommended(story, case_id)
    karim = Desk(app, story, "karim")
    page = karim.open(f"/sager/?pool={POOL}")
    boxes = [one for one in page.all("input") if one.attrib.get("name") == "valgt"]
    assert {one.attrib["value"] for one in boxes} == {f"BP-2026-{n}" for n in (1, 2, 3)}
    assert words_of(page.form("Behandl alle sager, der passer til filteret").find(".//button"))
    page = karim.open(f"/sager/flere?pool={POOL}&alle=1")
    assert page.heading == "Flere sager på én gang"
    assert "3 sager er valgt." in page.text
    chosen = "&".join(f"valgt={value}" for name, value in filled(page.form("Fortsæt")) if name)
    karim.open(f"/sager/flere?{chosen}&handling=grant")
    page = karim.press("Prøv det", status=200)
    assert "Det er en prøvekørsel: der er ikke gjort noget endnu." in page.text
    text = re.sub(r"\s+", " ", page.text)
    assert "681.000 kr." in text, "what is left after both"
    assert "Gennemfør for 2 sager" in text
    assert [story.case(one).state for one in ids] == ["recommended", "recommended", "received"]
    page = karim.press("Gennemfør for 2 sager", status=200)
    assert "Gennemført for alle 2 sager." in page.text
    assert [story.case(one).state for one in ids] == ["decided-yes", "decided-yes", "received"]


def test_the_secretariat_says_how_the_group_decided(story: World, sofie: Desk) -> None:
    ids = [apply(story, title=f"Fest nummer {n}") for n in range(2)]
    for case_id in ids:
        to_recommended(story, case_id)
    sofie.open("/sager/flere?valgt=BP-2026-1&valgt=BP-2026-2&handling=refuse")
    page = sofie.press("Prøv det", status=422, reasons="Kriteriet om lokal forankring.")
    assert any("Hvordan blev det besluttet?" in one or "Hvem deltog?" in one for one in page.errors)
    page = sofie.press(
        "Prøv det",
        status=200,
        choose={"record-made_where": "mail"},
        fields={"record-took_part": "Karim, Jens"},
        reasons="Kriteriet om lokal forankring.",
    )
    page = sofie.press("Gennemfør for 2 sager", status=200)
    assert "Gennemført for alle 2 sager." in page.text
    assert [story.case(one).state for one in ids] == ["decided-no"] * 2


def test_one_pool_and_one_that_has_it(story: World, sofie: Desk) -> None:
    apply(story)
    story.apply()
    page = sofie.open("/sager/flere?valgt=BP-2026-1&valgt=BT-2026-1")
    assert "Vælg sager fra én pulje" in page.text
    assert "Vælg sager fra én pulje" in sofie.open("/sager/flere?valgt=BT-2026-1").text
    assert "Der er ikke valgt nogen sag." in sofie.open("/sager/flere?valgt=BP-2026-99").text


# -- panels


def test_the_workflow_is_drawn_with_the_present_state(story: World, sofie: Desk) -> None:
    case_id = story.apply()
    page = sofie.open(f"/sager/{story.case(case_id).number}")
    [drawing] = page.main.findall(f".//details/{SVG}svg")
    assert len(drawing.findall(f"{SVG}g[@class='state now']")) == 1
    described = {drawing.find(f"{SVG}{tag}").attrib["id"] for tag in ("title", "desc")}  # type: ignore[union-attr]
    assert set(drawing.attrib["aria-labelledby"].split()) == described
    assert "Sagen er “Modtaget”." in page.text
    assert "Bevilg det hele (sekretariat, formand for arbejdsgruppen): Bevilget" in page.text


def test_what_the_applicant_got_before_and_similar_grants(
    story: World, sofie: Desk, app: Flask
) -> None:
    mine = story.apply(title="Gadefest ved hjørnet")
    story.do(mine, "karim", "grant")
    story.apply(title="Noget helt andet", email="LENE@eksempel.example")
    other = story.apply(title="Stor gadefest", email="anden@eksempel.example")
    story.do(other, "karim", "grant")
    new = story.apply(title="Gadefest i år igen")
    page = sofie.open(f"/sager/{story.case(new).number}")
    text = page.text
    assert "2 andre sager i 2026, bevilget 9.500 kr. i alt." in text
    assert "Lignende bevillinger" in text
    assert "ord: gadefest" in text
    ole = Desk(app, story, "ole").open(f"/sager/{story.case(mine).number}")
    assert "Den samme ansøger" not in ole.text, "finance judges no case"


def test_an_undisclosed_decision_is_near_only_for_who_may_know(story: World, app: Flask) -> None:
    """The auditor knows of it, the steering group does not even see the open case."""
    first = apply(story, title="Fællesspisning i maj")
    to_decided(story, first)
    second = apply(story, title="Fællesspisning i juni")
    rune = Desk(app, story, "rune").open(f"/sager/{story.case(second).number}")
    assert "Fællesspisning i maj" in rune.text
    assert Desk(app, story, "birgit").client.get("/sager/BP-2026-2").status_code == 404


def test_a_question_to_the_member_and_a_hint_to_the_secretariat(
    story: World, app: Flask, sofie: Desk
) -> None:
    from pool.models.case import Applicant
    from pool.models.identity import Person

    case_id = story.apply()

    def works_there(session: object) -> None:
        person = session.get_one(Person, story.people["jens"])  # type: ignore[attr-defined]
        case = story.case(case_id)
        found = session.get_one(Applicant, case.applicant_id)  # type: ignore[attr-defined]
        person.organisation = found.organisation = "Voldparkens Beboerforening"

    story.database.write(works_there)
    path = f"/sager/{story.case(case_id).number}"
    assert "Jens arbejder for den organisation, der søger" in sofie.open(path).text
    jens = Desk(app, story, "jens")
    assert "Er du inhabil i sagen?" in jens.open(path).text
    assert "Er du inhabil i sagen?" not in Desk(app, story, "amina").open(path).text
    page = jens.press("Nej, jeg er ikke inhabil")
    assert "Er du inhabil i sagen?" not in page.text
    assert "har svaret nej til at være inhabil" in sofie.open(path).text
    sofie.click("Jens")
    page = sofie.press("Notér, at medlemmet ikke deltager", ground="Han sidder i bestyrelsen.")
    assert "Medlemmet deltager ikke i sagen, og det er noteret." in page.text
    assert jens.client.get(path).status_code == 404
    sofie.click("Lad Jens deltage igen")
    page = sofie.press("Lad medlemmet deltage", choose={"how": "exception"}, reason="Vi er kun to.")
    assert "Deltager i sagen igen" in page.text
    assert "Vi er kun to." in page.text
    assert jens.client.get(path).status_code == 200
