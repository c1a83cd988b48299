"""A worker that has gone deaf is begun anew.

A consumer whose Redis dies between taking a message and acknowledging it may stay connected and
never take another. Nothing in it fails, so nothing would restart it. It is found by what it does
not do: messages lie in its queue, and it has taken none for a while though it has nothing in hand.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from celery import signals

from worker.app import app

log = logging.getLogger(__name__)

LOOK_EVERY = 5.0
DEAF_AFTER = 25.0
"""Seconds idle with messages waiting; ticks come every ten."""
EXIT_CODE = 75


class Watch(threading.Thread):
    """Looks at the queues of this process every few seconds. ``waiting`` tells how many messages
    lie there (it may fail: then nothing is judged), ``end`` ends the process."""

    def __init__(
        self,
        queues: Sequence[str],
        *,
        waiting: Callable[[Sequence[str]], int] | None = None,
        end: Callable[[int], Any] = os._exit,
        look_every: float = LOOK_EVERY,
        deaf_after: float = DEAF_AFTER,
    ) -> None:
        super().__init__(name="watch", daemon=True)
        self._queues = tuple(queues)
        self._waiting = waiting or messages_waiting
        self._end = end
        self._look_every = look_every
        self._deaf_after = deaf_after
        self._idle_since: float | None = time.monotonic()
        self._waited_since: float | None = None
        self._leaving = threading.Event()

    def listen(self) -> None:
        """Note the beginning and end of every task of this process."""
        signals.task_prerun.connect(self.begun, weak=False)
        signals.task_postrun.connect(self.done, weak=False)
        signals.worker_shutting_down.connect(self.leave, weak=False)

    def begun(self, **_: Any) -> None:
        self._idle_since = self._waited_since = None

    def done(self, **_: Any) -> None:
        self._idle_since = time.monotonic()

    def leave(self, **_: Any) -> None:
        """The worker stops by itself: nothing is judged any more."""
        self._leaving.set()

    def run(self) -> None:
        while not self._leaving.wait(self._look_every):
            if self.deaf():
                log.error("messages wait and none is taken: the worker is begun anew")
                self._end(EXIT_CODE)
                return

    def deaf(self) -> bool:
        """Whether messages have waited all the while this process had nothing in hand."""
        if self._idle_since is None:
            return False
        try:
            waiting = self._waiting(self._queues)
        except Exception:  # Redis is away: the consumer waits for it as it should
            waiting = 0
        now, idle_since = time.monotonic(), self._idle_since
        if not waiting or idle_since is None:
            self._waited_since = None
            return False
        self._waited_since = self._waited_since or now
        return now - max(self._waited_since, idle_since) >= self._deaf_after


def messages_waiting(queues: Sequence[str]) -> int:
    """How many messages lie in ``queues``, over a connection of its own."""
    options = dict(app.conf.broker_transport_options) | {
        "socket_connect_timeout": 1,
        "socket_timeout": 1,
        "max_retries": 0,
    }
    with app.connection_for_read(transport_options=options) as connection:
        channel = connection.channel()
        return sum(int(channel.client.llen(name)) for name in queues)
