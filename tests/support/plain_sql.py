"""A pool's year recomputed by plain SQL: a second reckoning that shares nothing with the first.

Nothing of ``pool.ledger`` or ``pool.summary`` is used here, no model and no query builder: SQL
as text on the driver's own connection, the same words on SQLite and PostgreSQL. What each figure
means is taken from the definitions alone (``docs/ledger.md``, the docstrings of
``pool/ledger/figures.py`` and ``pool/summary/model.py``), so that a mistake made there once is
not made here again.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pool.db import Database
from tests.support.plain_statements import (
    ANSWERS,
    ASIDE,
    COUNTED,
    COUNTS,
    DAYS,
    GRANTS,
    GROUPS,
    IN_BOOKS,
    JOURNAL_HEADS,
    LEDGER_HEAD,
    MONEY,
    OPENED,
    OUTSIDE,
    RECUSED,
    REFUSALS,
    RELINQUISHED,
    UNKNOWN_DAYS,
)

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
FAR = date(9999, 1, 1)
SMALL = 30
FEWEST = 5
MOST = 20

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Moment:
    """What counts: written by ``known``, and about a day up to ``cut`` (None: any day)."""

    known: datetime
    cut: date | None = None

    def values(self) -> dict[str, Any]:
        """``after`` is the first moment that is later than the day ``cut`` in Copenhagen."""
        cut = self.cut or FAR
        midnight = datetime.combine(cut + timedelta(days=1), time(), COPENHAGEN)
        return {"known": self.known, "cut": cut, "after": midnight.astimezone(UTC)}


class Reader:
    """One raw connection of the driver's own, with values bound by name."""

    def __init__(self, database: Database) -> None:
        self._sqlite = database.is_sqlite
        self._held = database.engine.raw_connection()

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self._held.rollback()
        self._held.close()

    def rows(self, sql: str, values: Mapping[str, Any]) -> list[Row]:
        """Rows by column name: whole numbers, days as ``date``, moments as UTC ``datetime``."""
        sql = re.sub(r"--[^\n]*", "", sql)
        named = {name: values[name] for name in set(re.findall(r":([a-z]+)\b", sql))}
        if self._sqlite:
            named = {name: _for_sqlite(value) for name, value in named.items()}
        else:
            sql = re.sub(r":([a-z]+)\b", r"%(\1)s", sql)
        cursor = self._held.cursor()
        try:
            cursor.execute(sql, named)
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, map(_plain, row), strict=True)) for row in cursor.fetchall()]
        finally:
            cursor.close()


def _for_sqlite(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return value.isoformat() if isinstance(value, date) else value


def _plain(value: Any) -> Any:
    """PostgreSQL adds up bigints to decimals; SQLite keeps days and moments as text."""
    if value is not None and type(value).__name__ == "Decimal":
        return int(value)
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", value):
        return datetime.strptime(value, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return date.fromisoformat(value)
    return value


def money(reader: Reader, pool: str, year: int, moment: Moment) -> Row:
    """Where the year's money was."""
    return _one(reader, MONEY, pool, year, moment)


def counts(reader: Reader, pool: str, year: int, moment: Moment) -> Row:
    """How many applications, by what became of them."""
    return _one(reader, COUNTS, pool, year, moment)


def _ask(reader: Reader, sql: str, pool: str, year: int, moment: Moment) -> list[Row]:
    return reader.rows(COUNTED + sql, {"pool": pool, "year": year, **moment.values()})


def _one(reader: Reader, sql: str, pool: str, year: int, moment: Moment) -> Row:
    return _ask(reader, sql, pool, year, moment)[0]


def pool_year(reader: Reader, pool: str, year: int, moment: Moment) -> Row:
    """Every figure of the year, by the names of ``PoolYear``."""
    values = {"pool": pool, "year": year, **moment.values()}
    opened = reader.rows(OPENED, values)
    moved = _one(reader, IN_BOOKS, pool, year, moment)["transfers"]
    said: dict[str, dict[int, Any]] = {}
    for row in _ask(reader, ANSWERS, pool, year, moment):
        value = row["value"]
        said.setdefault(row["question"], {})[row["case_id"]] = (
            json.loads(value) if isinstance(value, str) and _is_json(value) else value
        )
    grants = {row["case_id"]: _grant(row, said) for row in _ask(reader, GRANTS, pool, year, moment)}
    standing = money(reader, pool, year, moment)
    left = _one(reader, RELINQUISHED, pool, year, moment)
    kinds = said.get("knowledge_kind", {})
    owed = [one for case_id, one in grants.items() if kinds.get(case_id) in ("event", "product")]
    refusals, refused_asked = _refusals(_ask(reader, REFUSALS, pool, year, moment))
    return {
        "in_books": bool(opened or moved),
        "source": _source(opened),
        "money": standing,
        "counts": counts(reader, pool, year, moment),
        **_one(reader, ASIDE, pool, year, moment),
        **_one(reader, RECUSED, pool, year, moment),
        "grants": grants,
        "refusals": refusals,
        "refused_asked": refused_asked,
        "outside_meeting": {
            row["made_how"]: row["decisions"] for row in _ask(reader, OUTSIDE, pool, year, moment)
        },
        "days": _days(reader, pool, year, moment),
        "groups": _groups(reader, pool, year, moment, said.get("results", {})),
        "done": sorted(one["title"] for one in owed if one["took_place"]),
        "under_way": sorted(
            one["title"] for one in owed if not one["reported"] and one["granted"] > one["returned"]
        ),
        "course": course(reader, pool, year, moment),
        "goes_back": standing["free"] + standing["gone"] + left["back"],
        "carried_over": left["carried"],
    }


def _is_json(value: str) -> bool:
    return value[:1] in '"[{' or value in ("null", "true", "false") or value.isdigit()


def _grant(row: Row, said: Mapping[str, Mapping[int, Any]]) -> Row:
    case_id = row["case_id"]
    worked, safety = row.pop("worked"), row.pop("safety")
    described, creates = (said.get(key, {}).get(case_id) for key in ("description", "safety"))
    for name in ("initiative", "member_unit", "imported", "reported"):
        row[name] = bool(row[name])
    row["took_place"] = None if row["took_place"] is None else bool(row["took_place"])
    row["results"] = list(said.get("results", {}).get(case_id) or ())
    row["purpose"] = described or creates or ""
    row["result"] = safety or worked or ""
    return row


def _source(rows: list[Row]) -> str:
    return str(json.loads(rows[0]["text"]).get("source") or "") if rows and rows[0]["text"] else ""


def _refusals(rows: list[Row]) -> tuple[dict[Any, Row], int | None]:
    """By reason, with the sums of what was asked for only where all of them are of five amounts
    or more, or of none; and the sum of all of them, where it is."""
    known = [row["count"] - row["asked_unknown"] for row in rows]
    total = sum(row["asked"] for row in rows) if sum(known) >= FEWEST else None
    small = any(0 < many < FEWEST for many in known)
    for row, many in zip(rows, known, strict=True):
        if small or not many:
            row["asked"] = None
    return {row.pop("key"): row for row in rows}, total


def _days(reader: Reader, pool: str, year: int, moment: Moment) -> Row:
    rows = _ask(reader, DAYS, pool, year, moment)
    days = [(_day(row["received_at"]), _day(row["announced_at"])) for row in rows]
    taken = sorted((told - received).days for received, told in days)
    late = sum(told > row["promised_on"] for (_, told), row in zip(days, rows, strict=True))
    return {
        "measured": len(taken),
        "unknown": _one(reader, UNKNOWN_DAYS, pool, year, moment)["unknown"],
        "median": taken[(len(taken) + 1) // 2 - 1] if len(taken) >= FEWEST else None,
        "ninth": taken[(len(taken) * 9 + 9) // 10 - 1] if len(taken) >= SMALL else None,
        "longest": taken[-1] if len(taken) >= FEWEST else None,
        "late": late,
        "in_time": len(taken) - late,
    }


def _day(moment: datetime) -> date:
    return moment.astimezone(COPENHAGEN).date()


_BY = {
    "focus_area": ("focus_area", "TRUE"),
    "place": ("place", "TRUE"),
    "applicant_kind": ("applicant_kind", "TRUE"),
    "month": ("substr(CAST(made_on AS TEXT), 1, 7)", "made_on IS NOT NULL"),
}
"""What a breakdown groups by, and which cases are in it."""


def _groups(
    reader: Reader, pool: str, year: int, moment: Moment, results: Mapping[int, Any]
) -> dict[str, dict[Any, Row]]:
    """Every group by itself, small ones too: breakdown → key → what is in it."""
    made: dict[str, dict[Any, Row]] = {}
    for by, (key, where) in _BY.items():
        sql = GROUPS.format(key=key, where=where)
        made[by] = {row.pop("key"): row for row in _ask(reader, sql, pool, year, moment)}
    places: dict[Any, Row] = {}
    for place, row in made["place"].items():
        spelled = " ".join((place or "").split()).casefold() or None
        places[spelled] = _sum([row, *([places[spelled]] if spelled in places else [])])
    made["place"] = places
    made["result"] = {}
    single = GROUPS.format(key="id", where="TRUE")
    for row in _ask(reader, single, pool, year, moment):
        case_id = row.pop("key")
        for key in results.get(case_id) or [None]:
            before = made["result"].get(key)
            made["result"][key] = _sum([row, before] if before else [row])
    return made


def _sum(rows: list[Row]) -> Row:
    return {name: sum(row[name] for row in rows) for name in rows[0]}


def merged(groups: Mapping[Any, Row]) -> tuple[dict[Any, Row], Row | None]:
    """The groups that may stand by themselves, and the rest of them as one: no group, and no
    rest, of fewer than five cases, and no more than twenty groups. Not for groups that overlap."""
    order = sorted(groups, key=lambda key: (groups[key]["cases"], key or ""))
    small = [key for key in order if groups[key]["cases"] < FEWEST]
    large = [key for key in order if key not in small]
    small += [large.pop(0) for _ in range(len(large) - MOST)]
    while small and large and sum(groups[key]["cases"] for key in small) < FEWEST:
        small.append(large.pop(0))
    shown = {key: groups[key] for key in large}
    return shown, _sum([groups[key] for key in small]) if small else None


def course(reader: Reader, pool: str, year: int, moment: Moment) -> list[Row]:
    """The money at the end of each month of the year that had begun, on the same axis."""
    told = []
    last = moment.cut or moment.known.astimezone(COPENHAGEN).date()
    for month in range(1, 13):
        if date(year, month, 1) > last:
            break
        end = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        if moment.cut is not None:
            then = Moment(moment.known, min(end, moment.cut))
        else:
            # ``known_at`` is told in whole seconds: the last of the month is its end.
            closing = datetime.combine(end, time(23, 59, 59), COPENHAGEN).astimezone(UTC)
            then = Moment(min(closing, moment.known))
        found = money(reader, pool, year, then)
        told.append(
            {
                "month": f"{year}-{month:02d}",
                **{name: found[name] for name in ("budget", "disposed", "paid", "free")},
            }
        )
    return told


def heads(reader: Reader, pool: str, moment: Moment) -> dict[str, tuple[int, str]]:
    """The newest links known: of the pool's book, of the house's own stream, and one hash over
    the newest links of all streams."""
    values = {"pool": pool, **moment.values()}
    found = {f"ledger:{pool}": (row["n"], row["hash"]) for row in reader.rows(LEDGER_HEAD, values)}
    streams = sorted(
        (row["key"], row["n"], row["hash"]) for row in reader.rows(JOURNAL_HEADS, values)
    )
    found |= {f"journal:{key}": (n, link) for key, n, link in streams if key == "system"}
    if streams:
        text = "".join(f"{key} {n} {link}\n" for key, n, link in streams)
        found["journal"] = (
            sum(n for _, n, _ in streams),
            hashlib.sha256(text.encode()).hexdigest(),
        )
    return found
