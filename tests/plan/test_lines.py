"""The safety plan's lines: what is taken in, what is refused, what is shown."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from importlib.resources import files

import pytest
from sqlmodel import func, select

import pool.journal as journal
from pool import plan
from pool.cases.house import House
from pool.db import Database
from pool.identity.actor import SYSTEM
from pool.models.plan import PlanLine
from pool.plan.reading import Line, read
from tests.support.house import make_world

NOW = datetime(2024, 12, 1, 9, 0, tzinfo=UTC)
FOLDER = files("pool.demo") / "data"
TABLE = (FOLDER / "plan-2021-2024.csv").read_bytes()
BESIDE = (FOLDER / "plan-2021-2024.toml").read_bytes()
PUBLISHED = {2021: 1_934_000, 2022: 1_970_000, 2023: 2_069_277, 2024: 2_210_000}
BALANCING = {2021: 415_000, 2022: 290_000, 2023: 15_000}


@pytest.fixture
def house(database: Database) -> House:
    return make_world(database, NOW).house


def load(house: House, table: bytes = TABLE, beside: bytes = BESIDE) -> plan.Loaded:
    return plan.load(house, table, beside, actor=SYSTEM, now=NOW)


def rows(house: House) -> int:
    with house.database.read() as session:
        return session.exec(select(func.count()).select_from(PlanLine)).one()


def test_each_year_is_the_published_sum_with_one_named_balancing_line() -> None:
    lines = read(TABLE, BESIDE)
    for year, kroner in PUBLISHED.items():
        of_year = [line for line in lines if line.year == year]
        assert sum(line.amount for line in of_year) == kroner * 100
        rest = [line for line in of_year if line.balancing]
        assert [line.amount for line in rest] == [
            ore * 100 for at, ore in BALANCING.items() if at == year
        ]
        assert all(line is of_year[-1] and line.name and line.note for line in rest)


def test_every_printed_amount_is_a_line_of_its_year() -> None:
    printed = [
        (int(heading[1:]), int(row["no"]), row["activity"], int(row[heading]) * 100)
        for row in csv.DictReader(io.StringIO(TABLE.decode()))
        for heading in row
        if heading[1:].isdecimal() and row[heading]
    ]
    lines = [line for line in read(TABLE, BESIDE) if not line.balancing]
    assert sorted(printed) == sorted((one.year, one.number, one.name, one.amount) for one in lines)
    assert all(one.note for one in lines), "a figure without a source cannot be checked"


def test_a_note_is_at_the_figure_it_is_about() -> None:
    notes = {(line.year, line.number): line.note for line in read(TABLE, BESIDE)}
    assert "131.277" in notes[2023, 14]
    assert notes[2022, 14] == notes[2022, 1]  # where all figures stand
    assert "øremærket" in notes[2023, 5]


def test_pools_are_lines_like_others() -> None:
    lines = read(TABLE, BESIDE)
    assert {(line.year, line.pool): line.amount // 100 for line in lines if line.pool} == {
        (2021, "urban-life"): 180_000,
        (2022, "urban-life"): 107_000,
        (2023, "urban-life"): 131_277,
        (2024, "urban-life"): 96_000,
        (2021, "knowledge"): 10_000,
        (2022, "knowledge"): 10_000,
        (2023, "knowledge"): 20_000,
        (2024, "knowledge"): 5_000,
    }


def test_taken_in_once_and_journaled(house: House) -> None:
    assert load(house) == plan.Loaded(tuple(PUBLISHED), ())
    before = rows(house)
    assert load(house) == plan.Loaded((), tuple(PUBLISHED))
    assert rows(house) == before == len(read(TABLE, BESIDE))
    with house.database.read() as session:
        events = [one for one in journal.read(session, "system") if one.kind == "plan.loaded"]
        assert {one.data["year"]: one.data["amount"] for one in events} == {
            year: kroner * 100 for year, kroner in PUBLISHED.items()
        }
        assert journal.verify(session) == []


def test_a_changed_figure_is_refused_and_nothing_of_it_is_taken_in(house: House) -> None:
    load(house)
    before = rows(house)
    changed = TABLE.replace(b"y2024,note", b"y2024,y2025,note").replace(b"40000,", b"41000,5,")
    beside = BESIDE.replace(b'"2.210.000"', b'"2.211.000"').replace(
        b"[pools]", b'2025 = "5"\n[pools]'
    )
    lines = []
    for line in changed.decode().splitlines():
        cut = line.rfind(",") if not line.endswith('"') else line.index(',"2023')
        lines.append(
            line if "y2025" in line or ",41000,5," in line else f"{line[:cut]},{line[cut:]}"
        )
    with pytest.raises(plan.PlanRefused) as refused:
        load(house, "\n".join(lines).encode(), beside)
    (sentence,) = refused.value.faults
    assert "The plan of 2024 is there already" in sentence
    assert "line 10 has 41.000\u00a0kr. instead of 40.000\u00a0kr." in sentence
    assert rows(house) == before


SMALL = "no,activity,focus_areas,y2024,note\n1,Haven,byliv,100,\n2,Puljen,,50,\n"
TOLD = 'source = "Planen"\n[sums]\n2024 = "150"\n[pools]\n2 = "urban-life"\n'


def test_a_small_plan_adds_up() -> None:
    assert read(SMALL.encode(), TOLD.encode()) == (
        Line(2024, 1, "Haven", ("byliv",), 10_000, "Planen"),
        Line(2024, 2, "Puljen", (), 5_000, "Planen", pool="urban-life"),
    )


@pytest.mark.parametrize(
    ("table", "beside", "said"),
    [
        (SMALL, TOLD.replace('"150"', '"149"'), "1\u00a0kr. more than the published sum"),
        (SMALL, TOLD.replace('"150"', '"151"'), "say under [balancing] with name and note"),
        (SMALL, TOLD.replace('2024 = "150"', ""), "The published sum of 2024 is missing"),
        (SMALL, TOLD.replace('"150"', '"meget"'), "[sums] 2024 = 'meget'"),
        (SMALL, TOLD.replace('source = "Planen"', ""), "Say under source"),
        (SMALL, TOLD.replace("2 = ", "3 = "), "There is no line 3"),
        (SMALL, TOLD + '[[notes]]\nline = 9\nyears = [2024]\ntext = "x"\n', "There is no line 9"),
        (SMALL, TOLD + "[[notes]]\nline = 1\n", "[[notes]] needs line, years and text"),
        (SMALL, "not = = toml", "no TOML"),
        (SMALL.replace("y2024", "beløb"), TOLD, "no column y2024"),
        (SMALL.replace("100", "10.0"), TOLD, "Line 2, y2024: '10.0' is no amount"),
        (
            SMALL.replace("2,Puljen", "2, HAVEN "),
            TOLD,
            "Lines 1 and 2 of 2024 are both called 'HAVEN': give them different names",
        ),
        (
            SMALL,
            TOLD + '1 = "urban-life"\n',
            "Lines 1 and 2 of 2024 are both the pool 'urban-life': name one of them",
        ),
        (SMALL.replace("2,Puljen", "1,Puljen"), TOLD, "Line 3 of the table needs a number"),
        (SMALL.replace("Haven", ""), TOLD, "Line 2 of the table needs"),
    ],
)
def test_what_is_refused(table: str, beside: str, said: str) -> None:
    with pytest.raises(plan.PlanRefused) as refused:
        read(table.encode(), beside.encode())
    assert said in str(refused.value)


def test_a_pool_that_is_not_there(house: House) -> None:
    with pytest.raises(plan.PlanRefused, match="There is no pool 'byfest'"):
        load(house, SMALL.encode(), TOLD.replace("urban-life", "byfest").encode())


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_year_beside_the_one_before(house: House) -> None:
    load(house)
    with house.database.read() as session:
        assert list(plan.plan_years(session)) == [2024, 2023, 2022, 2021]
        assert plan.plan_year(session, 2020) is None
        first, last = plan.plan_year(session, 2021), plan.plan_year(session, 2024)
    assert first is not None
    assert last is not None
    assert first.sum_before is None
    assert (last.sum, last.sum_before) == (221_000_000, 206_927_700)
    pairs = {one.either.name: one for one in last.lines}
    cafe = pairs["Café Mors Varme Hænder"]
    assert cafe.line is not None
    assert cafe.before is not None
    ended = last.lines[-1]
    assert ended.line is None
    assert ended.either.balancing
    assert sum(one.before.amount for one in last.lines if one.before) == last.sum_before


YEARS = "no,activity,focus_areas,y2024,y2025,note\n1,Haven,,100,,\n2,Haven,,,90,\n3,A,,50,60,\n"


def test_a_name_may_come_back_another_year_under_another_number() -> None:
    beside = TOLD.replace("[pools]", '2025 = "150"\n[pools]').replace("2 = ", "3 = ")
    lines = read(YEARS.encode(), beside.encode())
    assert [(line.year, line.number) for line in lines] == [
        (2024, 1),
        (2024, 3),
        (2025, 2),
        (2025, 3),
    ]


def test_lines_of_one_name_that_are_there_already_both_count(house: House) -> None:
    kept = [
        PlanLine(year=year, number=n, name=name, amount=ore, note="x", recorded_at=NOW)
        for year in (2024, 2025)
        for n, name, ore in ((1, "Haven", 10_000), (2, "haven", 5_000), (3, "Vejen", 1))
        if (year, n) != (2025, 3)
    ]
    house.database.write(lambda session: session.add_all(kept))
    with house.database.read() as session:
        shown = plan.plan_year(session, 2025)
    assert shown is not None
    assert (shown.sum, shown.sum_before) == (15_000, 15_001)
    assert [
        (one.line and one.line.number, one.before and one.before.number) for one in shown.lines
    ] == [(1, 1), (2, 2), (None, 3)]
