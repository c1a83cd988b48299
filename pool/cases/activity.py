"""That something happened in a case, for whoever has not seen it yet."""

from __future__ import annotations

from datetime import datetime

from pool.identity.actor import Actor
from pool.models.case import Case


def touch(case: Case, actor: Actor, now: datetime) -> None:
    """``actor`` did something in the (locked) case: a move, a note, a message."""
    case.activity_at = now
    case.activity_by = actor.person_id
