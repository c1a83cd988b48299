"""Looking: lists of cases. Each is a fixed number of SQL queries, however many rows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy import case as when
from sqlmodel import Session, col

from pool.cases import access, inbox, search, wants
from pool.cases.house import House
from pool.cases.wants import Reader
from pool.clock import local_day
from pool.models.base import known
from pool.models.case import IMPORT, Applicant, Case, Deadline
from workflows.definition import Definition, Text

PAGE_SIZES = (25, 50, 100)
KINDS = ("application", "suggestion", "initiative")
SORTS = ("due", "number", "title", "applicant", "asked", "granted", "received")
"""What a list can be ordered by; the first unless something else is said."""
DOWN_FIRST = frozenset({"asked", "granted", "received"})
"""Of these the largest, or the newest, stands first unless the other is said."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to and how it is ordered; the values stand in the page's address."""

    pool: str | None = None
    state: str | None = None
    """A state's key, or ``open`` for all that are not final."""
    year: int | None = None
    kind: str | None = None
    text: str = ""
    """Words, each part of a word of what the reader may read (:mod:`pool.cases.search`)."""
    overdue: bool = False
    urgent: bool = False
    unread: bool = False
    """Something happened that is new to the reader."""
    waits: bool = False
    """Something is wanted of the reader."""
    sort: str = SORTS[0]
    down: bool = False
    page: int = 1
    size: int = PAGE_SIZES[0]


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of a list. ``due`` is the nearest open deadline."""

    id: int
    number: str
    pool: str
    pool_name: Text
    title: str
    applicant: str
    kind: str
    state: str
    state_name: Text
    final: bool
    urgent: bool
    imported: bool
    unread: bool
    year: int
    place: Text | None
    asked: int | None
    granted: int | None
    outcome: str | None
    received_on: date
    due_kind: str | None
    due_on: date | None
    overdue: bool
    email: str | None
    """How to reach the applicant; None for a reader whom it is not for, as the telephone."""
    phone: str | None


@dataclass(frozen=True, slots=True)
class Page:
    rows: tuple[CaseRow, ...]
    total: int
    page: int
    size: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))


def reader_of(
    session: Session,
    house: House,
    person_id: int,
    roles: Mapping[str, frozenset[str]],
    now: datetime,
) -> Reader:
    """Who asks. One query."""
    return Reader(person_id, roles, house.definitions.in_use(session), now)


def list_cases(
    session: Session,
    house: House,
    *,
    person_id: int,
    roles: Mapping[str, frozenset[str]],
    filters: Filters,
    now: datetime,
) -> Page:
    """Cases this person may see: unless another order is said what is due soonest first, then the
    newest. Four queries; five for a page that is not there."""
    return page_of(session, house, reader_of(session, house, person_id, roles, now), filters)


def page_of(session: Session, house: House, reader: Reader, filters: Filters) -> Page:
    """As :func:`list_cases`, for a reader that is known already."""
    how_far = inbox.known(session, reader.person_id)
    size = filters.size if filters.size in PAGE_SIZES else PAGE_SIZES[0]
    page = max(1, filters.page)
    ordered = _ordered(reader, filters, how_far)
    found = session.execute(ordered.limit(size).offset((page - 1) * size)).all()
    if not found and page > 1:
        total = session.execute(ordered.limit(1)).all()
        page = max(1, -(-(total[0][1] if total else 0) // size))
        found = session.execute(ordered.limit(size).offset((page - 1) * size)).all()
    rows = rows_of(session, house, reader, how_far, [row[0] for row in found])
    return Page(tuple(rows), found[0][1] if found else 0, page, size)


def ids_of(
    session: Session, reader: Reader, how_far: inbox.Known, filters: Filters, most: int
) -> tuple[list[int], int]:
    """The first ``most`` cases of the whole list, in its order, and how many there are. One
    query."""
    found = session.execute(_ordered(reader, filters, how_far).limit(most)).all()
    return [row[0] for row in found], found[0][1] if found else 0


def _ordered(reader: Reader, filters: Filters, how_far: inbox.Known) -> Any:
    """(id, how many in all) of the cases of a list, in its order."""
    statement = select(col(Case.id), func.count().over()).where(
        reader.sees(), *_narrow(reader, filters, how_far)
    )
    if not (filters.overdue or filters.sort == "due"):
        return statement.order_by(*_order(reader, filters, None))
    due = (
        select(
            col(Deadline.case_id).label("case_id"), func.min(col(Deadline.due_at)).label("due_at")
        )
        .where(col(Deadline.met_at).is_(None))
        .group_by(col(Deadline.case_id))
        .subquery("due")
    )
    if filters.overdue:
        statement = statement.join(due, due.c.case_id == col(Case.id))
        statement = statement.where(due.c.due_at < reader.now)
    else:
        statement = statement.outerjoin(due, due.c.case_id == col(Case.id))
    return statement.order_by(*_order(reader, filters, due.c.due_at))


def _order(reader: Reader, filters: Filters, due_at: Any) -> Iterator[Any]:
    """What is not known, or not due, stands last in both directions; ties by when they came."""

    def way(*of: Any) -> Iterator[Any]:
        yield from (one.desc() if filters.down else one.asc() for one in of)

    match filters.sort:
        case "number":
            prefixes = sorted((one.prefix, one.key) for one in reader.definitions)
            rank = {key: place for place, (_prefix, key) in enumerate(prefixes)}
            number = col(Case.number)
            yield from way(
                when(rank, value=col(Case.pool), else_=len(rank)),
                col(Case.year),
                func.length(number),
                number,
            )
        case "title":
            yield from way(col(Case.title_key))
        case "applicant":
            yield from way(col(Case.applicant_key))
        case "asked" | "granted" as name:
            amount = getattr(Case, name)
            yield amount.is_(None)
            yield from way(amount)
        case "received":
            yield from way(col(Case.received_at))
        case _:
            yield due_at.is_(None)
            yield from way(due_at)
            yield col(Case.channel) == IMPORT  # entered lately, but no news
            yield col(Case.received_at).desc()
    yield col(Case.id).desc()


def _narrow(
    reader: Reader, filters: Filters, how_far: inbox.Known
) -> Iterator[ColumnElement[bool]]:
    if filters.pool:
        yield col(Case.pool) == filters.pool
    if filters.year:
        yield col(Case.year) == filters.year
    if filters.state == "open":
        yield col(Case.closed_at).is_(None)
        if filters.year is None:  # a past year read in from a record waits for nobody
            present = col(Case.year) >= local_day(reader.now).year
            yield or_(col(Case.channel) != IMPORT, present)
    elif filters.state:
        yield col(Case.state) == filters.state
    if filters.kind:
        yield col(Case.kind) == filters.kind
    if filters.urgent:
        yield col(Case.urgent).is_(True)
    if filters.unread:
        yield inbox.unread(reader.person_id, how_far)
    if filters.waits:
        wanted = wants.of(reader)
        yield false() if wanted is None else col(Case.id).in_(select(wanted.c.case_id))
    if search.has_words(filters.text):
        yield search.matches(filters.text, reader.roles)


def rows_of(
    session: Session,
    house: House,
    reader: Reader,
    how_far: inbox.Known,
    ids: Sequence[int],
) -> list[CaseRow]:
    """These cases as lines, in this order. One query, and one for each old version of a
    definition not met before; none without ids. That the reader may see them is not asked
    again."""
    if not ids:
        return []
    here = and_(col(Deadline.case_id) == col(Case.id), col(Deadline.met_at).is_(None))
    nearest = select(col(Deadline.kind)).where(here).order_by(col(Deadline.due_at)).limit(1)
    found = session.execute(
        select(
            Case,
            Applicant,
            nearest.scalar_subquery(),
            select(func.min(col(Deadline.due_at))).where(here).scalar_subquery(),
            inbox.unread(reader.person_id, how_far),
        )
        .join(Applicant, col(Applicant.id) == col(Case.applicant_id))
        .where(col(Case.id).in_(ids))
        .options(search.WITHOUT)
    )
    rows = {}
    for one, applicant, kind, due_at, unread in found:
        definition = house.definitions.version(session, one.pool, one.definition_version)
        rows[one.id] = _row(reader, definition, one, applicant, kind, due_at, bool(unread))
    return [rows[case_id] for case_id in ids if case_id in rows]


def _row(
    reader: Reader,
    definition: Definition,
    one: Case,
    applicant: Applicant,
    due_kind: str | None,
    due_at: datetime | None,
    unread: bool,
) -> CaseRow:
    state = definition.state(one.state)
    reaches = bool(reader.roles.get(one.pool, frozenset()) & access.SEES_CONTACT)
    return CaseRow(
        id=known(one.id),
        number=one.number,
        pool=one.pool,
        pool_name=definition.name,
        title=one.title,
        applicant=applicant.shown,
        kind=one.kind,
        state=one.state,
        state_name=state.staff,
        final=state.final,
        urgent=one.urgent,
        imported=one.imported,
        unread=unread,
        year=one.year,
        place=definition.place_in_words(one.place),
        asked=one.asked,
        granted=one.granted,
        outcome=one.outcome,
        received_on=local_day(one.received_at),
        due_kind=due_kind,
        due_on=local_day(due_at) if due_at else None,
        overdue=bool(due_at and due_at < reader.now),
        email=applicant.email if reaches else None,
        phone=applicant.phone if reaches else None,
    )


def find_by_number(session: Session, number: str) -> Case | None:
    """The case with this number; who may see it is asked by the caller."""
    if not number.isprintable():  # PostgreSQL has no word for NUL
        return None
    return session.execute(select(Case).where(col(Case.number) == number)).scalar_one_or_none()


def applicant_name(session: Session, case: Case) -> str:
    """The name the applicant gave."""
    applicant = session.get(Applicant, case.applicant_id)
    return applicant.name if applicant else ""


def numbers(session: Session, case_ids: Collection[int]) -> dict[int, str]:
    """The case numbers of these ids."""
    rows = session.execute(
        select(col(Case.id), col(Case.number)).where(col(Case.id).in_(list(case_ids)))
    )
    return {row[0]: row[1] for row in rows}
