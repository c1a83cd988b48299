"""What a summary says, as plain values: the same for page, PDF, workbook, CSV and JSON.

Amounts are whole øre, days Copenhagen's, moments UTC. Texts of a definition stand in every
language it has; what people wrote stands as written. :func:`to_json` gives canonical text, so
that the same figures have the same hash; :func:`from_json` reads it back.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from pool import __version__
from pool.summary.request import Axis as Axis
from pool.summary.request import Edition as Edition
from pool.summary.request import Request as Request

Text = dict[str, str]

SMALL = 30
"""Below so many cases a summary is two pages: no charts, no percentiles, no breakdowns. A pool of
fewer has none of its own in a larger summary either."""
FEWEST = 5
"""No group of fewer cases is shown by itself in a breakdown, and no sum of fewer amounts that were
asked for in vain."""


@dataclass(frozen=True, slots=True)
class Money:
    """Where a year's money is, by announced decisions: the words of DOMAIN and of a status.

    ``budget = earmarked + disposed + free + gone``. ``held`` is granted and neither paid nor come
    back; ``out`` is paid and not come back; ``disposed = held + out``. ``appropriated`` is what the
    year was given in all, ``budget`` that less what was relinquished: gone back, carried over or
    moved.
    """

    budget: int = 0
    earmarked: int = 0
    granted: int = 0
    returned: int = 0
    disposed: int = 0
    paid: int = 0
    held: int = 0
    out: int = 0
    free: int = 0
    gone: int = 0
    """Came back after the year was closed, and left the pool."""
    appropriated: int = 0

    @property
    def relinquished(self) -> int:
        return self.appropriated - self.budget


@dataclass(frozen=True, slots=True)
class Counts:
    """Cases of the year, each in exactly one of full … dropped."""

    received: int = 0
    full: int = 0
    part: int = 0
    granted_unknown: int = 0
    """Granted, where what was asked for is not known: neither full nor part."""
    refused: int = 0
    undecided: int = 0
    dropped: int = 0
    """Withdrawn or lapsed before a decision."""
    initiatives: int = 0
    """Of those received, the group's own initiatives: nobody applied."""

    @property
    def granted(self) -> int:
        return self.full + self.part + self.granted_unknown


@dataclass(frozen=True, slots=True)
class Grant:
    """One announced grant and what came of it. A private person is not named: ``applicant`` is
    the organisation or None."""

    case_id: int
    number: str
    title: str
    applicant: str | None
    applicant_kind: str
    focus_area: str | None
    results: tuple[str, ...]
    place: str | None
    decided_on: date
    precision: str
    """``day``, or ``month`` (``decided_on`` is then the month's last day)."""
    made_how: str
    outcome: str
    initiative: bool
    member_unit: bool
    """The applicant was a unit that somebody of the working group worked for when it was decided,
    as noted then."""
    imported: bool
    asked: int | None
    granted: int
    returned: int
    paid: int
    held: int
    purpose: str
    """What it is for, in the applicant's own words; empty where nothing was written."""
    reported: bool
    took_place: bool | None
    """As reported; None before the report."""
    participants: int | None
    result: str
    """What came of it, in the applicant's own words; empty before the report."""
    carried_from: int | None = None
    """The year it was carried over from into this one, and from this one into which."""
    carried_to: int | None = None

    @property
    def disposed(self) -> int:
        return self.granted - self.returned


@dataclass(frozen=True, slots=True)
class Refusals:
    """Refusals for one reason. ``key`` None: none of the pool's list.

    ``asked`` is None where it is known of none, and for every reason where one of them has a sum
    of fewer than :data:`FEWEST` amounts: taken from the sum of all it would tell that one.
    """

    key: str | None
    label: Text
    count: int
    asked: int | None
    """What was asked for in all, of those where it is known."""
    asked_unknown: int


@dataclass(frozen=True, slots=True)
class Group:
    """One line of a breakdown. ``key`` None is what was not told; ``rest`` gathers groups with
    fewer than :data:`FEWEST` cases. ``asked`` and ``asked_unknown`` are of those granted, each of
    which stands in the list of grants: taken from each other they tell nothing of a refusal."""

    key: str | None
    label: Text
    cases: int
    grants: int
    asked: int
    asked_unknown: int
    granted: int
    disposed: int
    rest: bool = False


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The year's cases by one question. ``several``: a case can stand in more than one group, so
    the lines do not add up."""

    by: str
    """``focus_area``, ``result``, ``month``, ``place`` or ``applicant_kind``."""
    groups: tuple[Group, ...]
    several: bool = False


@dataclass(frozen=True, slots=True)
class Days:
    """Calendar days from receipt to the announced decision, of cases whose two days are known,
    against the promise."""

    measured: int = 0
    unknown: int = 0
    """Decided cases whose day of receipt or decision is not known."""
    median: int | None = None
    ninth: int | None = None
    """The ninetieth percentile; None below :data:`SMALL` measured."""
    longest: int | None = None
    """As the median, None below :data:`FEWEST` measured."""
    in_time: int = 0
    late: int = 0
    promise_days: int = 0
    """Working days, as the present definition promises."""


@dataclass(frozen=True, slots=True)
class Deliverable:
    """Whether what the pool owes each year happened (the knowledge event or product)."""

    label: Text
    done: tuple[str, ...]
    """Titles whose report says that it took place."""
    under_way: tuple[str, ...]
    """Titles granted whose report is not in."""


@dataclass(frozen=True, slots=True)
class Month:
    """One month of the year's course, as it stood at its end (øre), on the summary's axis."""

    month: str
    """``YYYY-MM``; transfers before January stand in January."""
    budget: int
    disposed: int
    paid: int
    free: int


@dataclass(frozen=True, slots=True)
class PoolYear:
    """One pool's year."""

    pool: str
    name: Text
    prefix: str
    year: int
    in_books: bool
    source: str
    """Where the budget's figure stands, as noted when the year was opened."""
    money: Money
    counts: Counts
    asked_granted: int
    """Asked for in those granted cases where it is known."""
    granted_of_known: int
    """Granted in those."""
    grants: tuple[Grant, ...]
    """By day of decision; also a grant that was undone and then refused, so that they add up."""
    refusals: tuple[Refusals, ...]
    refused_asked: int | None
    """What was asked for in all refused cases where it is known; None below :data:`FEWEST` such."""
    breakdowns: tuple[Breakdown, ...]
    days: Days
    course: tuple[Month, ...]
    """The months that had begun by the moment; empty where all was moved after the year's end
    (an old year entered later, on the recorded axis)."""
    initiatives: int
    """Grants that were the group's own initiatives; beside it what they were granted (øre)."""
    initiatives_granted: int
    member_units: int
    """Grants to organisations that somebody of the working group worked for when it was decided
    (øre beside)."""
    member_units_granted: int
    recusal_cases: int
    """Cases somebody stayed out of, and declarations in all."""
    recusals: int
    outside_meeting: dict[str, int]
    """``made_how`` → decisions, of those not made at a meeting; ``system`` is the chair."""
    imported: int
    deliverable: Deliverable | None
    carried_over: int
    goes_back: int
    """What is free and would go back, or went back, to the municipality; not what was moved to
    another book or carried over."""
    before: Before | None
    labels: dict[str, dict[str, Text]] = field(default_factory=dict)
    """What the grants' keys are called: question (``focus_area``, ``result``) → key → label."""

    @property
    def small(self) -> bool:
        return self.counts.received < SMALL

    @property
    def moved_on(self) -> int:
        """Relinquished, and neither back to where it came from nor carried over: it moved to
        another book."""
        went_back = self.goes_back - self.money.free - self.money.gone
        return self.money.relinquished - went_back - self.carried_over


@dataclass(frozen=True, slots=True)
class Before:
    """Last year, for comparison, as of the same moment."""

    year: int
    money: Money
    counts: Counts


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The newest link of a chain that counts in the summary: printed, it anchors all before."""

    chain: str
    """``ledger:<book>``, ``journal:system`` …; ``journal`` is all streams together."""
    n: int
    hash: str


@dataclass(frozen=True, slots=True)
class Summary:
    """The whole of an edition's figures."""

    request: Request
    pools: tuple[PoolYear, ...]
    heads: tuple[ChainHead, ...]
    software: str = __version__
    """The version of this program that tells it; it is no part of the figures."""
    format: int = field(default=1)
    """Of this structure."""

    @property
    def small(self) -> bool:
        """Whether the two-page form is enough: all its pools together have few cases."""
        return sum(one.counts.received for one in self.pools) < SMALL


_RARE = ("carried_from", "carried_to")
"""What few grants have."""


def to_json(summary: Summary) -> str:
    """Canonical JSON: keys sorted, no space, days and moments as ISO text. Without ``software``:
    the same figures are the same text whichever version counted them."""
    told = asdict(summary)
    del told["software"]
    for grant in (grant for one in told["pools"] for grant in one["grants"]):
        for name in _RARE:  # so that a summary without them is the text it always was
            if grant[name] is None:
                del grant[name]
    return json.dumps(
        told,
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
        default=_plain,
    )


def sha256(text: str) -> str:
    """The hash that is printed and stored."""
    return hashlib.sha256(text.encode()).hexdigest()


def fingerprint(summary: Summary) -> str:
    """The hash of the figures."""
    return sha256(to_json(summary))


def _plain(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"no plain form of {type(value).__name__}")


def from_json(text: str) -> Summary:
    """What :func:`to_json` wrote."""
    raw = json.loads(text)
    asked = raw["request"]
    return Summary(
        request=Request(
            pools=tuple(asked["pools"]),
            year=asked["year"],
            edition=asked["edition"],
            axis=asked["axis"],
            as_of=date.fromisoformat(asked["as_of"]),
            known_at=datetime.fromisoformat(asked["known_at"]),
        ),
        pools=tuple(_pool(one) for one in raw["pools"]),
        heads=tuple(ChainHead(**one) for one in raw["heads"]),
        format=raw["format"],
    )


def _pool(raw: dict[str, Any]) -> PoolYear:
    before, owed = raw["before"], raw["deliverable"]
    made: dict[str, Any] = {
        "money": Money(**raw["money"]),
        "counts": Counts(**raw["counts"]),
        "grants": tuple(
            Grant(
                **{
                    **one,
                    "results": tuple(one["results"]),
                    "decided_on": date.fromisoformat(one["decided_on"]),
                }
            )
            for one in raw["grants"]
        ),
        "refusals": tuple(Refusals(**one) for one in raw["refusals"]),
        "breakdowns": tuple(
            Breakdown(one["by"], tuple(Group(**group) for group in one["groups"]), one["several"])
            for one in raw["breakdowns"]
        ),
        "days": Days(**raw["days"]),
        "course": tuple(Month(**one) for one in raw["course"]),
        "deliverable": owed
        and Deliverable(owed["label"], tuple(owed["done"]), tuple(owed["under_way"])),
        "before": before
        and Before(before["year"], Money(**before["money"]), Counts(**before["counts"])),
    }
    return PoolYear(**{**raw, **made})
