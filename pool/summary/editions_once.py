"""What every use case of an edition needs: a command done once, and text as it may be kept."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlmodel import Session

from pool.cases.errors import CommandReused
from pool.identity.actor import Actor
from pool.journal.canonical import storable
from pool.models.command import Command as CommandRow
from pool.summary.editions_errors import CannotBe


def seen_before(session: Session, command: Any, actor: Actor) -> bool:
    """Whether the command (a frozen dataclass with an ``id``) was carried out already. Raises
    :class:`CommandReused` when its id comes with other contents or from somebody else."""
    row = session.get(CommandRow, command.id)
    if row is None:
        return False
    if (row.actor, row.digest) != (_who(actor), _digest(command)):
        raise CommandReused(command.id)
    return True


def remember(session: Session, command: Any, actor: Actor, now: datetime) -> None:
    """Note the command as carried out, in the same unit of work."""
    session.add(
        CommandRow(
            id=command.id,
            actor=_who(actor),
            digest=_digest(command),
            result={"done": type(command).__name__},
            at=now,
        )
    )
    session.flush()


def _who(actor: Actor) -> str:
    """A guest by the address, not by a name that others have too (see ``Caller``)."""
    return actor.key


def _digest(command: Any) -> str:
    contents = asdict(command) | {"id": type(command).__name__}
    return hashlib.sha256(json.dumps(contents, sort_keys=True).encode()).hexdigest()


def plain(typed: str, field: str, longest: int, *, required: bool = False) -> str:
    """What was typed, as it is kept: line ends made one, nothing a database cannot keep. Raises
    :class:`CannotBe`."""
    text = storable(typed).replace("\r\n", "\n").replace("\r", "\n").strip()
    if required and not text:
        raise CannotBe(field, "required")
    if len(text) > longest:
        raise CannotBe(field, "too-long", longest)
    return text
