"""The ways a message can go. Each is a module here; another way is one file more.

A module names the schemes of the addresses it understands in ``SCHEMES`` and makes a
:class:`Channel` of one with ``channel(address)``. Where a person carries a message (:mod:`.paper`)
there is no address and nothing for a worker to do.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from importlib import import_module
from typing import Protocol

from pool.outbox.smtp import Timeouts


class Line(Protocol):
    """An open way out for many mails, one after another, one recipient each."""

    def ready(self, hold: Callable[[float], None]) -> None:
        """See that a mail can be handed over. Raises :class:`~pool.outbox.smtp.RelayDownError`."""

    def offer(
        self, sender: str, recipient: str, mail: bytes, hold: Callable[[float], None]
    ) -> None:
        """All that can be done without the mail having left; ``hold`` is told before each wait
        how many seconds it may last. Raises :class:`~pool.outbox.smtp.RefusedError`,
        :class:`~pool.outbox.smtp.LineDroppedError`, :class:`~pool.outbox.smtp.RelayDownError`."""

    def commit(self) -> str:
        """Let it go; the other side's answer. Raises :class:`~pool.outbox.smtp.RefusedError`: it
        was not taken. :class:`~pool.outbox.smtp.LineDroppedError`: nobody can say."""

    def close(self) -> None:
        """Leave, also with a mail that was offered and is not to go."""


class Channel(Protocol):
    """Where the workers hand messages over."""

    def open(self, timeouts: Timeouts) -> Line:
        """A line; it may wait with connecting until a mail needs it."""


def find(address: str) -> Channel:
    """The channel of ``address`` (``smtp://relay:25``, ``mailbox:/folder``). Raises ValueError,
    without a password in it, where no module here understands it."""
    scheme = address.partition(":")[0].lower()
    for found in pkgutil.iter_modules(__path__):
        module = import_module(f"{__name__}.{found.name}")
        if scheme in module.SCHEMES:
            made: Channel = module.channel(address)
            return made
    raise ValueError(f"no channel understands an address that begins with {scheme}:")
