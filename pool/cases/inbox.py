"""The inbox: what waits for somebody, the most overdue first, and what is new to them.

A case is new to a reader while somebody else did the last thing in it after they last looked:
after they opened its page (``case_seen``), after they marked everything as read (``inbox_mark``),
and never from before they came. The marks are the reader's own and no part of the record.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, null, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col

from pool.cases import inbox_money, search, wants
from pool.cases.house import House
from pool.cases.instalments import FEATURE, Part, next_of
from pool.cases.wants import Reader
from pool.clock import local_day
from pool.models.case import Applicant, Case, Deadline
from pool.models.casework import CaseSeen, InboxMark
from pool.models.identity import Person
from workflows.definition import State, Text, Transition

log = logging.getLogger(__name__)

NEWS = 25
"""So many cases with something new are told of by title; the list has the rest."""


@dataclass(frozen=True, slots=True)
class Known:
    """How far somebody has read. Moments UTC; what happened at ``since`` itself is new."""

    since: datetime
    read_at: datetime | None
    seen_at: datetime | None = None
    """Of one case, where one was asked about."""

    def knows(self, at: datetime) -> bool:
        return at < self.since or any(
            mark is not None and at <= mark for mark in (self.read_at, self.seen_at)
        )


@dataclass(frozen=True, slots=True)
class Item:
    """A case that wants something of the reader. ``wants`` are codes of
    :mod:`pool.cases.wants`; ``step`` is the move meant by ``MOVE``, where the rules name one.
    ``due_on`` is the day of what is wanted, or the case's next; ``due_kind`` whose it is, None for
    a vote's."""

    number: str
    pool: str
    pool_name: Text
    title: str
    applicant: str
    state: State
    urgent: bool
    kind: str
    wants: tuple[int, ...]
    step: Transition | None
    due_on: date | None
    due_kind: str | None
    overdue: bool
    unread: bool
    instalment: Part | None = None
    """What is to be paid next, where the grant is paid in instalments and a payment is wanted;
    ``due_on`` is its day, unless something else is due."""
    payment: inbox_money.Payment | None = None
    """What the payment that is wanted lacks."""


@dataclass(frozen=True, slots=True)
class Items:
    """A page of what waits; ``total`` is on all pages."""

    rows: tuple[Item, ...]
    total: int
    page: int
    size: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))


@dataclass(frozen=True, slots=True)
class News:
    """A case in which something happened that wants nothing of the reader."""

    number: str
    pool_name: Text
    title: str
    state: State
    at: datetime


def known(session: Session, person_id: int, case_id: int | None = None) -> Known:
    """How far ``person_id`` has read; ``case_id``: of that case too. One query."""
    seen = (
        select(col(CaseSeen.seen_at))
        .where(col(CaseSeen.person_id) == person_id, col(CaseSeen.case_id) == case_id)
        .scalar_subquery()
        if case_id is not None
        else null()
    )
    row = session.execute(
        select(col(Person.created_at), col(InboxMark.read_at), seen)
        .outerjoin(InboxMark, col(InboxMark.person_id) == col(Person.id))
        .where(col(Person.id) == person_id)
    ).one()
    return Known(*row)


def unread(person_id: int, how_far: Known) -> ColumnElement[bool]:
    """The SQL predicate: cases with something new to this person."""
    happened = col(Case.activity_at)
    seen = (
        select(col(CaseSeen.case_id))
        .where(
            col(CaseSeen.person_id) == person_id,
            col(CaseSeen.case_id) == col(Case.id),
            col(CaseSeen.seen_at) >= happened,
        )
        .exists()
    )
    after = [happened >= how_far.since]
    if how_far.read_at is not None:
        after.append(happened > how_far.read_at)
    by_another = or_(col(Case.activity_by).is_(None), col(Case.activity_by) != person_id)
    return and_(*after, by_another, ~seen)


def items(
    session: Session,
    house: House,
    reader: Reader,
    how_far: Known,
    *,
    page: int = 1,
    size: int = 25,
) -> Items:
    """What waits for the reader: overdue first, then what is urgent, then by due day, the oldest
    first. Two queries; a third for a page that is not there, and one more each for cases that are
    paid in parts, and for those whose payment goes by a list or needs a payee."""
    wanted = wants.of(reader)
    if wanted is None:
        return Items((), 0, 1, size)
    due = (
        select(
            col(Deadline.case_id).label("case_id"),
            func.min(col(Deadline.due_at)).label("due_at"),
        )
        .where(col(Deadline.met_at).is_(None))
        .group_by(col(Deadline.case_id))
        .subquery("due")
    )
    first = case(
        (wanted.c.at.is_(None), due.c.due_at),
        (and_(due.c.due_at.is_not(None), due.c.due_at < wanted.c.at), due.c.due_at),
        else_=wanted.c.at,
    ).label("first_at")
    ordered = (
        select(col(Case.id), wanted.c.mask, first, due.c.due_at, func.count().over())
        .join(wanted, wanted.c.case_id == col(Case.id))
        .outerjoin(due, due.c.case_id == col(Case.id))
        .where(reader.sees())
        .order_by(
            case((first < reader.now, 0), (col(Case.urgent), 1), else_=2),
            *(first.is_(None), first, col(Case.received_at), col(Case.id)),
        )
        .limit(size)
    )
    found = session.execute(ordered.offset((page - 1) * size)).all()
    if not found and page > 1:
        page = 1
        found = session.execute(ordered).all()
    if not found:
        return Items((), 0, 1, size)
    details = _details(session, reader, how_far, [row[0] for row in found])
    parts = _instalments(session, reader, details)
    moving = [row[0] for row in found if row[1] & wants.MOVE]
    paying = _paying(session, house, details, moving)
    rows = []
    for case_id, mask, first_at, due_at, _total in found:
        one, applicant, kind, is_new = details[case_id]
        definition = house.definitions.version(session, one.pool, one.definition_version)
        state = definition.state(one.state)
        roles = reader.roles.get(one.pool, frozenset())
        part = parts.get(case_id) if mask & wants.MOVE else None
        stand = paying.get(case_id)
        step = None
        if mask & wants.MOVE:
            fails = stand.fails() if stand else frozenset()
            step = wants.next_step(definition, state, roles, fails)
        due_on = local_day(first_at) if first_at else part.due_on if part else None
        rows.append(
            Item(
                number=one.number,
                pool=one.pool,
                pool_name=definition.name,
                title=one.title,
                applicant=applicant,
                state=state,
                urgent=one.urgent,
                kind=one.kind,
                wants=wants.codes(mask),
                step=step,
                due_on=due_on,
                due_kind=kind if first_at == due_at else None,
                overdue=bool(first_at and first_at < reader.now)
                or bool(part and not first_at and part.due_on < local_day(reader.now)),
                unread=bool(is_new),
                instalment=part,
                payment=inbox_money.wanted(stand, step) if stand else None,
            )
        )
    return Items(tuple(rows), found[0][-1], page, size)


def _instalments(
    session: Session, reader: Reader, details: Mapping[int, tuple[Case, str, str | None, bool]]
) -> dict[int, Part]:
    """By case, of the pools that pay in instalments; no query where none of them does."""
    pools = {one.key for one in reader.definitions if one.has(FEATURE)}
    ids = [case_id for case_id, row in details.items() if row[0].pool in pools]
    return next_of(session, ids) if ids else {}


def _paying(
    session: Session,
    house: House,
    details: Mapping[int, tuple[Case, str, str | None, bool]],
    case_ids: Sequence[int],
) -> dict[int, inbox_money.Stand]:
    """By case, of those whose next step hangs on their payment."""
    asked = []
    for case_id in case_ids:
        one = details[case_id][0]
        definition = house.definitions.version(session, one.pool, one.definition_version)
        if inbox_money.asked_of(definition, definition.state(one.state)):
            asked.append(case_id)
    return inbox_money.stands(session, asked)


def _details(
    session: Session, reader: Reader, how_far: Known, ids: list[int]
) -> dict[int, tuple[Case, str, str | None, bool]]:
    """What a line shows of these cases: the case without its search text, the applicant, the kind
    of the next deadline, whether it is new."""
    kind = (
        select(col(Deadline.kind))
        .where(col(Deadline.case_id) == col(Case.id), col(Deadline.met_at).is_(None))
        .order_by(col(Deadline.due_at), col(Deadline.id))
        .limit(1)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Case, Applicant, kind, unread(reader.person_id, how_far))
        .join(Applicant, col(Applicant.id) == col(Case.applicant_id))
        .where(col(Case.id).in_(ids))
        .options(search.WITHOUT)
    )
    return {one.id: (one, whom.shown, kind_, bool(new)) for one, whom, kind_, new in rows}


def news(
    session: Session, house: House, reader: Reader, how_far: Known
) -> tuple[tuple[News, ...], int]:
    """Cases with something new to the reader that want nothing of them, the newest first and at
    most :data:`NEWS`; and how many there are. One query."""
    wanted = wants.of(reader)
    quiet = [] if wanted is None else [col(Case.id).not_in(select(wanted.c.case_id))]
    found = session.execute(
        select(
            col(Case.number),
            col(Case.title),
            col(Case.pool),
            col(Case.definition_version),
            col(Case.state),
            col(Case.activity_at),
            func.count().over(),
        )
        .where(reader.sees(), unread(reader.person_id, how_far), *quiet)
        .order_by(col(Case.activity_at).desc(), col(Case.id).desc())
        .limit(NEWS)
    ).all()
    rows = []
    for number, title, pool, version, state, at, _total in found:
        definition = house.definitions.version(session, pool, version)
        rows.append(News(number, definition.name, title, definition.state(state), at))
    return tuple(rows), found[0][-1] if found else 0


def seen(house: House, person_id: int, shown: Case, how_far: Known) -> bool:
    """``person_id`` has had the page of ``shown`` before them, as it was when it was read; whether
    that was worth noting. What happened since stays new. A page is never kept back for it: where
    the database is busy the case stays unread."""
    up_to = shown.activity_at
    if up_to is None or shown.activity_by == person_id or how_far.knows(up_to):
        return False
    row = {"person_id": person_id, "case_id": shown.id, "seen_at": up_to}
    try:
        house.database.write(lambda session: _later(session, CaseSeen, row, "seen_at"), attempts=1)
    except DBAPIError:
        log.warning("that case %s was seen could not be noted", shown.id, exc_info=True)
        return False
    return True


def mark_read(house: House, person_id: int, until: datetime, now: datetime) -> None:
    """Everything that happened up to ``until``, the moment of the page they had before them, is
    read. A mark never goes back, nor ahead of ``now``."""
    row = {"person_id": person_id, "read_at": min(until, now)}
    house.database.write(lambda session: _later(session, InboxMark, row, "read_at"))


def _later(
    session: Session, table: type[CaseSeen | InboxMark], row: Mapping[str, Any], mark: str
) -> None:
    """The row, or its ``mark`` moved ahead."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(table).values(**row)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[key for key in row if key != mark],
            set_={mark: statement.excluded[mark]},
            where=getattr(table, mark) < statement.excluded[mark],
        )
    )
