"""Moving money between lines of the plan (*omdisponering*).

``Økonomiforvaltningen decides, with the steering group involved`` (the plan): who decided, when,
how the steering group was involved and why stand with the move. The lines' money moves in the
same unit: between two activities in the plan's book; to or from a pool in the plan's book and in
the pool's, as lines of one command.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

import pool.journal as journal
import pool.ledger as ledger
from pool.cases import money, once
from pool.cases.errors import Invalid
from pool.cases.house import House
from pool.clock import local_day
from pool.db import wake
from pool.identity.actor import Actor
from pool.models.base import known
from pool.models.ledger import BookYear
from pool.models.plan import PlanLine, PlanMove
from pool.plan import book, editions, lines
from pool.plan.errors import PlanError
from pool.plan.told import Knows, everything, house_name, pool_short, refuse_closed, told_free
from workflows import values
from workflows.questions import AnswerFault

DECIDES = "Økonomiforvaltningen"
"""Who decides on adjusting the plan and moving money [plan]; Danish, as all that is recorded."""
LONGEST = 4_000
"""Characters of a reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A move as it was decided. ``amount`` is øre; ``edition`` the one whose lines were looked at,
    None: whichever is in force."""

    year: int
    from_line: int
    to_line: int
    amount: int
    decided_on: date
    steering: str
    reason: str
    decided_by: str = DECIDES
    edition: int | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """One line of a move: what it has before and after (øre). Of a pool's line ``free`` is what the
    pool has left to dispose of, before and after; None for an activity."""

    line: PlanLine
    before: int
    after: int
    free: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """Both lines of a move that has not been made."""

    edition: int
    from_line: Side
    to_line: Side


def order(year: int, raw: Mapping[str, Any], today: date) -> Order:
    """A move out of what was typed: ``from_line``, ``to_line``, ``amount``, ``decided_on``,
    ``decided_by``, ``steering``, ``reason``, ``edition``. Raises :class:`Invalid` with every
    fault."""
    faults: list[AnswerFault] = []
    found: dict[str, Any] = {}
    readers: Mapping[str, Any] = {
        "from_line": lambda typed: values.whole(typed, 1),
        "to_line": lambda typed: values.whole(typed, 1),
        "amount": lambda typed: values.amount(typed, least=1),
        "decided_on": values.day,
        "decided_by": lambda typed: values.line(typed, 200),
        "steering": lambda typed: values.lines(typed, LONGEST),
        "reason": lambda typed: values.lines(typed, LONGEST),
    }
    for name, reader in readers.items():
        typed = raw.get(name)
        if values.blank(typed):
            code = "required-choice" if name in ("from_line", "to_line") else "required"
            faults.append(AnswerFault(name, code, {}))
            continue
        try:
            found[name] = reader(typed)
        except values.Bad as bad:
            faults.append(AnswerFault(name, bad.code, bad.params))
    if "decided_on" in found:
        faults += _day_faults(found["decided_on"], year, today)
    if faults:
        raise Invalid(tuple(faults))
    edition = str(raw.get("edition") or "")
    return Order(year=year, edition=int(edition) if edition.isdecimal() else None, **found)


def _day_faults(decided_on: date, year: int, today: date) -> list[AnswerFault]:
    """A move in the plan of ``year`` was decided by now, and not before the year before."""
    first = date(year - 1, 1, 1)
    if decided_on > today:
        return [AnswerFault("decided_on", "date-ahead", {})]
    if decided_on < first:
        return [AnswerFault("decided_on", "date-before", {"day": first})]
    return []


def preview(session: Session, house: House, order: Order, *, knows: Knows = everything) -> Preview:
    """Both lines before and after, as a reader of whom ``knows`` tells may know. It is advice: the
    ledger is the check. Raises :class:`PlanError` where the move cannot be made."""
    view, here, there = _lines(session, order)
    _may_move(session, house, order.year, here, there)
    sides = []
    for one, sign in ((here, -1), (there, 1)):
        line = one.line
        assert line is not None, "a line in force"
        free = None
        if line.pool is not None:
            left = _pool_year(session, house, line.pool, order.year)[1]
            shown = told_free(session, line.pool, order.year, knows=knows(line.pool))
            free = (shown, shown + sign * order.amount)
            if left + sign * order.amount < 0:
                raise pool_short(house, line.pool, shown, order.amount, "amount")
        if one.now + sign * order.amount < 0:
            raise _line_short(line, one.now, order.amount)
        sides.append(Side(line, one.now, one.now + sign * order.amount, free))
    return Preview(view.edition, *sides)


def move(
    house: House,
    order: Order,
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    knows: Knows = everything,
) -> int:
    """Make the move; returns its id. The same command again returns the move it made. ``knows``: of
    what a refusal may speak.

    Raises :class:`PlanError` (``no-year``, ``no-line``, ``same-line``, ``line-short``,
    ``pool-short``, ``pool-short-now``, ``pool-no-year``, ``year-closed``, ``year-closing``,
    ``plan-closed``, ``changed-meanwhile``), :class:`Invalid` and ``CommandReused``.
    """
    _complete(order, now)
    said = once.digest("plan.move", asdict(order))

    def begin(session: Session) -> None:
        if lines.in_force(session, order.year):
            editions.ensure_book(session, order.year, actor, now)

    def work(session: Session) -> int:
        year_id = book.year_id(session, order.year)
        if year_id is None:
            raise PlanError("no-year", year=order.year)
        every = {line.pool for line in lines.stored(session, order.year) if line.pool}
        pools = book.pool_years(session, every, order.year)
        ledger.lock_years(session, [year_id, *(known(row.id) for row in pools.values())])
        if first := once.before(session, command_id, actor, said):
            return int(first["move"])
        return _make(session, house, order, year_id, command_id, said, actor, now, knows)

    if _needs_book(house, order.year):
        house.database.write(begin)  # apart, so that books are locked in one order
    return house.database.write(work)


def _needs_book(house: House, year: int) -> bool:
    with house.database.read() as session:
        return book.year_id(session, year) is None


def _complete(order: Order, now: datetime) -> None:
    wanted = {"decided_by": order.decided_by, "steering": order.steering, "reason": order.reason}
    faults = [AnswerFault(name, "required", {}) for name, text in wanted.items() if not text]
    if order.amount < 1:
        faults.append(AnswerFault("amount", "amount-too-small", {"least_amount": 1}))
    faults += _day_faults(order.decided_on, order.year, local_day(now))
    if faults:
        raise Invalid(tuple(faults))


def _make(
    session: Session,
    house: House,
    order: Order,
    year_id: int,
    command_id: str,
    said: str,
    actor: Actor,
    now: datetime,
    knows: Knows,
) -> int:
    view, here, there = _lines(session, order)
    _may_move(session, house, order.year, here, there)
    assert here.line is not None, "a line in force"
    assert there.line is not None, "a line in force"
    pools = {
        line.pool: _pool_year(session, house, line.pool, order.year)[0]
        for line in (here.line, there.line)
        if line.pool is not None
    }
    if here.line.pool is not None and here.now < order.amount:
        raise _line_short(here.line, here.now, order.amount)  # an activity's account says so itself
    row = PlanMove(
        year=order.year,
        edition=view.edition,
        from_line=order.from_line,
        to_line=order.to_line,
        amount=order.amount,
        decided_on=order.decided_on,
        decided_by=order.decided_by,
        steering=order.steering,
        reason=order.reason,
        command_id=command_id,
        recorded_at=now,
        recorded_by=actor.name,
    )
    session.add(row)
    session.flush()
    transfers = _transfers(session, order, year_id, here.line, there.line, pools)
    told = 0
    if here.line.pool is not None:
        told = told_free(session, here.line.pool, order.year, knows=knows(here.line.pool))
    try:
        ledger.post(session, command_id, transfers, actor=actor.key, now=now)
    except ledger.NotEnough as short:
        if here.line.pool is not None:
            raise pool_short(house, here.line.pool, told, order.amount, "amount") from short
        raise _line_short(here.line, short.free, order.amount) from short
    _journal(session, row, year_id, here.line, there.line, pools, actor, now)
    move_id = known(row.id)
    once.remember(session, command_id, actor, said, {"move": move_id}, now)
    wake(session, "default")
    return move_id


def _lines(session: Session, order: Order) -> tuple[lines.PlanYear, lines.Shown, lines.Shown]:
    view = lines.plan_year(session, order.year)
    if view is None:
        raise PlanError("no-year", year=order.year)
    if order.edition not in (None, view.edition):
        raise PlanError("changed-meanwhile")
    found = []
    for name, number in (("from_line", order.from_line), ("to_line", order.to_line)):
        line = view.line(number)
        if line is None:
            raise PlanError("no-line", name, year=order.year, line=number)
        found.append(line)
    if order.from_line == order.to_line:
        raise PlanError("same-line", "to_line")
    return view, found[0], found[1]


def _pool_year(session: Session, house: House, pool: str, year: int) -> tuple[BookYear, int]:
    """The pool's year in the books, and what is free in it."""
    row, stand = ledger.find_year(session, pool, year), money.year(session, pool, year)
    if row is None or stand is None:
        raise PlanError("pool-no-year", name=house_name(house, pool), year=year)
    return row, stand.free


def _may_move(
    session: Session, house: House, year: int, here: lines.Shown, there: lines.Shown
) -> None:
    """Refused where the plan's year is closed, or a pool's takes no part: each by its name."""
    refuse_closed(session, year)
    for one, takes in ((here, False), (there, True)):
        pool = one.line.pool if one.line else None
        if pool is None:
            continue
        state = _pool_year(session, house, pool, year)[0].state
        if state == "closed" or (takes and state == "closing"):
            raise PlanError(f"year-{state}", name=house_name(house, pool), year=year)


def _transfers(
    session: Session,
    order: Order,
    year_id: int,
    here: PlanLine,
    there: PlanLine,
    pools: Mapping[str, BookYear],
) -> list[ledger.Line]:
    """The lines of the one command: money leaves where it is before it comes where it goes."""
    source, free = book.ends(session, year_id)

    def line(kind: str, from_id: int, to_id: int) -> ledger.Line:
        return ledger.Line(
            kind=kind,
            from_id=from_id,
            to_id=to_id,
            amount=order.amount,
            effective_on=order.decided_on,
        )

    def of(pool: str) -> tuple[int, int]:
        return book.ends(session, known(pools[pool].id))

    made = []
    if here.pool is None:
        made.append(line("unearmark", book.account(session, year_id, book.label_of(here)), free))
        if there.pool is not None:
            made.append(line("relinquish", free, source))
    else:
        pool_source, pool_free = of(here.pool)
        made.append(line("relinquish", pool_free, pool_source))
        if there.pool is None:
            made.append(line("appropriate", source, free))
    if there.pool is None:
        made.append(line("earmark", free, book.account(session, year_id, book.label_of(there))))
    else:
        made.append(line("appropriate", *of(there.pool)))
    return made


def _journal(
    session: Session,
    row: PlanMove,
    year_id: int,
    here: PlanLine,
    there: PlanLine,
    pools: Mapping[str, BookYear],
    actor: Actor,
    now: datetime,
) -> None:
    told = {
        "move": row.id,
        "year": row.year,
        "edition": row.edition,
        "from_line": row.from_line,
        "to_line": row.to_line,
        "amount": row.amount,
    }
    why = {"decided_by": row.decided_by, "steering": row.steering, "reason": row.reason}
    streams = {known(pools[line.pool].id) for line in (here, there) if line.pool} | {year_id}
    for stream in sorted(streams):
        journal.write(
            session,
            f"book-year:{stream}",
            "plan.moved",
            actor,
            now=now,
            effective_on=row.decided_on,
            data=told,
            personal=why,
        )


def _line_short(line: PlanLine, has: int, wanted: int) -> PlanError:
    return PlanError(
        "line-short", "amount", line=line.number, name=line.name, has=has, wanted=wanted
    )
