"""The room's blueprint, and the case an address names, as its reader may see it."""

from __future__ import annotations

from flask import Blueprint

from pool.cases.errors import NotFound
from pool.cases.queries import find_by_number
from pool.cases.view import CaseView, case_view
from pool.identity.actor import Actor
from pool.web import who
from pool.web.context import now, read
from pool.web.house import house

blueprint = Blueprint("casework", __name__)

READERS = (
    "secretariat",
    "member",
    "chair",
    "steering",
    "finance",
    "communications",
    "auditor",
)
"""Who may open these pages; which cases each sees is the definition's business."""


def find(number: str) -> tuple[CaseView, Actor]:
    """The case as the signed-in reader sees it, and the reader acting in its pool. Raises
    :class:`NotFound` for one that is absent or not theirs to see."""
    case = find_by_number(read(), number) if number.isprintable() else None
    if case is None or case.id is None:
        raise NotFound(number)
    actor = who.current_actor(case.pool)
    return case_view(read(), house(), case.id, actor, now()), actor
