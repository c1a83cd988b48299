"""The sentence for every code of an import, in a reader's language.

Texts are English, the catalogues' source; their Danish stands in
``templates/catalogues/da/imports.po``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pool.imports import columns
from pool.imports.looking import CannotRun, RowProblem
from pool.imports.reading import Unreadable
from pool.render.words import Words
from workflows.wording import OBSTACLES

FILES: Mapping[str, str] = {
    "empty": "The file has no content.",
    "too-large": "The file is larger than %(limit)s MB.",
    "kind": "The file is no spreadsheet: XLSX, ODS and CSV are taken.",
    "old-office": "This is an old Excel file (.xls): save it as .xlsx.",
    "macros": "The workbook has macros: save it without, as .xlsx.",
    "locked": "The workbook is protected by a password: save it without.",
    "bomb": "The file unpacks to far more than a table of cases does.",
    "damaged": "The file cannot be read: it is damaged, or a part of it is missing.",
    "too-heavy": (
        "Reading the file takes more memory or time than a table of cases does: copy the rows to a "
        "new workbook."
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
    "cell-too-long": "A cell is longer than any text of a case: a quotation mark may be missing.",
    "cell-too-much": (
        "A cell of the workbook has more than %(limit)s characters: leave out its column."
    ),
    "too-much": (
        "There is more in the workbook than a table has: leave out the columns that are not used."
    ),
}
RUNS: Mapping[str, str] = {
    "no-pool": "There is no pool “%(pool)s”.",
    "no-year": "%(year)s is no year of a pool.",
    "no-budget": (
        "The year %(year)s is not in the pool's books: say what it is to be opened with."
    ),
    "year-closed": "The year %(year)s is closed in the pool's books and takes nothing more.",
    "no-heading": "There is no column with the heading “%(heading)s”.",
    "columns-missing": "No column was found for: %(fields)s.",
    "nothing-good": "There is no row that can be brought in.",
    "no-run": "There is no such import.",
    "not-checked": "This import was begun, or dropped, already.",
}
PROBLEMS: Mapping[str, str] = {
    "missing": "Nothing is written here.",
    "too-long": "This is longer than the %(longest)s characters that are taken.",
    "meeting-shape": (
        "“%(value)s” is no day or month: write it like 16.03.2017, 2017-03 or marts 2017."
    ),
    "meeting-no-year": "“%(value)s” has no year.",
    "meeting-none": "“%(value)s” is no day or month of the calendar, or in another century.",
    "meeting-far": (
        "%(day)s is more than a year away from the budget year %(year)s, which looks like a typing "
        "error."
    ),
    "meeting-ahead": "%(day)s has not come yet.",
    "amount-shape": "“%(value)s” is no amount: write it like 10.000 or 10.000,50.",
    "amount-negative": "%(value)s is less than nothing.",
    "amount-english": ("“%(value)s” can be read in two ways: write it like 10.000 or 10.000,50."),
    "amount-too-large": "%(value)s is more than any pool has.",
    "amount-ore": "%(value)s is no whole number of øre.",
    "asked-zero": "Nobody asks for 0: leave it empty where the amount is not known.",
    "not-positive": "Nobody asks for 0: leave it empty where the amount is not known.",
    "decision-unknown": "“%(value)s” is no decision that is known: write granted or refused.",
    "grant-without-amount": "It was granted, but no amount is told.",
    "more-than-asked": "More was granted than the %(asked)s that was asked for.",
    "refusal-with-amount": "It was refused, and still an amount is told.",
    "refused-without-reasons": (
        "No reason is told. A refusal must have one (forvaltningsloven §§22-24)."
    ),
    "part-without-reasons": (
        "No reason is told. When less is granted than asked for, there must be one "
        "(forvaltningsloven §§22-24)."
    ),
    "no-part": "It says a part, but all of the %(asked)s was granted.",
    "unknown-kind": (
        "“%(value)s” is no kind of applicant that is known: write forening, gruppe, privatperson, "
        "bolig, institution, kommunal or virksomhed."
    ),
    "nobody-is-a-person": "An applicant without a name is a private person.",
    "initiative-unknown": "“%(value)s” is neither yes nor no.",
    "unknown-way": (
        "“%(value)s” is no way to decide that is known: write meeting, mail, telephone or in "
        "writing."
    ),
    "option-unknown": "“%(value)s” is not among those this pool has.",
    "unknown-key": "“%(value)s” is not among those this pool has.",
    "double": (
        "Line %(line)s has the same title, applicant and month. Where they are two cases, give "
        "them different titles; else delete one of the lines."
    ),
    "differs": "Before it was %(before)s, now it is %(now)s; nothing was changed.",
    "not-enough": "%(granted)s is more than the %(left)s that is left of the year's money.",
    "year-closing": "The year is being closed and takes no new grants.",
    "year-closed": "The year is closed.",
    "no-way": "The rules of this pool have no way to a decision of this kind.",
}
"""What is wrong with a row, or with one of its columns."""
OTHERWISE = "The rules of the pool refuse it (%(code)s)."

STATES: Mapping[str, str] = {
    "good": "ready to be brought in",
    "bad": "cannot be brought in",
    "imported": "brought in",
    "unchanged": "was there already",
    "conflict": "differs from what is there",
}

_MONEY = frozenset({"asked", "granted", "left", "free", "amount", "wanted"})
_AMOUNTS = frozenset({"asked", "granted"})
"""Fields whose values are øre."""


def unreadable(error: Unreadable, words: Words) -> str:
    """Why a file is not taken."""
    return _said(FILES, error.code, error.params, words)


def cannot_run(error: CannotRun, words: Words) -> str:
    """Why a whole import is refused."""
    params = dict(error.params)
    if "fields" in params:
        params["fields"] = ", ".join(label(key, words) for key in params["fields"])
    return _said(RUNS, error.code, params, words)


def label(column: str, words: Words) -> str:
    """What a field is called."""
    field = columns.BY_KEY.get(column)
    return words.t(field.label) if field else column


def problem(told: RowProblem, words: Words) -> str:
    """What is wrong with a row's column. Where it differs from what was brought in before, the
    values are shown as the column's are."""
    params = dict(told.params)
    if told.code == "differs":
        params = {name: value(told.column, params.get(name), words) for name in ("before", "now")}
    return _said(PROBLEMS, told.code, params, words)


def value(column: str, said: Any, words: Words) -> str:
    """A value of ``ImportRow.values`` as a person reads it; what is not known is a dash. For keys
    of the pool's own lists (focus area, results, criterion) the key."""
    if said is None or said == "" or said == []:
        return "–"
    if column in _AMOUNTS and isinstance(said, int):
        return words.money(said)
    if column == "meeting":
        return meeting(said, words)
    if isinstance(said, list):
        return "; ".join(map(str, said))
    return str(said)


def meeting(said: str, words: Words) -> str:
    """A day, or a month: ``16. marts 2017``, ``marts 2017``."""
    try:
        if len(said) == len("2017-03"):
            return words.day(f"{said}-01").split(" ", 1)[1]
        return words.day(said)
    except (ValueError, IndexError):  # as typed, where it could not be read
        return said


def _said(texts: Mapping[str, str], code: str, params: Mapping[str, Any], words: Words) -> str:
    text = texts.get(code) or OBSTACLES.get(code)
    shown = {name: _shown(name, given, words) for name, given in params.items()}
    if text is None:
        return words.t(OTHERWISE, code=code)
    try:
        return words.t(text, **shown)
    except KeyError:  # an obstacle of the rules whose words need more than its numbers
        return words.t(OTHERWISE, code=code)


def _shown(name: str, given: Any, words: Words) -> str:
    if name in _MONEY and isinstance(given, int):
        return words.money(given)
    if name == "day":
        return meeting(str(given), words)
    return str(given)
