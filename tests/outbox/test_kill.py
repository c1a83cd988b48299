"""``kill -9`` of the delivering worker at every step."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from pool.outbox.delivery import STEPS, deliver_some
from tests.support import samples
from tests.support.databases import Factory
from tests.support.outbox import messages, outgoing, queue, states
from tests.support.smtp import Relay

NOW = samples.MOMENT
ROOT = Path(__file__).parents[2]

# After the kill, and after a sweep and another worker's round; how many copies were kept.
AFTER = {
    "claimed": ("leased", "sent", 1),
    "lettered": ("leased", "sent", 1),
    "opened": ("leased", "sent", 1),
    "written": ("leased", "sent", 1),
    "offered": ("leased", "sent", 1),
    "sending": ("sending", "unknown", 0),
    "committed": ("sending", "unknown", 1),
    "answered": ("sent", "sent", 1),
}


def test_every_step_is_tried() -> None:
    assert tuple(AFTER) == STEPS


@pytest.mark.parametrize("step", STEPS)
def test_killed_at(make_database: Factory, step: str) -> None:
    database = make_database()
    database.write(lambda session: queue(session, template="decision-part", letter="decision-part"))
    killed, healed, copies = AFTER[step]
    with Relay() as relay:
        done = subprocess.run(
            [
                *(sys.executable, "-m", "tests.outbox.deliverer"),
                *(make_database.url_of(database), relay.url, step),
            ],
            cwd=ROOT,
            timeout=60,
        )
        assert done.returncode == -signal.SIGKILL
        assert states(database) == [killed]

        # Before the lease has run out nobody touches it; after that it is healed.
        deliver_some(database, outgoing(relay.url), NOW + timedelta(minutes=1))
        assert states(database) == [killed]
        deliver_some(database, outgoing(relay.url), NOW + timedelta(minutes=13))
        assert states(database) == [healed]
        assert len(relay.stored) == copies
        assert set(relay.message_ids()) <= {messages(database)[0].message_id}
