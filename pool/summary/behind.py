"""The transfers behind a figure, as people read them: with words for who and what, where the
ledger has ids alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlmodel import Session, col

import pool.ledger as ledger
from pool.cases import access
from pool.cases.house import House
from pool.models.case import Case
from pool.models.identity import Person
from pool.models.ledger import Account
from pool.summary.steering import stays_out


@dataclass(frozen=True, slots=True)
class CaseOf:
    """The case a transfer belongs to. ``may_open``: the reader may open it."""

    number: str
    title: str
    may_open: bool


@dataclass(frozen=True, slots=True)
class Behind:
    """One transfer in a figure. ``amount`` (øre) is signed as it counts there."""

    n: int
    effective_on: date
    precision: str
    recorded_at: datetime
    because: str
    """As in :class:`pool.ledger.FigureLine`."""
    amount: int
    earmark: str | None
    """The earmark the money comes from or goes to."""
    case: CaseOf | None
    withheld: bool
    """It belongs to a case the reader stays out of."""
    actor: str
    """``person``, ``applicant`` or ``system``: never an applicant's name."""
    name: str | None
    """Of the person who did it."""


def behind(
    session: Session,
    house: House,
    pool: str,
    year: int,
    figure: str,
    *,
    person_id: int | None,
    roles: Collection[str],
    as_of: ledger.AsOf | None = None,
) -> list[Behind]:
    """The transfers in their order; their amounts add up to the figure, as it is or as it was
    ``as_of`` a moment. A fixed number of queries. Raises :class:`~pool.ledger.UnknownYear`,
    ValueError for no figure."""
    if as_of is None:
        lines = ledger.transfers_behind(session, pool, year, figure)
    else:
        lines = ledger.transfers_behind_at(
            session,
            pool,
            year,
            figure,
            axis=as_of.axis,
            at=as_of.at,
            known_at=as_of.known_at,
        )
    return in_words(session, house, lines, person_id=person_id, roles=roles)


def in_words(
    session: Session,
    house: House,
    lines: Sequence[ledger.FigureLine],
    *,
    person_id: int | None,
    roles: Collection[str],
) -> list[Behind]:
    """``lines`` as a reader sees them."""
    hidden = stays_out(session, person_id)
    cases = _cases(session, house, {line.transfer.case_id for line in lines} - {None}, roles)
    names = _names(session, {line.transfer.actor for line in lines})
    earmarks = _earmarks(
        session, {end for line in lines for end in (line.transfer.from_id, line.transfer.to_id)}
    )
    found = []
    for line in lines:
        transfer = line.transfer
        withheld = transfer.case_id in hidden
        kind, _, _ = transfer.actor.partition(":")
        found.append(
            Behind(
                n=transfer.n,
                effective_on=transfer.effective_on,
                precision=transfer.precision,
                recorded_at=transfer.recorded_at,
                because=line.because,
                amount=line.amount,
                earmark=earmarks.get(transfer.to_id) or earmarks.get(transfer.from_id),
                case=None if withheld else cases.get(transfer.case_id or 0),
                withheld=withheld,
                actor=kind if kind in ("person", "applicant") else "system",
                name=names.get(transfer.actor),
            )
        )
    return found


def _cases(
    session: Session, house: House, ids: Iterable[int | None], roles: Collection[str]
) -> dict[int, CaseOf]:
    found = {}
    for case in session.execute(select(Case).where(col(Case.id).in_(list(ids)))).scalars():
        version = house.definitions.version(session, case.pool, case.definition_version)
        found[case.id or 0] = CaseOf(
            number=case.number,
            title=case.title,
            may_open=case.state in access.seen_states(version, roles),
        )
    return found


def _names(session: Session, actors: Iterable[str]) -> dict[str, str]:
    ids = [int(actor.partition(":")[2]) for actor in actors if actor.startswith("person:")]
    rows = session.execute(select(col(Person.id), col(Person.name)).where(col(Person.id).in_(ids)))
    return {f"person:{row[0]}": row[1] for row in rows}


def _earmarks(session: Session, ids: Iterable[int]) -> dict[int, str]:
    rows = session.execute(
        select(col(Account.id), col(Account.label)).where(
            col(Account.id).in_(list(ids)), col(Account.kind) == "earmark"
        )
    )
    return {row[0]: row[1] for row in rows}
