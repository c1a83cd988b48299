"""Leases: one worker a message, and what becomes of a dead worker's."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from functools import partial
from secrets import token_hex

import pytest
from sqlmodel import Session, select

from pool.db import Database
from pool.models.outbox import Message
from pool.outbox import claiming
from pool.outbox.claiming import RETRIES, Lease
from pool.outbox.delivery import deliver_some
from tests.support import samples
from tests.support.outbox import messages, outgoing, queue, states
from tests.support.smtp import Relay

NOW = samples.MOMENT
LATER = NOW + timedelta(minutes=6)
MUCH_LATER = NOW + timedelta(minutes=12)


def claimed(database: Database) -> Lease:
    message = database.write(lambda session: claiming.claim(session, NOW))
    assert message is not None
    return Lease.of(message)


def test_oldest_due_first_and_each_once(database: Database) -> None:
    def fill(session: Session) -> None:
        for number, minutes in ((1, 2), (2, 1), (3, 90)):
            queue(session, number, now=NOW + timedelta(minutes=minutes))

    database.write(fill)
    soon = NOW + timedelta(minutes=5)
    taken = [database.write(lambda s: claiming.claim(s, soon)) for _ in range(3)]
    assert [one.event if one else None for one in taken] == ["test:2", "test:1", None]


def test_many_workers_never_take_the_same(database: Database) -> None:
    database.write(lambda session: [queue(session, n) for n in range(24)] and None)
    taken: list[int] = []

    def work() -> None:
        while (one := database.write(lambda s: claiming.claim(s, NOW), attempts=20)) is not None:
            taken.append(one.id or 0)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(taken) == 24
    assert len(set(taken)) == 24


def test_without_the_guard_two_workers_do_take_the_same(database: Database) -> None:
    """The pair of the test above: whoever looks first and writes after takes what is taken."""
    database.write(queue)
    taken: list[int] = []
    both_have_looked = threading.Barrier(2)

    def work() -> None:
        with database.read() as session:
            seen = session.exec(select(Message).where(Message.state == "queued")).one()
        both_have_looked.wait(30)

        def take(session: Session) -> None:
            row = session.get_one(Message, seen.id)
            row.state, row.lease_token, row.lease_until = "leased", token_hex(8), LATER

        database.write(take)
        taken.append(seen.id or 0)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert taken == [1, 1]


def test_a_crash_before_sending_is_safe(database: Database) -> None:
    database.write(queue)
    held = claimed(database)
    assert database.write(lambda s: claiming.sweep(s, NOW)) == (0, 0)
    assert database.write(lambda s: claiming.sweep(s, LATER)) == (1, 0)
    assert states(database) == ["queued"]
    # The slow worker comes back: everything it tries is refused.
    assert not database.write(lambda s: claiming.keep(s, held, NOW))
    assert not database.write(lambda s: claiming.begin_sending(s, held, NOW, mail_id=None))
    assert not database.write(lambda s: claiming.finish(s, held, "sent", reply=""))
    assert database.write(lambda s: claiming.put_back(s, held, NOW, attempts=1, reply="")) is None
    assert states(database) == ["queued"]


def test_nothing_is_sent_on_a_lease_that_ran_out(database: Database) -> None:
    database.write(queue)
    held = claimed(database)
    assert not database.write(lambda s: claiming.begin_sending(s, held, LATER, mail_id=None))
    assert states(database) == ["leased"]


def test_a_crash_while_sending_is_unknown_and_a_late_answer_is_heard(database: Database) -> None:
    database.write(queue)
    held = claimed(database)
    assert database.write(lambda s: claiming.begin_sending(s, held, NOW, mail_id=None))
    assert database.write(lambda s: claiming.sweep(s, LATER)) == (0, 0), "an answer may take ten"
    assert database.write(lambda s: claiming.sweep(s, MUCH_LATER)) == (0, 1)
    assert states(database) == ["unknown"]
    done = database.write(lambda s: claiming.finish(s, held, "sent", reply="250 ok", sent_at=LATER))
    assert done
    assert states(database) == ["sent"]
    assert not database.write(lambda s: claiming.finish(s, held, "unknown", reply=""))


def test_a_message_that_kills_its_worker_is_given_up(database: Database) -> None:
    database.write(queue)

    def die(session: Session, moment: datetime) -> None:
        assert claiming.claim(session, moment) is not None
        claiming.sweep(session, moment + timedelta(minutes=6))

    for times in range(len(RETRIES) + 1):
        database.write(partial(die, moment=NOW + times * timedelta(minutes=6)))
    with Relay() as relay:
        deliver_some(database, outgoing(relay.url), NOW + timedelta(hours=2))
        assert relay.stored == []
    assert states(database) == ["failed"]
    assert messages(database)[0].last_reply == "tried too often without an answer"


@pytest.mark.parametrize("attempts", range(1, len(RETRIES) + 1))
def test_waiting_times_spread(database: Database, attempts: int) -> None:
    database.write(queue)
    held = claimed(database)
    database.write(lambda s: claiming.put_back(s, held, NOW, attempts=attempts, reply="450"))
    wait = messages(database)[0].next_try_at - NOW
    assert RETRIES[attempts - 1] * 0.9 <= wait <= RETRIES[attempts - 1] * 1.25
