"""The waiting list of a pool that takes applications also when it is used up.

Whose turn it is follows the order of receipt, and nothing else. **Nobody smaller overtakes**: when
what has come back covers the third application and not the first, the money stays for the first.
Otherwise whoever asks for much would wait for ever behind those who ask for little, and who gets an
answer would follow the amount and not the case. Cases that wait stand in the list of cases under
their state; the secretariat may take any of them off by hand, with the same move.

Whoever was taken off the list and is not decided yet has first claim on the money: it is counted as
spoken for, though nothing is held before a decision.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

import pool.ledger as ledger
from pool.cases import money
from pool.cases.commands import Command
from pool.cases.errors import CaseError
from pool.cases.fire import fire
from pool.cases.house import House
from pool.cases.waiting import FEATURE, ends_by, taken_off
from pool.identity.actor import SYSTEM
from pool.models.base import known
from pool.models.case import Case
from pool.models.ledger import Book, BookYear

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Turn:
    """A case on the list. ``covered``: there is money for it and for all before it."""

    case: Case
    action: str | None
    """The program's own move that takes it off the list."""
    covered: bool


@dataclass(frozen=True, slots=True)
class Queue:
    """A year's waiting list. ``free`` is the free account, øre; ``spoken_for`` what cases that were
    taken off the list and are not decided ask for."""

    free: int
    spoken_for: int
    turns: tuple[Turn, ...]

    @property
    def available(self) -> int:
        return max(self.free - self.spoken_for, 0)


def queue(session: Session, house: House, pool: str, year: int) -> Queue | None:
    """None where the year takes no new grants."""
    found = money.year(session, pool, year)
    if found is None or found.state != "open":
        return None
    waiting = {
        (one.version, state.key): ends_by(one, state.key)
        for one in house.definitions.in_use(session)
        if one.key == pool
        for state in one.states
        if ends_by(one, state.key)
    }
    cases = session.execute(
        select(Case)
        .where(
            col(Case.pool) == pool,
            col(Case.year) == year,
            col(Case.state).in_({state for _, state in waiting}),
        )
        .order_by(col(Case.received_at), col(Case.id))
        .execution_options(populate_existing=True)
    ).scalars()
    spoken_for = taken_off(session, pool, year, {state for _, state in waiting})
    left, covering, turns = found.free - spoken_for, True, []
    for case in cases:
        action = waiting.get((case.definition_version, case.state))
        # What was asked for is known of every application; of an old record that has none,
        # a person decides.
        covering = covering and case.asked is not None and case.asked <= left
        if covering:
            left -= case.asked or 0
        turns.append(Turn(case, action, covering))
    return Queue(found.free, spoken_for, tuple(turns))


def call(house: House, now: datetime) -> int:
    """Take the cases off the lists that there is money for, each in its own unit; how many. Every
    open year has its list: an old one until it is closed, a coming one once it is open.

    Safe to run twice at once and to stop anywhere: a case leaves the list by its own move, and what
    is left is looked at anew.
    """
    pools = [one.key for one in house.definitions.all() if one.has(FEATURE)]
    with house.database.read() as session:
        years = session.execute(
            select(col(Book.key), col(BookYear.year))
            .join(Book, col(Book.id) == col(BookYear.book_id))
            .where(col(Book.key).in_(pools), col(BookYear.state) == "open")
            .order_by(col(Book.key), col(BookYear.year))
        ).all()
    return sum(_call(house, pool, year, now) for pool, year in years)


def _call(house: House, pool: str, year: int, now: datetime) -> int:
    with house.database.read() as session:
        found = queue(session, house, pool, year)
        turns = [
            (known(turn.case.id), turn.case.state_version, turn.action)
            for turn in (found.turns if found else ())
            if turn.covered
        ]
    called = 0
    for case_id, version, action in turns:
        if action is None:
            break
        # The version is part of the id: a case that waits again later is called again.
        command = Command(f"wait-over:{case_id}:{version}", case_id, action, version)
        try:
            called += not fire(house, command, SYSTEM, now).repeated
        except (CaseError, ledger.LedgerError):
            # Somebody was at it meanwhile. Whoever stands behind waits for the next look.
            log.info("case %s was not taken off the waiting list", case_id)
            break
    return called
