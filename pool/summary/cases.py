"""The cases of a pool's year as of a moment, as light rows. A fixed number of queries."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from pool.clock import local_day
from pool.models.case import (
    IMPORT,
    Answer,
    Applicant,
    Case,
    Deadline,
    Decision,
    Recusal,
    Report,
)
from pool.models.casework import DecisionEnd
from pool.models.journal import JournalEvent, JournalStream
from pool.summary.cuts import Cut, after
from pool.summary.model import Counts

_PURPOSES = ("description", "safety")
"""Questions that tell what it is for; the first that is answered."""
_RESULTS = "results"


class CaseRow(NamedTuple):
    """One case. ``outcome`` and what follows it are of the decision in force at the moment (the
    newest announced one), None without; ``held`` and what follows of the report. A grant that was
    raised or lowered is one grant: its outcome is the newest, and when and how it was made and
    told is the first decision's."""

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
    was: str | None = None
    """The outcome of a decision that was taken up again and not made anew by then; ``outcome`` is
    None then."""

    @property
    def imported(self) -> bool:
        return self.channel == IMPORT

    @property
    def granted(self) -> bool:
        return self.outcome is not None and self.outcome != "refused"


def _own(year: int) -> ColumnElement[bool]:
    return col(Case.year) == year


def rows(
    session: Session, pool: str, year: int, cut: Cut, *, only: Iterable[int] | None = None
) -> list[CaseRow]:
    """Every case that was there, decided ones first by the day of decision, then by number.
    ``only``: these cases, of whatever year they are."""
    within = _own(year) if only is None else col(Case.id).in_(list(only))
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
            col(Decision.changes_id),
            _reopened(cut),
        )
        .select_from(Case)
        .join(Applicant, col(Applicant.id) == col(Case.applicant_id))
        .outerjoin(
            Report,
            and_(col(Report.case_id) == col(Case.id), cut.moment(col(Report.received_at))),
        )
    )
    found = session.execute(
        _of_year(statement, pool, within, cut).execution_options(yield_per=5000)
    )
    promises = _promises(session, pool, within)
    firsts = _Firsts(session, pool, within)
    made = [_row(row, promises, firsts) for row in found]
    again = _closed_between(session, pool, within, cut)
    if again:
        made = [row._replace(ended=1) if row.id in again else row for row in made]
    made.sort(key=lambda one: (one.made_on is None, one.made_on or date.max, one.id))
    return made


class _Firsts:
    """The decisions by which grants that changed since were made; asked for once, where there is
    one."""

    def __init__(self, session: Session, pool: str, within: ColumnElement[bool]) -> None:
        self._session, self._pool, self._within = session, pool, within
        self._known: dict[int, Any] | None = None

    def of(self, changes_id: int) -> dict[str, Any]:
        """When and how the grant was made whose earlier decision is ``changes_id``."""
        if self._known is None:
            self._known = self._found()
        first = self._known[changes_id]
        while first.changes_id is not None:
            first = self._known[first.changes_id]
        return {
            "made_on": first.made_on,
            "precision": first.made_precision,
            "made_how": first.made_how,
            "announced_at": first.announced_at,
        }

    def _found(self) -> dict[int, Any]:
        changed = select(col(Decision.case_id)).where(col(Decision.changes_id).is_not(None))
        rows = self._session.execute(
            select(
                col(Decision.id),
                col(Decision.changes_id),
                col(Decision.made_on),
                col(Decision.made_precision),
                col(Decision.made_how),
                col(Decision.announced_at),
            )
            .join(Case, col(Case.id) == col(Decision.case_id))
            .where(col(Case.pool) == self._pool, self._within, col(Case.id).in_(changed))
        )
        return {row.id: row for row in rows}


def _row(
    found: Sequence[Any], promises: Mapping[tuple[int, datetime], date], firsts: _Firsts
) -> CaseRow:
    row = CaseRow(*found[:-2])
    if found[-2] is not None:
        row = row._replace(**firsts.of(found[-2]))
    if row.announced_at is not None:
        row = row._replace(promised_on=promises.get((row.id, row.announced_at), row.promised_on))
    if found[-1]:  # not in force: nothing is told of it but the money, which stands in the books
        row = row._replace(was=row.outcome, outcome=None, criterion=None, announced_at=None)
    return row


def _promises(
    session: Session, pool: str, within: ColumnElement[bool]
) -> dict[tuple[int, datetime], date]:
    """Of cases whose decision ended: the day that was promised when a decision was announced. The
    case's own day has moved since."""
    ended = select(col(DecisionEnd.case_id))
    found = session.execute(
        select(col(Deadline.case_id), col(Deadline.met_at), col(Deadline.due_at))
        .join(Case, col(Case.id) == col(Deadline.case_id))
        .where(
            col(Case.pool) == pool,
            within,
            col(Case.id).in_(ended),
            col(Deadline.kind) == "promise",
            col(Deadline.met_at).is_not(None),
        )
        .order_by(col(Deadline.id))
    )
    return {(row[0], row[1]): local_day(row[2]) for row in found}


def _closed_between(
    session: Session, pool: str, within: ColumnElement[bool], cut: Cut
) -> frozenset[int]:
    """Cases that had ended then and were taken up again afterwards: what the case says today does
    not tell that. Told by the journal of the reopening."""
    since = cut.known_at if cut.last_day is None else min(cut.known_at, after(cut.last_day))
    lately = (
        select(col(Case.id))
        .where(col(Case.pool) == pool, within, col(Case.activity_at) > since)
        .limit(1)
    )
    if session.execute(lately).first() is None:
        return frozenset()
    found = session.execute(
        select(col(JournalStream.key), col(JournalEvent.data))
        .join(JournalStream, col(JournalStream.id) == col(JournalEvent.stream_id))
        .where(col(JournalEvent.kind) == "case.reopen", col(JournalEvent.recorded_at) > since)
    )
    closed: set[int] = set()
    for key, data in found:
        moment = json.loads(data).get("closed_at")
        if moment is not None and datetime.fromisoformat(moment) <= since:
            closed.add(int(key.removeprefix("case:")))
    return frozenset(closed)


def counts_of(session: Session, pool: str, year: int, cut: Cut) -> Counts:
    """The counts alone, added up by the database."""
    again = _closed_between(session, pool, _own(year), cut)
    ended = case((col(Case.id).in_(again), 1), else_=_ended(cut)) if again else _ended(cut)
    outcome = case((_reopened(cut) == 1, None), else_=col(Decision.outcome))
    kind = col(Case.kind)
    names = (outcome.label("became"), ended.label("ended"), kind)
    statement = select(*names, func.count()).group_by(*names)
    return counted(
        (row[0], row[1], row[2], row[3])
        for row in session.execute(_of_year(statement.select_from(Case), pool, _own(year), cut))
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
    statement: Select[*tuple[Any, ...]], pool: str, within: ColumnElement[bool], cut: Cut
) -> Select[*tuple[Any, ...]]:
    """``statement`` over the cases ``within``, each with its newest announced decision. Found by
    the key (case, number): a ranking of all decisions would be joined without one."""
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
    return (
        statement.outerjoin(Decision, in_force)
        .outerjoin(DecisionEnd, col(DecisionEnd.decision_id) == col(Decision.id))
        .where(col(Case.pool) == pool, within, cut.there(col(Decision.id)))
    )


def _reopened(cut: Cut) -> Any:
    return case((cut.reopened(DecisionEnd), 1), else_=0)


def _ended(cut: Cut) -> Any:
    return case((cut.moment(col(Case.closed_at)), 1), else_=0)


@dataclass(slots=True)
class Told:
    """What was answered, by case."""

    purposes: dict[int, str] = field(default_factory=dict)
    results: dict[int, tuple[str, ...]] = field(default_factory=dict)
    owed: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """To the question that says whether a case is what the pool owes each year."""


def told(
    session: Session,
    pool: str,
    year: int,
    owed_question: str | None,
    also: Iterable[int] = (),
) -> Told:
    """One query. What is told of a purpose only for cases that were ever granted something.
    ``also``: cases of other years."""
    more = list(also)
    within = or_(_own(year), col(Case.id).in_(more)) if more else _own(year)
    granted = select(col(Decision.case_id)).where(col(Decision.outcome) != "refused")
    always = [_RESULTS, owed_question] if owed_question else [_RESULTS]
    found = Told()
    for case_id, question, value in session.execute(
        select(col(Answer.case_id), col(Answer.question), col(Answer.value))
        .join(Case, col(Case.id) == col(Answer.case_id))
        .where(
            col(Case.pool) == pool,
            within,
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
    """(cases somebody stayed out of, declarations). One that was lifted counts as of the days
    before."""
    cases, all_told = session.execute(
        select(func.count(func.distinct(col(Recusal.case_id))), func.count())
        .select_from(Recusal)
        .join(Case, col(Case.id) == col(Recusal.case_id))
        .where(
            col(Case.pool) == pool,
            col(Case.year) == year,
            cut.known_case(),
            cut.moment(col(Recusal.declared_at)),
            or_(col(Recusal.lifted_at).is_(None), ~cut.moment(col(Recusal.lifted_at))),
        )
    ).one()
    return int(cases), int(all_told)
