"""Who is told what of due days: delays, questions, whom to pay; late, paused, by working days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlmodel import Session, col

import pool.journal as journal
from pool.cases import deadlines, deadlines_acting, recusal
from pool.cases.deadline_times import morning_utc, next_act, working_days_before
from pool.cases.errors import Refused
from pool.db import Database
from pool.models.case import Deadline
from pool.models.outbox import Message
from tests.support import district
from tests.support.house import World
from workflows.calendar import end_of_day_utc
from workflows.loading import load_all


def told(world: World) -> list[tuple[str, date]]:
    """What the one colleague of the secretariat was told of the days of cases, in order."""
    with world.database.read() as session:
        asked = select(Message).where(col(Message.template).in_(("overdue", "promise-soon")))
        found = list(session.execute(asked.order_by(col(Message.id))).scalars())
    assert all(mail.person_id == world.people["sofie"] for mail in found)
    return [
        (mail.data.get("kind", "soon"), date.fromisoformat(mail.data["due_on"])) for mail in found
    ]


def mails(world: World, template: str) -> list[Message]:
    with world.database.read() as session:
        found = select(Message).where(col(Message.template) == template).order_by(col(Message.id))
        return list(session.execute(found).scalars())


def days(world: World, count: int) -> None:
    """Sweep for so many days, at most every fourth hour, twice: what has fired fires no more."""
    end = world.now + timedelta(days=count)
    while True:
        with world.database.read() as session:
            following = session.execute(select(func.min(col(Deadline.act_at)))).scalar_one()
        at = max(world.now + timedelta(hours=4), following or end)
        world.now = min(at, end)
        deadlines.fire_due(world.house, world.now)
        deadlines.fire_due(world.house, world.now)
        if world.now == end:
            return


def sent(world: World) -> None:
    """The worker has been through the outbox."""

    def work(session: Session) -> None:
        queued = col(Message.state) == "queued"
        session.execute(update(Message).where(queued).values(state="sent", sent_at=world.now))

    world.database.write(work)


def test_the_secretariat_is_warned_by_working_days_and_then_told_once(world: World) -> None:
    case_id = world.apply()
    promised = world.case(case_id).promised_on
    assert promised is not None
    with world.database.read() as session:
        at = session.execute(
            select(col(Deadline.act_at)).where(col(Deadline.case_id) == case_id)
        ).scalar_one()
    assert at == morning_utc(working_days_before(promised, 3))
    days(world, 50)
    assert told(world) == [("soon", promised), ("promise", promised)]
    assert mails(world, "delayed") == []  # here a person writes the reason


def test_a_week_s_stop_tells_of_the_last_step_alone(world: World) -> None:
    first, second = world.apply(), world.apply()
    promised = world.case(first).promised_on
    assert promised is not None
    assert deadlines.fire_due(world.house, end_of_day_utc(promised + timedelta(days=7))) == 2
    assert told(world) == [("promise", promised), ("promise", promised)]
    assert world.case(second).promised_on == promised


def test_who_stays_out_of_a_case_is_told_of_none_of_its_days(world: World) -> None:
    case_id = world.apply()
    recusal.declare(world.house, case_id, "Min søster søger.", world.actor("sofie"), world.now)
    days(world, 50)
    found = [*mails(world, "promise-soon"), *mails(world, "overdue")]
    assert [mail.person_id for mail in found] == [world.people["karim"]] * 2  # the chair instead
    again = world.apply()
    for name in ("sofie", "karim"):
        recusal.declare(world.house, again, "Vi er naboer.", world.actor(name), world.now)
    days(world, 50)
    assert {mail.case_id for mail in mails(world, "overdue")} == {case_id}
    with world.database.read() as session:  # it fired all the same
        kinds = [event.kind for event in journal.read(session, f"case:{again}")]
    assert kinds.count("deadline.promise") == 1


def test_a_delay_that_is_refused_stops_nothing(
    database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deadlines_acting, "add_working_days", lambda day, count: day)
    world = district.make_district(database, now)
    case_id = district.apply(world)
    promised = world.case(case_id).promised_on
    assert promised is not None
    while world.now < end_of_day_utc(promised) + timedelta(days=3):
        days(world, 1)
    assert mails(world, "delayed") == []
    assert told(world) == [("soon", promised), ("promise", promised)]
    assert world.case(case_id).promised_on == promised


def test_a_delay_is_told_with_reason_and_a_day_that_can_be_kept(world: World) -> None:
    case_id = world.apply()
    promised = world.case(case_id).promised_on
    assert promised is not None
    with pytest.raises(Refused):
        world.do(case_id, "sofie", "delay", reason="Travlt.", promised_on=promised.isoformat())
    saturday = promised + timedelta(days=(5 - promised.weekday()) % 7 or 7)
    world.do(case_id, "sofie", "delay", reason="Travlt.", promised_on=saturday.isoformat())
    monday = world.case(case_id).promised_on
    assert monday is not None
    assert monday.weekday() < 5
    assert monday > saturday
    [mail] = mails(world, "delayed")
    assert (mail.data["reason"], mail.data["answer_by"]) == ("Travlt.", monday.isoformat())
    with world.database.read() as session:
        assert deadlines.open_deadlines(session, case_id)["promise"] == monday


def test_the_big_pool_tells_of_a_delay_by_itself_once(database: Database, now: datetime) -> None:
    world = district.make_district(database, now)
    case_id = district.apply(world)
    first = world.case(case_id).promised_on
    assert first is not None
    while world.now < end_of_day_utc(first):
        days(world, 1)
    [mail] = mails(world, "delayed")
    assert mail.date < end_of_day_utc(first)
    assert mail.data["reasons"]["en"].startswith("We have received")
    second = world.case(case_id).promised_on
    assert second is not None
    assert mail.data["answer_by"] == second.isoformat() > first.isoformat()
    days(world, (second - first).days + 5)
    assert len(mails(world, "delayed")) == 1
    assert told(world) == [("soon", first), ("soon", second), ("promise", second)]


def test_a_question_is_asked_again_and_not_once_it_is_answered(world: World) -> None:
    first, second = world.apply(), world.apply()
    due = (world.now + timedelta(days=14)).date()
    for case_id in (first, second):
        world.do(case_id, "sofie", "ask", questions="Hvor mange?", due_on=due.isoformat())
    world.now += timedelta(days=2)
    world.do(second, "applicant", "answer", answer="100.")
    world.do(second, "karim", "grant")
    world.do(second, "applicant", "withdraw")
    days(world, 20)
    [mail] = mails(world, "question-reminder")
    assert (mail.case_id, mail.data["questions"]) == (first, "Hvor mange?")
    assert mail.date < end_of_day_utc(due - timedelta(days=2))
    assert told(world) == [("answer", due)]
    paused = world.case(first).promised_on
    world.do(first, "applicant", "answer", answer="100.")
    assert world.case(first).promised_on != paused  # as many working days are left as were


def test_who_is_to_be_paid_is_reminded_of_until_it_is_known(world: World) -> None:
    case_id = world.apply()
    world.do(case_id, "karim", "grant")
    days(world, 10)
    due = (world.now + timedelta(days=7)).date()
    assert told(world) == []  # the decision has not left: nobody is asked before it
    sent(world)
    days(world, 6)
    assert mails(world, "payee-reminder") == []  # as long to answer as ever
    days(world, 30)
    assert len(mails(world, "payee-reminder")) == 2
    assert mails(world, "payee-wanted") == []  # here the decision asks
    assert told(world) == [("payee", due)]
    paid = world.apply()
    world.do(paid, "karim", "grant")
    sent(world)
    world.do(paid, "ole", "pay", reference="B-1", paid_on=world.now.date().isoformat())
    days(world, 20)
    assert {mail.case_id for mail in mails(world, "payee-reminder")} == {case_id}


def test_steps_stand_in_copenhagen_s_morning_on_both_sides_of_the_clocks() -> None:
    assert morning_utc(date(2026, 3, 28)) == datetime(2026, 3, 28, 7, tzinfo=UTC)
    assert morning_utc(date(2026, 3, 29)) == datetime(2026, 3, 29, 6, tzinfo=UTC)
    assert working_days_before(date(2026, 4, 7), 1) == date(2026, 4, 1)  # over Easter
    due = end_of_day_utc(date(2026, 4, 7))
    pool = load_all()["urban-life"]
    first = next_act(pool, "promise", due, datetime(2026, 3, 1, tzinfo=UTC))
    assert first == morning_utc(date(2026, 3, 30))
    assert next_act(pool, "promise", due, first) == due
