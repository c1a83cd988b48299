"""How an installation sends: what delivery is given by its callers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session

from pool.models.outbox import Message
from pool.outbox import claiming
from pool.outbox.channels import Channel
from pool.outbox.claiming import OnEnd
from pool.outbox.smtp import Timeouts

Addresses = Callable[[Session, Mapping[str, str], datetime], str]
"""The whole address of a ``link``: ``{"path": …}`` made absolute, or ``{"purpose", "subject"}``
with a token minted in the session's unit of work."""

STEPS = ("claimed", "lettered", "opened", "written", "offered", "sending", "committed", "answered")


def _no_step(_: str) -> None:
    return


def _no_end(_session: Session, _message: Message, _state: str) -> None:
    return


@dataclass(frozen=True, slots=True)
class Outgoing:
    """How this installation sends. Without ``relay`` messages stay queued.

    ``on_step`` is told the name of each step of :data:`STEPS` as it is done; ``on_end`` of a final
    state in the unit that writes it (should it fail, the state is written without it).
    ``per_minute``: so many mails at most, by all workers together; 0: no limit.
    """

    relay: Channel | None
    sender: str
    addresses: Addresses
    timeouts: Timeouts = field(default_factory=Timeouts)
    lease: timedelta = claiming.LEASE
    answer_lease: timedelta = claiming.ANSWER_LEASE
    on_step: Callable[[str], None] = _no_step
    on_end: OnEnd = _no_end
    per_minute: int = 0
