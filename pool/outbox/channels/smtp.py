"""By a mail relay."""

from __future__ import annotations

from pool.outbox.smtp import RelayAddress

SCHEMES = ("smtp", "smtp+starttls", "smtps")

channel = RelayAddress.parse
