"""Beginning a draft once, however often the page is sent."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from pool.cases.errors import CommandReused
from pool.identity.actor import Actor
from pool.models.base import known
from pool.models.command import Command
from pool.models.draft import Draft
from pool.models.identity import Person


def digest(pool: str, start: Mapping[str, Any], origin_id: int | None) -> str:
    """sha256 of what is begun."""
    body = json.dumps(["begin", pool, dict(start), origin_id], sort_keys=True)
    return hashlib.sha256(body.encode()).hexdigest()


def begun_before(session: Session, command_id: str | None, actor: Actor, digest: str) -> int | None:
    """The draft that the same page has begun; None for a new one. Whoever begins waits for
    themselves: two presses at once are one after the other.

    Raises :class:`CommandReused` where the page said something else then, or its draft is gone.
    """
    if command_id is None:
        return None
    session.execute(
        select(col(Person.id))
        .where(col(Person.id) == actor.person_id)
        .with_for_update(key_share=True)
    )
    row = session.get(Command, command_id)
    if row is None:
        return None
    same = (row.actor, row.digest) == (actor.key, digest)
    draft = session.get(Draft, row.result["draft"]) if same else None
    if draft is None or draft.case_id is not None:
        raise CommandReused(command_id)
    return known(draft.id)


def remember(
    session: Session,
    command_id: str | None,
    actor: Actor,
    digest: str,
    draft_id: int,
    now: datetime,
) -> None:
    """Note, in the same unit, what the page has begun."""
    if command_id is None:
        return
    told = {"draft": draft_id}
    session.add(Command(id=command_id, actor=actor.key, digest=digest, result=told, at=now))
    session.flush()
