"""Money that is to come back after the report: asked for by a letter, waited for, written off."""

from __future__ import annotations

from datetime import timedelta

import pytest

import pool.ledger as ledger
from pool.cases import deadlines, inbox, wants
from pool.cases.errors import Refused
from pool.cases.wants import Reader
from pool.clock import local_day
from tests.reports import scene
from tests.reports.test_unreported import claimed, codes, left
from tests.support.house import REPORT, World


def wanted(world: World, name: str) -> list[tuple[int, ...]]:
    reader = Reader(
        world.people[name],
        {"urban-life": world.actor(name).roles},
        tuple(world.house.definitions.all()),
        world.now,
    )
    with world.database.read() as session:
        found = inbox.items(session, world.house, reader, inbox.known(session, reader.person_id))
    return [row.wants for row in found.rows]


def reported(world: World, spent: str) -> int:
    case_id = scene.light(world)
    world.do(case_id, "applicant", "report", report={**REPORT, "spent": spent})
    return case_id


def test_what_was_not_spent_is_asked_for(world: World) -> None:
    case_id = reported(world, "7.000")
    world.do(case_id, "sofie", "claim-unspent", reasons="Rapporten viser 2.500 kr. til overs.")
    day = local_day(world.now) + timedelta(days=30)
    [letter] = scene.mails(world, case_id, "claim")
    assert (letter.kind, letter.data["owed"], letter.data["pay_by"]) == (
        "letter", 250_000, day.isoformat(),
    )  # fmt: skip
    assert letter.data["reasons"] == "Rapporten viser 2.500 kr. til overs."
    assert "Ankestyrelsen" in letter.data["guidance"]["da"]
    assert scene.due(world, case_id) == {"repay": day}
    assert wanted(world, "sofie") == []  # it waits for the applicant
    with pytest.raises(Refused) as again:
        world.do(case_id, "sofie", "claim-unspent", reasons="Igen.")
    assert codes(again.value) == ["claim-open"]

    world.now += timedelta(days=31)
    deadlines.fire_due(world.house, world.now)
    assert wanted(world, "sofie") == [(wants.LATE,)]
    world.do(case_id, "ole", "return", returned="1.000", returned_on="2026-03-20")
    assert "repay" in scene.due(world, case_id)
    world.do(case_id, "ole", "return", returned="1.500", returned_on="2026-03-20")
    assert scene.due(world, case_id) == {}
    assert wanted(world, "sofie") == [(wants.MOVE,)]
    world.do(case_id, "sofie", "close")


def test_what_the_vouchers_do_not_bear_out_is_waited_for_too(world: World) -> None:
    case_id = reported(world, "9.500")
    with pytest.raises(Refused) as nothing:
        world.do(case_id, "sofie", "claim-unspent", reasons="Bilagene holder ikke.")
    assert codes(nothing.value) == ["claim-of-nothing"]
    with pytest.raises(Refused) as much:
        world.do(case_id, "sofie", "claim-unspent", amount="9.501", reasons="Nej.")
    assert codes(much.value) == ["claim-too-much"]
    world.do(case_id, "sofie", "claim-unspent", amount="2.000", reasons="To bilag mangler.")
    world.do(case_id, "ole", "return", returned="500", returned_on="2026-03-02")
    with pytest.raises(Refused) as waits:
        world.do(case_id, "sofie", "close")
    [obstacle] = waits.value.explanation.obstacles
    assert (obstacle.code, obstacle.params["owed"]) == ("claim-open", 150_000)
    world.do(case_id, "ole", "return", returned="1.500", returned_on="2026-03-02")
    assert scene.due(world, case_id) == {}
    world.do(case_id, "sofie", "close")
    assert world.case(case_id).state == "closed"


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_somebody_without_e_mail_is_told_of_the_claim(world: World) -> None:
    case_id = scene.light(world, email="", phone="20 30 40 50")
    world.do(case_id, "sofie", "report", report={**REPORT, "spent": "7.000"})
    world.do(case_id, "sofie", "claim-unspent", reasons="Der er 2.500 kr. til overs.")
    [letter] = scene.mails(world, case_id, "claim")
    assert (letter.to_email, letter.state) == (None, "waiting")
    assert wants.TELL in wanted(world, "sofie")[0]


def test_what_does_not_come_back_is_written_off(world: World) -> None:
    case_id = reported(world, "7.000")
    world.do(case_id, "sofie", "claim-unspent", reasons="Der er 2.500 kr. til overs.")
    world.do(case_id, "ole", "return", returned="1.000", returned_on="2026-03-02")
    with world.database.read() as session:
        before = ledger.status(session, "urban-life", 2026)
    world.do(case_id, "ole", "write-off", reason="Foreningen er opløst.")
    assert (world.case(case_id).state, left(world, case_id)) == ("closed", 850_000)
    event = scene.last(world, case_id, "case.write-off")
    assert event.data["written_off"] == 150_000
    assert (event.personal or {})["reason"] == "Foreningen er opløst."
    [mail] = scene.mails(world, case_id, "closed")
    assert (mail.data["written_off"], mail.data["approved"]) == (150_000, False)
    assert scene.due(world, case_id) == {}
    with world.database.read() as session:
        assert ledger.status(session, "urban-life", 2026) == before


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_so_is_a_grant_that_lapsed(world: World) -> None:
    case_id = claimed(world)
    world.do(case_id, "ole", "return", returned="500", returned_on="2026-04-21")
    world.do(case_id, "sofie", "write-off", reason="Konkurs.")
    assert world.case(case_id).state == "closed"
    assert scene.last(world, case_id, "case.write-off").data["written_off"] == 900_000


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_nothing_owed_is_nothing_to_write_off(world: World) -> None:
    case_id = reported(world, "9.500")
    with pytest.raises(Refused) as nothing:
        world.do(case_id, "ole", "write-off", reason="Nej.")
    assert codes(nothing.value) == ["nothing-owed"]
