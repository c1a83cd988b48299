"""A safety plan as two files: a table of lines and years (CSV), and beside it, under the same
name, what the table does not say (TOML): published sums, which lines are pools, sources.

The published sum of a year is what counts. Where the printed lines add up to less, one named
balancing line carries the difference; where they add up to more, something is wrong and the
plan is refused. Pure: files in, lines out.
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pool import money
from pool.plan.faults import Fault

_YEAR = re.compile(r"y(\d{4})")
_COLUMNS = ("no", "activity")


class PlanRefused(ValueError):
    """The plan is not taken. ``faults``: a sentence for each reason; ``str()`` is all of them."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Line:
    """One activity in one year. ``amount`` is øre."""

    year: int
    number: int
    name: str
    focus_areas: tuple[str, ...]
    amount: int
    note: str
    pool: str | None = None
    balancing: bool = False


@dataclass(slots=True)
class _Told:
    """What the file beside the table says, checked."""

    source: str = ""
    sums: dict[int, int] = field(default_factory=dict)
    pools: dict[int, str] = field(default_factory=dict)
    balancing_name: str = ""
    balancing_note: str = ""
    notes: dict[tuple[int, int], str] = field(default_factory=dict)


def read(table: bytes, beside: bytes) -> tuple[Line, ...]:
    """Every line of every year, the balancing lines last in theirs; an empty amount is no line.

    Raises :class:`PlanRefused` with everything that is wrong with the files.
    """
    faults: list[str] = []
    told = _told(beside, faults)
    lines = _table(table, told, faults)
    numbers = {line.number for line in lines}
    for number in sorted({*told.pools, *(line for line, _ in told.notes)} - numbers):
        faults.append(Fault("no-such-line", line=number))
    last = max(numbers, default=0) + 1
    years = sorted({line.year for line in lines} | set(told.sums))
    found: list[Line] = []
    for year in years:
        of_year = sorted(
            (line for line in lines if line.year == year), key=lambda line: line.number
        )
        found += of_year
        _twice(of_year, faults)
        if year not in told.sums:
            faults.append(Fault("no-sum", year=year))
            continue
        rest = told.sums[year] - sum(line.amount for line in of_year)
        if rest < 0:
            faults.append(
                Fault(
                    "sum-too-small",
                    year=year,
                    lines=money.show(told.sums[year] - rest),
                    more=money.show(-rest),
                    sum=money.show(told.sums[year]),
                )
            )
        elif rest and not (told.balancing_name and told.balancing_note):
            faults.append(Fault("no-balancing", year=year, less=money.show(rest)))
        elif rest:
            found.append(
                Line(
                    year=year,
                    number=last,
                    name=told.balancing_name,
                    focus_areas=(),
                    amount=rest,
                    note=told.balancing_note,
                    balancing=True,
                )
            )
    if faults:
        raise PlanRefused(faults)
    return tuple(found)


def same_name(name: str) -> str:
    """A line's name as it is known again in another year: whatever its case and blanks."""
    return " ".join(name.casefold().split())


def _twice(lines: list[Line], faults: list[str]) -> None:
    """Lines of one year that could not be told apart beside another year's, or would both be what
    a pool has."""
    names: dict[str, int] = {}
    pools: dict[str, int] = {}
    for line in lines:
        first = names.setdefault(same_name(line.name), line.number)
        if first != line.number:
            faults.append(
                Fault(
                    "same-name",
                    first=first,
                    second=line.number,
                    year=line.year,
                    name=repr(line.name),
                )
            )
        if line.pool is None:
            continue
        first = pools.setdefault(line.pool, line.number)
        if first != line.number:
            faults.append(
                Fault(
                    "same-pool",
                    first=first,
                    second=line.number,
                    year=line.year,
                    name=repr(line.pool),
                )
            )


def _table(body: bytes, told: _Told, faults: list[str]) -> list[Line]:
    try:
        text = body.decode("utf-8-sig")
        rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        headings = list(rows.fieldnames or ())
        years = {name: int(found[1]) for name in headings if (found := _YEAR.fullmatch(name))}
        missing = [name for name in _COLUMNS if name not in headings]
        if missing or not years:
            missing += [] if years else ["y2024 (a column a year)"]
            raise PlanRefused([Fault("no-column", names=", ".join(missing))])
        lines: list[Line] = []
        seen: set[int] = set()
        for row in rows:
            lines += _row(row, rows.line_num, years, seen, told, faults)
    except UnicodeDecodeError:
        raise PlanRefused([Fault("no-utf8")]) from None
    except csv.Error as error:
        raise PlanRefused([Fault("no-csv", error=error)]) from None
    return lines


def _row(
    row: Mapping[str, Any],
    at: int,
    years: Mapping[str, int],
    seen: set[int],
    told: _Told,
    faults: list[str],
) -> list[Line]:
    typed, name = (row.get("no") or "").strip(), (row.get("activity") or "").strip()
    if not typed.isdecimal() or not name or len(name) > 200 or int(typed) in seen:
        faults.append(Fault("line", line=at))
        return []
    number = int(typed)
    seen.add(number)
    areas = tuple(one.strip() for one in (row.get("focus_areas") or "").split(";") if one.strip())
    general = "" if any(line == number for line, _ in told.notes) else (row.get("note") or "")
    lines = []
    for heading, year in years.items():
        amount = (row.get(heading) or "").strip()
        if not amount:
            continue
        try:
            ore = money.parse(amount)
        except money.NotMoney:
            faults.append(Fault("amount", line=at, column=heading, value=repr(amount)))
            continue
        note = told.notes.get((number, year)) or general.strip() or told.source
        lines.append(Line(year, number, name, areas, ore, note, told.pools.get(number)))
    return lines


def _told(body: bytes, faults: list[str]) -> _Told:
    try:
        given = tomllib.loads(body.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PlanRefused([Fault("no-toml", error=error)]) from None
    told = _Told()
    told.source = _text(given, "source", faults)
    if not told.source:
        faults.append(Fault("no-source"))
    for key, value in _part(given, "sums", faults).items():
        try:
            told.sums[int(key)] = money.parse(str(value))
        except ValueError:
            faults.append(Fault("sum", year=key, value=repr(value)))
    for key, value in _part(given, "pools", faults).items():
        if key.isdecimal() and isinstance(value, str):
            told.pools[int(key)] = value
        else:
            faults.append(Fault("pool-line", line=key))
    balancing = _part(given, "balancing", faults)
    told.balancing_name = _text(balancing, "name", faults)
    told.balancing_note = _text(balancing, "note", faults)
    notes = given.get("notes", [])
    for one in notes if isinstance(notes, list) else [notes]:
        try:
            for year in one["years"]:
                told.notes[int(one["line"]), int(year)] = str(one["text"]).strip()
        except (TypeError, KeyError, ValueError):
            faults.append(Fault("notes"))
    return told


def _part(given: Mapping[str, Any], name: str, faults: list[str]) -> Mapping[str, Any]:
    part = given.get(name, {})
    if isinstance(part, dict):
        return part
    faults.append(Fault("no-table", name=name))
    return {}


def _text(given: Mapping[str, Any], name: str, faults: list[str]) -> str:
    value = given.get(name, "")
    if isinstance(value, str):
        return value.strip()
    faults.append(Fault("no-text", name=name))
    return ""
