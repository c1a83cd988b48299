"""What the secretariat is told of days, and of messages that did not reach the applicant."""

from __future__ import annotations

import logging
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

import pool.outbox as outbox
from pool.cases import letters_staff, messages_failed
from pool.cases.house import Definitions
from pool.models.case import Case
from pool.models.outbox import Message
from tests.support.house import World


def told(world: World, template: str) -> list[Message]:
    with world.database.read() as session:
        found = select(Message).where(col(Message.template) == template)
        return list(session.execute(found.order_by(col(Message.id))).scalars())


def waits(world: World) -> int:
    """A case whose applicant has no e-mail: the message that waits."""
    case_id = world.apply()
    known = told(world, "receipt")[-1]

    def work(session: Session) -> int:
        message = outbox.put(
            session,
            event=f"test:{case_id}",
            template="receipt",
            to=outbox.Recipient("Lene Bruun", None),
            case_id=case_id,
            pool=known.pool,
            data=known.data,
            now=world.now,
        )
        return message.id or 0

    return world.database.write(work)


def end(world: World, number: int, state: str) -> None:
    world.database.write(
        lambda s: messages_failed.on_end(s, s.get_one(Message, number), state, world.now)
    )


def test_days_are_told_to_the_secretariat_once_and_never_wait(world: World) -> None:
    case_id = world.apply()

    def work(session: Session) -> None:
        case = session.get_one(Case, case_id)
        due_on, house, now = date(2026, 3, 9), world.house, world.now
        for _ in range(2):
            letters_staff.overdue(
                session, house, case, kind="answer", due_on=due_on, event="late:1", now=now
            )
            letters_staff.promise_soon(session, house, case, due_on=due_on, event="soon:1", now=now)

    world.database.write(work)
    for template in ("overdue", "promise-soon"):
        [one] = told(world, template)
        assert (one.person_id, one.state) == (world.people["sofie"], "queued")
        assert one.data["link"] == {"path": f"/sager/{world.case(case_id).number}"}


def test_a_failed_message_is_told_once_and_hides_no_ring_or_print(world: World) -> None:
    number = waits(world)
    for _ in range(2):
        end(world, number, "failed")
    [one] = told(world, "message-failed")
    assert (one.person_id, one.data["unknown"]) == (world.people["sofie"], False)
    end(world, one.id or 0, "failed")  # a notice about a notice could go round for ever
    assert len(told(world, "message-failed")) == 1
    assert messages_failed.ring_or_print(world.house, world.now) == 1
    assert messages_failed.ring_or_print(world.house, world.now) == 0
    assert len(told(world, "ring-or-print")) == 1


def test_only_what_failed_or_is_unclear_is_told(world: World) -> None:
    world.apply()
    number = told(world, "receipt")[0].id or 0
    end(world, number, "sent")
    assert told(world, "message-failed") == []
    end(world, number, "unknown")
    assert [one.data["unknown"] for one in told(world, "message-failed")] == [True]


def test_telling_never_breaks_what_is_written_of_the_delivery(
    world: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.apply()
    number = told(world, "receipt")[0].id or 0

    def gone(*_: object) -> None:
        raise KeyError("urban-life version 99")

    def work(session: Session) -> None:
        message = session.get_one(Message, number)
        message.last_reply = "550 gone"
        session.flush()
        messages_failed.on_end(session, message, "failed", world.now)

    monkeypatch.setattr(Definitions, "version", gone)
    with caplog.at_level(logging.ERROR):
        world.database.write(work)
    assert told(world, "receipt")[0].last_reply == "550 gone"
    assert told(world, "message-failed") == []
    assert "nobody could be told" in caplog.text


def test_many_that_wait_are_all_told_and_a_bad_one_stops_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, *_others = [waits(world) for _ in range(5)]
    real = messages_failed._waits

    def faulty(session: Session, **more: object) -> int:
        if more["id_"] == bad:
            raise KeyError("bad row")
        return real(session, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(messages_failed, "_waits", faulty)
    world.now += timedelta(minutes=1)
    assert messages_failed.ring_or_print(world.house, world.now, limit=2) == 4
    monkeypatch.setattr(messages_failed, "_waits", real)
    assert messages_failed.ring_or_print(world.house, world.now, limit=2) == 1
