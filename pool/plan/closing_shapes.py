"""What is shown of a year on its way to its end. Amounts are øre."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import pool.ledger as ledger
from pool.models.case import Case
from workflows.definition import Definition, Transition


@dataclass(frozen=True, slots=True)
class Hold:
    """A case with money that is held in the year: its amount, since when, and the moves that would
    resolve it which the reader may make now. ``earmarks``: the earmarks it is held from."""

    case: Case
    applicant: str
    definition: Definition
    amount: int
    since: date
    precision: str
    accounts: int
    earmarks: tuple[str, ...]
    announced: bool
    pays: tuple[Transition, ...]
    lets_go: tuple[Transition, ...]
    carries: tuple[Transition, ...]
    by_list: bool = False
    """Its payment goes by a payment list."""
    has_moves: bool = False
    """The reader's roles have moves for it, be it that none can be made now."""


@dataclass(frozen=True, slots=True)
class Unnamed:
    """Cases with held money that the reader stays out of, or may not know of yet. ``quiet`` of
    them are granted and not announced: how much is not the reader's to know, and is not in
    ``amount``."""

    count: int = 0
    amount: int = 0
    quiet: int = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """Who began to close the year, or closed it, and when."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Worth:
    """A case that holds up nothing, and that is good to know of. ``code``: ``unannounced`` (a
    decision without money), ``question`` (open), ``undecided``, ``unreported`` (paid, and no
    report yet: money may come back), ``waiting`` (on the waiting list for money that does not come
    any more: it is to be answered, by ``moves`` of the reader's)."""

    code: str
    case: Case
    definition: Definition
    moves: tuple[Transition, ...] = ()
    undecided: bool = False
    """It has no answer: see :func:`pool.plan.closing.undecided`."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A year on its way to its end, as far as the reader may know. ``rest`` is what would go back
    now: free and earmarked; while ``unnamed.quiet``, as if those decisions were not made yet."""

    year_id: int
    state: str
    begun: Turn | None
    closed: Turn | None
    status: ledger.Status
    holds: tuple[Hold, ...]
    unnamed: Unnamed
    worth: tuple[Worth, ...]
    unseen: int
    """Open cases of the year without held money that the reader may not see."""
    undecided: int
    """Applications of the year without an answer, whoever may see them."""
    free: int
    earmarked: int
    head: ledger.Head | None
    """The book's newest link when the year was closed."""
    next_open: bool

    @property
    def held(self) -> int:
        return sum(one.amount for one in self.holds) + self.unnamed.amount

    @property
    def rest(self) -> int:
        return self.free + self.earmarked
