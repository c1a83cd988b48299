"""Every code has words, English and Danish, and says what its row needs."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator

import pytest

from pool.cases import imported
from pool.files import cells, tables
from pool.files.refusals import CODES
from pool.imports import (
    bringing,
    budget,
    checking,
    columns,
    looking,
    parsing,
    runs,
    trying,
)
from pool.imports.looking import CannotRun, RowProblem
from pool.imports.reading import Unreadable
from pool.imports.wording import (
    FILES,
    OTHERWISE,
    PROBLEMS,
    RUNS,
    STATES,
    cannot_run,
    label,
    meeting,
    problem,
    unreadable,
    value,
)
from pool.models.imports import ROW_STATES
from pool.render.words import words

DA, EN = words("da"), words("en")


def texts() -> Iterator[str]:
    for field in columns.FIELDS:
        yield from (field.label, field.help)
    for listed in (FILES, RUNS, PROBLEMS, STATES):
        yield from listed.values()
    yield OTHERWISE


@pytest.mark.parametrize("text", sorted(set(texts())))
def test_everything_is_danish_too(text: str) -> None:
    assert DA._translations.get(text)


def named(room: object, *callers: str) -> set[str]:
    """The codes written out in calls of ``callers``."""
    assert inspect.ismodule(room)
    found = set()
    for node in ast.walk(ast.parse(inspect.getsource(room))):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            name = node.func.id if isinstance(node.func, ast.Name) else name
            if name in callers:
                found |= {
                    each.value
                    for each in node.args
                    if isinstance(each, ast.Constant) and isinstance(each.value, str)
                }
    return found


def test_every_code_has_words() -> None:
    assert set(STATES) == set(ROW_STATES)
    assert named(tables, "Unreadable") <= set(FILES)
    assert {"damaged", "too-heavy", "no-sheet", "too-many-rows", "too-many-columns"} <= set(FILES)
    assert '"error": "' in inspect.getsource(cells)
    assert set(CODES) - {"extension", "heic", "too-many-pixels"} <= set(FILES)
    rooms = (runs, looking, budget, trying)
    assert set().union(*(named(room, "CannotRun") for room in rooms)) == set(RUNS)
    codes = named(parsing, "Bad", "listed") | named(checking, "Bad", "refuse", "listed", "problem")
    codes |= named(bringing, "problem") | named(imported, "Problem")
    codes -= {*columns.BY_KEY, *checking._COLUMN, "results"}
    assert codes <= set(PROBLEMS), codes - set(PROBLEMS)


def said(code: str, column: str = "granted", **params: object) -> tuple[str, str]:
    told = RowProblem(column, "Beløb", code, params)
    return problem(told, EN).replace("\u00a0", " "), problem(told, DA).replace("\u00a0", " ")


def test_numbers_and_days_are_written_as_people_write_them() -> None:
    english, danish = said("not-enough", granted=2_700_000, left=150)
    assert english == "27.000 kr. is more than the 1,50 kr. that is left of the year's money."
    assert danish == "27.000 kr. er mere end de 1,50 kr., der er tilbage af årets penge."
    english, danish = said("differs", "meeting", before="2016-12", now="2017-03-16")
    assert english == "Before it was December 2016, now it is 16 March 2017; nothing was changed."
    assert danish == "Før stod der december 2016, nu står der 16. marts 2017; intet er ændret."
    assert "– " not in said("differs", before=1_270_000, now=1_280_000)[0]
    assert said("differs", "asked", before=None, now=100)[0].startswith("Before it was –, now")
    assert said("meeting-far", "meeting", day="2011-05-18", year=2017)[1].startswith("18. maj 2011")
    assert said("double", "title", line=3)[1].startswith(
        "Linje 3 har samme titel, ansøger og måned"
    )
    assert said("wrong-state", state="x")[0] == "The rules of the pool refuse it (wrong-state)."
    assert said("never-heard-of")[1] == "Puljens regler siger nej (never-heard-of)."


def test_files_and_runs() -> None:
    assert "10 MB" in unreadable(Unreadable("too-large", limit=10), DA)
    assert cannot_run(CannotRun("columns-missing", fields=["meeting", "granted"]), DA) == (
        "Der blev ikke fundet en kolonne til: Møde, Bevilget."
    )
    assert "2017" in cannot_run(CannotRun("no-budget", pool="x", year=2017), EN)


def test_values() -> None:
    assert value("granted", 1_270_000, DA) == "12.700\u00a0kr."
    assert value("granted", "ti", DA) == "ti"
    assert value("asked", None, DA) == value("results", [], DA) == "–"
    assert value("results", ["a", "b"], DA) == "a; b"
    assert meeting("forår", DA) == "forår"
    assert label("title", DA) == "Hvad det er til"
    assert label("else", DA) == "else"
