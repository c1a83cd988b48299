"""The money: books, years, accounts, and transfers that never change.

Callers bring resolved ids and a session inside a unit of work; nobody here asks who may. What
must never be is refused by the database (``pool.migrations.guards``) and raised by name.
"""

from __future__ import annotations

from pool.ledger.books import (
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
    "AlreadyReversed",
    "CommandReused",
    "Fault",
    "FigureLine",
    "Head",
    "LedgerError",
    "Line",
    "NotEnough",
    "Report",
    "Status",
    "UnknownAccount",
    "UnknownTransfer",
    "UnknownYear",
    "WrongShape",
    "WrongYearState",
    "YearClosed",
    "YearExists",
    "appropriate",
    "earmark",
    "find_year",
    "get_account",
    "get_year",
    "give_back",
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
    "transfer_of",
    "transfers_behind",
    "unearmark",
    "verify",
    "void",
    "years",
]
