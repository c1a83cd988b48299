"""The worker's processes: taking tasks from queues, and beat."""

from __future__ import annotations

import logging
import re
import sys
import warnings
from collections.abc import Callable, Sequence
from typing import Any

from celery import signals
from celery.platforms import SecurityWarning

from pool import settings
from worker.app import app
from worker.watch import Watch
from workflows import cpr

Notify = Callable[[], None]

LINE = "%(levelname)s %(name)s: %(message)s"
DATED = f"%(asctime)s {LINE}"
CHATTY = ("celery", "kombu")
"""Loggers that tell of every message, twice."""


class Masked(logging.Formatter):
    """Without the parameters of a failed statement, and without what looks like a CPR number."""

    def format(self, record: logging.LogRecord) -> str:
        return cpr.mask(_PARAMETERS.sub("[parameters: ***]", super().format(record)))


_PARAMETERS = re.compile(r"\[parameters: .*?\](?=\n|$)", re.DOTALL)


def consume(
    name: str,
    queues: Sequence[str],
    *,
    ready: Notify,
    processes: int | None = None,
    line: str = LINE,
) -> int:
    """Take tasks from ``queues`` until SIGTERM, finishing the one in hand; the exit code.

    ``processes`` None: in this process, one at a time (the supervisor looks after it). A number:
    that many child processes of Celery's own.
    """
    _prepare(line)
    signals.worker_ready.connect(lambda **_: ready(), weak=False)
    if processes is None:
        watch = Watch(queues)
        watch.listen()
        signals.worker_ready.connect(lambda **_: watch.start(), weak=False)
    worker = app.Worker(
        hostname=f"{name}@puljen",
        queues=list(queues),
        pool_cls="solo" if processes is None else "prefork",
        concurrency=processes or 1,
        loglevel=settings.load().log_level,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        optimization="fair",
        quiet=True,
    )
    worker.start()
    return int(worker.exitcode or 0)


def beat(*, ready: Notify) -> None:
    """Say *tick* at its times, until SIGTERM."""
    _prepare(LINE)
    signals.beat_init.connect(lambda **_: ready(), weak=False)
    app.Beat(quiet=True, loglevel=settings.load().log_level).run()


def _prepare(line: str) -> None:
    # Of a worker run as root: what comes from the queue is JSON with no instructions in it.
    warnings.filterwarnings("ignore", category=SecurityWarning)
    level = logging.getLevelName(settings.load().log_level)

    def logging_as_ours(**_: Any) -> None:
        logging.basicConfig(stream=sys.stderr, level=level, force=True)
        for handler in logging.getLogger().handlers:
            handler.setFormatter(Masked(line))
        for chatty in CHATTY:
            logging.getLogger(chatty).setLevel(max(level, logging.WARNING))

    signals.setup_logging.connect(logging_as_ours, weak=False)
