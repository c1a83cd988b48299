"""The worker's part in sending mail: settings in, numbers out."""

from __future__ import annotations

from datetime import datetime

from pool.db import Database
from pool.outbox.delivery import Addresses, Outgoing, deliver_some
from pool.outbox.smtp import RelayAddress
from pool.settings import Settings


def deliver(
    database: Database,
    settings: Settings,
    addresses: Addresses,
    now: datetime,
    *,
    limit: int = 20,
) -> int:
    """Send what is due, at most ``limit``; how many were tried. Without a relay they wait.

    ``addresses`` makes the links of mails. Raises ValueError where the relay's address cannot be
    used.
    """
    relay = RelayAddress.parse(settings.smtp_url) if settings.smtp_url else None
    return deliver_some(database, Outgoing(relay, settings.mail_from, addresses), now, limit)
