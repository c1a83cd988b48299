"""The worker's part in sending mail: settings in, numbers out."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from pool.db import Database
from pool.outbox import channels
from pool.outbox.claiming import OnEnd
from pool.outbox.delivery import Addresses, Outgoing, deliver_some
from pool.settings import Settings


def deliver(
    database: Database,
    settings: Settings,
    addresses: Addresses,
    now: datetime,
    *,
    limit: int = 20,
    queue: str | None = None,
    seconds: float = 60,
    on_end: OnEnd | None = None,
) -> int:
    """Send what is due (of ``queue``), at most ``limit``; how many were tried. Without a relay
    they wait.

    ``addresses`` makes the links of mails; ``on_end`` is told of each final state in the unit that
    writes it. Raises ValueError where the relay's address cannot be used.
    """
    relay = channels.find(settings.smtp_url) if settings.smtp_url else None
    outgoing = Outgoing(relay, settings.mail_from, addresses, per_minute=settings.mail_per_minute)
    if on_end is not None:
        outgoing = replace(outgoing, on_end=on_end)
    return deliver_some(database, outgoing, now, limit, seconds=seconds, queue=queue)
