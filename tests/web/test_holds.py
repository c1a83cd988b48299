"""What is held back, through the pages: seen, discarded, let go; and no payment meanwhile."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlmodel import select

import pool.holds as holds
import pool.journal as journal
from pool import payments
from pool.cases import recusal
from pool.db import Database
from pool.identity.actor import SYSTEM
from pool.models.outbox import Message
from tests.payments.scene import PERSON, POOL, Scene, make_scene
from tests.web.caseworking import Desk
from tests.web.conftest import Clock, MakeColleague

PLACE = "/drift/tilbageholdt"
BANNER = "Beskeder og udbetalinger er tilbageholdt, indtil nogen lader dem fortsætte."


@pytest.fixture
def scene(database: Database, clock: Clock) -> Scene:
    return make_scene(database, clock())


def hold(scene: Scene) -> None:
    scene.world.database.write(
        lambda session: holds.hold_both(
            session, holds.REASONS["start"], SYSTEM, scene.world.now, how="start"
        )
    )


def queued(scene: Scene) -> list[Message]:
    with scene.world.database.read() as session:
        return list(session.exec(select(Message).where(Message.state == "queued")))


def kinds(scene: Scene, stream: str) -> list[str]:
    with scene.world.database.read() as session:
        return [one.kind for one in journal.read(session, stream)]


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
def test_what_would_leave_is_seen_discarded_and_let_go(
    app: Flask, scene: Scene, colleague: MakeColleague
) -> None:
    scene.prepared(scene.granted(PERSON))
    waiting = queued(scene)
    assert waiting
    _, admin = colleague("admin")
    assert BANNER not in admin.look("/drift").text
    hold(scene)
    desk = Desk(app, scene.world, "ole")  # finance
    page = desk.open(PLACE)
    assert BANNER in page.text
    assert "Databasen er ældre end den, der sidst blev startet, eller en anden." in page.text
    assert f"{POOL}-1" in page.text
    page = admin.look(PLACE)
    assert "Åbn for udbetalinger igen" not in page.text  # not an administrator's
    wrong = admin.submit(page, {"chosen": [str(waiting[0].id)]},
                         button="Send ikke de valgte")  # fmt: skip
    assert wrong.status_code == 422
    page = admin.page(wrong)
    done = admin.submit(page, {"chosen": [str(waiting[0].id)], "reason": "sendt før kopien"},
                        button="Send ikke de valgte")  # fmt: skip
    assert "1 besked sendes ikke." in admin.follow(done).text
    assert len(queued(scene)) == len(waiting) - 1
    assert "case.message-discarded" in kinds(scene, f"case:{waiting[0].case_id}")
    page = admin.look(PLACE)
    done = admin.submit(page, {"why": "sammenlignet med loggen"},
                        button="Send beskeder igen")  # fmt: skip
    assert "Beskeder sendes igen." in admin.follow(done).text
    page = desk.open(PLACE)
    done = desk.client.submit(page, {"why": "sammenlignet med banken"},
                              button="Åbn for udbetalinger igen")  # fmt: skip
    assert "Der kan udbetales igen." in desk.client.follow(done).text
    assert BANNER not in desk.open("/sager/").text
    assert kinds(scene, "system")[-2:] == ["held-back.lifted", "held-back.lifted"]


def test_nothing_is_paid_while_payments_are_held(app: Flask, scene: Scene) -> None:
    case_id = scene.granted(PERSON)
    list_id = scene.prepared(case_id)
    other = scene.granted(PERSON)
    hold(scene)
    with pytest.raises(payments.PaymentsHeld):
        scene.release(list_id)
    with pytest.raises(payments.PaymentsHeld):
        scene.prepared(other)
    desk = Desk(app, scene.world, "else")
    page = desk.open(f"/betalinger/{POOL}/1")
    answer = desk.client.submit(page, button="Frigiv")
    assert answer.status_code == 422
    assert "Alle udbetalinger er tilbageholdt" in answer.get_data(as_text=True)
    page = Desk(app, scene.world, "ole").open(f"/sager/{scene.world.case(other).number}")
    assert "Alle udbetalinger er tilbageholdt" in page.text


def test_who_stays_out_meets_nothing_of_the_case(app: Flask, scene: Scene) -> None:
    case_id = scene.granted(PERSON)
    scene.prepared(case_id)
    hold(scene)
    number = scene.world.case(case_id).number
    desk = Desk(app, scene.world, "ole")
    assert number in desk.open(PLACE).text
    world = scene.world
    recusal.declare(world.house, case_id, "Nabo", world.actor("ole", POOL), world.now)
    page = desk.open(PLACE)
    assert number not in page.text
    assert f"{POOL}-1" not in page.text
    assert "som andre ser" in page.text
