"""Many messages against every way a relay can behave, on a line that is kept or is not.

However it goes, each ends as sent, failed, unknown, or waiting with a time at which it is due; what
was sent is with the relay, what is with the relay was sent or is called unknown, and no Message-ID
is there twice unless a person had it resent.
"""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime, timedelta

import pytest

from pool.db import Database
from pool.models.outbox import Message
from pool.outbox import resend
from pool.outbox.delivery import deliver_some
from pool.outbox.relay import resume
from pool.outbox.smtp import Timeouts
from tests.support import samples
from tests.support.outbox import PATIENT, messages, outgoing, queue, states
from tests.support.smtp import ALL, Relay
from tests.support.together import together

NOW = samples.MOMENT
FEW, MANY = 50, 1_000
HASTY = Timeouts(connect=20, command=20, data=0.1, block=20, answer=0.1)
FINAL = {"sent", "failed", "unknown"}

counts = pytest.mark.parametrize(
    "count", [FEW, pytest.param(MANY, marks=[pytest.mark.soak, pytest.mark.timeout(1800)])]
)
on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"])


def fill(database: Database, count: int) -> None:
    database.write(lambda session: [queue(session, n) for n in range(count)] and None)


def check(database: Database, relay: Relay) -> Counter[str]:
    """The promise of this file; how many messages are in which state."""
    stored = Counter(relay.message_ids())
    rows = messages(database)
    assert set(stored.values()) <= {1}, "a mail is there twice"
    sent = {one.message_id for one in rows if one.state == "sent"}
    unknown = {one.message_id for one in rows if one.state == "unknown"}
    assert sent <= set(stored) <= sent | unknown
    for one in rows:
        assert one.state in FINAL or one.state == "queued", one.state
        assert one.lease_token is None or one.state in FINAL, "nobody holds what waits"
        assert (one.sent_at is not None) == (one.state == "sent")
    return Counter(one.state for one in rows)


def round_of(database: Database, relay: Relay, moment: datetime, timeouts: Timeouts) -> None:
    """A worker's calls until it finds nothing to do; a pause of the relay is lifted, as by a
    person, so that each message meets what the relay does."""
    while deliver_some(database, outgoing(relay.url, timeouts=timeouts), moment, 1000):
        if relay.dead:
            relay.revive("accept")
        database.write(resume)


# What fifty come to when each is tried once, and what follows when the relay works again.
ONCE = {
    **{one: {"sent"} for one in ("accept", "accept, then drop", "accept, then 421")},
    **{one: {"failed"} for one in ("rcpt 5xx", "final 5xx")},
    **{one: {"queued"} for one in ("rcpt 4xx", "data 4xx", "final 4xx")},
    **{one: {"queued"} for one in ("drop before 354", "hang before 354")},
    "drop in body": {"queued", "unknown"},
    **{one: {"unknown"} for one in ("drop after dot, kept", "drop after dot, lost")},
    **{one: {"unknown"} for one in ("hang after dot, kept", "garbage after dot, kept")},
}
UNREACHABLE = ("busy greeting", "drop connection", "refuse sender")
DEADLY = tuple(one for one in ALL if one.startswith("dies"))


@counts
@on_sqlite
@pytest.mark.parametrize("behaviour", ONCE)
def test_each_behaviour(database: Database, behaviour: str, count: int) -> None:
    fill(database, count)
    with Relay(behaviour) as relay:
        timeouts = HASTY if behaviour.startswith("hang") else PATIENT
        round_of(database, relay, NOW, timeouts)
        assert set(check(database, relay)) <= ONCE[behaviour]
        if behaviour.startswith("accept"):
            assert len(relay.stored) == count

        relay.become("accept")
        round_of(database, relay, NOW + timedelta(days=2), PATIENT)
        after = check(database, relay)
        assert set(after) <= FINAL
        assert set(after) <= {"sent"} | (ONCE[behaviour] - {"queued"})


@counts
@on_sqlite
@pytest.mark.parametrize("behaviour", UNREACHABLE)
def test_a_relay_that_lets_nobody_in(database: Database, behaviour: str, count: int) -> None:
    """It is asked now and then, not for each message, and no message is the worse for it."""
    fill(database, count)
    moment = NOW
    with Relay(behaviour) as relay:
        for _ in range(5):
            deliver_some(database, outgoing(relay.url), moment, 1000)
            moment += timedelta(minutes=15)
        assert relay.connections <= 10, "it was left alone"
        assert set(states(database)) == {"queued"}
        assert {one.attempts for one in messages(database)} == {0}
        assert all(one.next_try_at < moment + timedelta(hours=1) for one in messages(database))
        relay.become("accept")
        round_of(database, relay, moment + timedelta(hours=1), PATIENT)
        assert check(database, relay) == Counter(sent=count)


@counts
@on_sqlite
@pytest.mark.parametrize("behaviour", DEADLY)
def test_a_relay_that_dies(database: Database, behaviour: str, count: int) -> None:
    """It dies again and again in the middle of a queue and comes back; while it is gone nothing is
    lost, and what it cannot have is tried again."""
    chance = random.Random(20261123)
    fill(database, count)
    moment = NOW
    with Relay() as relay:
        for _ in range(6):
            good = chance.randrange(count // 10)
            relay.become([*["accept"] * good, behaviour])
            deliver_some(database, outgoing(relay.url), moment, 1000)
            assert relay.dead
            before = len(relay.stored)
            moment += timedelta(minutes=20)
            deliver_some(database, outgoing(relay.url), moment, 1000)
            assert len(relay.stored) == before
            moment += timedelta(minutes=20)
            relay.revive()
        round_of(database, relay, moment + timedelta(days=2), PATIENT)
        after = check(database, relay)
        assert relay.deaths == 6
    assert set(after) <= {"sent", "unknown"}
    assert after["unknown"] <= 6
    if behaviour == "dies before 354":
        assert after == Counter(sent=count)


@counts
def test_all_of_it_at_once(database: Database, count: int) -> None:
    """Three workers at one relay, which treats each mail as chance has it, for two weeks."""
    chance = random.Random(4)
    fill(database, count)
    ways = [one for one in ALL if not one.startswith(("dies", "hang"))]
    fortunes = [chance.choice(ways) for _ in range(count * 3)]
    with Relay([*fortunes, "accept"]) as relay:
        here = outgoing(relay.url)
        for day in range(14):
            moment = NOW + timedelta(days=day)
            while True:
                done = together(3, lambda: deliver_some(database, here, moment, 1000))  # noqa: B023
                assert done.errors == []
                check(database, relay)
                if not any(done.results):
                    break
                database.write(resume)
        after = check(database, relay)
    assert after["queued"] <= count // 10
    assert after["sent"] >= count // 5
    assert after["failed"]
    assert after["unknown"]


@on_sqlite
def test_only_a_person_makes_a_mail_arrive_twice(database: Database) -> None:
    """An unknown that was taken after all, and is resent, has the same Message-ID: a mail program
    shows it once. A corrected address gets a mail of its own."""
    fill(database, 2)
    with Relay("drop after dot, kept") as relay:
        round_of(database, relay, NOW, PATIENT)
        relay.become("accept")
        later = NOW + timedelta(days=1)

        def again(to: str | None, number: int) -> None:
            database.write(
                lambda session: resend(
                    session,
                    session.get_one(Message, number),
                    reason="Hun har den ikke",
                    by="Sofie",
                    now=later,
                    to_email=to,
                )
            )

        first, second = (one.id or 0 for one in messages(database))
        again(None, first)
        again("ny@example.org", second)
        round_of(database, relay, later, PATIENT)
    stored = Counter(relay.message_ids())
    assert stored == Counter({one.message_id: 1 for one in messages(database)[1:]}) + Counter(
        [messages(database)[0].message_id]
    )
    assert states(database) == ["unknown", "unknown", "sent", "sent"]
