"""The whole ledger in forms other programs read, so that an auditor needs none of ours.

``hledger``: a journal of plain text accounting whose every posting asserts the balance that stood
after it. One account of ours is one account there, one transfer one transaction. ``csv`` and
``jsonl`` are the transfers with all their fields.

No names: cases, decisions and people are ids, as they are in the ledger. An earmark's label is in
the account's name, without what hledger reads as syntax.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Literal

from sqlalchemy import select
from sqlmodel import Session, col

from pool.clock import local_day
from pool.models.ledger import Account, Book, BookYear, Transfer

Format = Literal["hledger", "csv", "jsonl"]
FORMATS: tuple[Format, ...] = ("hledger", "csv", "jsonl")
COLUMNS = (
    "book",
    "n",
    "year",
    "kind",
    "from",
    "to",
    "amount_ore",
    "effective_on",
    "precision",
    "recorded_at",
    "case_id",
    "decision_id",
    "cites_n",
    "actor",
    "command_id",
    "line",
    "prev_hash",
    "hash",
)
_UNSAFE = re.compile(r"[^\w.,+-]+")
_CURRENCY = "DKK"


def export(session: Session, form: Format, books: Collection[str] = ()) -> Iterator[str]:
    """The text, piece by piece: every book in its order, or those named. Raises KeyError for a
    book that is not there."""
    known = {row.id: row.key for row in session.execute(select(Book)).scalars()}
    for key in books:
        if key not in known.values():
            raise KeyError(key)
    rows = _rows(session, {i: key for i, key in known.items() if not books or key in books})
    if form == "hledger":
        return _hledger(rows, account_names(session).values())
    return _csv(rows) if form == "csv" else _jsonl(rows)


def account_names(session: Session) -> dict[int, str]:
    """Each account as hledger knows it: ``urban-life:2024:free``, ``…:earmark:4-activity-5``,
    ``…:held:7``, ``…:paid:9``."""
    found = session.execute(
        select(
            col(Account.id), col(Account.kind), col(Account.label), col(BookYear.year),
            col(Book.key),
        )
        .join(BookYear, col(BookYear.id) == col(Account.year_id))
        .join(Book, col(Book.id) == col(BookYear.book_id))
    )  # fmt: skip
    return {row[0]: _name(*row) for row in found}


def _name(account_id: int, kind: str, label: str, year: int, book: str) -> str:
    last = {"source": "", "free": "", "earmark": f":{account_id}-{_UNSAFE.sub('-', label)}"}
    return f"{book}:{year}:{kind}{last.get(kind, f':{account_id}')}"


def _rows(session: Session, books: Mapping[int | None, str]) -> Iterator[dict[str, Any]]:
    names = account_names(session)
    years: dict[int | None, int] = {
        row.id: row.year for row in session.execute(select(BookYear)).scalars()
    }
    for book_id, key in sorted(books.items(), key=lambda item: item[1]):
        numbers: dict[int, int] = {}
        found = session.execute(
            select(Transfer.__table__)  # type: ignore[attr-defined]
            .where(col(Transfer.book_id) == book_id)
            .order_by(col(Transfer.n))
            .execution_options(yield_per=1000)
        )
        for row in found.mappings():
            numbers[row["id"]] = row["n"]
            yield {
                "book": key,
                "n": row["n"],
                "year": years[row["year_id"]],
                "kind": row["kind"],
                "from": names[row["from_id"]],
                "to": names[row["to_id"]],
                "amount_ore": row["amount"],
                "effective_on": row["effective_on"].isoformat(),
                "precision": row["precision"],
                "recorded_at": row["recorded_at"].isoformat(),
                "case_id": row["case_id"],
                "decision_id": row["decision_id"],
                "cites_n": numbers.get(row["cites_id"]),
                "actor": row["actor"],
                "command_id": row["command_id"],
                "line": row["line"],
                "prev_hash": row["prev_hash"],
                "hash": row["hash"],
                "day": local_day(row["recorded_at"]).isoformat(),
            }


def _hledger(rows: Iterator[dict[str, Any]], accounts: Collection[str]) -> Iterator[str]:
    """Dated by the day a transfer was recorded, with the day it is about as hledger's second date
    (``--date2``): in the first order the asserted balances are those that stood."""
    balance: dict[str, int] = defaultdict(int)
    yield f"; puljen ledger, amounts in {_CURRENCY}\n"
    yield f"decimal-mark .\ncommodity 1000.00 {_CURRENCY}\n"
    yield "".join(f"account {name}\n" for name in sorted(accounts))
    for row in rows:
        balance[row["from"]] -= row["amount_ore"]
        balance[row["to"]] += row["amount_ore"]
        tags = ", ".join(
            f"{name}:{row[name]}"
            for name in ("precision", "case_id", "decision_id", "cites_n", "actor", "hash")
            if row[name] is not None
        )
        yield (
            f"\n{row['day']}={row['effective_on']} ({row['book']}/{row['n']}) {row['kind']}"
            f"  ; {tags}\n"
            f"    {row['from']}  {_kroner(-row['amount_ore'])} = {_kroner(balance[row['from']])}\n"
            f"    {row['to']}  {_kroner(row['amount_ore'])} = {_kroner(balance[row['to']])}\n"
        )


def _kroner(ore: int) -> str:
    sign = "-" if ore < 0 else ""
    return f"{sign}{abs(ore) // 100}.{abs(ore) % 100:02d} {_CURRENCY}"


def _csv(rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow(row)
        yield _emptied(file)
    yield _emptied(file)


def _emptied(file: io.StringIO) -> str:
    text = file.getvalue()
    file.seek(0)
    file.truncate()
    return text


def _jsonl(rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    for row in rows:
        yield json.dumps({name: row[name] for name in COLUMNS}, ensure_ascii=False) + "\n"
