"""Who is paid, and the lists by which the money leaves, through the pages."""

from __future__ import annotations

import hashlib
import io
import logging
from typing import cast

import pytest
from flask import Flask
from sqlmodel import select

from pool.cases import recusal
from pool.db import Database
from pool.models.case import CaseFile
from pool.web import kept
from pool.web.logging import Masked
from tests.payments.scene import CPR, CVR, PERSON, POOL, Scene, make_scene
from tests.support.client import HostileClient, Page, filled, words_of
from tests.support.people import hold_link
from tests.web.caseworking import Desk, sent
from tests.web.conftest import Clock

SHOWN = f"{CPR[:6]}-{CPR[6:]}"
LIST = f"/betalinger/{POOL}/1"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def scene(database: Database, clock: Clock) -> Scene:
    return make_scene(database, clock())


def applicant(app: Flask, scene: Scene, case_id: int) -> HostileClient:
    client = cast(HostileClient, app.test_client())
    hold_link(client, f"case:{case_id}", scene.world.now)
    return client


def test_the_applicant_says_where_the_money_is_to_go(app: Flask, scene: Scene) -> None:
    case_id = scene.granted()
    number = scene.world.case(case_id).number
    client = applicant(app, scene, case_id)
    page = client.look(f"/min-sag/{number}")
    assert "Før vi kan udbetale, skal vi vide, hvor pengene skal hen." in page.text
    page = client.look(page.link("Oplys, hvor pengene skal hen"))
    typed = {f"payee_{name}": value for name, value in PERSON.items()}
    wrong = client.submit(page, typed | {"payee_number": "990190-4321", "payee_way": "invoice"})
    assert wrong.status_code == 422
    assert client.page(wrong).errors == [
        "Hvad kender vi modtageren på? Det nummer passer ikke til den måde, du har valgt."
    ]
    paper = (io.BytesIO(PDF), "kvittering.pdf")
    done = client.submit(
        client.page(wrong), typed | {"payee_way": "receipts", "files": paper},
        content_type="multipart/form-data",
    )  # fmt: skip
    assert "Nu ved vi, hvor pengene skal hen." in client.follow(done).text
    assert scene.payee(case_id).secret is not None
    again = client.look(f"/min-sag/{number}/udbetaling")
    assert CPR not in again.html
    assert SHOWN not in again.html
    assert "payee-told" in sent(scene.world, case_id)
    assert {"voucher"} <= {one.purpose for one in files_of(scene, case_id)}


def files_of(scene: Scene, case_id: int) -> list[CaseFile]:
    with scene.world.database.read() as session:
        return list(session.exec(select(CaseFile).where(CaseFile.case_id == case_id)))


def test_the_secretariat_types_it_in_and_finance_alone_reads_it(app: Flask, scene: Scene) -> None:
    case_id = scene.granted()
    path = f"/sager/{scene.world.case(case_id).number}"
    sofie, ole = Desk(app, scene.world, "sofie"), Desk(app, scene.world, "ole")
    sofie.open(f"{path}/udbetaling")
    sofie.press("Gem", fields={f"payee_{name}": value for name, value in PERSON.items()})
    assert "oplyst og gemt krypteret" in sofie.page.text
    assert "Vis CPR-nummeret" not in sofie.page.text
    for address in (path, f"{path}/udbetaling"):
        assert CPR[6:] not in sofie.open(address).html
    assert sofie.client.post(f"{path}/udbetaling/cpr").status_code == 403
    ole.open(path)
    response = ole.client.submit(ole.page, button="Vis CPR-nummeret")
    assert response.headers["Cache-Control"] == "no-store"
    assert SHOWN in ole.client.page(response).text
    assert "CPR-nummeret blev vist" in sofie.open(path).text


def test_a_list_from_the_first_page_to_the_last(app: Flask, scene: Scene) -> None:
    ours = [scene.granted(CVR), scene.granted(PERSON)]
    ole, other = Desk(app, scene.world, "ole"), Desk(app, scene.world, "else")
    sofie = Desk(app, scene.world, "sofie")
    ole.open("/betalinger/")
    ole.click(
        "Klargør en liste: Bydelspuljen"
    ) if "Klargør en liste: Bydelspuljen" in ole.page.text else ole.open(f"/betalinger/{POOL}/ny")
    assert CPR[6:] not in ole.page.html
    ole.press("Klargør listen")
    assert "Klargjort" in ole.page.text
    assert "Du har klargjort listen. En anden skal frigive den." in ole.page.text
    refused = ole.client.post(
        f"{LIST}/frigiv",
        data=_filled(sofie.open(LIST)),
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert refused.status_code == 422
    other.open(LIST)
    other.press("Frigiv listen")
    assert "Listen er frigivet, og filen er lavet." in other.page.text
    response = other.client.submit(other.page, button="Hent filen (CSV)")
    body = response.get_data()
    assert hashlib.sha256(body).hexdigest() in other.page.text
    assert SHOWN in body.decode()
    assert "Hent filen" not in sofie.open(LIST).text
    ole.open(LIST)
    ole.click("Marker alle som betalt")
    page = ole.press("Marker alle som betalt", status=422, reference="")
    assert len(page.errors) == 1
    ole.press("Marker alle som betalt", reference="KOR-77")
    assert "KOR-77" in ole.page.text
    assert {scene.world.case(one).state for one in ours} == {"paid"}


def _filled(page: Page) -> dict[str, str]:
    return dict(filled(page.form("Frigiv listen")))


def test_one_line_is_marked_another_taken_off(app: Flask, scene: Scene) -> None:
    list_id = scene.released(scene.granted(CVR), scene.granted(CVR))
    one, other = scene.items(list_id)
    ole = Desk(app, scene.world, "ole")
    ole.open(f"{LIST}/linje/{one.id}/betalt")
    ole.press("Marker som betalt", reference="KOR-1", paid_on="4.3.2026")
    ole.open(f"{LIST}/linje/{other.id}/udgaar")
    assert "stoppes i økonomisystemet" in ole.page.text
    page = ole.press("Tag en betaling af", status=422, reason="Forkert konto")
    (error,) = page.errors
    assert error.endswith("Bekræft, at betalingen er stoppet i økonomisystemet.")
    ole.press("Tag en betaling af", reason="Forkert konto", stopped="y")
    assert [item.state for item in scene.items(list_id)] == ["paid", "dropped"]
    page = ole.open(f"/betalinger/{POOL}/ny")
    assert f"Stod i filen til {POOL}-1." in page.text
    assert "Forkert konto" in page.text
    assert "checked" not in page.html
    (box,) = [one for one in page.all("input") if one.get("name") == "chosen"]
    ole.client.submit(page, {"chosen": str(box.get("value"))}, button="Klargør listen")
    assert f"Stod i filen til {POOL}-1." in ole.open(f"/betalinger/{POOL}/2").text
    assert ole.client.get(f"{LIST}/linje/{one.id}/betalt").status_code == 404


def test_a_failed_payment_is_held_anew_and_asked_about(app: Flask, scene: Scene) -> None:
    world = scene.world
    case_id = scene.granted(CVR)
    scene.pay_all(scene.released(case_id))
    path = f"/sager/{world.case(case_id).number}"
    ole = Desk(app, world, "ole")
    ole.open(f"{path}/goer/payment-failed")
    ole.press(_move(ole), reason="Kontoen er lukket", failed_on="4.3.2026")
    assert world.case(case_id).state == "granted"
    assert "payment-failed" in sent(world, case_id)
    assert "En betaling nåede ikke frem" in ole.open("/indbakke").text
    page = applicant(app, scene, case_id).look(f"/min-sag/{world.case(case_id).number}")
    assert "Betalingen nåede ikke frem" in page.text
    world.do(case_id, "applicant", "payee", payee=dict(PERSON))
    scene.pay_all(scene.released(case_id))
    assert world.case(case_id).state == "paid"
    assert "En betaling nåede ikke frem" not in ole.open("/indbakke").text


def _move(desk: Desk) -> str:
    """The button that makes the move; after it stands the one that shows what it sends."""
    return words_of(list(desk.page.main.iter("button"))[-2])


def test_what_is_carried_past_the_sign_in_has_no_cpr(app: Flask) -> None:
    data = {
        kept.NUMBER_KIND: "cpr",
        kept.SECRET_NUMBER: "0101904321x",
        "payee_name": f"Sara {SHOWN}",
        "payee_reference": "Festen",
    }
    with app.test_request_context(
        "/sager/BP-2026-1/udbetaling",
        method="POST",
        data=data,
        headers={"Sec-Fetch-Site": "same-origin"},
    ):
        found = kept.unpack(kept.pack())
    assert found is not None
    fields = dict(found.fields)
    assert kept.SECRET_NUMBER not in fields
    assert fields["payee_name"] == "Sara ******-****"
    assert fields["payee_reference"] == "Festen"


def test_the_web_log_masks_what_may_be_a_cpr_number() -> None:
    record = logging.makeLogRecord({"levelname": "INFO", "msg": f"failed for {CPR} and {SHOWN}"})
    record.fields = {"rule": f"/x/{CPR}"}
    assert Masked().format(record) == (
        "INFO failed for ******-**** and ******-**** rule=/x/******-****"
    )


def test_a_pool_without_lists_shows_none(app: Flask, scene: Scene) -> None:
    ole = Desk(app, scene.world, "ole")
    assert ole.client.get("/betalinger/urban-life/ny").status_code == 404


def test_who_takes_no_part_meets_nothing_of_the_case(app: Flask, scene: Scene) -> None:
    """On no page of the lists, by no address."""
    world = scene.world
    first, second, third = (scene.granted(CVR, title=f"Zyxatitel {n}") for n in range(3))
    prepared, released = scene.prepared(second), scene.released(third)
    numbers = [world.case(one).number for one in (first, second, third)]
    for case_id in (first, second, third):
        recusal.declare(world.house, case_id, "Nabo", world.actor("else", POOL), world.now)
    desk = Desk(app, world, "else")
    found = []
    for list_id in (prepared, released):
        base = f"/betalinger/{POOL}/{scene.one(list_id).number}"
        item = scene.items(list_id)[0].id
        found += [base, f"{base}/betalt", f"{base}/udgaar"]
        found += [f"{base}/linje/{item}/{what}" for what in ("betalt", "udgaar")]
    for address in ("/betalinger/", f"/betalinger/{POOL}/ny", *found):
        answer = desk.client.get(address)
        text = answer.get_data(as_text=True)
        assert "Zyxatitel" not in text, address
        assert not [one for one in numbers if one in text], address
    desk.open(f"/betalinger/{POOL}/2")
    refused = desk.client.submit(desk.page, button="Hent filen (CSV)")
    assert refused.status_code == 422
    assert "Zyxatitel" not in refused.get_data(as_text=True)


def test_the_list_of_cases_taken_out_has_no_cpr(app: Flask, scene: Scene) -> None:
    scene.granted(PERSON)
    ole = Desk(app, scene.world, "ole")
    for form in ("CSV", "XLSX"):
        page = ole.open("/sager/?state=all")
        button = next(words_of(one) for one in page.all("button") if form in words_of(one))
        body = ole.client.submit(page, button=button).get_data()
        assert body
        assert CPR.encode() not in body
        assert SHOWN.encode() not in body
