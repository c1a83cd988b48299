"""Lines of a file that were in an earlier file: the same postings, or new ones?

A later extract repeats what an earlier one had, and then nothing is new. But a payment made twice
gives two lines that are equal, and they may come in one file each: taken for the same, it would be
hidden that money left twice. So a file is believed to repeat an earlier one only

- where its lines have numbers of their own,
- where its days reach from the earlier file's first to its last, or
- where it has every line of the earlier file from its own first day on, and those are of more than
  one day: extracts that overlap.

Else a person says it (``Layout.again``), and until then nothing of the file is taken. New ones
count beside the old, as if one file had both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from pool.books.layout import Reading, Row, key
from pool.models.books import Posting


def doubtful(session: Session, pool: str, year: int, reading: Reading) -> tuple[Row, ...]:
    """The lines of which it cannot be told whether they are postings that are here already."""
    there = _there(session, pool, year)
    met: dict[int, list[Row]] = defaultdict(list)
    for row in reading.rows:
        if row.key in there and not row.numbered:
            met[there[row.key][0]].append(row)
    if not met:
        return ()
    days: dict[int, dict[str, date]] = defaultdict(dict)
    for own, (file_id, day) in there.items():
        days[file_id][own] = day
    here = {row.key for row in reading.rows}
    first = min(row.booked_on for row in reading.rows)
    last = max(row.booked_on for row in reading.rows)
    found = [
        row
        for file_id, rows in met.items()
        if not _repeats(days[file_id], here, first, last)
        for row in rows
    ]
    return tuple(sorted(found, key=lambda row: row.line))


def _repeats(earlier: Mapping[str, date], here: set[str], first: date, last: date) -> bool:
    """Whether a file of the lines ``here``, from ``first`` to ``last``, is a later extract of what
    the ``earlier`` file (key -> day) had."""
    if first <= min(earlier.values()) and max(earlier.values()) <= last:
        return True
    common = {own: day for own, day in earlier.items() if first <= day <= last}
    ends = max(earlier.values()) <= last
    return ends and common.keys() <= here and len(set(common.values())) > 1


def fresh(session: Session, pool: str, year: int, reading: Reading, again: str) -> list[Row]:
    """The rows that are no postings yet; with ``again`` ``new`` those of :func:`doubtful` too,
    under keys of their own."""
    there = set(_there(session, pool, year))
    found = [row for row in reading.rows if row.key not in there]
    if again != "new":
        return found
    used = there | {row.key for row in reading.rows}
    for row in doubtful(session, pool, year, reading):
        occurrence = 2
        while (own := key(row.what, occurrence)) in used:
            occurrence += 1
        used.add(own)
        found.append(replace(row, key=own))
    return found


def _there(session: Session, pool: str, year: int) -> dict[str, tuple[int, date]]:
    """Key of every posting of the year -> its file and day."""
    rows = session.execute(
        select(col(Posting.key), col(Posting.books_file_id), col(Posting.booked_on)).where(
            col(Posting.pool) == pool, col(Posting.year) == year
        )
    )
    return {own: (file_id, day) for own, file_id, day in rows}
