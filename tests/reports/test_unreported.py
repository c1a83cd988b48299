"""A grant nobody reports on: told before the day, reminded, heard, lapsed, claimed back."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

import pool.ledger as ledger
from pool.cases import deadlines, money
from pool.cases.errors import Refused
from pool.cases.house import Definitions, House
from tests.reports import scene
from tests.support.house import REPORT, World
from workflows.loading import parse_text

PAID = 950_000


def codes(refused: Refused) -> list[str]:
    return [obstacle.code for obstacle in refused.explanation.obstacles]


def days(world: World, first: date, last: date) -> None:
    """Every day from ``first`` to ``last`` the worker looks, twice."""
    while first <= last:
        world.now = datetime.combine(first, time(23, 30), world.now.tzinfo)
        for _ in range(2):
            deadlines.fire_due(world.house, world.now)
        first += timedelta(days=1)


def left(world: World, case_id: int) -> int:
    """What is out still, øre."""
    with world.database.read() as session:
        found = money.of_case(session, case_id)
    return found.paid - found.returned


def claimed(world: World) -> int:
    """A case of the light pool whose grant lapsed without a report."""
    case_id = scene.light(world, starts_on="2026-03-20")
    days(world, date(2026, 4, 10), date(2026, 4, 21))
    world.do(case_id, "sofie", "lapse-unreported", reason="Vi har ikke hørt fra dig.")
    return case_id


def waiving(world: World, limit: str) -> None:
    """From now on cases of the light pool begin with a version that lets go of small sums."""
    definitions = {one.key: one for one in world.house.definitions.all()}
    now = definitions["urban-life"]
    text = now.source.replace('waive_unspent = "0 kr."', f'waive_unspent = "{limit}"')
    text = text.replace(f"version = {now.version}", f"version = {now.version + 1}")
    definitions["urban-life"] = parse_text(text, "urban-life.toml")
    found = Definitions(definitions)
    world.house = House(world.database, found, world.house.base_url)
    world.database.write(lambda session: found.register(session, world.now))


def test_one_mail_before_the_day_then_reminders(world: World) -> None:
    case_id = scene.light(world, starts_on="2026-03-20")
    due = scene.due(world, case_id)["report"]
    assert due == date(2026, 4, 19)
    days(world, due - timedelta(days=12), due - timedelta(days=8))
    assert scene.mails(world, case_id, "report-due") == []
    days(world, due - timedelta(days=7), due - timedelta(days=1))
    [mail] = scene.mails(world, case_id, "report-due")
    assert (mail.data["report_by"], mail.data["granted"]) == (due.isoformat(), PAID)
    assert scene.mails(world, case_id, "report-reminder") == []
    with pytest.raises(Refused) as early:
        world.do(case_id, "sofie", "lapse-unreported", reason="Intet hørt.")
    assert codes(early.value) == ["not-reminded"]
    days(world, due, due + timedelta(days=60))
    assert len(scene.mails(world, case_id, "report-due")) == 1
    assert len(scene.mails(world, case_id, "report-reminder")) == deadlines.REMINDERS - 1
    [warning] = scene.mails(world, case_id, "lapse-warning")
    assert warning.data["paid"] == PAID
    kinds = [event.kind for event in scene.events(world, case_id)]
    assert kinds[-4:] == ["deadline.report", "deadline.report", "deadline.report", "deadline.lapse"]
    assert scene.due(world, case_id) == {"report": due}


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_nobody_is_told_twice_in_the_same_week(world: World) -> None:
    """The payment's mail has just said it: no other before the day."""
    definition = world.house.definitions.current("urban-life")
    assert definition.report_days > deadlines.AHEAD.days
    case_id = scene.light(world, starts_on="2026-03-20")
    world.do(case_id, "applicant", "report", report=dict(REPORT))
    days(world, date(2026, 4, 1), date(2026, 5, 1))
    assert scene.mails(world, case_id, "report-due") == []


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_worker_that_slept_past_the_day_reminds_and_says_nothing_of_soon(world: World) -> None:
    case_id = scene.light(world, starts_on="2026-03-20")
    days(world, date(2026, 4, 25), date(2026, 4, 25))
    assert scene.mails(world, case_id, "report-due") == []
    assert len(scene.mails(world, case_id, "report-reminder")) == 1


def test_it_lapses_after_the_hearing_and_the_letter_says_what_is_owed(world: World) -> None:
    case_id = scene.light(world, starts_on="2026-03-20")
    days(world, date(2026, 4, 19), date(2026, 4, 20))
    world.do(
        case_id, "sofie", "hear",
        facts="Vi har ingen rapport fået.", source="Sekretariatet", due_on="2026-05-04",
    )  # fmt: skip
    with pytest.raises(Refused) as heard:
        world.do(case_id, "sofie", "lapse-unreported", reason="Intet hørt.")
    assert codes(heard.value) == ["hearing-open"]
    days(world, date(2026, 5, 4), date(2026, 5, 5))
    world.do(case_id, "sofie", "lapse-unreported", reason="Vi har ikke hørt fra dig.")
    assert world.case(case_id).state == "claimed"
    [letter] = scene.mails(world, case_id, "lapsed")
    assert (letter.kind, letter.data["owed"], letter.data["pay_by"]) == (
        "letter",
        PAID,
        "2026-06-05",
    )
    assert (letter.data["advance"], letter.data["late_report"]) == (False, True)
    assert "aktindsigt" in letter.data["guidance"]["da"]
    event = scene.last(world, case_id, "case.lapse-unreported")
    assert (event.data["owed"], event.data["pay_by"]) == (PAID, "2026-06-05")
    assert scene.due(world, case_id) == {"repay": date(2026, 6, 5)}
    days(world, date(2026, 6, 4), date(2026, 6, 7))
    kinds = [event.kind for event in scene.events(world, case_id)]
    assert kinds.count("deadline.repay") == 1
    assert len(scene.mails(world, case_id, "report-reminder")) == 2  # none after it lapsed


def test_the_money_comes_back_in_parts_and_the_case_is_closed(world: World) -> None:
    case_id = claimed(world)
    with pytest.raises(Refused) as out:
        world.do(case_id, "sofie", "close-claimed")
    assert codes(out.value) == ["still-out"]
    world.do(case_id, "ole", "return", returned="4.000", returned_on="2026-04-21")
    assert (left(world, case_id), "repay" in scene.due(world, case_id)) == (550_000, True)
    world.do(case_id, "ole", "return", returned="5.500", returned_on="2026-04-21")
    assert (left(world, case_id), scene.due(world, case_id)) == (0, {})
    world.do(case_id, "sofie", "close-claimed")
    assert world.case(case_id).state == "closed"
    [mail] = scene.mails(world, case_id, "closed")
    assert (mail.data["approved"], mail.data["returned"]) == (False, PAID)
    assert "waived" not in mail.data
    with world.database.read() as session:
        assert ledger.status(session, "urban-life", 2026).free == 9_600_000


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_late_report_ends_the_claim(world: World) -> None:
    case_id = claimed(world)
    world.do(case_id, "ole", "return", returned="500", returned_on="2026-04-21")
    world.do(case_id, "applicant", "report", report={**REPORT, "spent": "9.000"})
    assert (world.case(case_id).state, scene.due(world, case_id)) == ("reported", {})
    world.do(case_id, "sofie", "close")
    [mail] = scene.mails(world, case_id, "closed")
    assert (mail.data["approved"], mail.data["spent"], mail.data["returned"]) == (
        True, 900_000, 50_000,
    )  # fmt: skip


def test_a_small_sum_is_let_go_of_and_written_down(world: World) -> None:
    limit = 5_000
    waiving(world, "50 kr.")
    case_id = scene.light(world)
    more = (PAID - limit - 1) // 100
    world.do(case_id, "applicant", "report", report={**REPORT, "spent": str(more)})
    with pytest.raises(Refused) as unspent:
        world.do(case_id, "sofie", "close")
    assert codes(unspent.value) == ["unspent"]
    back = f"{(PAID - more * 100 - limit) // 100}"
    world.do(case_id, "ole", "return", returned=back, returned_on="2026-03-02")
    world.do(case_id, "sofie", "close")
    assert scene.last(world, case_id, "case.close").data["waived"] == limit
    assert scene.mails(world, case_id, "closed")[0].data["waived"] == limit
    with world.database.read() as session:
        assert ledger.status(session, "urban-life", 2026).free == 9_600_000 - PAID + int(back) * 100


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_nothing_is_waived_where_all_was_spent(world: World) -> None:
    case_id = scene.light(world)
    world.do(case_id, "applicant", "report", report={**REPORT, "spent": "10.000"})
    world.do(case_id, "sofie", "close")
    assert "waived" not in scene.last(world, case_id, "case.close").data
    assert "waived" not in scene.mails(world, case_id, "closed")[0].data


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_big_pool_claims_back_too(district: World) -> None:
    case_id = scene.paid(district, full=False)
    due = scene.due(district, case_id)["report"]
    days(district, due, due + timedelta(days=1))
    district.do(case_id, "sofie", "lapse-unreported", reason="Intet hørt.")
    assert (district.case(case_id).state, left(district, case_id)) == ("claimed", PAID)
    accounts = dict.fromkeys(scene.posts(district), "0") | {"food": "9.500"}
    told = {**scene.TOLD, "accounts": accounts}
    district.do(case_id, "applicant", "report", report=told)
    assert district.case(case_id).state == "reported"
    assert "draw" in scene.last(district, case_id, "case.report").data
