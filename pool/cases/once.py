"""A command that is no move of a case (of the plan, a year, a meeting, a list or the books) is
carried out once: who sent it, what it said and what came of it stand in the table of commands, as
the moves' do (``pool.cases.fire``)."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlmodel import Session

from pool.cases.errors import CommandReused
from pool.identity.actor import Actor
from pool.models.command import Command


def digest(what: str, said: object) -> str:
    """sha256 of what a command says (plain values and days)."""
    body = json.dumps([what, said], default=str, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(body.encode()).hexdigest()


def before(session: Session, command_id: str, actor: Actor, digest: str) -> Any | None:
    """What the command came to the first time; None for a new one. Asked under the lock that
    its own kind takes. Raises :class:`CommandReused` for other contents or another actor."""
    row = session.get(Command, command_id)
    if row is None:
        return None
    if (row.actor, row.digest) != (actor.key, digest):
        raise CommandReused(command_id)
    return row.result


def remember(
    session: Session, command_id: str, actor: Actor, digest: str, result: Any, now: datetime
) -> None:
    """Note, in the same unit, what came of it (plain values)."""
    session.add(Command(id=command_id, actor=actor.key, digest=digest, result=result, at=now))
    session.flush()
