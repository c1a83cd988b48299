"""A table's rows tried one by one, and together: what each says, which case it is, and every
reason why it cannot be brought in.

The reasons that follow from the law and the pool's rules are those of
:func:`pool.cases.imported.problems`, which the import itself asks again; here they are found
without doing anything. A problem has a ``column`` (a field's key), a ``code`` and ``params``.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, cast

from pool.cases.imported import ImportedCase
from pool.cases.imported import problems as rules
from pool.imports import parsing
from pool.imports.reading import Book, Cell, Line, text_of
from workflows.definition import Definition
from workflows.recognise import criterion as recognised
from workflows.values import Bad, clean

_COLUMN = {
    "made_on": "meeting",
    "made_how": "how",
    "precision": "meeting",
    "applicant_kind": "applicant_type",
    "reasons": "reason",
    "outcome": "decision",
    "amount": "granted",
    "record": "meeting",
}
"""What the rules call a field of the table."""
_LONGEST_SHOWN = 300
_AHEAD = 1
"""Years a meeting may be before or after the year that pays: the money of a year may be given at
the end of the one before, or late. Further off is a typing error."""


@dataclass(slots=True)
class Checked:
    """One line, tried. ``values`` as ``ImportRow.values`` has them."""

    line: int
    values: dict[str, Any]
    identity: str = ""
    digest: str = ""
    state: str = "good"
    problems: list[dict[str, Any]] = field(default_factory=list)
    case_id: int | None = None

    def refuse(self, column: str, code: str, **params: Any) -> None:
        self.problems.append(problem(column, code, **params))
        self.state = "bad"


@dataclass(frozen=True, slots=True)
class Known:
    """What was brought in before under an identity."""

    case_id: int
    digest: str
    values: Mapping[str, Any]


def problem(column: str, code: str, **params: Any) -> dict[str, Any]:
    """As stored."""
    return {"column": column, "code": code, "params": params}


def check(
    definition: Definition,
    book: Book,
    mapping: Mapping[str, str],
    *,
    year: int,
    today: date,
    free: int,
    known: Callable[[Iterable[str]], Mapping[str, Known]],
) -> list[Checked]:
    """Every row of ``book``, in its order. ``mapping`` is field → heading.

    ``free`` is what the year has left (øre): the good rows are granted in their order, and a row
    for which it is not enough is refused, as the ledger will. ``known`` finds what was brought in
    before, by identity.
    """
    places = {key: book.column(heading) for key, heading in mapping.items() if heading}
    rows = [_row(definition, line, places, year, today) for line in book.lines]
    _doubles(rows)
    _before(rows, known({row.identity for row in rows if row.identity}))
    for row in rows:
        if row.state == "good" and row.values["decision"] == "approved":
            wanted = row.values["granted"]
            if wanted > free:
                row.refuse("granted", "not-enough", granted=wanted, left=free)
            else:
                free -= wanted
    return rows


def column_of(name: str) -> str:
    """The field of a table that the rules' ``name`` is."""
    return _COLUMN.get(name, name)


def compare(row: Checked, before: Known | None) -> None:
    """What was brought in before is unchanged, or a conflict that changes nothing."""
    if before is None or row.state != "good":
        return
    row.case_id = before.case_id
    row.state = "unchanged" if before.digest == row.digest else "conflict"
    if row.state == "conflict":
        for key in _READERS:
            was, now = before.values.get(key), row.values.get(key)
            if was != now:
                row.problems.append(problem(key, "differs", before=was, now=now))


def identity(pool: str, year: int, values: Mapping[str, Any]) -> str:
    """sha256 of what makes it the same case in another file. Of the meeting only the month: a day
    that is told or put right later is a difference of the same case, not another case."""
    said = [
        pool,
        year,
        values["meeting"][: len("2017-03")],
        _flat(values["title"]),
        _flat(values.get("applicant") or ""),
    ]
    return _sha256(said)


def digest(values: Mapping[str, Any]) -> str:
    """sha256 of all a row says. A field that says nothing is left out, so that a column that is
    there and empty is as good as none."""
    return _sha256({key: value for key, value in values.items() if value not in (None, "", [])})


def case_of(definition: Definition, year: int, values: Mapping[str, Any]) -> ImportedCase:
    """The case a good row tells of. Where no criterion is told, it is recognised by the words of
    the reason, as the definition has them."""
    made_on, precision = _day(values["meeting"])
    reasons = values.get("reason") or ""
    refused = values["decision"] == "refused"
    return ImportedCase(
        pool=definition.key,
        year=year,
        title=values["title"],
        applicant=values.get("applicant"),
        applicant_kind=values["applicant_type"],
        asked=values.get("asked"),
        granted=values.get("granted"),
        outcome="refused" if refused else "approved",
        reasons=reasons,
        criterion=values.get("criterion")
        or (recognised(definition, reasons) if refused and reasons else None),
        made_on=made_on,
        precision=precision,
        made_how=values.get("how") or "meeting",
        kind=cast(Literal["application", "initiative"], values.get("kind") or "application"),
        focus_area=values.get("focus_area"),
        place=values.get("place"),
        results=tuple(values.get("results") or ()),
    )


def _day(meeting: str) -> tuple[date, Literal["day", "month"]]:
    if len(meeting) == len("2017-03"):
        return parsing.meeting(meeting)[0], "month"
    return date.fromisoformat(meeting), "day"


def _flat(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _sha256(said: Any) -> str:
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _doubles(rows: Iterable[Checked]) -> None:
    first: dict[str, int] = {}
    for row in rows:
        if not row.identity:
            continue
        if row.identity in first:
            row.refuse("title", "double", line=first[row.identity])
        else:
            first[row.identity] = row.line


def _before(rows: Iterable[Checked], known: Mapping[str, Known]) -> None:
    for row in rows:
        compare(row, known.get(row.identity))


# One row


def _meeting(cell: Cell, _: Definition) -> str:
    day, precision = parsing.meeting(cell)
    return day.isoformat()[: 7 if precision == "month" else 10]


def _decision(cell: Cell, _: Definition) -> str:
    return parsing.listed(cell, parsing.DECISIONS, "decision-unknown")


def _applicant_type(cell: Cell, _: Definition) -> str:
    return parsing.listed(cell, parsing.KINDS, "unknown-kind")


def _asked(cell: Cell, _: Definition) -> int | None:
    asked = parsing.amount(cell)
    if asked == 0:
        raise Bad("asked-zero")
    return asked


Reader = Callable[[Cell, Definition], Any]

_READERS: Mapping[str, Reader] = {
    "meeting": _meeting,
    "title": lambda cell, _: parsing.one_line(cell, 200),
    "applicant": lambda cell, _: parsing.applicant(cell),
    "applicant_type": _applicant_type,
    "asked": _asked,
    "granted": lambda cell, _: parsing.amount(cell),
    "decision": _decision,
    "reason": lambda cell, _: parsing.reason(cell),
    "criterion": lambda cell, d: parsing.option(text_of(cell), d.refusal_reasons),
    "kind": lambda cell, _: parsing.listed(cell, parsing.INITIATIVES, "initiative-unknown"),
    "focus_area": lambda cell, d: parsing.option(text_of(cell), d.focus_areas),
    "place": lambda cell, _: parsing.one_line(cell, 300),
    "results": lambda cell, d: parsing.several(cell, d.results),
    "how": lambda cell, _: parsing.listed(cell, parsing.WAYS, "unknown-way"),
}
_MUST = frozenset({"meeting", "title", "applicant", "applicant_type", "decision"})
_SILENT = {"kind": "application", "how": "meeting"}
"""What an empty cell says."""


def _row(
    definition: Definition,
    line: Line,
    places: Mapping[str, int | None],
    year: int,
    today: date,
) -> Checked:
    row = Checked(line.number, {})
    cells = {
        key: line.cells[place] if place is not None and place < len(line.cells) else None
        for key, place in places.items()
    }
    for key, reader in _READERS.items():
        cell = cells.get(key)
        if parsing.empty(cell) and key not in _MUST:
            row.values[key] = _SILENT.get(key)
            continue
        if key == "applicant_type" and parsing.empty(cell) and _nobody(row):
            row.values[key] = "person"  # it was said in the applicant's own column
            continue
        try:
            row.values[key] = reader(cell, definition)
        except Bad as bad:
            row.values[key] = clean(text_of(cell))[:_LONGEST_SHOWN]
            row.refuse(key, bad.code, **bad.params)
    faulty = {each["column"] for each in row.problems}
    partly = row.values["decision"] == "part"
    if partly:
        row.values["decision"] = "approved"
    if row.values["decision"] == "refused" and row.values["granted"] == 0:
        row.values["granted"] = None  # nothing was granted, in whatever way that is written
    _when(row, faulty, year, today)
    if "applicant_type" not in faulty and _nobody(row) and row.values["applicant_type"] != "person":
        row.refuse("applicant_type", "nobody-is-a-person")
    if "decision" not in faulty:
        _by_the_rules(row, faulty, definition, year, partly=partly)
    if not faulty & {"meeting", "title", "applicant"}:
        row.identity = identity(definition.key, year, row.values)
    if row.state == "good":
        row.digest = digest(row.values)
    return row


def _nobody(row: Checked) -> bool:
    """Whether the applicant is a private person who is not named."""
    return "applicant" in row.values and row.values["applicant"] is None


def _when(row: Checked, faulty: set[str], year: int, today: date) -> None:
    if "meeting" in faulty:
        return
    day, precision = _day(row.values["meeting"])
    if abs(day.year - year) > _AHEAD:
        row.refuse("meeting", "meeting-far", day=row.values["meeting"], year=year)
    elif (day.replace(day=1) if precision == "month" else day) > today:
        row.refuse("meeting", "meeting-ahead", day=row.values["meeting"])


def _by_the_rules(
    row: Checked, faulty: set[str], definition: Definition, year: int, *, partly: bool
) -> None:
    """The rules' own refusals, for the columns that could be read. What could not be read is left
    out, so that one fault is told once."""
    readable = {key: value for key, value in row.values.items() if key not in faulty}
    blanks = {"meeting": f"{year}-01-01", "title": "-", "applicant_type": "person"}
    one = case_of(definition, year, blanks | readable)
    for found in rules(definition, one):
        column = column_of(found.column)
        if column not in faulty:
            row.refuse(column, found.code, **found.params)
    if not partly or faulty & {"asked", "granted"}:
        return
    if one.asked is not None and one.granted is not None and one.granted >= one.asked:
        row.refuse("decision", "no-part", asked=one.asked)
    elif one.asked is None and not one.reasons and "reason" not in faulty:
        row.refuse("reason", "part-without-reasons")
