"""The figures of a summary: each defined once, as of a moment, in a fixed number of queries.

What counts when is told in :mod:`pool.summary.cuts`; what a figure of money is made of in
:mod:`pool.ledger.figures`. So a decision counts from its announcement, and never by what the case
says today. Besides:

* *days*: calendar days from the day of receipt to the day the decision was announced, that is
  when the applicant was told; imported cases have no day of receipt. *In time* is announced by
  the promised day of the case (moved where the clock stood still, and never after a decision),
  or where none is stored by as many working days as the case's definition promises. Percentiles
  are by nearest rank: the smallest measured number that at least half (nine tenths) do not pass.
* *goes back*: free, or given back to where it came from (also after the year was closed), less
  what was moved to another book or carried over to a later year.
* *member unit*: as the decision in force noted it when it was made; who leaves the group later,
  or comes, changes nothing.
* *asked for in vain*: what refused cases asked for is summed by reason only where each sum is of
  several amounts, and in all only where that is; a breakdown sums what granted cases asked for.
* *carried over*: relinquished by a command that gives the same pool's later year money.

A grant that was raised or lowered is one grant: it counts as the newest decision has it (in full or
in part), and as made when, where and how the first one was; days are those to the first answer.
A grant that was carried over stands among the grants of both years, in each with what moved there;
it counts as a case of the year it was granted of, and of no other.
A decision that was undone before its letter went counts nowhere once that is known. One that was
reopened is undecided until it is made anew. A grant that was reopened, or reopened and refused,
stands among the grants with the money that came back, so that they add up; so does a revoked one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from functools import cache

from sqlmodel import Session

import pool.journal as journal
from pool.cases.house import House
from pool.clock import local_day
from pool.summary import cases
from pool.summary import money as amounts
from pool.summary.breakdowns import breakdowns
from pool.summary.carried import carried
from pool.summary.cases import CaseRow
from pool.summary.cuts import Cut
from pool.summary.heads import heads
from pool.summary.labels import Labels, labels
from pool.summary.model import (
    FEWEST,
    SMALL,
    Before,
    Counts,
    Days,
    Deliverable,
    Grant,
    Money,
    PoolYear,
    Refusals,
    Request,
    Summary,
    Text,
)
from pool.summary.money import NOTHING, YearMoney
from workflows.calendar import add_working_days


def collect(session: Session, house: House, request: Request) -> Summary:
    """The summary that ``request`` asks for. About a dozen queries for each pool, however many
    cases; give it one snapshot (a read session). Raises KeyError for an unknown pool."""
    cut = Cut.of(request)
    return Summary(
        request=request,
        pools=tuple(
            _Year(session, house, pool, request.year, cut).told() for pool in request.pools
        ),
        heads=heads(session, request.pools, request.known_at),
    )


class _Year:
    """One pool's year while it is put together."""

    def __init__(self, session: Session, house: House, pool: str, year: int, cut: Cut) -> None:
        self.pool, self.year = pool, year
        self.labels = labels(session, house, pool, cut.known_at)
        book_year = amounts.year_id(session, pool, year)
        self.money = (
            amounts.of_year(session, book_year, year, cut)
            if book_year is not None
            else YearMoney(Money(), {}, (), 0, 0, found=False)
        )
        opened, self.source = _opened(session, book_year, cut)
        self.in_books = opened or self.money.found
        self.rows = cases.rows(session, pool, year, cut)
        self.carried = carried(session, pool, year, cut)
        brought = self.carried.origin.keys() & self.money.cases.keys()
        self.brought = cases.rows(session, pool, year, cut, only=brought) if brought else []
        self.counts = cases.counted((row.outcome, row.ended, row.kind, 1) for row in self.rows)
        owed = self.labels.now.deliverable
        self.owed_values = frozenset(str(one) for one in owed.equals) if owed else None
        self.owed_label = dict(owed.label) if owed else {}
        self.answers = cases.told(
            session, pool, year, owed.question if owed else None, also=brought
        )
        self.recusal_cases, self.recusals = cases.recusals(session, pool, year, cut)
        self.before = _before(session, pool, year - 1, cut)

    def told(self) -> PoolYear:
        definition = self.labels.now
        grants = [
            self._grant(row)
            for row in self.rows
            if (row.outcome is not None and (row.granted or row.id in self.money.cases))
            or (row.was is not None and row.id in self.money.cases)
        ]
        grants += [self._grant(row) for row in self.brought if row.made_on is not None]
        grants.sort(key=lambda one: (one.decided_on, one.case_id))
        in_force = {row.id for row in self.rows if row.granted}
        standing = [one for one in grants if one.case_id in in_force]
        known = [one for one in standing if one.asked is not None]
        own = [one for one in standing if one.initiative]
        units = [one for one in standing if one.member_unit]
        return PoolYear(
            pool=self.pool,
            name=dict(definition.name),
            prefix=definition.prefix,
            year=self.year,
            in_books=self.in_books,
            source=self.source,
            money=self.money.money,
            counts=self.counts,
            asked_granted=sum(one.asked or 0 for one in known),
            granted_of_known=sum(one.granted for one in known),
            grants=tuple(grants),
            refusals=refusals(self.rows, self.labels),
            refused_asked=refused_asked(self.rows),
            breakdowns=()
            if self.counts.received < SMALL
            else breakdowns(self.rows, self.money.cases, self.answers.results, self.labels),
            days=days(self.rows, self.labels),
            course=self.money.course,
            initiatives=len(own),
            initiatives_granted=sum(one.granted for one in own),
            member_units=len(units),
            member_units_granted=sum(one.granted for one in units),
            recusal_cases=self.recusal_cases,
            recusals=self.recusals,
            outside_meeting=_outside_meeting(self.rows),
            imported=sum(row.imported for row in self.rows),
            deliverable=self._deliverable(grants),
            carried_over=self.money.carried_over,
            goes_back=self.money.goes_back,
            before=self.before,
            labels={
                "focus_area": _named(self.labels.focus_area, (one.focus_area for one in grants)),
                "result": _named(
                    self.labels.result, (key for one in grants for key in one.results)
                ),
            },
        )

    def _grant(self, row: CaseRow) -> Grant:
        assert row.made_on is not None, "decided"
        outcome = row.outcome or row.was
        assert outcome is not None, "decided"
        moved = self.money.cases.get(row.id, NOTHING)
        return Grant(
            case_id=row.id,
            number=row.number,
            title=row.title,
            applicant=row.organisation or None,
            applicant_kind=row.applicant_kind,
            focus_area=row.focus_area,
            results=self.answers.results.get(row.id, ()),
            place=row.place,
            decided_on=row.made_on,
            precision=row.precision or "day",
            made_how=row.made_how or "",
            outcome=outcome,
            initiative=row.kind == "initiative",
            member_unit=bool(row.member_unit),
            imported=row.imported,
            asked=row.asked,
            granted=moved.granted,
            returned=moved.returned,
            paid=moved.paid,
            held=moved.held,
            purpose=self.answers.purposes.get(row.id, ""),
            reported=row.held is not None,
            took_place=row.held,
            participants=row.participants,
            result=(row.safety or row.worked or "") if row.held is not None else "",
            carried_from=self.carried.origin.get(row.id),
            carried_to=self.carried.onward.get(row.id),
        )

    def _deliverable(self, grants: Collection[Grant]) -> Deliverable | None:
        if self.owed_values is None:
            return None
        of_kind = [
            one
            for one in grants
            if self.owed_values.intersection(self.answers.owed.get(one.case_id, ()))
            and (one.carried_to is None or one.disposed)
        ]
        return Deliverable(
            label=self.owed_label,
            done=tuple(one.title for one in of_kind if one.took_place),
            under_way=tuple(one.title for one in of_kind if not one.reported and one.disposed),
        )


def _named(label: Callable[[str], Text], keys: Iterable[str | None]) -> dict[str, Text]:
    """What the keys that occur are called."""
    return {key: label(key) for key in sorted({key for key in keys if key})}


def _opened(session: Session, book_year: int | None, cut: Cut) -> tuple[bool, str]:
    """Whether the year had been opened, and where its budget's figure stands."""
    if book_year is None:
        return False, ""
    found = journal.read(session, f"book-year:{book_year}", kinds=("year.opened",), limit=1)
    if not found or found[0].recorded_at > cut.known_at:
        return False, ""
    return True, str(found[0].personal.get("source") or "")


def _before(session: Session, pool: str, year: int, cut: Cut) -> Before | None:
    """The year before as of the same moment; None where nothing was known of it then."""
    counts = cases.counts_of(session, pool, year, cut)
    book_year = amounts.year_id(session, pool, year)
    money = amounts.totals(session, book_year, cut) if book_year is not None else Money()
    if counts == Counts() and money == Money():
        return None
    return Before(year, money, counts)


def refusals(rows: Sequence[CaseRow], names: Labels) -> tuple[Refusals, ...]:
    """The most frequent reason first; none of the list last among equals. What was asked for is
    told by reason only where no sum is of so few amounts that they could be guessed."""
    by_reason: dict[str | None, list[CaseRow]] = defaultdict(list)
    for row in rows:
        if row.outcome == "refused":
            by_reason[row.criterion].append(row)
    known = {key: _known(found) for key, found in by_reason.items()}
    tell = all(not amounts or len(amounts) >= FEWEST for amounts in known.values())
    ordered = sorted(by_reason, key=lambda key: (-len(by_reason[key]), key is None, key or ""))
    return tuple(
        Refusals(
            key=key,
            label=names.refusal(key),
            count=len(by_reason[key]),
            asked=sum(known[key]) if tell and known[key] else None,
            asked_unknown=len(by_reason[key]) - len(known[key]),
        )
        for key in ordered
    )


def refused_asked(rows: Sequence[CaseRow]) -> int | None:
    """What was asked for in vain, in all."""
    known = _known(row for row in rows if row.outcome == "refused")
    return sum(known) if len(known) >= FEWEST else None


def _known(rows: Iterable[CaseRow]) -> list[int]:
    return [row.asked for row in rows if row.asked is not None]


def days(rows: Sequence[CaseRow], names: Labels) -> Days:
    """From receipt to the answer."""

    @cache
    def promised(received_on: date, version: int) -> date:
        return add_working_days(received_on, names.promise_days(version))

    measured: list[int] = []
    unknown = in_time = 0
    for row in rows:
        if row.announced_at is None:
            continue
        if row.imported:
            unknown += 1
            continue
        received_on, told_on = local_day(row.received_at), local_day(row.announced_at)
        measured.append((told_on - received_on).days)
        in_time += told_on <= (row.promised_on or promised(received_on, row.version))
    measured.sort()
    return Days(
        measured=len(measured),
        unknown=unknown,
        median=_percentile(measured, 50) if len(measured) >= FEWEST else None,
        ninth=_percentile(measured, 90) if len(measured) >= SMALL else None,
        longest=measured[-1] if len(measured) >= FEWEST else None,
        in_time=in_time,
        late=len(measured) - in_time,
        promise_days=names.now.promise_days,
    )


def _percentile(measured: Sequence[int], percent: int) -> int:
    """By nearest rank."""
    return measured[-(-len(measured) * percent // 100) - 1]


def _outside_meeting(rows: Sequence[CaseRow]) -> dict[str, int]:
    found = Counter(row.made_how for row in rows if row.made_how and row.outcome is not None)
    return {how: found[how] for how in sorted(found) if how != "meeting"}
