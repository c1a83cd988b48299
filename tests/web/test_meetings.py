"""The meetings' pages: planned, put together, sent, held and closed, by several people; and absent
where a pool holds none."""

from __future__ import annotations

import pytest
from flask import Flask

from pool.cases import recusal
from pool.db import Database
from tests.meetings.scene import Scene
from tests.support.client import words_of
from tests.support.district import POOL, make_district
from tests.support.house import make_world
from tests.web.caseworking import Desk, queries
from tests.web.conftest import Clock

ASKED = "9.500 kr."


@pytest.fixture
def scene(database: Database, clock: Clock) -> Scene:
    return Scene(make_district(database, clock()))


@pytest.fixture
def sofie(app: Flask, scene: Scene) -> Desk:
    return Desk(app, scene.world, "sofie")


def points(desk: Desk) -> list[str]:
    """The agenda as its list of links on the page that holds the meeting."""
    found = desk.page.main.findall(".//section[@aria-labelledby='agenda']//ol/li/a")
    return [words_of(one) for one in found]


def test_a_year_is_planned_and_everybody_can_read_it(scene: Scene, sofie: Desk) -> None:
    page = sofie.open("/moeder/")
    assert "Der er ikke planlagt møder i 2026." in page.text
    sofie.click("Planlæg møder")
    page = sofie.press(
        "Planlæg møderne", status=422, days="18.3.2026\n31.4.2026", begins_at="17",
        place="Bydelshuset",
    )  # fmt: skip
    assert page.errors == ["Dage: “31.4.2026” er ikke en dag. Skriv den som 18.3.2026."]
    page = sofie.press("Planlæg møderne", days="18.3.2026\n15.4.2026\n13.5.2026")
    assert "3 møder er planlagt." in page.text
    assert "18. marts 2026 kl. 17.00" in page.text

    page = sofie.open(f"/puljer/{POOL}")
    assert "Næste frist25. marts 2026 Til mødet den15. april 2026 Næste møde18. marts" in page.text
    assert "13. maj 2026 (søg senest den 22. april 2026)" in page.text
    assert "Hvornår det bliver afgjort" not in sofie.open("/puljer/urban-life").text


def test_off_is_absent(app: Flask, database: Database, clock: Clock) -> None:
    """An installation with the light pools alone: no entry in the menu, no page."""
    world = make_world(database, clock())
    desk = Desk(app, world, "sofie")
    page = desk.open("/sager/")
    assert "Møder" not in [words_of(one) for one in page.all("a")]
    desk.open("/moeder/", 404)
    desk.open("/moeder/nye/urban-life", 404)
    desk.open("/moeder/1", 404)


def test_the_agenda_is_made_by_hand_and_sent(scene: Scene, sofie: Desk) -> None:
    meeting = scene.plan("18.3.2026")
    a, b, c = scene.ready(3)
    page = sofie.open("/sager/")
    assert "Møder" in [words_of(one) for one in page.all("a")]
    sofie.open(f"/moeder/{meeting}")
    page = sofie.click("Lav dagsordenen")
    assert page.text.count("efter fristen") == 3  # the deadline was in February
    sofie.press("Sæt på dagsordenen", fields={"cases": [str(a), str(c)]})
    assert scene.order(meeting) == [a, c]
    sofie.press("Tilføj punktet", title="Referat fra sidst")
    item = {one.case_id: one.id for one in scene.items(meeting)}
    sofie.press("Gem rækkefølgen", fields={f"number-{item[None]}": "1"})
    assert scene.order(meeting) == ["Referat fra sidst", a, c]
    sofie.press("Ned Sag nummer 1")
    assert scene.order(meeting) == ["Referat fra sidst", c, a]
    sofie.press("Tag af Sag nummer 3")
    assert scene.order(meeting) == ["Referat fra sidst", a]
    page = sofie.press("Gem rækkefølgen", fields={f"number-{item[a]}": "x"}, status=422)
    assert page.errors == ["“x” er ikke et tal, der passer her."]

    sofie.open(f"/moeder/{meeting}")
    page = sofie.click("Send dagsordenen")
    assert "2. Sag" not in page.text
    page = sofie.press("Send den")
    assert "Dagsordenen bliver lavet og sendt om et øjeblik." in page.text
    scene.run_errands()
    page = sofie.open(f"/moeder/{meeting}")
    answer = sofie.client.get(page.link("Dagsorden, version 1"))
    assert answer.mimetype == "application/pdf"
    assert [one.to_name for one in scene.mails("agenda")] == ["Amina", "Jens", "Karim", "Sofie"]
    sofie.open(f"/moeder/{meeting}/dagsorden")
    sofie.press("Sæt på dagsordenen", fields={"cases": [str(b)]})
    assert "Send den igen" in sofie.open(f"/moeder/{meeting}").text


def test_the_second_to_order_keeps_what_was_typed(app: Flask, scene: Scene, sofie: Desk) -> None:
    meeting = scene.plan("18.3.2026")
    scene.put_on(meeting, scene.ready(3))
    first, second, third = (one.id or 0 for one in scene.items(meeting))
    karim = Desk(app, scene.world, "karim")
    for desk in (sofie, karim):
        desk.open(f"/moeder/{meeting}/dagsorden")
    sofie.press("Gem rækkefølgen", fields={f"number-{first}": "3"})
    page = karim.press("Gem rækkefølgen", fields={f"number-{third}": "1"}, status=422)
    assert "En anden har ændret dagsordenen imens" in page.errors[0]
    assert [one.id for one in scene.items(meeting)] == [second, third, first]
    karim.press("Gem rækkefølgen", fields={f"number-{second}": "2", f"number-{first}": "3"})
    assert [one.id for one in scene.items(meeting)] == [third, second, first]


def test_a_meeting_from_opening_to_minutes(app: Flask, scene: Scene, sofie: Desk) -> None:
    meeting = scene.plan("4.3.2026\n18.3.2026")
    a, b, c = scene.ready(3)
    scene.put_on(meeting, [a, b, c])
    sofie.open(f"/moeder/{meeting}")
    page = sofie.click("Åbn mødet")
    people = scene.world.people
    page = sofie.press("Åbn mødet", fields={"there": [str(people["karim"]), str(people["jens"])]})
    assert "2 af 3 er her; der skal være 2" in page.text
    assert "Tilbage i puljen 2026 700.000 kr." in page.text
    assert "Tilbage, hvis de 3 sager, der venter, fik det hele 671.500 kr." in page.text
    assert page.heading == "1. Sag nummer 1"
    assert "Mange får glæde af det." in page.text
    page = sofie.press("Afgør", status=422)
    assert page.errors == ["Hvad er besluttet? Vælg en af mulighederne."]
    page = sofie.press("Afgør", choose={"outcome": "grant-part"}, status=422, amount="5.000")
    assert any("egrund" in one for one in page.errors)
    page = sofie.press("Afgør", amount="5.000", reasons="Teltet kan lånes i boligafdelingen.")
    assert "Afgjort: BP-2026-1." in page.text
    assert page.heading == "2. Sag nummer 2"
    assert "Tilbage i puljen 2026 695.000 kr." in page.text
    made = scene.item(meeting, a)
    assert made.outcome == "grant-part"

    sofie.click("Nogen er inhabil")
    jens = str(people["jens"])
    page = sofie.press("Notér det", fields={"person": jens}, ground="Sidder i bestyrelsen.")
    assert "Det er noteret" in page.text
    assert "Der er for få til at afgøre sagen: 1 af 2, der må være med" in page.text
    sofie.click("Tag på et senere møde")
    page = sofie.press(
        "Tag på et senere møde", fields={"to": str(meeting + 1)}, note="Vi var for få."
    )
    assert page.heading == "3. Sag nummer 3"
    assert scene.order(meeting + 1) == [b]

    eyes = Desk(app, scene.world, "jens")
    page = eyes.open(f"/moeder/{meeting}/gennemgang")
    assert points(eyes) == ["Sag nummer 1", "Sag nummer 3"]
    assert "Afgør" not in [words_of(one) for one in page.all("button")]
    eyes.open(f"/moeder/{meeting}/gennemgang?punkt=2", 404)
    assert "Sag nummer 2" not in eyes.open(f"/moeder/{meeting}").text

    sofie.click("Skriv til referatet")
    sofie.press("Gem", note="Ansøgeren var forbi.")
    sofie.click("Slut mødet")
    assert "De her sager blev ikke behandlet" in sofie.page.text
    page = sofie.press("Slut mødet og send referatet", remarks="Tak for i dag.")
    assert "Referatet bliver lavet" in page.text
    scene.run_errands()
    assert "Referat PDF" in sofie.open(f"/moeder/{meeting}").text
    assert [one.to_name for one in scene.mails("minutes")] == ["Amina", "Jens", "Karim", "Sofie"]
    assert sofie.client.get(f"/moeder/{meeting}/papir/minutes/1").status_code == 200
    for path in ("aflys", "ret", "dagsorden"):
        sofie.open(f"/moeder/{meeting}/{path}")
    for path in ("fremmoede", "afslut"):
        sofie.open(f"/moeder/{meeting}/{path}", 404)


def test_the_chair_alone(app: Flask, scene: Scene, sofie: Desk) -> None:
    meeting = scene.plan("4.3.2026")
    [case_id] = scene.ready(1)
    scene.put_on(meeting, [case_id])
    scene.open(meeting, "karim")
    page = sofie.open(f"/moeder/{meeting}/gennemgang")
    assert "Formanden kan afgøre det, der ikke kan vente." in page.text
    assert "Afgør" not in [words_of(one) for one in page.all("button")]
    karim = Desk(app, scene.world, "karim")
    karim.open(f"/moeder/{meeting}/gennemgang")
    page = karim.press("Afgør", choose={"outcome": "grant"}, status=422)
    assert page.errors == [
        "Hvorfor den ikke kan vente: Skriv, hvorfor afgørelsen ikke kan vente på et møde."
    ]
    karim.press("Afgør", cannot_wait="Festen er på lørdag.")
    assert scene.world.case(case_id).granted == 950_000
    other = scene.plan("18.3.2026")
    assert [one.kind for one in scene.items(other)] == ["told"]
    assert "Festen er på lørdag." in sofie.open(f"/moeder/{other}").text


def test_who_stays_out_does_not_get_the_whole_paper(app: Flask, scene: Scene) -> None:
    meeting = scene.plan("18.3.2026")
    first, second = scene.ready(2)
    scene.put_on(meeting, [first, second])
    scene.send(meeting)
    scene.run_errands()
    amina = Desk(app, scene.world, "amina")
    path = f"/moeder/{meeting}/papir/agenda/1"
    assert amina.client.get(path).status_code == 200
    recusal.declare(scene.world.house, second, "Min bror", scene.actor("amina"), scene.world.now)
    amina.open(path, 404)
    page = amina.open(f"/moeder/{meeting}")
    assert "Sag nummer 2" not in page.text
    assert "Sag nummer 1" in page.text


def test_others_do_not_come_in(app: Flask, scene: Scene) -> None:
    meeting = scene.plan("18.3.2026")
    jens = Desk(app, scene.world, "jens")
    jens.open(f"/moeder/{meeting}")
    for name, path in (("jens", "dagsorden"), ("jens", "send"), ("birgit", ""), ("ole", "")):
        desk = Desk(app, scene.world, name)
        assert desk.client.get(f"/moeder/{meeting}/{path}".rstrip("/")).status_code == 403
    jens.open("/moeder/99999999999", 404)


def test_as_many_queries_for_many_cases(app: Flask, scene: Scene, sofie: Desk) -> None:
    meeting = scene.plan("4.3.2026")
    cases = scene.ready(8)
    scene.put_on(meeting, cases[:2])
    other = scene.plan("5.3.2026")
    scene.put_on(other, cases[2:])
    scene.open(meeting, "karim", "jens")
    scene.world.now = scene.world.now.replace(day=5)
    scene.open(other, "karim", "jens")
    asked = []
    for one in (meeting, meeting, other):
        with queries(scene.world.database) as seen:
            sofie.open(f"/moeder/{one}/gennemgang?punkt=1")
        asked.append(len(seen))
    assert asked[1] == asked[2]
