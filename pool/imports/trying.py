"""A file's rows tried against the pool's rules and books, and kept with their run.

Trying only reads: a long file must not hold the database's one pen while it is looked through.
What changes in the books meanwhile is seen at the last moment, when a row is brought in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert
from sqlmodel import Session, col

from pool.cases.house import House
from pool.clock import local_day
from pool.imports import bringing, checking, columns, reading
from pool.imports import budget as budgets
from pool.imports.looking import CannotRun
from pool.models.imports import ImportRow, ImportRun


@dataclass(frozen=True, slots=True)
class Tried:
    """``rows`` as the database has them, without their run's id; none where a required field has
    no column yet."""

    sheet: str | None
    mapping: dict[str, str]
    rows: tuple[dict[str, Any], ...]


def tried(
    session: Session,
    house: House,
    book: reading.Book,
    *,
    pool: str,
    year: int,
    budget: int | None,
    mapping: Mapping[str, str] | None,
    now: datetime,
) -> Tried:
    """Try every row of ``book``; ``session`` may be one for reading. ``mapping`` is field →
    heading, guessed where None. Raises :class:`CannotRun` (``no-heading``, and what
    :func:`pool.imports.budget.free` says)."""
    chosen = columns.guess(book.headings) if mapping is None else _chosen(mapping, book)
    if columns.missing(chosen):
        return Tried(book.sheet, chosen, ())
    rows = checking.check(
        house.definitions.current(pool),
        book,
        chosen,
        year=year,
        today=local_day(now),
        free=budgets.free(session, pool, year, budget),
        known=lambda keys: bringing.before(session, pool, year, keys),
    )
    stored = tuple(
        {
            "line": row.line,
            "values": row.values,
            "identity": row.identity,
            "digest": row.digest,
            "state": row.state,
            "problems": row.problems,
            "case_id": row.case_id,
        }
        for row in rows
    )
    return Tried(book.sheet, chosen, stored)


def keep(session: Session, run: ImportRun, found: Tried) -> None:
    """What was found, in the place of what was found before."""
    run.sheet, run.mapping = found.sheet, found.mapping
    session.add(run)
    session.flush()
    session.execute(delete(ImportRow).where(col(ImportRow.run_id) == run.id))
    if found.rows:
        session.execute(insert(ImportRow), [{"run_id": run.id} | row for row in found.rows])


def _chosen(mapping: Mapping[str, str], book: reading.Book) -> dict[str, str]:
    chosen = {}
    for field in columns.FIELDS:
        heading = mapping.get(field.key)
        if not heading:
            continue
        if book.column(heading) is None:
            raise CannotRun("no-heading", field=field.key, heading=heading[:100])
        chosen[field.key] = heading
    return chosen
