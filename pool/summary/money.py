"""A year's money as of a moment, folded from its transfers: the definitions of
:mod:`pool.ledger.figures`, with the moment as one more condition. Amounts are øre."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from pool.models.case import Decision
from pool.models.ledger import Account, Book, BookYear, Transfer
from pool.summary.cuts import Cut
from pool.summary.model import Money, Month

_UNDOING = ("void", "return")
_cited = aliased(Transfer, name="cited")
_other = aliased(Transfer, name="other")
_from = aliased(Account, name="from_account")
_to = aliased(Account, name="to_account")
_kind: ColumnElement[str] = case(
    (col(Transfer.kind) == "reverse", col(_cited.kind)), else_=col(Transfer.kind)
)
_moment: ColumnElement[Any] = case(
    (col(Transfer.kind) == "reverse", col(_cited.recorded_at)), else_=col(Transfer.recorded_at)
)
_early = case((and_(_kind.in_(_UNDOING), col(Decision.announced_at) > _moment), 1), else_=0)
_command = case(
    (col(Transfer.kind) == "reverse", col(_cited.command_id)), else_=col(Transfer.command_id)
)
_later = aliased(BookYear, name="later")
_this = aliased(BookYear, name="this")
_elsewhere = (
    select(literal(1))
    .select_from(_other)
    .where(col(_other.command_id) == _command, col(_other.kind) == "appropriate")
    .correlate(Transfer, _cited)
)
_next_year = _elsewhere.where(
    col(_this.id) == col(Transfer.year_id),
    col(_later.id) == col(_other.year_id),
    col(_later.book_id) == col(_this.book_id),
    col(_later.year) > col(_this.year),
)
_went: ColumnElement[int] = case(
    (_kind != "relinquish", 0),
    (_next_year.exists(), 2),
    (_elsewhere.exists(), 1),
    else_=0,
)
"""Where relinquished money went: 0 back, 1 to another book, 2 to a later year of this one (a
carry-over is one command of several lines)."""


@dataclass(slots=True)
class Tally:
    """Sums of one year, one month or one case."""

    standing: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """By kind of account."""
    moved: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """By kind of transfer; a reverse counts against what it cites."""
    early: int = 0
    """Undone before its announcement: never granted, never come back."""
    gone: int = 0
    relinquished: int = 0
    carried_over: int = 0

    @property
    def granted(self) -> int:
        return self.moved["hold"] - self.early

    @property
    def returned(self) -> int:
        return self.moved["void"] + self.moved["return"] - self.early

    def money(self) -> Money:
        return Money(
            budget=self.moved["appropriate"] - self.moved["relinquish"],
            earmarked=self.standing["earmark"],
            granted=self.granted,
            returned=self.returned,
            disposed=self.granted - self.returned,
            paid=self.moved["post"],
            held=self.standing["held"],
            out=self.standing["paid"],
            free=self.standing["free"],
            gone=self.gone,
            appropriated=self.moved["appropriate"],
        )

    def add(self, row: tuple[Any, ...]) -> None:
        """A row of :func:`_rows`."""
        kind, is_reverse, early, from_kind, to_kind, went, amount = row
        signed = -amount if is_reverse else amount
        self.moved[kind] += signed
        self.standing[from_kind] -= amount
        self.standing[to_kind] += amount
        if early:
            self.early += signed
        if kind == "return" and "source" in (from_kind, to_kind):
            self.gone += signed
        elif kind == "relinquish":
            if went == 2:
                self.carried_over += signed
            elif went == 0:
                self.relinquished += signed


@dataclass(frozen=True, slots=True)
class CaseMoney:
    """A case's part of the year's figures; those of all cases add up to the year's."""

    granted: int = 0
    returned: int = 0
    paid: int = 0
    held: int = 0

    @property
    def disposed(self) -> int:
        return self.granted - self.returned


NOTHING = CaseMoney()


@dataclass(frozen=True, slots=True)
class YearMoney:
    """``found``: anything was moved at all."""

    money: Money
    cases: dict[int, CaseMoney]
    course: tuple[Month, ...]
    goes_back: int
    carried_over: int
    found: bool


def year_id(session: Session, pool: str, year: int) -> int | None:
    """None where the year was never opened."""
    found: int | None = session.execute(
        select(col(BookYear.id))
        .join(Book, col(Book.id) == col(BookYear.book_id))
        .where(col(Book.key) == pool, col(BookYear.year) == year)
    ).scalar_one_or_none()
    return found


def of_year(session: Session, book_year: int, year: int, cut: Cut) -> YearMoney:
    """All of it, in one query that is read row by row."""
    months = cut.month_ends(year)
    standing_by = (
        case(*((end.moved(_cited), month) for month, end in months), else_=13)
        if months
        else literal(13)
    )
    whole = Tally()
    by_month: dict[int, Tally] = defaultdict(Tally)
    by_case: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    found = False
    for row in _rows(session, book_year, cut, (col(Transfer.case_id), standing_by)):
        found = True
        (case_id, month), moved = row[:2], row[2:]
        whole.add(moved)
        by_month[month].add(moved)
        if case_id is not None:
            _add_to_case(by_case[case_id], moved)
    return YearMoney(
        money=whole.money(),
        cases={case_id: CaseMoney(*sums) for case_id, sums in by_case.items()},
        course=_course(year, [month for month, _ in months], by_month),
        goes_back=whole.standing["free"] + whole.relinquished + whole.gone,
        carried_over=whole.carried_over,
        found=found,
    )


def totals(session: Session, book_year: int, cut: Cut) -> Money:
    """The figures alone, added up by the database."""
    whole = Tally()
    for row in _rows(session, book_year, cut, None):
        whole.add((*row[:-1], int(row[-1])))  # PostgreSQL adds whole numbers up to a Decimal
    return whole.money()


def _rows(
    session: Session,
    book_year: int,
    cut: Cut,
    beside: tuple[Any, ...] | None,
) -> Iterable[Any]:
    """Transfers that count: what stands ``beside``, then the columns :meth:`Tally.add` takes;
    with nothing beside (None) summed up."""
    of_what: list[Any] = [
        _kind.label("counts_as"),
        case((col(Transfer.kind) == "reverse", 1), else_=0).label("takes_back"),
        _early.label("early"),
        col(_from.kind).label("from_kind"),
        col(_to.kind).label("to_kind"),
        _went.label("went"),
    ]
    if beside is None:
        statement = select(*of_what, func.sum(col(Transfer.amount))).group_by(*of_what)
    else:
        statement = select(*beside, *of_what, col(Transfer.amount))
    return session.execute(
        statement.select_from(Transfer)
        .outerjoin(_cited, col(_cited.id) == col(Transfer.cites_id))
        .outerjoin(Decision, col(Decision.id) == col(Transfer.decision_id))
        .join(_from, col(_from.id) == col(Transfer.from_id))
        .join(_to, col(_to.id) == col(Transfer.to_id))
        .where(col(Transfer.year_id) == book_year, cut.moved(_cited))
        .execution_options(yield_per=5000)
    )


def _add_to_case(sums: list[int], row: tuple[Any, ...]) -> None:
    kind, is_reverse, early, from_kind, to_kind, _went_to, amount = row
    signed = -amount if is_reverse else amount
    if kind == "hold":
        sums[0] += signed
    elif kind in _UNDOING:
        sums[0 if early else 1] += -signed if early else signed
    elif kind == "post":
        sums[2] += signed
    sums[3] += amount * ((to_kind == "held") - (from_kind == "held"))


def _course(year: int, months: list[int], by_month: dict[int, Tally]) -> tuple[Month, ...]:
    """How the year stood at the end of each month; nothing where all of it was moved later."""
    told = []
    sums = [0, 0, 0, 0]
    for month in months:
        money = by_month[month].money() if month in by_month else Money()
        for place, amount in enumerate((money.budget, money.disposed, money.paid, money.free)):
            sums[place] += amount
        told.append(Month(f"{year:04d}-{month:02d}", *sums))
    return tuple(told) if any(month in by_month for month in months) else ()
