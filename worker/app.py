"""The Celery application: queues, beat's one entry, and how a message from the broker is held.

Nothing is kept in Redis that could not be made again: a message there only says *look now*. What
there is to do stands in the database, due times included, so a message lost or delivered twice
does no harm.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from celery import Celery
from kombu.entity import Queue

from pool import settings

LINKS, LETTERS, DIGESTS, DEFAULT = "links", "letters", "digests", "default"
DELIVERING = (LINKS, LETTERS, DIGESTS)
"""What is sent by mail, each kind with a queue and a worker of its own: a relay that hangs over a
letter holds up neither a sign-in link nor anything else."""
QUEUES = (*DELIVERING, DEFAULT)

TICK_EVERY = timedelta(seconds=10)

BEGIN_WITHIN = timedelta(minutes=1)
"""No task begins anything new after its first minute."""

LONGEST_TASK = timedelta(minutes=55)
"""That minute, and one letter at a relay that takes all the time it may before each answer
(:attr:`pool.outbox.smtp.Timeouts.longest`)."""

VISIBILITY = timedelta(hours=2)
"""After this long a message that was not acknowledged is delivered again. Nothing waits for it:
the next tick says the same."""

NOWHERE = "redis+socket:///nonexistent/puljen.sock"
"""The broker's address where none is set: cannot be connected to."""


def broker_url(redis_url: str | None) -> str:
    """The address in Celery's spelling: ``unix:///x.sock`` is ``redis+socket:///x.sock``."""
    if redis_url is None:
        return NOWHERE
    if redis_url.startswith("unix://"):
        return "redis+socket://" + redis_url.removeprefix("unix://")
    return redis_url


def configuration() -> dict[str, Any]:
    """Read when the application is first used, so that importing it needs no settings."""
    return {
        "broker_url": broker_url(settings.load().redis_url),
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "broker_transport_options": {
            "visibility_timeout": int(VISIBILITY.total_seconds()),
            # Look every two seconds for messages whose worker died, not every hundred.
            "unacked_restore_interval": 2,
            "unacked_restore_throttle": 1,
            "socket_connect_timeout": 5,
            "health_check_interval": 25,
        },
        "task_queues": tuple(Queue(name) for name in QUEUES),
        "task_default_queue": DEFAULT,
        "task_create_missing_queues": False,
        "task_routes": {
            **{f"deliver-{name}": {"queue": name} for name in DELIVERING},
            "tick": {"queue": DEFAULT},
        },
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "task_ignore_result": True,
        "task_store_errors_even_if_ignored": False,
        "task_serializer": "json",
        "accept_content": ["json"],
        "worker_prefetch_multiplier": 1,
        "worker_cancel_long_running_tasks_on_connection_loss": False,
        "worker_enable_remote_control": False,
        "worker_send_task_events": False,
        "worker_hijack_root_logger": False,
        "worker_redirect_stdouts": False,
        "timezone": "UTC",
        "enable_utc": True,
        "beat_scheduler": "celery.beat:Scheduler",
        "beat_schedule": {
            "tick": {
                "task": "tick",
                "schedule": TICK_EVERY,
                # One that was not taken in time is worth nothing: the next is there.
                "options": {"expires": TICK_EVERY.total_seconds()},
            }
        },
    }


app: Any = Celery("puljen", set_as_current=False, include=["worker.tasks"])
app.add_defaults(configuration)
