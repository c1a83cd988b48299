"""One summary in every form: each figure that plain SQL finds stands in the JSON, the workbook
(as stored, and calculated anew), the PDF's text, equal to the øre."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pool.cases.house import Definitions, House
from pool.render.paper import Paper
from pool.render.words import words
from pool.summary.files import make_of
from pool.summary.model import Request, Summary, from_json
from pool.summary.telling import tell
from tests.summary import forms
from tests.summary.agreement import collected, differences
from tests.summary.forms import ore
from tests.summary.late import write_late
from tests.summary.neighbours import bring_in
from tests.support import office, plain_sql
from tests.support.databases import Factory, SqliteDatabases
from tests.support.house import World
from tests.support.plain_sql import Moment, Reader
from tests.support.years import Generated, generate
from workflows.loading import load_all

NOW = datetime(2027, 8, 1, 10, tzinfo=UTC)
POOL = "bydelspulje"
OWN = "Gruppen er glad for året.\n\nVi håber på flere ansøgninger fra Ærøvej & omegn."
MONEY = {
    "budget": "Budget",
    "earmarked": "Earmarked",
    "granted": "Granted in all",
    "returned": "Money back",
    "disposed": "Disposed",
    "paid": "Paid out",
    "held": "Granted, not paid out yet",
    "out": "With the activities",
    "free": "Left to dispose of",
}
COUNTS = {
    "received": "Applications received",
    "full": "Granted in full",
    "part": "Granted in part",
    "granted_unknown": "Granted; what was asked for is not known",
    "refused": "Refused",
    "undecided": "Not decided yet",
    "dropped": "Withdrawn or lapsed before a decision",
}
GRANT = {
    "asked": "Asked for",
    "granted": "Granted in all",
    "returned": "Money back",
    "paid": "Paid out",
    "held": "Not paid out yet",
}


class Told:
    """A year, its summary, and what plain SQL says of it."""

    def __init__(self, house: House, pool: str, year: int, request: Request) -> None:
        self.house, self.request = house, request
        self.summary: Summary = collected(house, request)
        with Reader(house.database) as reader:
            moment = Moment(request.known_at, request.effective_cut)
            self.plain = plain_sql.pool_year(reader, pool, year, moment)

    def make(self, lang: str, form: str) -> bytes:
        return make_of(self.summary, lang, form, own=OWN, state="submitted").body

    def report(self, lang: str) -> Paper:
        return tell(self.summary, words(lang), own_words=OWN, sha256="0" * 64, state="submitted")

    @property
    def columns(self) -> dict[str, int | None]:
        """The sums of what is known, by column of the grants; None where nothing of one is."""
        grants = self.plain["grants"].values()
        known = {name: [one[name] for one in grants if one[name] is not None] for name in GRANT}
        return {name: sum(found) if found or not grants else None for name, found in known.items()}


@pytest.fixture(scope="module")
def databases(sqlite_databases: SqliteDatabases) -> Iterator[Factory]:
    factory = Factory(sqlite_databases)
    yield factory
    factory.close()


def _told(factory: Factory, cases: int, **how: Any) -> tuple[Told, Generated]:
    database = factory()
    house = House(database, Definitions(load_all(None)), "http://127.0.0.1:8000")
    for before, few in ((2025, cases // 4), (2026, cases)):
        year = generate(database, house.definitions, pool=POOL, year=before, cases=few, seed=cases)
    return Told(house, POOL, 2026, Request.make((POOL,), 2026, "final", now=NOW, **how)), year


@pytest.fixture(scope="module")
def told(databases: Factory) -> Told:
    """A year of eighty cases, and the year before."""
    made, _ = _told(databases, 80)
    assert len(made.plain["grants"]) > 30
    return made


def test_the_json_has_every_figure(told: Told) -> None:
    whole = json.loads(told.make("da", "json"))
    read = from_json(json.dumps(whole["figures"]))
    assert differences(told.house, told.request, read) == []
    assert whole["own_words"] == OWN


def _overview(rows: forms.Rows) -> dict[str, Any]:
    """Label → value, of the first list that has it."""
    found: dict[str, Any] = {}
    for row in rows:
        if len(row) > 1 and row[1] != "":
            found.setdefault(str(row[0]), row[1])
    return found


def _table(rows: forms.Rows) -> tuple[list[str], forms.Rows]:
    """The head of a sheet, and its lines up to the first empty one."""
    lines: forms.Rows = []
    for row in rows[1:]:
        if not any(cell not in ("", None) for cell in row):
            break
        lines.append(row)
    return [str(cell) for cell in rows[0]], lines


def _agrees(told: Told, book: dict[str, forms.Rows], lang: str) -> None:
    """Every figure of the workbook, against plain SQL."""
    t = words(lang).t
    plain = told.plain
    overview = _overview(book[t("Overview")])
    assert {key: ore(overview[t(label)]) for key, label in MONEY.items()} == {
        key: plain["money"][key] for key in MONEY
    }
    assert {key: overview[t(label)] for key, label in COUNTS.items()} == {
        key: plain["counts"][key] for key in COUNTS
    }

    head, lines = _table(book[t("Grants")])
    at = {key: head.index(t(label)) for key, label in GRANT.items()}
    number = head.index(t("Case number"))
    *rows, total = lines
    assert {row[number]: {key: ore(row[at[key]]) for key in GRANT} for row in rows} == {
        one["number"]: {key: one[key] for key in GRANT} for one in plain["grants"].values()
    }
    assert {key: ore(total[at[key]]) for key in GRANT} == told.columns
    title = head.index(t("Activity"))
    assert {row[title] for row in rows} == {one["title"] for one in plain["grants"].values()}

    _, lines = _table(book[t("Refusals")])
    *rows, total = lines
    assert sorted((row[1], ore(row[2]) or 0) for row in rows) == sorted(
        (one["count"], one["asked"] or 0) for one in plain["refusals"].values()
    )
    assert total[1] == plain["counts"]["refused"]
    assert ore(total[2]) == plain["refused_asked"]

    # Of a year that was written down years later, no course by the day of writing is shown.
    begun = any(month["budget"] for month in plain["course"])
    lines = _table(book[t("The course of the year")])[1] if begun else []
    assert [[ore(cell) for cell in row[1:5]] for row in lines] == [
        [one[name] for name in ("budget", "disposed", "paid", "free")]
        for one in plain["course"]
        if begun
    ]
    for by, sheet in (("focus_area", "Focus area"), ("applicant_kind", "Kind of applicant")):
        wanted = _shown(told, by)
        if not wanted:
            assert t(sheet) not in book
            continue
        _, lines = _table(book[t(sheet)])
        assert sorted(_line(row) for row in lines[:-1]) == sorted(_group(one) for one in wanted)
        assert _line(lines[-1])[0] == plain["counts"]["received"]


def _shown(told: Told, by: str) -> list[dict[str, Any]]:
    """The groups of a breakdown; none where there is nothing to tell apart."""
    shown, rest = plain_sql.merged(told.plain["groups"][by])
    groups = [*shown.values(), *([rest] if rest else [])]
    return groups if len(groups) > 1 else []


def _line(row: list[Any]) -> tuple[Any, ...]:
    return (row[1], row[2], ore(row[3]) or 0, ore(row[5]), ore(row[6]))


def _group(one: dict[str, Any]) -> tuple[Any, ...]:
    return (one["cases"], one["grants"], one["asked"], one["granted"], one["disposed"])


@pytest.mark.parametrize("lang", ["da", "en"])
def test_the_workbook_has_every_figure(told: Told, lang: str) -> None:
    _agrees(told, office.cells(told.make(lang, "xlsx")), lang)


def test_the_workbook_calculated_anew_says_the_same(told: Told, tmp_path: Path) -> None:
    body = told.make("da", "xlsx")
    bare = office.cells(office.without_values(body))
    t = words("da").t
    head, lines = _table(bare[t("Grants")])
    assert lines[-1][head.index(t("Granted in all"))] in ("", None, 0), "no result is left over"
    _agrees(told, office.recalculated([body], tmp_path)[0], "da")


def test_the_csv_has_every_grant(told: Told) -> None:
    text = told.make("da", "csv").decode("utf-8-sig")
    rows = [row for row in csv.reader(io.StringIO(text), delimiter=";") if row]
    t = words("da").t
    head = next(row for row in rows if t("Case number") in row)
    lines = rows[rows.index(head) + 1 :]
    number = head.index(t("Case number"))
    found = {
        row[number]: tuple(_typed(row[head.index(t(label))]) for label in GRANT.values())
        for row in lines
        if len(row) == len(head) and row[number].count("-") == 2
    }
    assert found == {
        one["number"]: tuple(one[key] for key in GRANT) for one in told.plain["grants"].values()
    }


def _typed(cell: str) -> int | None:
    """``1234,56`` or ``1.234,56`` in øre; None for words."""
    bare = cell.replace(".", "").replace("\u00a0", "").removesuffix("kr").strip()
    whole, _, rest = bare.partition(",")
    return int(whole) * 100 + int(rest or 0) if whole.isdigit() else None


@pytest.mark.parametrize("lang", ["da", "en"])
def test_the_pdf_has_every_figure_in_its_text(told: Told, lang: str, tmp_path: Path) -> None:
    text = forms.pdf_text(told.make(lang, "pdf"), tmp_path)
    _says(told, text, lang)


def _says(told: Told, text: str, lang: str) -> None:
    t = words(lang).t
    plain = told.plain
    flat = " ".join(text.split())
    for key, label in MONEY.items():
        assert f"{t(label)} {forms.kroner(plain['money'][key])}" in flat, key
    for key, label in COUNTS.items():
        if key != "granted_unknown" or plain["counts"][key]:
            number = f"{plain['counts'][key]:,}".replace(",", ".")
            assert f"{t(label)} {number}" in flat, key
    grants = list(plain["grants"].values())
    wanted = [one[key] for one in grants for key in ("asked", "granted", "paid")]
    wanted += [one[key] for one in grants for key in ("returned", "held") if one[key]]
    wanted += [told.columns[key] for key in ("asked", "granted", "paid")]
    wanted += [one["asked"] for one in plain["refusals"].values() if one["asked"]]
    begun = [one for one in plain["course"] if any(each["budget"] for each in plain["course"])]
    wanted += [one[name] for one in begun for name in ("budget", "disposed", "paid")]
    for by in ("focus_area", "applicant_kind", "month"):
        for group in _shown(told, by):
            wanted += [group["granted"], group["disposed"]]
    lacking = forms.missing(text.replace("\u00a0", " "), [one for one in wanted if one is not None])
    assert not lacking
    squeezed = "".join(text.split())
    for one in grants:
        assert one["number"] in squeezed


@pytest.mark.parametrize("lang", ["da", "en"])
def test_the_page_has_every_figure(told: Told, lang: str) -> None:
    page = forms.page(told.report(lang))
    _says(told, forms.words_of(page), lang)
    rows = forms.rows_of(page, "grants")
    shown = {number: row for row in rows for number in re.findall(r"[A-Z]+-2026-\d+", row)}
    assert shown.keys() == {one["number"] for one in told.plain["grants"].values()}
    for one in told.plain["grants"].values():
        wanted = [one[key] for key in ("asked", "granted", "paid") if one[key] is not None]
        wanted += [one[key] for key in ("returned", "held") if one[key]]
        assert forms.amounts(shown[one["number"]]) == Counter(wanted), one["number"]


def test_the_neighbouring_pool_2017_in_every_form(databases: Factory, tmp_path: Path) -> None:
    world = bring_in(databases())
    now = world.now + timedelta(days=1)
    hows: tuple[dict[str, Any], ...] = ({}, {"axis": "effective", "as_of": date(2017, 12, 31)})
    for how in hows:
        _in_every_form(world, Request.make((POOL,), 2017, "final", now=now, **how), tmp_path)


def _in_every_form(world: World, request: Request, tmp_path: Path) -> None:
    told = Told(world.house, POOL, 2017, request)
    assert told.plain["money"]["granted"] == 70_470_000
    assert len(told.plain["grants"]) == 32
    read = from_json(json.dumps(json.loads(told.make("da", "json"))["figures"]))
    assert differences(told.house, request, read) == []
    _agrees(told, office.cells(told.make("da", "xlsx")), "da")
    _says(told, forms.pdf_text(told.make("da", "pdf"), tmp_path), "da")
    _says(told, forms.words_of(forms.page(told.report("da"))), "da")


@pytest.mark.soak
@pytest.mark.timeout(1200)
def test_a_year_of_2000_cases_in_every_form(databases: Factory, tmp_path: Path) -> None:
    """As for eighty cases, equal to the øre in each form."""
    made, _ = _told(databases, 2000)
    test_the_json_has_every_figure(made)
    test_the_csv_has_every_grant(made)
    test_the_workbook_calculated_anew_says_the_same(made, tmp_path)
    for lang in ("da", "en"):
        test_the_workbook_has_every_figure(made, lang)
        test_the_page_has_every_figure(made, lang)
        test_the_pdf_has_every_figure_in_its_text(made, lang, tmp_path)


def test_written_later_the_same_request_gives_the_same_bytes(databases: Factory) -> None:
    first, year = _told(databases, 60, as_of=date(2026, 12, 31))
    kinds = ("json", "xlsx", "csv", "pdf")
    made = {form: first.make("da", form) for form in kinds}
    write_late(first.house.database, year, NOW + timedelta(days=1))
    again = Told(first.house, POOL, 2026, first.request)
    assert {form: again.make("da", form) for form in kinds} == made
