"""Queues, the shared rate, holds, the line used again, the tries that are kept, channels."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from pool import holds
from pool.db import Database
from pool.models.outbox import KINDS, Message, MessageAttempt
from pool.outbox import channels, relay
from pool.outbox.delivery import deliver_some
from pool.outbox.mailbox import Folder
from pool.outbox.queue import QUEUES, queue_of
from tests.support import samples
from tests.support.outbox import PATIENT, messages, outgoing, queue, states
from tests.support.smtp import Relay

NOW = samples.MOMENT


def fill(database: Database, count: int) -> None:
    database.write(lambda session: [queue(session, n) for n in range(count)])


def link(database: Database, number: int, minutes: int = 0) -> None:
    now = NOW + timedelta(minutes=minutes)
    database.write(lambda session: queue(session, number, template="draft-saved", now=now))


def attempts(database: Database) -> list[MessageAttempt]:
    with database.read() as session:
        return list(session.exec(select(MessageAttempt).order_by(col(MessageAttempt.id))).all())


def test_every_kind_has_a_queue() -> None:
    assert {queue_of(kind) for kind in KINDS} == set(QUEUES)


def test_a_queue_delivers_its_own_and_links_go_first(database: Database) -> None:
    fill(database, 2)
    link(database, 9)
    with Relay() as one:
        assert deliver_some(database, outgoing(one.url), NOW, queue="digests") == 0
        assert deliver_some(database, outgoing(one.url), NOW, queue="links") == 1
        assert states(database) == ["queued", "queued", "sent"]
        link(database, 10)
        deliver_some(database, outgoing(one.url), NOW)
        assert [to for _, to in one.envelopes][:2] == ["a9@example.org", "a10@example.org"]
    assert set(states(database)) == {"sent"}


def test_one_line_for_many_and_a_new_one_where_it_was_cut(database: Database) -> None:
    fill(database, 6)
    with Relay() as one:
        deliver_some(database, outgoing(one.url), NOW)
        assert (one.connections, len(one.stored)) == (1, 6)
    fill(database, 0)
    with Relay(["accept, then drop", "accept", "accept, then 421", "rcpt 5xx", "accept"]) as one:
        database.write(lambda session: [queue(session, n) for n in range(10, 16)])
        deliver_some(database, outgoing(one.url), NOW)
        assert one.connections <= 4
        assert len(one.message_ids()) == len(set(one.message_ids())) == 5
    assert states(database)[6:].count("sent") == 5
    assert states(database)[6:].count("failed") == 1


def test_the_rate_is_shared(database: Database) -> None:
    fill(database, 3)
    with Relay() as one:
        slow = outgoing(one.url, per_minute=60)
        assert deliver_some(database, slow, NOW, seconds=0.5) == 1
        assert deliver_some(database, slow, NOW, seconds=0.4) == 0, "by another worker too"
        assert deliver_some(database, slow, NOW + timedelta(seconds=1), seconds=0.5) == 1
        # With the limit's next mail free, a link somebody waits for has it.
        link(database, 9)
        later = NOW + timedelta(seconds=10)
        assert deliver_some(database, slow, later, seconds=0.3, queue="letters") == 0
        assert deliver_some(database, slow, later, seconds=0.3, queue="links") == 1
        long_after = NOW + timedelta(minutes=5)
        assert deliver_some(database, slow, long_after, seconds=0.3, queue="letters") == 1


def test_what_is_held_stays_but_for_new_links(database: Database) -> None:
    fill(database, 2)
    link(database, 8)
    since = NOW + timedelta(minutes=1)
    database.write(lambda s: holds.begin(s, "messages", "an old backup", since))
    link(database, 9, minutes=2)
    with Relay() as one:
        assert deliver_some(database, outgoing(one.url), NOW + timedelta(minutes=3)) == 1
        assert [to for _, to in one.envelopes] == ["a9@example.org"]


def test_a_hold_stops_what_is_on_its_way(database: Database) -> None:
    fill(database, 3)

    def hold(step: str) -> None:
        if step == "offered":
            database.write(lambda s: holds.begin(s, "messages", "wait", NOW))

    with Relay() as one:
        deliver_some(database, outgoing(one.url, on_step=hold), NOW)
        assert one.stored == []
    assert states(database) == ["queued"] * 3
    assert {message.attempts for message in messages(database)} == {0}


def test_links_go_on_while_the_relay_is_silent_over_letters(database: Database) -> None:
    fill(database, 5)
    link(database, 9)

    def how(recipient: str) -> str:
        return "accept" if recipient == "a9@example.org" else "drop after dot, lost"

    with Relay(how) as one:
        letters = outgoing(one.url)
        assert deliver_some(database, letters, NOW, queue="letters") == 3
        assert deliver_some(database, letters, NOW, queue="letters") == 0
        assert deliver_some(database, letters, NOW, queue="links") == 1
        assert deliver_some(database, letters, NOW, queue="letters") == 0, "still paused"
        database.write(relay.resume)
        assert deliver_some(database, letters, NOW, queue="letters") == 2


def test_every_try_is_kept_and_every_end_told(database: Database) -> None:
    fill(database, 4)
    told: list[tuple[int, str, str]] = []

    def on_end(session: Session, message: Message, state: str) -> None:
        assert session.in_transaction()
        told.append((message.id or 0, state, message.state))

    with Relay(["accept", "rcpt 5xx", "drop after dot, kept", "rcpt 4xx", "accept"]) as one:
        out = outgoing(one.url, on_end=on_end)
        deliver_some(database, out, NOW)
        deliver_some(database, out, NOW + timedelta(minutes=5))
    assert [a.outcome for a in attempts(database)] == ["sent", "failed", "unknown", "later", "sent"]
    assert told == [
        (1, "sent", "sent"),
        (2, "failed", "failed"),
        (3, "unknown", "unknown"),
        (4, "sent", "sent"),
    ]


def test_what_the_relay_said_outlives_a_fault_in_what_follows(database: Database) -> None:
    fill(database, 1)

    def on_end(_session: Session, _message: Message, _state: str) -> None:
        raise RuntimeError("a fault")

    with Relay() as one:
        deliver_some(database, outgoing(one.url, on_end=on_end), NOW)
    assert states(database) == ["sent"]
    assert [a.outcome for a in attempts(database)] == ["sent"]


def test_into_a_folder(database: Database, tmp_path: Path) -> None:
    fill(database, 3)
    way = channels.find(f"mailbox:{tmp_path / 'box'}")
    out = outgoing(None)
    deliver_some(database, type(out)(way, out.sender, out.addresses, PATIENT), NOW)
    assert set(states(database)) == {"sent"}
    assert len(Folder(tmp_path / "box").newest()) == 3
    assert list((tmp_path / "box").glob("*.part")) == []


PIGEON = """
from pathlib import Path

SCHEMES = ("pigeon",)


class Pigeon:
    def __init__(self, loft):
        self.loft, self.bag = loft, None

    def open(self, timeouts):
        return self

    def ready(self, hold):
        self.bag = None

    def offer(self, sender, recipient, mail, hold):
        self.bag = recipient

    def commit(self):
        with self.loft.open("a") as loft:
            loft.write(self.bag + "\\n")
        return "250 flown"

    def close(self):
        self.bag = None


def channel(address):
    return Pigeon(Path(address.removeprefix("pigeon:")))
"""


def test_another_channel_is_one_file_more(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "pigeon.py").write_text(PIGEON)
    monkeypatch.setattr(channels, "__path__", [*channels.__path__, str(tmp_path / "more")])
    fill(database, 2)
    out = outgoing(None)
    way = channels.find(f"pigeon:{tmp_path / 'loft'}")
    deliver_some(database, type(out)(way, out.sender, out.addresses, PATIENT), NOW)
    assert (tmp_path / "loft").read_text().split() == ["a0@example.org", "a1@example.org"]
    assert {m.last_reply for m in messages(database)} == {"250 flown"}
    with pytest.raises(ValueError, match="no channel"):
        channels.find("telepathy:x")
