"""The amounts and times a pool keeps to; ``definition`` offers the name too."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Amounts in øre, times in days."""

    short_form: int = 1_000_000
    """Asking for this or less gets the short form."""
    max_amount: int | None = None
    low_balance: int = 0
    """Warn when less than this is free."""
    warnings: tuple[int, ...] = ()
    """Warn below each of these, once each: the largest first. ``low_balance`` where the file has
    no list of them; none where that is 0."""
    draft_days: int = 60
    unforeseen_percent: int = 10
    """Largest share of the budget's other posts that ``unforeseen`` may be."""
    waive_unspent: int = 0
    """So much of a grant need not be given back when it was not spent."""
    undo_minutes: int = 0
    """So long a decision's letter rests before it goes, and the decision can be undone."""
