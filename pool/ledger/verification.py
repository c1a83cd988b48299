"""Proof that the books are right: every transfer folded again, and compared with what stands.

Whoever may alter the schema is not stopped by a trigger, but found out here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from pool.ledger import chain
from pool.migrations import guards
from pool.models.ledger import GENESIS, Account, Book, BookYear, Total, Transfer

_SHAPES = {
    "appropriate": {("source", "free")},
    "relinquish": {("free", "source")},
    "earmark": {("free", "earmark")},
    "unearmark": {("earmark", "free")},
    "hold": {("free", "held"), ("earmark", "held")},
    "void": {("held", "free"), ("held", "earmark")},
    "post": {("held", "paid")},
    "return": {("paid", "free"), ("paid", "source")},
}
_COLUMNS = Transfer.metadata.tables["transfer"].columns


@dataclass(frozen=True, slots=True)
class Head:
    """The newest transfer of a book. Kept outside (printed, mailed), it anchors all before."""

    book: str
    n: int
    hash: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it should be. ``where`` names the row (``urban-life/17``,
    ``account 4``, ``total 2023 hold``) or the guard, ``code`` what is wrong with it."""

    where: str
    code: str
    detail: str = ""
    off: int | None = None
    """Of a balance or total: by how much it is too high, øre. What follows in a broken book moves
    both numbers of ``detail``, never this."""

    stands: str = ""
    """Of a row: sha256 of it as it stands now, so that whoever changes it again breaks it anew."""

    @property
    def key(self) -> str:
        """What makes it the same break tomorrow."""
        return f"{self.detail}|{self.stands}" if self.off is None else f"{self.off:+d}"


@dataclass(frozen=True, slots=True)
class Report:
    """What :func:`verify` saw; ``faults`` in the order found, the first broken row first."""

    transfers: int
    accounts: int
    heads: tuple[Head, ...]
    faults: tuple[Fault, ...]

    @property
    def ok(self) -> bool:
        return not self.faults


@dataclass
class _Fold:
    """Balances and totals as the transfers so far make them."""

    balance: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    last: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    total: dict[tuple[int, str], int] = field(default_factory=lambda: defaultdict(int))
    total_last: dict[tuple[int, str], int] = field(default_factory=lambda: defaultdict(int))
    by_id: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    reversed: set[int] = field(default_factory=set)


def heads(session: Session) -> list[Head]:
    """The newest transfer of every book that has one."""
    found = []
    for book in session.execute(select(Book).order_by(col(Book.key))).scalars():
        last = session.execute(
            select(col(Transfer.n), col(Transfer.hash))
            .where(col(Transfer.book_id) == book.id)
            .order_by(col(Transfer.n).desc())
            .limit(1)
        ).one_or_none()
        if last is not None:
            found.append(Head(book.key, last[0], last[1]))
    return found


def verify(session: Session, anchors: Iterable[Head] = ()) -> Report:
    """Fold every transfer of every book and compare: numbers without gap, the chain of hashes,
    shapes, balances and totals; the guards with the catalogue; and ``anchors``, heads that were
    kept outside, with the transfers of those numbers."""
    faults = [
        Fault(f"{each.table}: {each.name}", f"guard-{each.what}")
        for each in guards.compare(session.connection())
    ]
    accounts = {row["id"]: row for row in _rows(session, Account)}
    year_book = {row["id"]: row["book_id"] for row in _rows(session, BookYear)}
    books = {row["id"]: row["key"] for row in _rows(session, Book)}
    fold, count, found, broken = _Fold(), 0, [], []
    for book_id, key in sorted(books.items()):
        last: Mapping[str, Any] | None = None
        wanted: dict[int, set[str]] = defaultdict(set)
        for anchor in anchors:
            if anchor.book == key:
                wanted[anchor.n].add(anchor.hash)
        for row in _chain(session, book_id):
            where = f"{key}/{row['n']}"
            wrong = [*_faults_of_row(row, last), *_apply(fold, row, accounts, year_book)]
            if wanted.pop(row["n"], {row["hash"]}) != {row["hash"]}:
                wrong.append(("anchor", "another transfer was here"))
            broken += [Fault(where, *fault, stands=_stands(row)) for fault in wrong]
            last, count = row, count + 1
        broken += [Fault(f"{key}/{n}", "anchor", "is gone") for n in sorted(wanted)]
        if last is not None:
            found.append(Head(key, last["n"], last["hash"]))
    strangers = {anchor.book for anchor in anchors} - set(books.values())
    broken += [Fault(book, "anchor", "is gone") for book in sorted(strangers)]
    broken += _standing(session, fold, accounts)
    broken += _invariants(session, accounts)
    return Report(count, len(accounts), tuple(found), tuple(broken + faults))


def _rows(session: Session, model: Any) -> list[Mapping[str, Any]]:
    """Rows as they stand, past every object the session already knows."""
    return [dict(row) for row in session.execute(select(model.__table__)).mappings()]


def _chain(session: Session, book_id: int) -> Iterator[Mapping[str, Any]]:
    statement = select(*_COLUMNS).where(_COLUMNS["book_id"] == book_id).order_by(_COLUMNS["n"])
    for row in session.execute(statement.execution_options(yield_per=1000)).mappings():
        yield dict(row)


def _stands(row: Mapping[str, Any]) -> str:
    return chain.digest("|".join(f"{name}={value}" for name, value in sorted(row.items())))


def _faults_of_row(
    row: Mapping[str, Any], last: Mapping[str, Any] | None
) -> Iterator[tuple[str, str]]:
    """What is wrong with a transfer as a link of its chain."""
    expected = last["n"] + 1 if last else 1
    if row["n"] != expected:
        yield "number", f"{expected} was to come"
    if row["prev_hash"] != (last["hash"] if last else GENESIS):
        yield "chain", "does not stand on the transfer before"
    if row["canonical"] != chain.canonical(row):
        yield "text", "the text that was hashed tells another transfer"
    if row["hash"] != chain.digest(row["canonical"]):
        yield "hash", "is not that of the text"
    if last and row["recorded_at"] < last["recorded_at"]:
        yield "clock", "was recorded before the transfer before"


def _apply(
    fold: _Fold,
    row: Mapping[str, Any],
    accounts: Mapping[int, Mapping[str, Any]],
    year_book: Mapping[int, int],
) -> Iterator[tuple[str, str]]:
    """Count a transfer, and say what is wrong with it as a move of money."""
    fold.by_id[row["id"]] = row
    ends = [accounts.get(row[end]) for end in ("from_id", "to_id")]
    if (
        None in ends
        or any(end is not None and end["year_id"] != row["year_id"] for end in ends)
        or year_book.get(row["year_id"]) != row["book_id"]
    ):
        yield "year", "its accounts are not of this book and year"
        return
    kinds = tuple(end["kind"] for end in ends if end is not None)
    counted, sign = row["kind"], 1
    if counted == "reverse":
        cited = fold.by_id.get(row["cites_id"])
        if (
            cited is None
            or any(
                cited[mine] != row[theirs]
                for mine, theirs in (
                    *(("from_id", "to_id"), ("to_id", "from_id"), ("amount", "amount")),
                    *(("case_id", "case_id"), ("decision_id", "decision_id")),
                )
            )
            or cited["kind"] == "reverse"
        ):
            yield "mirror", "is not the mirror of what it cites"
            return
        if cited["id"] in fold.reversed:
            yield "reversed", "takes back what was taken back"
        fold.reversed.add(cited["id"])
        counted, sign = cited["kind"], -1
    elif kinds not in _SHAPES.get(counted, set()):
        yield "shape", f"{counted} from {kinds[0]} to {kinds[1]}"
    fold.total[row["year_id"], counted] += sign * row["amount"]
    fold.total_last[row["year_id"], counted] = row["n"]
    for end, direction in ((row["from_id"], -1), (row["to_id"], 1)):
        fold.balance[end] += direction * row["amount"]
        fold.last[end] = row["n"]
    if kinds[0] != "source" and fold.balance[row["from_id"]] < 0:
        yield "overdraft", f"leaves {fold.balance[row['from_id']]} on account {row['from_id']}"


def _standing(
    session: Session, fold: _Fold, accounts: Mapping[int, Mapping[str, Any]]
) -> Iterator[Fault]:
    """Balances and totals that are not what the transfers make them."""
    for account_id, row in sorted(accounts.items()):
        should = (fold.balance[account_id], fold.last[account_id])
        if (row["balance"], row["last_n"]) != should:
            yield Fault(
                f"account {account_id}",
                "balance",
                f"{row['balance']} after {row['last_n']}, should be {should[0]} after {should[1]}",
                off=row["balance"] - should[0],
            )
    totals = {(row["year_id"], row["kind"]): row for row in _rows(session, Total)}
    for key in sorted(totals.keys() | fold.total.keys()):
        stands = (totals[key]["amount"], totals[key]["last_n"]) if key in totals else (0, 0)
        should = (fold.total[key], fold.total_last[key])
        if stands != should:
            yield Fault(
                f"total {key[0]} {key[1]}",
                "total",
                f"{stands[0]}, should be {should[0]}",
                off=stands[0] - should[0],
            )


_PARENTS = {"held": {"free", "earmark"}, "paid": {"held"}}


def _invariants(session: Session, accounts: Mapping[int, Mapping[str, Any]]) -> Iterator[Fault]:
    """What holds of the rows beside the transfers: every account hangs where its kind belongs, no
    account but a source is overdrawn, and a closed year is empty."""
    closed = {row["id"] for row in _rows(session, BookYear) if row["state"] == "closed"}
    for account_id, row in sorted(accounts.items()):
        where, kind = f"account {account_id}", row["kind"]
        parent = accounts.get(row["parent_id"])
        wanted = _PARENTS.get(kind)
        if (row["parent_id"] is not None) != (wanted is not None) or (
            wanted
            and (
                parent is None
                or parent["kind"] not in wanted
                or parent["year_id"] != row["year_id"]
                or row["case_id"] is None
            )
        ):
            yield Fault(where, "parent", f"{kind} hangs where it does not belong")
        if kind != "source" and row["balance"] < 0:
            yield Fault(where, "overdraft", f"stands at {row['balance']}")
        if row["year_id"] in closed and kind in ("free", "earmark", "held") and row["balance"]:
            yield Fault(where, "year-not-empty", f"{row['balance']} in a closed year")
