"""A file of postings on its way in: read, asked about where it does not tell, taken.

Reading and trying happen outside any unit of work. What is taken is one unit: the same rows, of
this file or another, are there already and change nothing. The bytes are kept until then and no
longer, and sealed: the postings are what the year needs, and a file of the accounting system may
name people and their CPR numbers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select
from sqlmodel import Session, col

from pool import files
from pool.books import layout, linking, once, repeats, shelf
from pool.books.errors import BooksError
from pool.books.layout import Layout, Reading
from pool.books.shelf import file_of, files_of, unread, waiting_file
from pool.books.trying import Tried, trial
from pool.cases.house import House
from pool.identity.actor import SYSTEM, Actor
from pool.models.base import known
from pool.models.books import BooksFile, Posting, PostingMatch

KEPT_DAYS = 30
"""Days after which a file that waits for an answer is erased."""
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a file. ``state``: ``read`` (its postings are taken), ``uploaded`` (it waits
    for an answer). ``rows`` and ``new`` are postings; ``matched`` what was matched by itself.
    ``repeated``: the very file was here before."""

    file_id: int
    state: str
    rows: int = 0
    new: int = 0
    matched: int = 0
    repeated: bool = False


def upload(
    house: House,
    command_id: str,
    *,
    pool: str,
    year: int,
    name: str,
    body: bytes,
    chosen: Layout | None = None,
    rest: bool = False,
    actor: Actor,
    now: datetime,
) -> Outcome:
    """Take the postings of ``body``; where something must be asked first, or a row cannot be
    read, nothing is taken and the file waits (:func:`choose`). ``rest``: the lines that cannot be
    read were told, and are to be left out.

    The very same bytes again change nothing, whatever is ``chosen`` this time. Raises
    :class:`BooksError`, :class:`~pool.files.tables.Unreadable`.
    """
    once.allowed(house, pool, actor)
    sha256 = hashlib.sha256(body).hexdigest()
    with house.database.read() as session:
        first = shelf.same(session, pool, year, sha256)
    if first is not None and first.state == "read":
        chosen = layout.of_stored(first.layout)  # read as it was: else its rows would be others
    tried = trial(house, pool, year, body, chosen or Layout())
    wish = {"upload": sha256, "name": name}

    def work(session: Session, own: int) -> dict[str, Any]:
        row = shelf.same(session, pool, year, sha256)
        again = row is not None and row.state == "read"
        if row is not None and again:
            as_then = tried.reading if first is not None and first.state == "read" else None
            # what was said to be new is nobody else's: it goes with this file only
            own_rows = layout.of_stored(row.layout).again == "new"
            if (
                as_then is None
                or own_rows
                or not repeats.fresh(session, pool, year, as_then, "same")
            ):
                return {"file": row.id, "state": "read", "rows": row.rows, "repeated": True}
            row = None  # another file had some of its rows and was taken back: they come again
        if again or (
            (tried.ready or (rest and tried.takes)) and _clear(session, pool, year, tried)
        ):
            taken = row or shelf.row_of(pool, year, name, sha256, actor, now)
            return _take(session, own, taken, tried, actor, now)
        if row is not None:
            return {"file": row.id, "state": "uploaded"}
        row = shelf.row_of(pool, year, name, sha256, actor, now)
        row.layout = tried.found.layout.stored(tried.found.headings)
        row.file_id = known(files.store(session, shelf.kept(body, tried.found.raw.kind), now).id)
        session.add(row)
        session.flush()
        data = {"file": row.id, "sha256": sha256, "asked": list(tried.asked)}
        once.note(session, own, "uploaded", actor, now, data, {"name": row.name})
        return {"file": row.id, "state": "uploaded"}

    forget(house, now)
    told = once.run(house, command_id, wish, actor, now, pool=pool, year=year, work=work)
    return _outcome(house, told, pool, year, actor, now)


def choose(
    house: House,
    command_id: str,
    file_id: int,
    chosen: Layout,
    *,
    rest: bool = False,
    actor: Actor,
    now: datetime,
) -> Outcome:
    """Say how a waiting file is read. Its postings are taken once nothing is asked any more and
    every row can be read, or with ``rest`` without those that cannot; else it waits on, and
    keeps what was chosen. Raises :class:`BooksError`, :class:`~pool.files.tables.Unreadable`."""
    waiting, body = waiting_file(house, file_id)
    pool, year = waiting.pool, waiting.year
    once.allowed(house, pool, actor)
    tried = trial(house, pool, year, body, chosen) if body else None
    wish = {"choose": file_id, "layout": chosen.stored(()), "rest": rest}

    def work(session: Session, own: int) -> dict[str, Any]:
        row = shelf.locked(session, file_id)
        if row.state != "uploaded" or tried is None:
            raise BooksError("not-waiting")
        row.layout = chosen.stored(tried.found.headings)
        session.add(row)
        takes = tried.ready or (rest and tried.takes)
        if takes and _clear(session, pool, year, tried):
            return _take(session, own, row, tried, actor, now)
        return {"file": file_id, "state": "uploaded"}

    told = once.run(house, command_id, wish, actor, now, pool=pool, year=year, work=work)
    return _outcome(house, told, pool, year, actor, now)


def _outcome(
    house: House, told: dict[str, Any], pool: str, year: int, actor: Actor, now: datetime
) -> Outcome:
    matched = 0
    if told["state"] == "read":
        matched = linking.match(house, pool=pool, year=year, actor=actor, now=now)
    return Outcome(
        file_id=told["file"],
        state=told["state"],
        rows=told.get("rows", 0),
        new=told.get("new", 0),
        matched=matched,
        repeated=bool(told.get("repeated")),
    )


def _clear(session: Session, pool: str, year: int, tried: Tried) -> bool:
    """Whether nothing is to be asked about lines that were here before, as the books are at this
    very moment: another file may have been taken since it was tried."""
    if tried.says or tried.reading is None:
        return True
    return not repeats.doubtful(session, pool, year, tried.reading)


def _take(
    session: Session, own: int, row: BooksFile, tried: Tried, actor: Actor, now: datetime
) -> dict[str, Any]:
    reading = tried.reading
    assert reading is not None
    fresh = repeats.fresh(session, row.pool, row.year, reading, tried.says)
    answers = _answers(session, row, reading)
    file_id, row.file_id = row.file_id, None
    row.state, row.read_at = "read", now
    row.rows, row.new = len(reading.rows), len(fresh)
    row.left_out = reading.unread
    row.layout = tried.found.layout.stored(tried.found.headings) | {"answers": answers}
    session.add(row)
    session.flush()
    if file_id is not None:
        files.delete(session, file_id)
    for part in _chunks(fresh):
        session.execute(
            insert(Posting),
            [
                {
                    "pool": row.pool,
                    "year": row.year,
                    "key": one.key,
                    "books_file_id": row.id,
                    "line": one.line,
                    "booked_on": one.booked_on,
                    "amount": one.amount,
                    "reference": one.reference,
                    "text": one.text,
                }
                for one in part
            ],
        )
    data = {
        "file": row.id,
        "sha256": row.sha256,
        "rows": row.rows,
        "new": row.new,
        "left_out": len(reading.bad),
        "unread": reading.unread,
        "answers": sorted(map(int, answers)),
        "again": tried.says,
        "amount": sum(one.amount for one in fresh),
        "layout": {"sign": tried.found.layout.sign, "dates": tried.found.layout.dates},
    }
    once.note(session, own, "read", actor, now, data, {"name": row.name})
    return {"file": row.id, "state": "read", "rows": row.rows, "new": row.new}


def _answers(session: Session, row: BooksFile, reading: Reading) -> dict[str, int]:
    """Files whose lines that were left out are here now: this one is read to the last line and
    has all their postings. File id -> how many there were; none is left out of them any more."""
    if reading.unread:
        return {}
    here = {one.key for one in reading.rows}
    found: dict[str, int] = {}
    for other in unread(session, row.pool, row.year):
        own = set(
            session.execute(
                select(col(Posting.key)).where(col(Posting.books_file_id) == other.id)
            ).scalars()
        )
        if own and own <= here and len(reading.rows) >= other.rows:
            found[str(other.id)], other.left_out = other.left_out, 0
            session.add(other)
    return found


def drop(
    house: House, command_id: str, file_id: int, reason: str, actor: Actor, now: datetime
) -> None:
    """Take a file back: one that waits is erased; of one that was read the postings go, with
    their matches and explanations. What another file had too comes back when that one is uploaded
    again. ``reason`` goes into the journal. Raises :class:`BooksError`."""
    with house.database.read() as session:
        row = file_of(session, file_id)
    pool, year = row.pool, row.year

    def of_file(session: Session) -> list[tuple[int, int]]:
        rows = session.execute(
            select(col(PostingMatch.posting_id), col(PostingMatch.transfer_id))
            .join(Posting, col(Posting.id) == col(PostingMatch.posting_id))
            .where(col(Posting.books_file_id) == file_id)
            .order_by(col(PostingMatch.id))
        )
        return [(one[0], one[1]) for one in rows]

    def cases(session: Session) -> Iterable[int]:
        return once.cases_of(session, [transfer for _, transfer in of_file(session)])

    def work(session: Session, own: int) -> dict[str, Any]:
        row = shelf.locked(session, file_id)
        if row.state == "dropped":
            raise BooksError("not-waiting")
        pairs = of_file(session)
        # several postings may be one transfer: all of that match is undone
        linking.unlink(session, {transfer for _, transfer in pairs})
        gone = session.execute(
            delete(Posting)
            .where(col(Posting.books_file_id) == file_id)
            .execution_options(synchronize_session=False)
        )
        kept, row.file_id = row.file_id, None
        was, row.state = row.state, "dropped"
        session.add(row)
        answered = row.layout.get("answers")
        for other_id, lines in answered.items() if isinstance(answered, dict) else ():
            other = shelf.locked(session, int(other_id))
            other.left_out = int(lines)  # without this file they are nowhere again
            session.add(other)
        session.flush()
        if kept is not None:
            files.delete(session, kept)
        data = {
            "file": file_id,
            "was": was,
            "postings": int(getattr(gone, "rowcount", 0)),
            "pairs": [list(pair) for pair in pairs],
        }
        words = {"name": row.name} | ({"reason": reason} if reason else {})
        once.note(session, own, "dropped", actor, now, data, words)
        return {"file": file_id}

    wish = {"drop": file_id, "reason": reason}
    once.run(house, command_id, wish, actor, now, pool=pool, year=year, work=work, cases=cases)


def forget(house: House, now: datetime) -> int:
    """Erase files that have waited for an answer more than :data:`KEPT_DAYS`. How many there
    were. Safe to run twice."""
    with house.database.read() as session:
        old = list(
            session.execute(
                select(col(BooksFile.id)).where(
                    col(BooksFile.state) == "uploaded",
                    col(BooksFile.uploaded_at) <= now - timedelta(days=KEPT_DAYS),
                )
            ).scalars()
        )
    for file_id in old:
        try:
            drop(house, f"books-forget-{file_id}", known(file_id), "", SYSTEM, now)
        except BooksError:
            continue  # answered or dropped at this very moment
    return len(old)


def _chunks(rows: Sequence[layout.Row]) -> Iterable[Sequence[layout.Row]]:
    return (rows[at : at + _CHUNK] for at in range(0, len(rows), _CHUNK))


__all__ = [
    "KEPT_DAYS",
    "Outcome",
    "Tried",
    "choose",
    "drop",
    "file_of",
    "files_of",
    "forget",
    "trial",
    "unread",
    "upload",
    "waiting_file",
]
