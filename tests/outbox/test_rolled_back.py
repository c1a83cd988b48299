"""Nothing is told of what did not happen: a unit of work that is rolled back leaves no message and
wakes no worker."""

from __future__ import annotations

import contextlib

import pytest
from sqlmodel import Session

from pool.db import Database
from pool.outbox.delivery import deliver_some
from tests.support import samples
from tests.support.outbox import messages, outgoing, queue
from tests.support.smtp import Relay


class _Wrong(Exception):
    pass


def test_what_is_rolled_back_is_told_to_nobody(database: Database) -> None:
    woken: list[frozenset[str]] = []
    database.on_commit.append(woken.append)

    def fails(session: Session) -> None:
        queue(session, 1)
        session.flush()
        raise _Wrong

    with pytest.raises(_Wrong):
        database.write(fails)
    assert messages(database) == []
    assert woken == []

    def partly(session: Session) -> None:
        queue(session, 2)
        with contextlib.suppress(_Wrong), session.begin_nested():
            queue(session, 3)
            raise _Wrong

    database.write(partly)
    assert [one.event for one in messages(database)] == ["test:2"]
    assert [names for names in woken if names] == [frozenset({"letters"})]

    with Relay() as relay:
        assert deliver_some(database, outgoing(relay.url), samples.MOMENT) == 1
        assert relay.message_ids() == [messages(database)[0].message_id]
