"""The print queue: a person prints and posts it, or rings. No worker hands it over; it waits with
``print`` as its channel until it is marked as posted (:func:`pool.outbox.mark_posted`)."""

from __future__ import annotations

SCHEMES: tuple[str, ...] = ()

NAME = "print"
WAITS = "waiting"
"""The state such a message begins in."""


def carries(email: str | None) -> bool:
    """Whether a message for somebody with this address goes by paper: there is none."""
    return not (email or "").strip()
