"""The room's blueprint, who may bring cases in, and the import an address names."""

from __future__ import annotations

from flask import Blueprint, abort

from pool.imports.looking import CannotRun, loaded
from pool.models.imports import ImportRun
from pool.web import context, who
from pool.web.context import read
from workflows.definition import Definition

blueprint = Blueprint("imports", __name__)

MAY = ("secretariat",)
"""Who may bring cases in, each for the pools they have the role in. Nobody else: what the year has
left shows decisions that are not announced yet, which the secretariat may know."""


def may(pool_key: str) -> bool:
    """Whether the signed-in colleague may bring cases into this pool."""
    known = pool_key in context.site().definitions
    return known and not who.user().roles_in(pool_key).isdisjoint(MAY)


def pools() -> list[Definition]:
    """The pools the signed-in colleague may bring cases into."""
    return [one for one in context.site().definitions.values() if may(one.key)]


def find(run_id: int) -> ImportRun:
    """The import an address names; 404 for none, and for one of a pool that is not the
    colleague's."""
    try:
        run = loaded(read(), run_id)
    except CannotRun:
        abort(404)
    if not may(run.pool):
        abort(404)
    return run
