"""What became of a file, for pages and the command line. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ColumnElement, false, func, or_, select
from sqlalchemy.orm import defer
from sqlmodel import Session, col

from pool.cases import access
from pool.imports import columns
from pool.models.case import Case
from pool.models.imports import ROW_STATES, ImportedCase, ImportRow, ImportRun

_WITHOUT_BODY = defer(cast(Any, ImportRun.body))
IN = ("good", "imported", "unchanged")
"""Rows that are in the books, or will be."""


class CannotRun(Exception):
    """The import as a whole is refused, and nothing was done. ``code`` and ``params`` are worded
    by :mod:`pool.imports.wording`: ``no-pool``, ``no-year``, ``no-budget``, ``year-closed``,
    ``no-heading``, ``columns-missing``, ``nothing-good``, ``no-run``, ``not-checked``."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(f"{code} {params}" if params else code)
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True)
class RowProblem:
    """``column`` is a field's key, ``heading`` that of the column it is read from (empty where
    there is none). ``code`` and ``params`` are worded by :mod:`pool.imports.wording`."""

    column: str
    heading: str
    code: str
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RowView:
    """``number`` is the case's, where there is one. ``hidden``: it is a case the reader stays out
    of, and nothing but line and state is told."""

    line: int
    state: str
    values: Mapping[str, Any]
    problems: tuple[RowProblem, ...]
    case_id: int | None
    number: str | None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Sums:
    """Of the rows that are in or can be: how many grants, how many refusals, and øre granted.
    ``imported`` is what this run brought in of it (øre), ``waiting`` what it can still bring in."""

    grants: int
    refusals: int
    granted: int
    imported: int
    waiting: int


@dataclass(frozen=True, slots=True)
class RunView:
    """A run with its rows. ``counts`` has every row state; ``missing`` are required fields that
    have no column yet: there are no rows then. ``run.body`` is not loaded."""

    run: ImportRun
    rows: tuple[RowView, ...]
    counts: Mapping[str, int]
    sums: Sums
    missing: tuple[str, ...]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def handled(self) -> int:
        """Rows that are not waiting any more: how far a running import has come."""
        return self.total - self.counts["good"]


def view(
    session: Session,
    run_id: int,
    *,
    states: Collection[str] | None = None,
    offset: int = 0,
    limit: int | None = None,
    reader: int | None = None,
) -> RunView:
    """The run, and its rows in the file's order: those in ``states`` where given, ``limit`` of
    them after ``offset``. Counts and sums are always of all rows. ``reader`` is the person who
    looks: cases they stay out of are hidden. Raises :class:`CannotRun` (``no-run``)."""
    run = loaded(session, run_id)
    return RunView(
        run=run,
        rows=rows(session, run, states=states, offset=offset, limit=limit, reader=reader),
        counts=dict.fromkeys(ROW_STATES, 0) | counts(session, run_id),
        sums=sums(session, run_id),
        missing=columns.missing(run.mapping),
    )


def rows(
    session: Session,
    run: ImportRun,
    *,
    states: Collection[str] | None = None,
    offset: int = 0,
    limit: int | None = None,
    reader: int | None = None,
) -> tuple[RowView, ...]:
    """The run's rows as :func:`view` has them, without counting all the others."""
    query = (
        select(ImportRow, col(Case.number), _stays_out(reader))
        .outerjoin(Case, col(Case.id) == col(ImportRow.case_id))
        .where(col(ImportRow.run_id) == run.id)
        .order_by(col(ImportRow.line))
        .offset(offset)
        .limit(limit)
    )
    if states is not None:
        query = query.where(col(ImportRow.state).in_(tuple(states)))
    return tuple(
        _row(run, row, number, hidden=bool(hidden))
        for row, number, hidden in session.execute(query)
    )


def _stays_out(reader: int | None) -> ColumnElement[bool]:
    """Of a row: whether its case is one the person stays out of, also where the row was refused
    before it was matched with the case."""
    if reader is None:
        return false()
    out = access.stays_out_of(reader)
    theirs = select(col(ImportedCase.identity)).where(col(ImportedCase.case_id).in_(out))
    return or_(col(ImportRow.case_id).in_(out), col(ImportRow.identity).in_(theirs))


def lines_hidden(session: Session, run_id: int, reader: int | None) -> frozenset[int]:
    """Lines of the run's file with a case the reader stays out of."""
    statement = select(col(ImportRow.line)).where(
        col(ImportRow.run_id) == run_id, _stays_out(reader)
    )
    return frozenset(session.execute(statement).scalars())


def runs_closed(session: Session, reader: int | None) -> frozenset[int]:
    """Runs whose file has a case the reader stays out of: the file is not theirs to open."""
    if reader is None:
        return frozenset()
    theirs = (
        select(col(ImportedCase.case_id))
        .where(col(ImportedCase.case_id).in_(access.stays_out_of(reader)))
        .limit(1)
    )
    if session.execute(theirs).first() is None:
        return frozenset()  # nearly always: no need to look through all rows
    statement = select(col(ImportRow.run_id)).where(_stays_out(reader)).distinct()
    return frozenset(session.execute(statement).scalars())


def _row(run: ImportRun, row: ImportRow, number: str | None, *, hidden: bool) -> RowView:
    if hidden:
        return RowView(row.line, row.state, {}, (), None, None, hidden=True)
    return RowView(
        line=row.line,
        state=row.state,
        values=row.values,
        problems=tuple(
            RowProblem(
                each["column"],
                str(run.mapping.get(each["column"]) or ""),
                each["code"],
                each["params"],
            )
            for each in row.problems
        ),
        case_id=row.case_id,
        number=number,
    )


def counts(session: Session, run_id: int) -> dict[str, int]:
    """Rows by state, those there are."""
    return {
        state: int(count)
        for state, count in session.execute(
            select(col(ImportRow.state), func.count())
            .where(col(ImportRow.run_id) == run_id)
            .group_by(col(ImportRow.state))
        )
    }


def sums(session: Session, run_id: int) -> Sums:
    grants = refusals = granted = imported = waiting = 0
    for state, values in session.execute(
        select(col(ImportRow.state), col(ImportRow.values)).where(
            col(ImportRow.run_id) == run_id, col(ImportRow.state).in_(IN)
        )
    ):
        if values["decision"] == "refused":
            refusals += 1
            continue
        grants += 1
        granted += values["granted"]
        imported += values["granted"] if state == "imported" else 0
        waiting += values["granted"] if state == "good" else 0
    return Sums(grants, refusals, granted, imported, waiting)


def runs(session: Session, pool: str) -> list[ImportRun]:
    """The pool's runs, newest first; their bodies are not loaded."""
    return list(
        session.execute(
            select(ImportRun)
            .where(col(ImportRun.pool) == pool)
            .options(_WITHOUT_BODY)
            .order_by(col(ImportRun.id).desc())
        ).scalars()
    )


def loaded(session: Session, run_id: int) -> ImportRun:
    """The run without its body. Raises :class:`CannotRun` (``no-run``)."""
    found: ImportRun | None = session.execute(
        select(ImportRun).where(col(ImportRun.id) == run_id).options(_WITHOUT_BODY)
    ).scalar_one_or_none()
    if found is None:
        raise CannotRun("no-run", run=run_id)
    return found


def unfinished(session: Session, pool: str, year: int, sha256: str) -> int | None:
    """The newest run of this very file that was begun and not finished."""
    found: int | None = session.execute(
        select(func.max(col(ImportRun.id))).where(
            col(ImportRun.pool) == pool,
            col(ImportRun.year) == year,
            col(ImportRun.sha256) == sha256,
            col(ImportRun.state) == "running",
        )
    ).scalar_one()
    return found


def original(session: Session, run_id: int) -> bytes:
    """The file as it was handed in, empty where the run was dropped. Raises :class:`CannotRun`."""
    loaded(session, run_id)
    statement = select(col(ImportRun.body)).where(col(ImportRun.id) == run_id)
    return bytes(session.execute(statement).scalar_one())
