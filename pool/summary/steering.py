"""A pool's year as the steering group reads it: the figures, every grant with its purpose and
amount, and the refusals by reason. Amounts are øre."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, exists, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

import pool.journal as journal
import pool.ledger as ledger
from pool.cases import access, changed, money, search
from pool.cases.house import House
from pool.models.case import Answer, Applicant, Case, Decision, Report
from pool.models.casework import DecisionEnd
from pool.models.ledger import Account, Book, BookYear
from pool.models.years import CarryOver
from workflows.definition import Definition, Text

UNNAMED: Text = {"da": "Anden begrundelse", "en": "Other reasons"}


@dataclass(frozen=True, slots=True)
class Amounts:
    """A case's part of the year's figures, made of the same transfers."""

    granted: int = 0
    paid: int = 0
    returned: int = 0


@dataclass(frozen=True, slots=True)
class Grant:
    """One announced grant and what came of it. A private person's name is not shown here:
    ``applicant`` is the organisation or None. ``may_open``: the reader may open the case."""

    case_id: int
    number: str
    title: str
    applicant: str | None
    state: str
    state_name: Text
    focus_area: Text | None
    asked: int | None
    granted: int
    paid: int
    returned: int
    outcome: str
    decided_on: date
    precision: str
    """``day``, or ``month``: of the day only the month is known."""
    participants: int | None
    purpose: str
    """What it is for, in the applicant's own words: the description, or how it creates safety."""
    result: str
    """In the applicant's own words; empty before the report."""
    may_open: bool
    carried_from: int | None = None
    """The year it was carried over from into this one, and from this one into which."""
    carried_to: int | None = None


@dataclass(frozen=True, slots=True)
class Withheld:
    """Grants the reader stays out of: counted, not named."""

    count: int = 0
    granted: int = 0
    paid: int = 0
    returned: int = 0
    brought: int = 0
    """Of these, carried over from an earlier year."""


@dataclass(frozen=True, slots=True)
class Refusals:
    """How many applications were refused for one reason of the pool's list."""

    reason: Text
    count: int


@dataclass(frozen=True, slots=True)
class Overview:
    """One pool's year for one reader."""

    pool: str
    year: int
    year_id: int
    year_state: str
    definition: Definition
    status: ledger.Status
    out: int
    """Paid and not come back."""
    before: ledger.Status | None
    """The year before, where it is in the books."""
    source: str
    """Where the budget's figure stands, as noted when the year was opened; may be empty."""
    grants: tuple[Grant, ...]
    withheld: Withheld
    refusals: tuple[Refusals, ...]
    received: int
    """Applications received in all."""
    undecided: int
    dropped: int
    """Withdrawn or lapsed before a decision."""

    @property
    def granted_count(self) -> int:
        """How many were granted something of the year; what was carried over into it was granted
        before."""
        own = sum(one.carried_from is None for one in self.grants)
        return own + self.withheld.count - self.withheld.brought

    @property
    def refused_count(self) -> int:
        return sum(one.count for one in self.refusals)

    @property
    def waiting(self) -> int:
        """Granted and not paid."""
        return self.status.disposed - self.out


def years(session: Session, pool: str) -> list[int]:
    """The pool's years in the books, newest first."""
    return list(
        session.execute(
            select(col(BookYear.year))
            .join(Book, col(Book.id) == col(BookYear.book_id))
            .where(col(Book.key) == pool)
            .order_by(col(BookYear.year).desc())
        ).scalars()
    )


def overview(
    session: Session,
    house: House,
    pool: str,
    year: int,
    *,
    person_id: int | None,
    roles: Collection[str] = (),
) -> Overview | None:
    """None where the year is not in the books. A fixed number of queries, however many cases.

    ``person_id`` is the reader: what they stay out of (recusal) is counted in the figures but
    not named. ``roles`` (in this pool) say which cases they may open.
    """
    found = money.year(session, pool, year)
    if found is None:
        return None
    definition = house.definitions.current(pool)
    origin, onward = _carried(session, pool, year)
    described, safety = _answers("description"), _answers("safety")
    rows = session.execute(
        select(Case, Applicant, Decision, Report, described.c.value, safety.c.value, DecisionEnd)
        .join(Applicant, col(Applicant.id) == col(Case.applicant_id))
        .outerjoin(Decision, _told())
        .outerjoin(DecisionEnd, col(DecisionEnd.decision_id) == col(Decision.id))
        .outerjoin(Report, col(Report.case_id) == col(Case.id))
        .outerjoin(described, described.c.case_id == col(Case.id))
        .outerjoin(safety, safety.c.case_id == col(Case.id))
        .where(
            col(Case.pool) == pool,
            or_(col(Case.year) == year, col(Case.id).in_(origin))
            if origin
            else col(Case.year) == year,
            col(Case.kind) != "suggestion",
            col(Case.id).not_in(_sent_on()),
        )
        .order_by(col(Decision.made_on), col(Case.id))
        .options(search.WITHOUT)
    ).all()
    amounts = _of_cases(session, pool, year)
    firsts = changed.firsts(session, [row[2] for row in rows if row[2] is not None])
    hidden = stays_out(session, person_id)
    grants: list[Grant] = []
    kept_back: list[Amounts] = []
    refused: Counter[str | None] = Counter()
    undecided = dropped = hidden_brought = 0
    for case, applicant, decision, report, description, safe, end in rows:
        if case.id in origin and case.id not in amounts:
            continue  # carried over, and undone with all it moved here
        again = end is not None and end.how == "reopened"
        if decision is None or again:
            undecided += case.closed_at is None and case.year == year
            dropped += case.closed_at is not None and case.year == year
        if decision is None or (again and case.id not in amounts):
            continue
        if decision.outcome == "refused":
            refused[decision.criterion] += case.year == year
            continue
        moved = amounts.get(case.id, Amounts())
        if case.id in hidden:
            kept_back.append(moved)
            hidden_brought += case.id in origin
            continue
        version = house.definitions.version(session, pool, case.definition_version)
        area = next((o for o in version.focus_areas if o.key == case.focus_area), None)
        grants.append(
            Grant(
                case_id=case.id,
                number=case.number,
                title=case.title,
                applicant=applicant.organisation,
                state=case.state,
                state_name=version.state(case.state).staff,
                focus_area=area.label if area else None,
                asked=case.asked,
                granted=moved.granted,
                paid=moved.paid,
                returned=moved.returned,
                outcome=decision.outcome,
                decided_on=firsts[decision.id or 0].made_on,
                precision=firsts[decision.id or 0].made_precision,
                participants=report.participants if report else None,
                purpose=str(description or safe or ""),
                result=report.safety or report.worked if report else "",
                may_open=case.state in access.seen_states(version, roles),
                carried_from=origin.get(case.id),
                carried_to=onward.get(case.id),
            )
        )
    grants.sort(key=lambda one: (one.decided_on, one.case_id))
    labels = {reason.key: reason.label for reason in definition.refusal_reasons}
    return Overview(
        pool=pool,
        year=year,
        year_id=found.id,
        year_state=found.state,
        definition=definition,
        status=ledger.status(session, pool, year),
        out=_out(session, found.id),
        before=_before(session, pool, year),
        source=_source(session, found.id),
        grants=tuple(grants),
        withheld=Withheld(
            count=len(kept_back),
            granted=sum(one.granted for one in kept_back),
            paid=sum(one.paid for one in kept_back),
            returned=sum(one.returned for one in kept_back),
            brought=hidden_brought,
        ),
        refusals=tuple(
            Refusals(labels.get(key or "", UNNAMED), count)
            for key, count in refused.most_common()
            if count
        ),
        received=sum(row[0].year == year for row in rows),
        undecided=undecided,
        dropped=dropped,
    )


def _carried(session: Session, pool: str, year: int) -> tuple[dict[int, int], dict[int, int]]:
    """Where grants that were carried over into the year came from, and where those of it went."""
    rows = session.execute(
        select(col(CarryOver.case_id), col(CarryOver.from_year), col(CarryOver.to_year))
        .join(Case, col(Case.id) == col(CarryOver.case_id))
        .where(
            col(Case.pool) == pool,
            or_(col(CarryOver.from_year) == year, col(CarryOver.to_year) == year),
        )
    ).all()
    origin = {row[0]: row[1] for row in rows if row[2] == year}
    return origin, {row[0]: row[2] for row in rows if row[1] == year}


def _told() -> ColumnElement[bool]:
    """The newest decision of a case that was announced and not undone before its letter went."""
    newer = aliased(Decision, name="newer")

    def known(of: Any) -> ColumnElement[bool]:
        undone = select(col(DecisionEnd.decision_id)).where(col(DecisionEnd.how) == "undone")
        return and_(
            col(of.case_id) == col(Case.id),
            col(of.announced_at).is_not(None),
            col(of.id).not_in(undone),
        )

    return and_(
        known(Decision),
        ~exists()
        .where(known(newer), col(newer.number) > col(Decision.number))
        .correlate(Case, Decision),
    )


def _sent_on() -> Select[Any]:
    """Cases that count in another pool, to which they were forwarded."""
    other = aliased(Case, name="sent_on")
    return select(col(other.origin_id)).where(col(other.origin_kind) == "forwarded")


def _answers(question: str) -> Subquery:
    return (
        select(col(Answer.case_id), col(Answer.value))
        .where(col(Answer.question) == question)
        .subquery()
    )


def stays_out(session: Session, person_id: int | None) -> frozenset[int]:
    """The cases somebody has declared an interest in."""
    if person_id is None:
        return frozenset()
    return frozenset(session.execute(access.stays_out_of(person_id)).scalars())


def _of_cases(session: Session, pool: str, year: int) -> dict[int, Amounts]:
    """Each case's part of three figures, so that the grants add up to them to the øre."""
    sums: dict[int, Counter[str]] = defaultdict(Counter)
    for figure in ("granted", "paid", "returned"):
        for line in ledger.transfers_behind(session, pool, year, figure):
            if line.transfer.case_id is not None:
                sums[line.transfer.case_id][figure] += line.amount
    return {case_id: Amounts(**found) for case_id, found in sums.items()}


def _out(session: Session, year_id: int) -> int:
    return int(
        session.execute(
            select(func.coalesce(func.sum(col(Account.balance)), 0))
            .join(Decision, col(Decision.id) == col(Account.decision_id))
            .where(
                col(Account.year_id) == year_id,
                col(Account.kind) == "paid",
                col(Decision.announced_at).is_not(None),
            )
        ).scalar_one()
    )


def _before(session: Session, pool: str, year: int) -> ledger.Status | None:
    try:
        return ledger.status(session, pool, year - 1)
    except ledger.UnknownYear:
        return None


def _source(session: Session, year_id: int) -> str:
    opened = journal.read(session, f"book-year:{year_id}", kinds=("year.opened",), limit=1)
    return str(opened[0].personal.get("source") or "") if opened else ""
