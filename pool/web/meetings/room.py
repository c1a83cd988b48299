"""The room's blueprint, and from a number to the meeting for those whose it is."""

from __future__ import annotations

from flask import Blueprint, abort, current_app

from pool.cases.opening import begun
from pool.identity.actor import Actor
from pool.meetings.attendance import MEMBERS
from pool.meetings.calendar import find, rules
from pool.meetings.once import RUNS
from pool.models.meetings import Meeting
from pool.web import context, who
from pool.web.context import read, site
from workflows.definition import Definition

blueprint = Blueprint("meetings", __name__)

LARGEST = 2**31 - 1
MEETING = f"/moeder/<int(max={LARGEST}):meeting_id>"
"""The address of a meeting: a number no database can keep is no page."""
RUNNERS = tuple(sorted(RUNS))
READERS = tuple(sorted({*RUNS, *MEMBERS, "auditor"}))
"""Who opens a meeting's pages: the group, its secretariat and the auditor. Which cases each sees
there is the casework's to say."""

_BEGUN = "puljen-meetings-begun"


def pools() -> list[Definition]:
    """The pools that hold meetings and that this reader sees them of."""
    user = who.user()
    mine = [
        one
        for one in site().definitions.values()
        if rules(one) is not None and not user.roles_in(one.key).isdisjoint(READERS)
    ]
    return [one for one in mine if _is_begun(one)]


def any_pool() -> bool:
    """Whether there is anything behind the menu's entry."""
    return who.current_user() is not None and bool(pools())


def _is_begun(definition: Definition) -> bool:
    """A pool that is shown while open alone has no meetings before its first year. That a year was
    ever opened stays true, so it is asked for until it is."""
    known: set[str] = current_app.extensions.setdefault(_BEGUN, set())
    if definition.shown == "always" or definition.key in known:
        return True
    known |= begun(read())
    return definition.key in known


def pool_of(pool_key: str) -> Definition:
    """A pool that holds meetings, for who reads them there; else 404."""
    definition = context.definition(pool_key)
    if rules(definition) is None or who.user().roles_in(pool_key).isdisjoint(READERS):
        abort(404)
    return definition


def meeting_of(meeting_id: int) -> tuple[Meeting, Definition, Actor]:
    """The meeting an address names, its pool, and the reader acting there. 404 for none, for one
    of a pool that holds no meetings, and for one that is not this reader's."""
    found = find(read(), meeting_id)
    if found is None:
        abort(404)
    return found, pool_of(found.pool), who.current_actor(found.pool)


def run_by(meeting_id: int) -> tuple[Meeting, Definition, Actor]:
    """The meeting, for who runs it."""
    found = meeting_of(meeting_id)
    if not found[2].roles & RUNS:
        abort(404)
    return found
