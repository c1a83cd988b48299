"""One row of a file becoming a case: a unit of work, all or nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

import pool.ledger as ledger
from pool.cases import imported
from pool.cases.errors import CommandReused
from pool.cases.house import House
from pool.identity.actor import Actor
from pool.imports import checking
from pool.models.imports import ImportedCase, ImportRow, ImportRun


def before(
    session: Session, pool: str, year: int, keys: Iterable[str]
) -> dict[str, checking.Known]:
    """What was brought in before under these identities, with what its row said."""
    wanted = set(keys)
    statement = (
        select(
            col(ImportedCase.identity),
            col(ImportedCase.case_id),
            col(ImportedCase.digest),
            col(ImportRow.values),
        )
        .outerjoin(
            ImportRow,
            (col(ImportRow.run_id) == col(ImportedCase.run_id))
            & (col(ImportRow.line) == col(ImportedCase.line)),
        )
        .where(col(ImportedCase.pool) == pool, col(ImportedCase.year) == year)
    )
    if len(wanted) == 1:
        statement = statement.where(col(ImportedCase.identity) == next(iter(wanted)))
    return {
        row[0]: checking.Known(row[1], row[2], row[3] or {})
        for row in session.execute(statement)
        if row[0] in wanted
    }


def bring(house: House, row_id: int, actor: Actor, now: datetime) -> str:
    """Bring the row in; returns its new state, one of ``pool.models.imports.ROW_STATES``. What
    refuses it rolls all of it back, and is then written down with the row. A row that was brought
    in meanwhile is left as it is."""
    try:
        try:
            return house.database.write(lambda s: _bring(s, house, row_id, actor, now))
        except (IntegrityError, CommandReused, ledger.CommandReused):
            # another run was first with the same case, and has it by now: look again
            return house.database.write(lambda s: _bring(s, house, row_id, actor, now))
    except imported.CannotImport as refused:
        found = [
            checking.problem(checking.column_of(one.column), one.code, **one.params)
            for one in refused.problems
        ]
    except ledger.NotEnough as short:
        found = [checking.problem("granted", "not-enough", granted=short.wanted, left=short.free)]
    except ledger.YearClosed as closed:
        found = [checking.problem("granted", f"year-{closed.state}")]
    return house.database.write(lambda session: _refuse(session, row_id, found))


def _row(session: Session, row_id: int) -> ImportRow:
    row: ImportRow = session.execute(
        select(ImportRow)
        .where(col(ImportRow.id) == row_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()
    return row


def _bring(session: Session, house: House, row_id: int, actor: Actor, now: datetime) -> str:
    row = _row(session, row_id)
    if row.state != "good":
        return row.state  # another worker has been here
    pool, year = session.execute(
        select(col(ImportRun.pool), col(ImportRun.year)).where(col(ImportRun.id) == row.run_id)
    ).one()
    seen = checking.Checked(row.line, dict(row.values), row.identity, row.digest)
    checking.compare(seen, before(session, pool, year, [row.identity]).get(row.identity))
    if seen.state == "good":
        seen.case_id = imported.bring_in(
            session,
            house,
            checking.case_of(house.definitions.current(pool), year, row.values),
            command_id=f"import-{row.identity[:40]}",
            actor=actor,
            now=now,
        )
        seen.state = "imported"
        session.add(
            ImportedCase(
                case_id=seen.case_id,
                pool=pool,
                year=year,
                identity=row.identity,
                digest=row.digest,
                run_id=row.run_id,
                line=row.line,
            )
        )
    row.state, row.case_id, row.problems = seen.state, seen.case_id, seen.problems
    session.add(row)
    session.flush()
    return row.state


def _refuse(session: Session, row_id: int, found: list[dict[str, Any]]) -> str:
    row = _row(session, row_id)
    if row.state == "good":
        row.state, row.problems = "bad", found
        session.add(row)
    return row.state
