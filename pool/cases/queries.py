"""Looking: lists of cases. Each is a fixed number of SQL queries, however many rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlmodel import Session, col

from pool.cases import access
from pool.cases.house import House
from pool.clock import local_day
from pool.models.case import IMPORT, Applicant, Case, Deadline
from workflows.definition import Text

PAGE_SIZES = (25, 50, 100)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; the values stand in the page's address."""

    pool: str | None = None
    state: str | None = None
    """A state's key, or ``open`` for all that are not final."""
    year: int | None = None
    text: str = ""
    """Part of a number, a title or an applicant's name."""
    overdue: bool = False
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
    state: str
    state_name: Text
    final: bool
    urgent: bool
    imported: bool
    asked: int | None
    granted: int | None
    outcome: str | None
    received_on: date
    due_kind: str | None
    due_on: date | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class Page:
    rows: tuple[CaseRow, ...]
    total: int
    page: int
    size: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))


def list_cases(
    session: Session,
    house: House,
    *,
    person_id: int,
    roles: Mapping[str, frozenset[str]],
    filters: Filters,
    now: datetime,
) -> Page:
    """Cases this person may see, what is due soonest first, then the newest. Three queries."""
    definitions = house.definitions.in_use(session)
    wanted = [access.visible(definitions, person_id, roles), *_narrow(filters, now)]
    due = (
        select(
            col(Deadline.case_id).label("case_id"), func.min(col(Deadline.due_at)).label("due_at")
        )
        .where(col(Deadline.met_at).is_(None))
        .group_by(col(Deadline.case_id))
        .subquery()
    )
    if filters.overdue:
        wanted.append(and_(due.c.due_at.is_not(None), due.c.due_at < now))
    source = (
        select(Case, Applicant, col(Deadline.kind), col(Deadline.due_at))
        .join(Applicant, col(Applicant.id) == col(Case.applicant_id))
        .outerjoin(due, due.c.case_id == col(Case.id))
        .outerjoin(
            Deadline,
            and_(
                col(Deadline.case_id) == col(Case.id),
                col(Deadline.due_at) == due.c.due_at,
                col(Deadline.met_at).is_(None),
            ),
        )
        .where(*wanted)
    )
    total = session.execute(
        select(func.count(func.distinct(col(Case.id))))
        .select_from(Case)
        .join(Applicant, col(Applicant.id) == col(Case.applicant_id))
        .outerjoin(due, due.c.case_id == col(Case.id))
        .where(*wanted)
    ).scalar_one()
    size = filters.size if filters.size in PAGE_SIZES else PAGE_SIZES[0]
    page = max(1, min(filters.page, max(1, -(-total // size))))
    found = session.execute(
        source.order_by(
            due.c.due_at.is_(None),
            due.c.due_at,
            col(Case.channel) == IMPORT,  # entered lately, but no news
            col(Case.received_at).desc(),
            col(Case.id).desc(),
        )
        .limit(size)
        .offset((page - 1) * size)
    ).all()
    rows: dict[int, CaseRow] = {}
    for case, applicant, kind, due_at in found:
        definition = house.definitions.version(session, case.pool, case.definition_version)
        state = definition.state(case.state)
        rows.setdefault(
            case.id,
            CaseRow(
                id=case.id,
                number=case.number,
                pool=case.pool,
                pool_name=definition.name,
                title=case.title,
                applicant=applicant.shown,
                state=case.state,
                state_name=state.staff,
                final=state.final,
                urgent=case.urgent,
                imported=case.imported,
                asked=case.asked,
                granted=case.granted,
                outcome=case.outcome,
                received_on=local_day(case.received_at),
                due_kind=kind,
                due_on=local_day(due_at) if due_at else None,
                overdue=bool(due_at and due_at < now),
            ),
        )
    return Page(rows=tuple(rows.values()), total=total, page=page, size=size)


def _narrow(filters: Filters, now: datetime) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if filters.pool:
        wanted.append(col(Case.pool) == filters.pool)
    if filters.year:
        wanted.append(col(Case.year) == filters.year)
    if filters.state == "open":
        wanted.append(col(Case.closed_at).is_(None))
        if filters.year is None:  # a past year read in from a record waits for nobody
            present = col(Case.year) >= local_day(now).year
            wanted.append(or_(col(Case.channel) != IMPORT, present))
    elif filters.state:
        wanted.append(col(Case.state) == filters.state)
    if text := filters.text.strip():
        escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        like = f"%{escaped}%"
        wanted.append(
            or_(
                col(Case.number).ilike(like, escape="\\"),
                col(Case.title).ilike(like, escape="\\"),
                col(Applicant.name).ilike(like, escape="\\"),
                col(Applicant.organisation).ilike(like, escape="\\"),
            )
        )
    return wanted


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
