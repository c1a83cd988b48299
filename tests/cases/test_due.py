"""What happens by itself: due days, low balances, the nightly fold."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlmodel import Session, col

import pool.journal as journal
from pool.cases import deadlines, queries
from pool.db import Database
from pool.models.outbox import Message
from pool.plan import watch
from tests.support.house import REPORT, World, make_world


def count(world: World, template: str) -> int:
    with world.database.read() as session:
        return int(
            session.execute(
                select(func.count()).select_from(Message).where(col(Message.template) == template)
            ).scalar_one()
        )


def paid_case(world: World) -> int:
    case_id = world.apply(starts_on="2026-03-20")
    world.do(case_id, "karim", "grant")
    world.do(case_id, "ole", "pay", reference="B-1", paid_on="2026-03-02")
    return case_id


def test_a_missing_report_is_reminded_of_three_times(world: World) -> None:
    case_id = paid_case(world)
    with world.database.read() as session:
        due = deadlines.open_deadlines(session, case_id)["report"]
    assert due.isoformat() == "2026-04-19"  # thirty days after the activity
    moment = datetime.combine(due, datetime.min.time(), world.now.tzinfo)
    assert deadlines.fire_due(world.house, moment) == 1  # that it is due soon
    assert count(world, "report-reminder") == 0
    for day in range(1, 90):
        deadlines.fire_due(world.house, moment + timedelta(days=day))
        deadlines.fire_due(world.house, moment + timedelta(days=day))
    assert count(world, "report-reminder") == deadlines.REMINDERS - 1
    assert count(world, "lapse-warning") == 1  # the last of them says what will happen, and when
    with world.database.read() as session:
        kinds = [event.kind for event in journal.read(session, f"case:{case_id}")]
    assert kinds.count("deadline.report") == deadlines.REMINDERS


def test_no_reminder_once_the_report_is_here(world: World) -> None:
    case_id = paid_case(world)
    world.do(case_id, "applicant", "report", report=REPORT)
    assert deadlines.fire_due(world.house, world.now + timedelta(days=200)) == 0


def test_the_promise_stands_still_while_the_applicant_is_asked(world: World) -> None:
    case_id = world.apply()
    promised = world.case(case_id).promised_on
    assert promised is not None
    world.do(case_id, "sofie", "ask", questions="Hvor mange?", due_on="2026-03-16")
    assert deadlines.fire_due(world.house, world.now + timedelta(days=60)) == 1  # the answer's
    world.now += timedelta(days=7)
    world.do(case_id, "applicant", "answer", answer="100.")
    moved = world.case(case_id).promised_on
    assert moved is not None
    assert moved == promised + timedelta(days=7)  # five working days stood still


def test_low_balance_is_told_once_and_again_only_after_it_was_above(
    database: Database, now: datetime
) -> None:
    world = make_world(database, now, budgets={"urban-life": 25_000})
    assert watch.low_balances(world.house, world.now) == ()
    case_id = world.apply(amount="9.000")
    world.do(case_id, "karim", "grant")
    assert watch.low_balances(world.house, world.now) == ("urban-life",)
    assert watch.low_balances(world.house, world.now) == ()
    assert count(world, "low-balance") == 2  # the secretariat and the chair
    world.do(case_id, "applicant", "withdraw")
    assert watch.low_balances(world.house, world.now) == ()
    again = world.apply(amount="9.000")
    world.now += timedelta(days=1)
    world.do(again, "karim", "grant")
    assert watch.low_balances(world.house, world.now) == ("urban-life",)


def test_the_nightly_fold_finds_a_balance_that_was_tampered_with(world: World) -> None:
    paid_case(world)
    assert watch.fold(world.house, world.now) == ()
    with world.database.engine.connect() as connection:
        if world.database.is_sqlite:
            for name in list(
                connection.execute(
                    text(
                        "SELECT name FROM sqlite_master WHERE type='trigger' AND tbl_name='account'"
                    )
                ).scalars()
            ):
                connection.execute(text(f'DROP TRIGGER "{name}"'))
        else:
            connection.execute(text("ALTER TABLE account DISABLE TRIGGER USER"))
        connection.execute(text("UPDATE account SET balance = balance + 1 WHERE kind = 'free'"))
        connection.commit()
    found = watch.fold(world.house, world.now)
    assert found
    with world.database.read() as session:
        assert [event.kind for event in journal.read(session, "system")] == ["ledger.alarm"]
    assert count(world, "alarm") == 1  # finance; once a day however often it is looked
    watch.fold(world.house, world.now)
    assert count(world, "alarm") == 1


def overdue(world: World) -> list[tuple[str, bool]]:
    with world.database.read() as session:
        page = queries.list_cases(
            session,
            world.house,
            person_id=world.people["sofie"],
            roles={"urban-life": world.actor("sofie").roles},
            filters=queries.Filters(overdue=True),
            now=world.now,
        )
    return [(row.due_kind or "", row.overdue) for row in page.rows]


def test_what_is_overdue_stays_in_the_list_after_the_worker_has_seen_it(world: World) -> None:
    case_id = world.apply()
    assert overdue(world) == []
    world.now += timedelta(days=40)
    assert overdue(world) == [("promise", True)]
    assert deadlines.fire_due(world.house, world.now) == 1
    assert deadlines.fire_due(world.house, world.now) == 0
    assert overdue(world) == [("promise", True)]
    world.do(case_id, "karim", "grant")
    assert overdue(world) == []


def test_one_case_that_cannot_be_acted_on_stops_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = world.apply(), world.apply()
    write = journal.write

    def broken(session: Session, stream: str, *args: Any, **kwargs: Any) -> Any:
        if stream == f"case:{first}":
            raise RuntimeError("poisoned")
        return write(session, stream, *args, **kwargs)

    monkeypatch.setattr(journal, "write", broken)
    assert deadlines.fire_due(world.house, world.now + timedelta(days=60)) == 1
    assert f"case {first} could not be acted on" in caplog.text
    with world.database.read() as session:
        kinds = [event.kind for event in journal.read(session, f"case:{second}")]
    assert kinds == ["case.received", "deadline.promise"]
