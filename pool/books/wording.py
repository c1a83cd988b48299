"""The sentence for every code of the books, in a reader's language.

Texts are English, the catalogues' source; their Danish stands in
``templates/catalogues/da/books.po``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pool.books import columns
from pool.books.errors import BooksError
from pool.books.layout import BadRow
from pool.books.ours import Item
from pool.files.tables import Unreadable
from pool.render.words import Words

FILES: Mapping[str, str] = {
    "empty": "The file has no content.",
    "too-large": "The file is larger than %(limit)s MB.",
    "kind": "The file is no spreadsheet: XLSX, ODS and CSV are taken.",
    "old-office": "This is an old Excel file (.xls): save it as .xlsx.",
    "macros": "The workbook has macros: save it without, as .xlsx.",
    "locked": "The workbook is protected by a password: save it without.",
    "bomb": "The file unpacks to far more than a list of postings does.",
    "damaged": "The file cannot be read: it is damaged, or a part of it is missing.",
    "too-heavy": (
        "Reading the file takes more memory or time than a list of postings does: copy the rows "
        "to a new workbook."
    ),
    "too-many-rows": "There are more than %(limit)s rows: divide the file.",
    "too-many-columns": "There are more than %(limit)s columns: leave out those that are not used.",
    "no-sheet": "The workbook has no sheet named “%(sheet)s”.",
    "no-table": "There are no rows in the file.",
    "not-text": "The file is neither a spreadsheet nor text: XLSX, ODS and CSV are taken.",
    "quote-open": (
        "A quotation mark in line %(line)s is opened and never closed, so that it cannot be seen "
        "where the cell ends."
    ),
    "cell-too-long": (
        "A cell is longer than the text of any posting: a quotation mark may be missing."
    ),
    "cell-too-much": (
        "A cell of the workbook has more than %(limit)s characters: leave out its column."
    ),
    "too-much": (
        "There is more in the workbook than a table has: leave out the columns that are not used."
    ),
}

ROWS: Mapping[str, str] = {
    "missing": "Nothing is written here.",
    "too-long": "This is longer than the %(longest)s characters that are taken.",
    "date-shape": "“%(value)s” is no day.",
    "date-none": "“%(value)s” is no day of the calendar in this century.",
    "amount-none": "There is no amount.",
    "amount-shape": "“%(value)s” is no amount.",
    "amount-mark": "“%(value)s” has its decimals otherwise than the rest of the file.",
    "amount-ore": "%(value)s is no whole number of øre.",
    "amount-too-large": "%(value)s is more than any pool has.",
}
"""Why a line cannot be read."""

REFUSALS: Mapping[str, str] = {
    "off": "This pool does not compare itself with the municipality’s books.",
    "no-year": "The year %(year)s is not in the pool’s books.",
    "not-for-you": "Only finance and the secretariat work with the postings.",
    "no-file": "There is no such file.",
    "not-waiting": "This file was read, or taken back, already.",
    "no-posting": "There is no such posting.",
    "no-transfer": "There is no such payment.",
    "stays-out": "It is of a case you stay out of. A colleague can do it.",
    "nothing-chosen": "Choose what it belongs to.",
    "one-side": "Choose several on one side only.",
    "one-match": (
        "One of them is matched with something else already, and several of both sides cannot be "
        "one match. Undo that match first."
    ),
    "taken": "Somebody else matched or explained it a moment ago, so nothing was done.",
    "meanwhile": "Somebody else changed the match a moment ago, so nothing was done.",
    "not-matched": "It is not matched any more.",
    "explain-matched": "It is matched with a payment. Undo that first.",
    "explain-words": "Write what it is.",
    "explain-long": "Write at most %(longest)s characters.",
    "explained": "Somebody else has explained it a moment ago, so nothing was done.",
    "not-explained": "It is not explained any more.",
    "sealed": (
        "The file “%(name)s” was sealed with another key than the server has now: take it back "
        "and upload it anew."
    ),
}

KINDS: Mapping[str, str] = {
    "theirs": "Only in the municipality’s books",
    "ours": "Only in ours",
    "amount": "Another amount",
}
"""Kinds of differences."""

ITEMS: Mapping[str, str] = {
    "post": "Paid out",
    "return": "Given back",
    "reverse": "Payment taken back",
}
"""What a transfer of ours is."""

HOW: Mapping[str, str] = {
    "reference": "by the reference",
    "amount": "by amount and day",
    "hand": "by hand",
}
"""How a match was made."""


def unreadable(error: Unreadable, words: Words) -> str:
    """Why a file is not taken."""
    return words.t(FILES[error.code], **{k: str(v) for k, v in error.params.items()})


def refused(error: BooksError, words: Words) -> str:
    """Why nothing was done."""
    return words.t(REFUSALS[error.code], **{k: str(v) for k, v in error.params.items()})


def problem(row: BadRow, words: Words) -> str:
    """Why a line cannot be read."""
    return words.t(ROWS[row.code], **{k: str(v) for k, v in row.params.items()})


def role(key: str, words: Words) -> str:
    """What a column is called."""
    return words.t(columns.ROLES[key])


def item(one: Item, words: Words) -> str:
    """What a transfer of ours is."""
    if one.kind == "reverse" and one.amount > 0:
        return words.t("Return taken back")
    return words.t(ITEMS[one.kind])


def agreement(told: Any, words: Words) -> str:
    """The one line: it agrees to the øre, or by how much and in how many places it does not; and
    what of the files is in neither."""
    if told.as_of is None:
        return words.t("No postings have been uploaded yet.")
    if told.agrees:
        return words.t(
            "Agrees to the øre: %(amount)s on both sides.", amount=words.money(told.ours)
        )
    if not told.unread:
        return _differs(told, words)
    left_out = "; ".join(
        words.plural(
            "%(n)s line of “%(name)s” could not be read and is not counted",
            "%(n)s lines of “%(name)s” could not be read and are not counted",
            lines,
            name=name,
        )
        for name, lines in told.unread
    )
    said = (
        _differs(told, words)
        if told.open
        else words.t(
            "Cannot be said to agree yet: what was read is %(amount)s on both sides.",
            amount=words.money(told.ours),
        )
    )
    return f"{said} {left_out}."


def _differs(told: Any, words: Words) -> str:
    count = words.plural("%(n)s difference", "%(n)s differences", told.open)
    if not told.difference:
        return words.t("Does not agree: %(count)s, which cancel each other out.", count=count)
    if told.difference > 0:
        return words.t(
            "Does not agree: the municipality has %(amount)s more than we do, in %(count)s.",
            amount=words.money(told.difference),
            count=count,
        )
    return words.t(
        "Does not agree: the municipality has %(amount)s less than we do, in %(count)s.",
        amount=words.money(-told.difference),
        count=count,
    )
