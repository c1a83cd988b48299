"""Money of a pool set aside for a purpose (*øremærket*): by finance, granted from by the pool's own
decisions, and ended when what is left goes back to what is free.

An earmark may be meant for a line of the plan (in 2023 the first pool set 50.000 kr. aside for
activity 5); the line is told in the journal of the pool's year, with the edition it was read in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

import pool.journal as journal
from pool.cases import access, money
from pool.cases.house import House
from pool.models.base import known
from pool.models.case import Case, Decision
from pool.models.ledger import Transfer
from pool.models.plan import PlanLine
from pool.plan import book, lines
from workflows.definition import Text


@dataclass(frozen=True, slots=True)
class GrantOf:
    """What a case was granted out of an earmark, less what went back there; ``paid`` is what the
    case was paid in all (øre). A case the reader stays out of is ``withheld``: its amount alone."""

    amount: int
    withheld: bool = False
    number: str = ""
    title: str = ""
    state: Text | None = None
    paid: int = 0
    may_open: bool = False


@dataclass(frozen=True, slots=True)
class Earmark:
    """An earmark as announced decisions have it (øre): ``set_aside`` less ``ended`` less
    ``granted`` is ``left``. ``line`` is the plan's line it is meant for, as it is now.
    ``was_ended``: and nothing was set aside since."""

    account_id: int
    pool: str
    label: str
    line: int | None
    line_name: str
    set_aside: int
    ended: int
    granted: int
    grants: tuple[GrantOf, ...]
    was_ended: bool = False

    @property
    def to_be_ended(self) -> bool:
        """It was ended, and money came back to it since: from a grant that was lowered or fell."""
        return self.was_ended and self.left > 0

    @property
    def left(self) -> int:
        return self.set_aside - self.ended - self.granted


def told_left(session: Session, account_id: int) -> int:
    """What is left of an earmark as announced decisions have it (øre)."""
    sums, granted = _sums(session, {account_id})
    return sum(sums.values()) - sum(granted[account_id].values())


def earmarks_of(
    session: Session,
    house: House,
    pool: str,
    year: int,
    *,
    person_id: int | None,
    roles: Collection[str],
) -> tuple[Earmark, ...]:
    """The earmarks of a pool's year, in the order they were made, with what was granted from each
    by announced decisions. ``person_id`` and ``roles`` (in this pool) are the reader's."""
    found = money.year(session, pool, year)
    if found is None:
        return ()
    accounts = sorted(book.balances(session, found.id).values(), key=lambda row: known(row.id))
    if not accounts:
        return ()
    ids = {known(row.id) for row in accounts}
    sums, granted = _sums(session, ids)
    over = _ended(session, ids)
    case_ids = {case_id for each in granted.values() for case_id in each}
    grants = _grants(session, house, case_ids, person_id, roles)
    meant = _meant_for(session, found.id, year)
    told = []
    for row in accounts:
        account_id = known(row.id)
        of = {case: amount for case, amount in granted[account_id].items() if amount}
        number, name = meant.get(account_id, (None, ""))
        told.append(
            Earmark(
                account_id=account_id,
                pool=pool,
                label=row.label,
                line=number,
                line_name=name,
                set_aside=sums[account_id, "earmark"],
                ended=-sums[account_id, "unearmark"],
                granted=sum(of.values()),
                grants=tuple(grants(case_id, amount) for case_id, amount in sorted(of.items())),
                was_ended=account_id in over,
            )
        )
    return tuple(told)


def _sums(
    session: Session, ids: set[int]
) -> tuple[Mapping[tuple[int, str], int], Mapping[int, Mapping[int, int]]]:
    """What each account got (øre; below zero: gave) by kind, a reverse counted against what it
    cites; and what was granted from it by case, of announced decisions."""
    cited = aliased(Transfer)
    kind = func.coalesce(col(cited.kind), col(Transfer.kind))
    rows = session.execute(
        select(
            col(Transfer.from_id),
            col(Transfer.to_id),
            kind,
            col(Transfer.amount),
            col(Transfer.case_id),
            col(Decision.announced_at),
        )
        .outerjoin(
            cited, (col(cited.id) == col(Transfer.cites_id)) & (col(Transfer.kind) == "reverse")
        )
        .outerjoin(Decision, col(Decision.id) == col(Transfer.decision_id))
        .where(or_(col(Transfer.from_id).in_(ids), col(Transfer.to_id).in_(ids)))
    )
    sums: dict[tuple[int, str], int] = defaultdict(int)
    granted: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for from_id, to_id, what, amount, case_id, announced_at in rows:
        account, gets = (to_id, amount) if to_id in ids else (from_id, -amount)
        if case_id is None:
            sums[account, what] += gets
        elif announced_at is not None:
            granted[account][case_id] -= gets
    return sums, granted


def _ended(session: Session, ids: Collection[int]) -> set[int]:
    """Those whose last word was that they end: what set them aside or ended them last."""
    rows = session.execute(
        select(col(Transfer.kind), col(Transfer.from_id), col(Transfer.to_id))
        .where(
            col(Transfer.kind).in_(("earmark", "unearmark")),
            or_(col(Transfer.from_id).in_(ids), col(Transfer.to_id).in_(ids)),
        )
        .order_by(col(Transfer.id))
    )
    last = {to if kind == "earmark" else giver: kind for kind, giver, to in rows}
    return {account for account, kind in last.items() if kind == "unearmark"}


def _grants(
    session: Session,
    house: House,
    ids: Collection[int],
    person_id: int | None,
    roles: Collection[str],
) -> Any:
    """How a case is shown to the reader: a function of its id and the amount."""
    hidden: frozenset[int] = frozenset()
    if person_id is not None:
        hidden = frozenset(session.execute(access.stays_out_of(person_id)).scalars())
    rows = session.execute(select(Case).where(col(Case.id).in_(list(ids)))).scalars()
    cases = {known(case.id): case for case in rows}
    paid = _paid(session, ids)

    def shown(case_id: int, amount: int) -> GrantOf:
        case = cases[case_id]
        if case_id in hidden:
            return GrantOf(amount, withheld=True)
        version = house.definitions.version(session, case.pool, case.definition_version)
        return GrantOf(
            amount,
            number=case.number,
            title=case.title,
            state=version.state(case.state).staff,
            paid=paid.get(case_id, 0),
            may_open=case.state in access.seen_states(version, roles),
        )

    return shown


def _paid(session: Session, ids: Iterable[int]) -> dict[int, int]:
    """What each case was paid, less payments that failed."""
    cited = aliased(Transfer)
    found: dict[int, int] = defaultdict(int)
    for case_id, _, was, amount in session.execute(
        select(
            col(Transfer.case_id), col(Transfer.kind), col(cited.kind), func.sum(Transfer.amount)
        )
        .outerjoin(cited, col(cited.id) == col(Transfer.cites_id))
        .where(
            col(Transfer.case_id).in_(list(ids)),
            or_(
                col(Transfer.kind) == "post",
                (col(Transfer.kind) == "reverse") & (col(cited.kind) == "post"),
            ),
        )
        .group_by(col(Transfer.case_id), col(Transfer.kind), col(cited.kind))
    ):
        found[case_id] += int(amount) * (1 if was is None else -1)
    return found


def _meant_for(session: Session, year_id: int, year: int) -> dict[int, tuple[int, str]]:
    """The plan's line each earmark is meant for, as it is in the edition in force."""
    now = lines.stored(session, year)
    editions: dict[int, list[PlanLine]] = {}  # each read once, however many were set aside in it
    found = {}
    for event in journal.read(session, f"book-year:{year_id}", kinds=("year.earmarked",)):
        number = event.data.get("line")
        if number is None:
            continue
        edition = int(event.data["edition"])
        if edition not in editions:
            editions[edition] = lines.stored(session, year, edition)
        then = editions[edition]
        line = next((one for one in then if one.number == number), None)
        again = lines.follow(line, now) if line is not None else None
        if again is not None:
            found[int(event.data["account"])] = (again.number, again.name)
    return found


def meant_for(
    session: Session,
    house: House,
    pools: Iterable[str],
    year: int,
    *,
    person_id: int | None,
    roles: Mapping[str, Collection[str]],
) -> tuple[Earmark, ...]:
    """The earmarks of these pools' years; ``roles`` by pool. For the plan's page, where both the
    pool's line and the line an earmark is meant for show it."""
    return tuple(
        one
        for pool in pools
        for one in earmarks_of(session, house, pool, year, person_id=person_id, roles=roles[pool])
    )
