"""Closing a pool's year, in four steps, each a unit of work of its own.

*Begin*: nothing new is held, appropriated or earmarked (the database's rule); taken back while
nothing is closed. Then every hold is resolved by its own case's moves. *Give the rest back*: what
stands on earmarks and what is free goes back to the municipality, by one command. *Close*: for
good, only when nothing is free, earmarked or held (the database's rule); the chains' heads are
mailed.

A step that is done already is no error: two people who close the same year find it closed. Whoever
stops between two steps finds the year where it was. Lock order: the year's book, then the journal;
a case is never taken after a book.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlmodel import Session, col

import pool.journal as journal
import pool.ledger as ledger
from pool.cases import money, once
from pool.cases.house import House
from pool.identity.actor import Actor
from pool.models.base import known
from pool.models.case import Case, Decision
from pool.models.ledger import Account, BookYear
from pool.plan import heads

State = Literal["open", "closing", "closed"]
CLOSERS = frozenset({"finance", "system"})
"""Who closes a year: Økonomiforvaltningen, or the console."""

BEGUN, TAKEN_BACK = "year.closing", "year.reopened"
REST, CLOSED = "year.rest-returned", "year.closed"
"""Kinds of events in the year's stream of the journal."""


class ClosingError(Exception):
    """The step cannot be taken. ``code``: ``not-yours``, ``unknown-year``, ``closed`` (for good),
    ``not-closing`` (closing has not begun), ``rest-moved`` (``now``: what there is to give back,
    øre), ``nothing-left``, ``not-empty`` (``held`` and ``rest``, øre), ``undecided`` (``now``: more
    applications than whoever closes was told of can be granted nothing any more)."""

    def __init__(self, code: str, **params: int) -> None:
        super().__init__(f"{code} {params}" if params else code)
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True)
class Step:
    """A wish about a pool's year. ``id`` comes with the page; ``seen``: the rest that was shown
    (øre), where it is given back; ``undecided``: how many applications of the year whoever closes
    it knows to be left without a decision."""

    id: str
    pool: str
    year: int
    seen: int | None = None
    undecided: int = 0


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it. ``changed`` is False where it was so already, by somebody before; ``amount``
    is what was given back, øre."""

    state: str
    changed: bool
    amount: int = 0
    repeated: bool = False


Work = Callable[[Session, BookYear], Done]


def begin(house: House, step: Step, actor: Actor, now: datetime) -> Done:
    """From now on nothing new is held. Raises :class:`ClosingError`, ``CommandReused``."""

    def work(session: Session, year: BookYear) -> Done:
        if year.state == "closed":
            raise ClosingError("closed")
        if year.state == "closing":
            return Done("closing", changed=False)
        return _turn(session, step, year, "closing", BEGUN, actor, now)

    return _written(house, step, "begin", actor, now, work)


def take_back(house: House, step: Step, actor: Actor, now: datetime) -> Done:
    """The year is open again: what was given back stays given. Raises :class:`ClosingError`."""

    def work(session: Session, year: BookYear) -> Done:
        if year.state == "closed":
            raise ClosingError("closed")
        if year.state == "open":
            return Done("open", changed=False)
        return _turn(session, step, year, "open", TAKEN_BACK, actor, now)

    return _written(house, step, "take-back", actor, now, work)


def give_rest_back(house: House, step: Step, actor: Actor, now: datetime) -> Done:
    """Everything on earmarks and everything free goes back to the municipality, by one command.

    Raises :class:`ClosingError`: ``rest-moved`` where it is not what was ``seen`` any more.
    """

    def work(session: Session, year: BookYear) -> Done:
        if year.state != "closing":
            raise ClosingError("closed" if year.state == "closed" else "not-closing")
        marks, free = standing(session, known(year.id))
        amount = free + sum(balance for _, balance in marks)
        if amount != step.seen:
            raise ClosingError("rest-moved", now=amount)
        if not amount:
            raise ClosingError("nothing-left")
        how: Any = {"command_id": step.id, "actor": actor.key, "now": now}
        for line, (mark, balance) in enumerate(marks, start=1):
            ledger.unearmark(session, earmark_id=mark, amount=balance, line=line, **how)
        ledger.relinquish(
            session, year_id=known(year.id), amount=amount, line=len(marks) + 1, **how
        )
        data = {"amount": amount, "earmarks": [mark for mark, _ in marks]}
        _journal(session, step, year, REST, actor, now, data)
        return Done("closing", changed=True, amount=amount)

    return _written(house, step, "give-rest-back", actor, now, work)


def close(
    house: House, step: Step, actor: Actor, now: datetime, *, heads_to: Sequence[str] = ()
) -> Done:
    """For good. The final figures and the book's head are journaled, and the heads mailed to
    ``heads_to`` (addresses; else their keepers). Raises :class:`ClosingError`."""

    def work(session: Session, year: BookYear) -> Done:
        if year.state == "closed":
            return Done("closed", changed=False)
        if year.state != "closing":
            raise ClosingError("not-closing")
        held = _held(session, known(year.id))
        marks, free = standing(session, known(year.id))
        rest = free + sum(balance for _, balance in marks)
        if held or rest:  # told in kroner; the database would say no more than no
            raise ClosingError("not-empty", held=held, rest=rest)
        left = session.execute(
            select(func.count()).select_from(Case).where(*undecided(step.pool, step.year))
        ).scalar_one()
        if left > step.undecided:
            raise ClosingError("undecided", now=left)
        ledger.set_year_state(session, step.pool, step.year, "closed")
        figures = ledger.status(session, step.pool, step.year, undisclosed=True).figures()
        head = next((one for one in ledger.heads(session) if one.book == step.pool), None)
        data: dict[str, Any] = {"figures": figures, "undecided": left}
        if head is not None:
            data |= {"n": head.n, "hash": head.hash}
        _journal(session, step, year, CLOSED, actor, now, data)
        heads.mail(
            session,
            house,
            event=f"heads:closed:{year.id}",
            closed=(step.pool, step.year),
            to=heads_to,
            now=now,
        )
        return Done("closed", changed=True)

    return _written(house, step, "close", actor, now, work)


def undecided(pool: str, year: int) -> tuple[ColumnElement[bool], ...]:
    """Of ``Case``: applications of the year that have no answer. A refusal that is not announced
    is none yet: nobody learns of it by a number."""
    quiet = exists().where(
        col(Decision.id) == col(Case.decision_id), col(Decision.announced_at).is_(None)
    )
    return (
        col(Case.pool) == pool,
        col(Case.year) == year,
        col(Case.kind) != "suggestion",
        col(Case.closed_at).is_(None),
        or_(col(Case.decision_id).is_(None), (col(Case.outcome) == "refused") & quiet),
    )


def standing(session: Session, year_id: int) -> tuple[list[tuple[int, int]], int]:
    """The earmarks that have money (account, øre), and what is free, as they stand now."""
    rows = session.execute(
        select(col(Account.id), col(Account.kind), col(Account.balance))
        .where(col(Account.year_id) == year_id, col(Account.kind).in_(("earmark", "free")))
        .order_by(col(Account.id))
    ).all()
    marks = [(known(row[0]), int(row[2])) for row in rows if row[1] == "earmark" and row[2]]
    return marks, sum(int(row[2]) for row in rows if row[1] == "free")


def _held(session: Session, year_id: int) -> int:
    balances = session.execute(
        select(col(Account.balance)).where(
            col(Account.year_id) == year_id, col(Account.kind) == "held"
        )
    )
    return sum(int(one) for one in balances.scalars())


def _written(house: House, step: Step, what: str, actor: Actor, now: datetime, work: Work) -> Done:
    """``work`` once, under the book's lock: whoever waited for another closer sees what they
    did."""
    digest = once.digest(what, asdict(step))

    def unit(session: Session) -> Done:
        if not actor.roles & CLOSERS or (actor.pool or step.pool) != step.pool:
            raise ClosingError("not-yours")
        found = money.year(session, step.pool, step.year)
        if found is None:
            raise ClosingError("unknown-year")
        ledger.lock_years(session, [found.id])
        if first := once.before(session, step.id, actor, digest):
            return Done(**first, repeated=True)
        year = session.get_one(BookYear, found.id, populate_existing=True)
        done = work(session, year)
        result = {"state": done.state, "changed": done.changed, "amount": done.amount}
        once.remember(session, step.id, actor, digest, result, now)
        return done

    return house.database.write(unit)


def _turn(
    session: Session,
    step: Step,
    year: BookYear,
    state: State,
    kind: str,
    actor: Actor,
    now: datetime,
) -> Done:
    ledger.set_year_state(session, step.pool, step.year, state)
    _journal(session, step, year, kind, actor, now, {})
    return Done(state, changed=True)


def _journal(
    session: Session,
    step: Step,
    year: BookYear,
    kind: str,
    actor: Actor,
    now: datetime,
    data: dict[str, Any],
) -> None:
    journal.write(
        session,
        f"book-year:{year.id}",
        kind,
        actor,
        now=now,
        data={"pool": step.pool, "year": step.year, **data},
    )
