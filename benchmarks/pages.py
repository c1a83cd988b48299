"""Single pages: what one takes with few cases and with many, and how often it asks the database."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks import filling, floors, meetings, place, tape
from benchmarks.client import InProcess, Line, Person
from workflows.loading import load_all

TIMES = 40


@dataclass(frozen=True, slots=True)
class Measured:
    """A page with ``cases`` cases in the database: milliseconds (median, and nine of ten are as
    quick as ``slow``), and how many statements it asks."""

    page: str
    cases: int
    milliseconds: float
    slow: float
    queries: int


def measure(data_dir: Path, pool: str, cases: int, times: int = TIMES) -> list[Measured]:
    """Over HTTP by the keep-alive client; the statements are counted in this process, of the
    same application over the same file."""
    held = meetings.prepare(data_dir, pool)
    queries = queries_of(data_dir, pool, held)
    found = []
    with place.running(data_dir) as running:
        for name, (person, path) in _wanted(running.line, pool, held).items():
            took = []
            for _ in range(times + 3):
                began = time.perf_counter()
                person.get(path)
                took.append(1000 * (time.perf_counter() - began))
            warm = sorted(took[3:])
            found.append(
                Measured(
                    name, cases, statistics.median(warm), warm[int(len(warm) * 0.9)], queries[name]
                )
            )
    return found


def _wanted(line: Line, pool: str, held: str | None) -> dict[str, tuple[Person, str]]:
    """The pages by name: who asks for them, and where they are. ``held``: a meeting's."""
    definition = load_all(None)[pool]
    applicant = Person(line, address="10.8.8.8")
    first = applicant.send(applicant.get(f"/ansoeg/{pool}"), {"q_amount": filling.AMOUNT})
    typed = filling.answers(definition, first.form(), title="Lys", email="a@eksempel.example")
    second = applicant.send(first, typed)
    colleague = place.sign_in(line, "secretariat")
    every = colleague.get("/sager/?state=all")
    cases = [link for link in every.links("/sager/") if link.rpartition("/")[2][:1].isupper()]
    pages = {
        "application form, first page": (applicant, first.path),
        "application form, second page": (applicant, second.path),
        "staff list, open cases": (colleague, "/sager/"),
        "staff list, all cases": (colleague, "/sager/?state=all"),
        "staff list, search": (colleague, "/sager/?state=all&text=lys"),
        "staff list, search for two words": (colleague, "/sager/?state=all&text=skab+naboer"),
        "staff list, by title": (colleague, "/sager/?state=all&sort=title&size=100"),
        "inbox": (colleague, "/indbakke"),
    }
    if cases:
        pages["a case"] = (colleague, cases[0])
    if held:
        pages[f"a meeting of {meetings.CASES} cases"] = (colleague, held)
    return pages


def queries_of(data_dir: Path, pool: str, held: str | None = None) -> dict[str, int]:
    """How many statements each page asks, by its name."""
    database = place.open_database(data_dir)
    app = floors.application(data_dir, database)
    found = {}
    try:
        for name, (person, path) in _wanted(InProcess(app), pool, held).items():
            person.get(path)
            with tape.recording(database.engine) as written:
                person.get(path)
            found[name] = len(written.statements)
    finally:
        database.engine.dispose()
    return found
