"""The money: books, years, accounts, and transfers that never change.

Callers bring resolved ids and a session inside a unit of work; nobody here asks who may. What
must never be is refused by the database (``pool.migrations.guards``) and raised by name.
"""

from __future__ import annotations

from pool.ledger.anchors import Anchors, AnchorsUnreadable
from pool.ledger.books import (
    PLAN_BOOK,
    find_year,
    get_year,
    open_account,
    open_book,
    open_year,
    set_year_state,
)
from pool.ledger.errors import (
    AlreadyReversed,
    CommandReused,
    LedgerError,
    NotEnough,
    UnknownAccount,
    UnknownTransfer,
    UnknownYear,
    WrongShape,
    WrongYearState,
    YearClosed,
    YearExists,
)
from pool.ledger.figures import (
    FIGURES,
    FigureLine,
    Status,
    status,
    transfer_of,
    transfers_behind,
    years,
)
from pool.ledger.known_breaks import Known, NoSuchBreak
from pool.ledger.moments import (
    AsOf,
    Axis,
    Step,
    course,
    head_at,
    status_at,
    transfers_behind_at,
)
from pool.ledger.moves import (
    appropriate,
    earmark,
    get_account,
    give_back,
    hold,
    pay,
    relinquish,
    reverse,
    unearmark,
    void,
)
from pool.ledger.posting import Line, lock_years, post
from pool.ledger.verification import Fault, Head, Report, heads, verify

__all__ = [
    "FIGURES",
    "PLAN_BOOK",
    "AlreadyReversed",
    "Anchors",
    "AnchorsUnreadable",
    "AsOf",
    "Axis",
    "CommandReused",
    "Fault",
    "FigureLine",
    "Head",
    "Known",
    "LedgerError",
    "Line",
    "NoSuchBreak",
    "NotEnough",
    "Report",
    "Status",
    "Step",
    "UnknownAccount",
    "UnknownTransfer",
    "UnknownYear",
    "WrongShape",
    "WrongYearState",
    "YearClosed",
    "YearExists",
    "appropriate",
    "course",
    "earmark",
    "find_year",
    "get_account",
    "get_year",
    "give_back",
    "head_at",
    "heads",
    "hold",
    "lock_years",
    "open_account",
    "open_book",
    "open_year",
    "pay",
    "post",
    "relinquish",
    "reverse",
    "set_year_state",
    "status",
    "status_at",
    "transfer_of",
    "transfers_behind",
    "transfers_behind_at",
    "unearmark",
    "verify",
    "void",
    "years",
]
