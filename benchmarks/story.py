"""One application from the first page to the letter, again and again, over HTTP.

A cycle: the applicant gives the amount, fills in every page of the form, reads it once more and
sends it; the secretariat and the chair take it through the pool's own states; the applicant opens
the case and fetches the letter the worker has made. Each page is fetched as a browser fetches it:
the page with the form, the post, and the page the redirect leads to. Colleagues have signed in
before.
"""

from __future__ import annotations

import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import filling
from benchmarks.client import Person, Unexpected
from workflows.definition import Definition, Transition

DECISION = "decision"
"""The group of transitions that share the page on which is decided."""
LETTER_WITHIN = 60.0
MOST_STEPS = 8
Letter = Callable[[str], float]
"""Waits until the letter of a case (its number) has been made and stored."""


@dataclass(frozen=True, slots=True)
class Move:
    """What a colleague does to the case: the action, by whom."""

    action: str
    role: str
    decides: bool


def moves(definition: Definition) -> tuple[Move, ...]:
    """The straight way of a new case to an announced grant in full, by the pool's own file: the
    transitions the secretariat or the chair has, the nearest first."""
    wanted = {"screen", "recommend"}
    found: list[Move] = []
    state = definition.start.key
    for _ in range(MOST_STEPS):
        step = next(
            (one for one in definition.transitions if state in one.from_states
             and (one.key in wanted or one.outcome == "full" or "announce" in one.effects)
             and not {"secretariat", "chair"}.isdisjoint(one.who)),
            None,
        )  # fmt: skip
        if step is None:
            break
        found.append(_move(step))
        state = step.target(state)
    if not any(move.decides for move in found):
        raise Unexpected(f"{definition.key}: no way to a grant in full from {definition.start.key}")
    return tuple(found)


def _move(step: Transition) -> Move:
    role = "chair" if "chair" in step.who and step.group == DECISION else "secretariat"
    return Move(step.key, role if role in step.who else step.who[0], step.group == DECISION)


@dataclass
class Tale:
    """What a number of cycles took. Times in seconds, a value a cycle."""

    steps: dict[str, list[float]] = field(default_factory=dict)
    cycles: list[float] = field(default_factory=list)
    requests: list[int] = field(default_factory=list)
    wall: float = 0.0

    @property
    def a_minute(self) -> float:
        """Cycles a minute, all of the time counted."""
        return 60 * len(self.cycles) / self.wall if self.wall else 0.0

    def medians(self) -> dict[str, float]:
        """Milliseconds of a step, by its name, in the story's order."""
        return {name: 1000 * statistics.median(took) for name, took in self.steps.items()}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.steps.setdefault(name, []).append(time.perf_counter() - began)


@dataclass
class Teller:
    """Plays the story. ``office`` are the signed-in colleagues by role; ``newcomer`` makes an
    applicant nobody has seen before."""

    definition: Definition
    office: dict[str, Person]
    newcomer: Callable[[], Person]
    letter_ready: Letter
    played: int = 0

    def cycle(self, tale: Tale) -> str:
        """Once through; the case's number."""
        self.played += 1
        applicant = self.newcomer()
        before = sum(person.requests for person in self.office.values())
        began = time.perf_counter()
        with tale.step("apply"):
            number = self._apply(applicant)
        for move in moves(self.definition):
            with tale.step(move.action):
                self._move(move, number)
        with tale.step("letter made"):
            self.letter_ready(number)
        with tale.step("letter read"):
            self._read(applicant, number)
        tale.cycles.append(time.perf_counter() - began)
        after = sum(person.requests for person in self.office.values())
        tale.requests.append(applicant.requests + after - before)
        return number

    def _apply(self, applicant: Person) -> str:
        start = f"/ansoeg/{self.definition.key}"
        page = applicant.send(applicant.get(start), {"q_amount": filling.AMOUNT})
        title, email = f"Lys på pladsen {self.played}", f"nabo-{self.played}@eksempel.example"
        for _ in range(20):
            if page.path.endswith("/gennemse"):
                break
            typed = filling.answers(self.definition, page.form(), title=title, email=email)
            page = applicant.send(page, typed)
        else:
            raise Unexpected(f"the form has no end: {page.path}")
        receipt = applicant.send(page, {})
        return receipt.path.rpartition("nr=")[2]

    def _move(self, move: Move, number: str) -> None:
        person = self.office[move.role]
        if move.decides:
            page = person.get(f"/sager/{number}/afgoer?valg={move.action}")
            done = person.send(
                page,
                filling.inputs(page.form("state_version")) | {"outcome": move.action, "do": "send"},
                with_field="state_version",
            )
        else:
            page = person.get(f"/sager/{number}/goer/{move.action}")
            done = person.send(
                page, filling.inputs(page.form("state_version")), with_field="state_version"
            )
        if not done.path.endswith(f"/sager/{number}"):
            raise Unexpected(f"{move.action} was not done: {done.path}\n{done.text}")

    def _read(self, applicant: Person, number: str) -> None:
        case = applicant.get(f"/min-sag/{number}")
        address = case.links("/breve/")[0]  # the newest stands first
        letter = applicant.get(address)
        if letter.media_type != "application/pdf" or not letter.body.startswith(b"%PDF"):
            raise Unexpected(f"{address} is no letter: {letter.media_type}")


def watch(database: Path) -> Letter:
    """Looks into the database, reading only, until the decision's letter is stored."""

    def wait(number: str) -> float:
        began = time.perf_counter()
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)) as line:
            while not line.execute(
                "SELECT 1 FROM message m JOIN grant_case c ON c.id = m.case_id WHERE c.number = ?"
                " AND m.template LIKE 'decision-%' AND m.document_id IS NOT NULL",
                (number,),
            ).fetchone():
                if time.perf_counter() - began > LETTER_WITHIN:
                    raise Unexpected(f"no letter of {number} after {LETTER_WITHIN:.0f} s")
                time.sleep(0.002)
        return time.perf_counter() - began

    return wait
