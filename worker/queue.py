"""The queue's door for those who are not workers: *look now*, said after a commit.

It never holds anybody up: Redis away means one short try, a line in the log, and silence for a
few seconds; the sweep finds what was not said.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from threading import Lock
from typing import Any

from worker.app import DEFAULT, DELIVERING, app

log = logging.getLogger(__name__)

TASKS = {**{name: f"deliver-{name}" for name in DELIVERING}, DEFAULT: "tick"}
"""What looks through a queue's work."""

EXPIRES = 60
"""Seconds a call is worth anything."""

ONCE = {
    "max_retries": 0,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
    "socket_connect_timeout": 0.4,
    "socket_timeout": 0.4,
    "retry_on_timeout": False,
}
QUICK = 0.3
SILENCE = 5.0

_lock = Lock()
_pool: Any = None
_worked = False
_silent_until = 0.0


def wake(names: Iterable[str]) -> bool:
    """Have the workers of the queues ``names`` look for work; unknown names are an error. Takes
    a second at most; whether it was said."""
    global _silent_until, _worked
    tasks = [TASKS[name] for name in sorted(names)]
    if not tasks or time.monotonic() < _silent_until:
        return not tasks
    begun = time.monotonic()
    while True:
        try:
            with _producers().acquire(block=True, timeout=0.4) as producer:
                for task in tasks:
                    app.send_task(task, expires=EXPIRES, producer=producer, retry=False)
            _worked = True
            return True
        except Exception as error:
            had_connections = forget()
            if had_connections and time.monotonic() - begun < QUICK:
                continue  # Redis was started again since the last call: a new connection may do
            _silent_until = time.monotonic() + SILENCE
            log.warning("the workers could not be woken (%s); the sweep will find it", _name(error))
            return False


def forget() -> bool:
    """Let go of the connections; the next call makes new ones. Whether one of them had ever
    worked."""
    global _pool, _worked
    with _lock:
        old, _pool = _pool, None
        worked, _worked = _worked, False
    if old is not None:
        try:
            old.force_close_all()
        except Exception:  # they were broken already
            log.debug("connections could not be closed", exc_info=True)
    return worked


def _producers() -> Any:
    global _pool
    with _lock:
        if _pool is None:
            from kombu.pools import ProducerPool

            options = dict(app.conf.broker_transport_options) | ONCE
            connection = app.connection_for_write(transport_options=options)
            _pool = ProducerPool(connections=connection.Pool(limit=4), limit=4)
        return _pool


def _name(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]
