"""The room's blueprint, and the pool's year an address names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort

from pool import books
from pool.books import BooksError, Comparison, Seen, once, wording
from pool.identity.actor import Actor
from pool.web import context, who
from pool.web.context import read
from pool.web.house import house
from pool.web.language import speak
from workflows.definition import Definition

blueprint = Blueprint("books", __name__)

ROOT = "/styring/<pool_key>/<int:year>/afstemning"
WRITERS = tuple(sorted(books.WRITES - {"system"}))
READERS = tuple(sorted(books.READS - {"system"}))


@dataclass(frozen=True, slots=True)
class Place:
    """The pool and year of an address, and who is there."""

    definition: Definition
    year: int
    actor: Actor

    @property
    def pool(self) -> str:
        return self.definition.key

    @property
    def writes(self) -> bool:
        return bool(self.actor.roles & books.WRITES)

    @property
    def at(self) -> dict[str, Any]:
        """The parts of every address of the room."""
        return {"pool_key": self.pool, "year": self.year}


def place(pool_key: str, year: int, *, write: bool = False) -> Place:
    """404 for a pool that has no part in this, a year that is not in the books, and whoever has
    no role there that reads (or writes) them."""
    definition = context.definition(pool_key)
    found = Place(definition, year, who.current_actor(pool_key))
    wanted = books.WRITES if write else books.READS
    if not definition.has("books") or not found.actor.roles & wanted:
        abort(404)
    try:
        once.year_id(read(), pool_key, year)
    except BooksError:
        abort(404)
    return found


def compared(at: Place) -> tuple[Comparison, Seen]:
    """The two sides, and what the reader may see of them."""
    found = books.compare(read(), at.pool, at.year)
    return found, books.seen(
        read(),
        house(),
        at.pool,
        found,
        person_id=at.actor.person_id,
        roles=at.actor.roles,
    )


def shown(pool_key: str) -> bool:
    """Whether the signed-in reader finds the comparison of this pool."""
    known = context.site().definitions.get(pool_key)
    return (
        known is not None
        and known.has("books")
        and not who.user().roles_in(pool_key).isdisjoint(READERS)
    )


def line(pool_key: str, year: int) -> str | None:
    """Whether the books agree, in one line; None where the reader does not find the comparison."""
    if not shown(pool_key):
        return None
    return wording.agreement(books.result(read(), pool_key, year), speak())


@blueprint.app_context_processor
def _names() -> dict[str, Any]:
    """``books_line(pool, year)`` for the pages of a year."""
    return {"books_line": line}
