"""The cases of a pool's year as of a moment, as light rows. A fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from pool.models.case import IMPORT, Answer, Applicant, Case, Decision, Recusal, Report
from pool.summary.cuts import Cut
from pool.summary.model import Counts

_PURPOSES = ("description", "safety")
"""Questions that tell what it is for; the first that is answered."""
_RESULTS = "results"


class CaseRow(NamedTuple):
    """One case. ``outcome`` and what follows it are of the decision in force at the moment (the
    newest announced one), None without; ``held`` and what follows of the report."""

    id: int
    number: str
    title: str
    kind: str
    channel: str
    asked: int | None
    place: str | None
    focus_area: str | None
    version: int
    received_at: datetime
    promised_on: date | None
    ended: int
    """1: withdrawn, lapsed or closed by then."""
    applicant_kind: str
    organisation: str | None
    outcome: str | None
    criterion: str | None
    made_on: date | None
    precision: str | None
    made_how: str | None
    announced_at: datetime | None
    member_unit: bool | None
    held: bool | None
    participants: int | None
    worked: str | None
    safety: str | None

    @property
    def imported(self) -> bool:
        return self.channel == IMPORT

    @property
    def granted(self) -> bool:
        return self.outcome is not None and self.outcome != "refused"


def rows(session: Session, pool: str, year: int, cut: Cut) -> list[CaseRow]:
    """Every case that was there, decided ones first by the day of decision, then by number."""
    statement = (
        select(
            col(Case.id),
            col(Case.number),
            col(Case.title),
            col(Case.kind),
            col(Case.channel),
            col(Case.asked),
            col(Case.place),
            col(Case.focus_area),
            col(Case.definition_version),
            col(Case.received_at),
            col(Case.promised_on),
            _ended(cut),
            col(Applicant.kind),
            col(Applicant.organisation),
            col(Decision.outcome),
            col(Decision.criterion),
            col(Decision.made_on),
            col(Decision.made_precision),
            col(Decision.made_how),
            col(Decision.announced_at),
            col(Decision.member_unit),
            col(Report.held),
            col(Report.participants),
            col(Report.worked),
            col(Report.safety),
        )
        .select_from(Case)
        .join(Applicant, col(Applicant.id) == col(Case.applicant_id))
        .outerjoin(
            Report,
            and_(col(Report.case_id) == col(Case.id), cut.moment(col(Report.received_at))),
        )
    )
    found = session.execute(_of_year(statement, pool, year, cut).execution_options(yield_per=5000))
    made = [CaseRow(*row) for row in found]
    made.sort(key=lambda one: (one.made_on is None, one.made_on or date.max, one.id))
    return made


def counts_of(session: Session, pool: str, year: int, cut: Cut) -> Counts:
    """The counts alone, added up by the database."""
    ended = _ended(cut)
    outcome = col(Decision.outcome)
    kind = col(Case.kind)
    statement = select(outcome, ended, kind, func.count()).group_by(outcome, ended, kind)
    return counted(
        (row[0], row[1], row[2], row[3])
        for row in session.execute(_of_year(statement.select_from(Case), pool, year, cut))
    )


def counted(found: Iterable[tuple[str | None, int, str, int]]) -> Counts:
    """Of (outcome, ended, kind, how many)."""
    sums: dict[str, int] = defaultdict(int)
    initiatives = 0
    for outcome, ended, kind, many in found:
        sums[outcome or ("dropped" if ended else "undecided")] += many
        initiatives += many if kind == "initiative" else 0
    return Counts(
        received=sum(sums.values()),
        full=sums["full"],
        part=sums["part"],
        granted_unknown=sums["granted"],
        refused=sums["refused"],
        undecided=sums["undecided"],
        dropped=sums["dropped"],
        initiatives=initiatives,
    )


def _of_year(
    statement: Select[*tuple[Any, ...]], pool: str, year: int, cut: Cut
) -> Select[*tuple[Any, ...]]:
    """``statement`` over the year's cases, each with its newest announced decision. Found by the
    key (case, number): a ranking of all decisions would be joined without one."""
    newer = aliased(Decision, name="newer")
    is_newer = or_(
        col(newer.announced_at) > col(Decision.announced_at),
        and_(
            col(newer.announced_at) == col(Decision.announced_at),
            col(newer.number) > col(Decision.number),
        ),
    )
    in_force = and_(
        col(Decision.case_id) == col(Case.id),
        cut.announced(),
        ~exists().where(col(newer.case_id) == col(Case.id), cut.announced(newer), is_newer),
    )
    return statement.outerjoin(Decision, in_force).where(
        col(Case.pool) == pool, col(Case.year) == year, cut.there(col(Decision.id))
    )


def _ended(cut: Cut) -> Any:
    return case((cut.moment(col(Case.closed_at)), 1), else_=0)


@dataclass(slots=True)
class Told:
    """What was answered, by case."""

    purposes: dict[int, str] = field(default_factory=dict)
    results: dict[int, tuple[str, ...]] = field(default_factory=dict)
    owed: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """To the question that says whether a case is what the pool owes each year."""


def told(session: Session, pool: str, year: int, owed_question: str | None) -> Told:
    """One query. What is told of a purpose only for cases that were ever granted something."""
    granted = select(col(Decision.case_id)).where(col(Decision.outcome) != "refused")
    always = [_RESULTS, owed_question] if owed_question else [_RESULTS]
    found = Told()
    for case_id, question, value in session.execute(
        select(col(Answer.case_id), col(Answer.question), col(Answer.value))
        .join(Case, col(Case.id) == col(Answer.case_id))
        .where(
            col(Case.pool) == pool,
            col(Case.year) == year,
            or_(
                col(Answer.question).in_(always),
                and_(col(Answer.question).in_(_PURPOSES), col(Answer.case_id).in_(granted)),
            ),
        )
        .execution_options(yield_per=5000)
    ):
        if question == _RESULTS:
            found.results[case_id] = _several(value)
        if question == owed_question:
            found.owed[case_id] = _several(value)
        if (
            question in _PURPOSES
            and value
            and (question == _PURPOSES[0] or case_id not in found.purposes)
        ):
            found.purposes[case_id] = str(value)
    return found


def _several(value: Any) -> tuple[str, ...]:
    if isinstance(value, list | tuple):
        return tuple(dict.fromkeys(str(one) for one in value))
    return (str(value),) if value not in (None, "") else ()


def recusals(session: Session, pool: str, year: int, cut: Cut) -> tuple[int, int]:
    """(cases somebody stayed out of, declarations)."""
    cases, all_told = session.execute(
        select(func.count(func.distinct(col(Recusal.case_id))), func.count())
        .select_from(Recusal)
        .join(Case, col(Case.id) == col(Recusal.case_id))
        .where(col(Case.pool) == pool, col(Case.year) == year, cut.moment(col(Recusal.declared_at)))
    ).one()
    return int(cases), int(all_told)
