"""A year's figures as they stood at an earlier moment, by the definitions of
:mod:`pool.ledger.figures`.

* *Recorded* axis: what was written by the moment counts, and of what it is about nothing is asked.
* *Effective* axis: what is about a day up to the last one counts, as far as it was known at a
  second moment. Nothing that moved for a decision is before that decision, and what cites a
  transfer is never before it.

A decision that was announced later was not announced then; one that was undone before its letter
went counts until the undoing was written. ``pool.summary.money`` folds the same transfers one by
one; here the database adds them up. That both agree is tested, not assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, case, func, not_, or_, select, true
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from pool.clock import local_day
from pool.ledger.books import get_year, known
from pool.ledger.figures import FIGURES, UNDOING, FigureLine, Status, sign
from pool.models.case import Decision
from pool.models.casework import DecisionEnd
from pool.models.journal import JournalEvent, JournalStream
from pool.models.ledger import GENESIS, Account, Book, Transfer
from workflows.calendar import end_of_day_utc

Axis = Literal["recorded", "effective"]
UNKNOWN = ""
"""The state of a year of which the record says nothing by then."""
STATES = {
    "year.opened": "open",
    "year.closing": "closing",
    "year.reopened": "open",
    "year.closed": "closed",
}
"""What the events of a year's journal made of its state. The ledger keeps only the present one."""

_cited = aliased(Transfer, name="cited")
_reverse: ColumnElement[bool] = col(Transfer.kind) == "reverse"
_kind: ColumnElement[str] = case((_reverse, col(_cited.kind)), else_=col(Transfer.kind))
_moment: ColumnElement[datetime] = case(
    (_reverse, col(_cited.recorded_at)), else_=col(Transfer.recorded_at)
)
_signed: ColumnElement[int] = case((_reverse, -col(Transfer.amount)), else_=col(Transfer.amount))
_early: ColumnElement[bool] = and_(
    _kind.in_(UNDOING),
    or_(col(Decision.announced_at).is_(None), col(Decision.announced_at) > _moment),
)
"""Undone before it was announced. What was announced after the moment looked back at was so too:
no transfer that counts is later than that."""


@dataclass(frozen=True, slots=True)
class AsOf:
    """A moment to look back at, on one of the two axes.

    ``at`` is a moment (UTC) or a Copenhagen day with all that was written on it; on the effective
    axis the last day that counts. ``known_at`` bounds what was written; None: all that is.
    """

    axis: Axis
    at: datetime | date
    known_at: datetime | None = None

    @property
    def last_day(self) -> date | None:
        """The last day that counts on the effective axis; None on the recorded one."""
        if self.axis == "recorded":
            return None
        return local_day(self.at) if isinstance(self.at, datetime) else self.at

    @property
    def written_by(self) -> datetime | None:
        """The last moment of what counts as written; None: no end."""
        if self.axis == "effective":
            return self.known_at
        moment = self.at if isinstance(self.at, datetime) else end_of_day_utc(self.at)
        return min(moment, self.known_at) if self.known_at else moment


def status_at(
    session: Session,
    book_key: str,
    year: int,
    *,
    axis: Axis,
    at: datetime | date,
    known_at: datetime | None = None,
    undisclosed: bool = False,
) -> Status:
    """The seven figures (øre) as they stood, by one statement that adds up. ``undisclosed``: for
    a reader who may see what was decided and not announced then.

    ``state`` is the year's by its journal, :data:`UNKNOWN` where that says nothing by then.
    Raises :class:`~pool.ledger.errors.UnknownYear`.
    """
    row = get_year(session, book_key, year)
    year_id, then = known(row.id), AsOf(axis, at, known_at)
    sums = _sums(year_id)
    found = session.execute(_counted(select(*sums.values()), year_id, then, undisclosed)).one()
    told = {name: int(amount or 0) for name, amount in zip(sums, found, strict=True)}
    return Status(
        book=book_key,
        year=row.year,
        state=_state(session, year_id, then),
        disposed=told["granted"] - told["returned"],
        **told,
    )


def transfers_behind_at(
    session: Session,
    book_key: str,
    year: int,
    figure: str,
    *,
    axis: Axis,
    at: datetime | date,
    known_at: datetime | None = None,
    undisclosed: bool = False,
) -> list[FigureLine]:
    """The transfers that ``figure`` (one of :data:`~pool.ledger.figures.FIGURES`) was made of, in
    their order; they add up to what :func:`status_at` says. ValueError for no figure."""
    if figure not in FIGURES:
        raise ValueError(f"no figure: {figure!r}")
    year_id = known(get_year(session, book_key, year).id)
    start, end = aliased(Account, name="from_account"), aliased(Account, name="to_account")
    early = case((_early, 1), else_=0)
    statement = select(Transfer, _kind, early, col(start.kind), col(end.kind))
    lines = []
    for transfer, kind, is_early, from_kind, to_kind in session.execute(
        _counted(statement, year_id, AsOf(axis, at, known_at), undisclosed)
        .join(start, col(start.id) == col(Transfer.from_id))
        .join(end, col(end.id) == col(Transfer.to_id))
        .order_by(col(Transfer.n))
    ):
        reverse = transfer.kind == "reverse"
        counts = sign(figure, reverse, kind, bool(is_early), (from_kind, to_kind))
        if counts:
            because = f"{'reversed-' if reverse else ''}{kind}{'-early' if is_early else ''}"
            lines.append(FigureLine(transfer, counts * transfer.amount, because))
    return lines


@dataclass(frozen=True, slots=True)
class Step:
    """How a year stood at the end of a day on which something moved, øre."""

    day: date
    budget: int
    disposed: int
    paid: int
    free: int


def course(
    session: Session,
    book_key: str,
    year: int,
    *,
    axis: Axis,
    at: datetime | date,
    known_at: datetime | None = None,
    undisclosed: bool = False,
) -> tuple[Step, ...]:
    """The year's course by the days its transfers are about, as far as it was known then; the last
    step is what :func:`status_at` says. One statement, a row a day.

    Each step is the figures on the effective axis at that day. Raises ``UnknownYear``.
    """
    year_id, then = known(get_year(session, book_key, year).id), AsOf(axis, at, known_at)
    cited: ColumnElement[date] = case(
        (col(_cited.effective_on) > col(Transfer.effective_on), col(_cited.effective_on)),
        else_=col(Transfer.effective_on),
    )
    day: ColumnElement[date] = case(
        (col(Decision.made_on) > cited, col(Decision.made_on)), else_=cited
    )
    sums = _sums(year_id)
    moved = session.execute(
        _counted(select(day, *sums.values()), year_id, then, undisclosed)
        .group_by(day)
        .order_by(day)
    )
    steps: list[Step] = []
    budget = disposed = paid = free = 0
    for when, *amounts in moved:
        on_day = {name: int(amount) for name, amount in zip(sums, amounts, strict=True)}
        budget += on_day["budget"]
        disposed += on_day["granted"] - on_day["returned"]
        paid += on_day["paid"]
        free += on_day["free"]
        steps.append(Step(when, budget, disposed, paid, free))
    return tuple(steps)


def head_at(session: Session, book_key: str, written_by: datetime | None) -> tuple[int, str]:
    """Number and hash of the newest transfer of a book that had been written by then: printed, it
    anchors all before it. (0, the genesis) before any."""
    statement = (
        select(col(Transfer.n), col(Transfer.hash))
        .join(Book, col(Book.id) == col(Transfer.book_id))
        .where(col(Book.key) == book_key)
        .order_by(col(Transfer.n).desc())
        .limit(1)
    )
    if written_by is not None:
        statement = statement.where(col(Transfer.recorded_at) <= written_by)
    found = session.execute(statement).one_or_none()
    return (found[0], found[1]) if found else (0, GENESIS)


def _sums(year_id: int) -> dict[str, ColumnElement[Any]]:
    """The figures as sums over the transfers that count; *disposed* follows from them. The year's
    few roots are looked up once, so that no account is read per transfer."""

    def root(kind: str) -> Select[*tuple[Any, ...]]:
        return select(col(Account.id)).where(
            col(Account.year_id) == year_id, col(Account.kind) == kind
        )

    def of(*kinds: str) -> ColumnElement[int]:
        return case((_kind.in_(kinds), _signed), else_=0)

    def into(kind: str) -> ColumnElement[int]:
        return case((col(Transfer.to_id).in_(root(kind)), col(Transfer.amount)), else_=0) - case(
            (col(Transfer.from_id).in_(root(kind)), col(Transfer.amount)), else_=0
        )

    early = case((_early, _signed), else_=0)
    return {
        "budget": func.sum(of("appropriate") - of("relinquish")),
        "earmarked": func.sum(into("earmark")),
        "granted": func.sum(of("hold") - early),
        "paid": func.sum(of("post")),
        "returned": func.sum(of(*UNDOING) - early),
        "free": func.sum(into("free")),
    }


def _counted(
    statement: Select[*tuple[Any, ...]], year_id: int, then: AsOf, undisclosed: bool
) -> Select[*tuple[Any, ...]]:
    """``statement`` over the transfers of the year that count then, with what each cites and its
    decision."""
    by, last_day = then.written_by, then.last_day
    undone = select(col(DecisionEnd.decision_id)).where(col(DecisionEnd.how) == "undone")
    told: ColumnElement[bool] = true() if undisclosed else col(Decision.announced_at).is_not(None)
    if by is not None:
        undone = undone.where(col(DecisionEnd.ended_at) <= by)
        told = true() if undisclosed else col(Decision.announced_at) <= by
    made: ColumnElement[bool] = true() if last_day is None else col(Decision.made_on) <= last_day
    of_decision = and_(not_(col(Transfer.decision_id).in_(undone)), told, made)
    parts: list[ColumnElement[bool]] = [
        col(Transfer.year_id) == year_id,
        or_(col(Transfer.decision_id).is_(None), of_decision),
    ]
    if by is not None:
        parts.append(col(Transfer.recorded_at) <= by)
    if last_day is not None:
        parts.append(col(Transfer.effective_on) <= last_day)
        parts.append(or_(col(_cited.id).is_(None), col(_cited.effective_on) <= last_day))
    return (
        statement.select_from(Transfer)
        .outerjoin(_cited, col(_cited.id) == col(Transfer.cites_id))
        .outerjoin(Decision, col(Decision.id) == col(Transfer.decision_id))
        .where(*parts)
    )


def _state(session: Session, year_id: int, then: AsOf) -> str:
    statement = (
        select(col(JournalEvent.kind))
        .join(JournalStream, col(JournalStream.id) == col(JournalEvent.stream_id))
        .where(
            col(JournalStream.key) == f"book-year:{year_id}",
            col(JournalEvent.kind).in_(tuple(STATES)),
        )
        .order_by(col(JournalEvent.n).desc())
        .limit(1)
    )
    if then.written_by is not None:
        statement = statement.where(col(JournalEvent.recorded_at) <= then.written_by)
    if then.last_day is not None:
        statement = statement.where(col(JournalEvent.effective_on) <= then.last_day)
    found = session.execute(statement).scalar_one_or_none()
    return STATES[found] if found else UNKNOWN
