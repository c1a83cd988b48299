"""What is held back after an old database was put in the place of a newer one.

``standing(session, what)`` is what senders and payers ask; :mod:`~pool.holds.marks` finds out that
a database is older than the one that was started last; :mod:`~pool.holds.copies` takes a copy that
begins held wherever it is started.
"""

from pool.holds.holding import (
    BOTH,
    REASONS,
    How,
    NotHeld,
    What,
    all_standing,
    begin,
    earlier,
    hold,
    hold_both,
    lift,
    standing,
)

__all__ = [
    "BOTH",
    "REASONS",
    "How",
    "NotHeld",
    "What",
    "all_standing",
    "begin",
    "earlier",
    "hold",
    "hold_both",
    "lift",
    "standing",
]
