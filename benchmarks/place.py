"""A place of its own for a run: a data folder made ready, the whole of it started on loopback with
a relay beside it, and all of it ended."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session

import pool.identity as identity
from benchmarks import story
from benchmarks.client import KeepAlive, Line, Person
from pool import migrations
from pool.cases.house import Definitions, House
from pool.clock import local_day, now
from pool.db import Database, make_engine
from pool.identity import passwords
from pool.identity.actor import Actor
from pool.plan import open_year
from tests.support.processes import ROOT, clean_environment
from tests.support.stack import RunningStack, free_port, running_stack
from workflows.loading import load_all

BUDGET = 1_000_000_000_00
"""Øre a pool has in the year: it never runs out."""
OFFICE = {"secretariat": "Sofie Lund", "chair": "Karim Holm"}
PASSWORD = "ravnen flyver over vandet"  # noqa: S105 - of made-up people, on loopback
PROXIES = "1"
"""Every applicant has an address, as a proxy in front of the server tells it: one house may not
send a hundred applications an hour."""


def database_file(data_dir: Path) -> Path:
    return data_dir / "puljen.sqlite"


def open_database(data_dir: Path) -> Database:
    return Database(make_engine(f"sqlite:///{database_file(data_dir)}"))


def make_ready(data_dir: Path, *, with_years: bool = True) -> None:
    """Tables, the pools' texts, two colleagues with a password, and money in every pool."""
    data_dir.mkdir(parents=True)
    migrations.upgrade(f"sqlite:///{database_file(data_dir)}")
    database = open_database(data_dir)
    moment, definitions = now(), Definitions(load_all(None))
    hashed = passwords.hash_password(PASSWORD)

    def people(session: Session) -> None:
        definitions.register(session, moment)
        for role, name in OFFICE.items():
            person = identity.add_person(session, email=_email(role), name=name, now=moment)
            assert person.id is not None
            identity.grant_role(session, person.id, role)
            identity.set_password(session, person, hashed)

    database.write(people)
    if with_years:
        open_years(database, definitions)
    database.engine.dispose()


def open_years(database: Database, definitions: Definitions) -> None:
    """This year of every pool, with more money than is ever asked for."""
    moment = now()
    house = House(database, definitions, "http://127.0.0.1")
    finance = Actor("system", None, "benchmark", frozenset({"finance"}))
    for key in definitions.keys:
        open_year(
            house, pool=key, year=local_day(moment).year, budget=BUDGET, source="benchmark",
            command_id=f"benchmark-{key}", actor=finance, now=moment,
        )  # fmt: skip


def _email(role: str) -> str:
    return f"{role}@benchmark.example"


def sign_in(line: Line, role: str) -> Person:
    """A colleague who has signed in with the password."""
    person = Person(line)
    page = person.get("/log-ind")
    typed = {"email": _email(role), "password": PASSWORD}
    person.send(page, typed, with_field="password")
    return person


def newcomers(line: Line) -> Callable[[], Person]:
    """Makes applicants, each at an address of their own."""
    numbers = itertools.count(1)

    def make() -> Person:
        number = next(numbers)
        return Person(line, address=f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}")

    return make


@dataclass(frozen=True, slots=True)
class Place:
    """The whole of it, running."""

    stack: RunningStack
    line: KeepAlive

    @property
    def database(self) -> Path:
        return database_file(self.stack.data_dir)

    def teller(self, pool: str) -> story.Teller:
        """Somebody to tell the story of ``pool``, with the colleagues signed in."""
        return story.Teller(
            definition=load_all(None)[pool],
            office={role: sign_in(self.line, role) for role in OFFICE},
            newcomer=newcomers(self.line),
            letter_ready=story.watch(self.database),
        )


@contextmanager
def running(data_dir: Path) -> Iterator[Place]:
    """``puljen run`` over a folder that :func:`make_ready` made, with its one keep-alive client."""
    with (
        relay(data_dir.with_name("mails")) as smtp,
        running_stack(
            data_dir, ("run",), proxies=PROXIES, smtp_url=smtp, mail_from="puljen@benchmark.example"
        ) as stack,
    ):
        line = KeepAlive(stack.port)
        try:
            yield Place(stack, line)
        finally:
            line.close()


@contextmanager
def relay(kept: Path) -> Iterator[str]:
    """A mail relay that takes everything; its address."""
    port = free_port()
    code = (
        "import sys; from pathlib import Path; from pool.outbox import mailbox;"
        "mailbox.serve(Path(sys.argv[1]), int(sys.argv[2]), lambda: print('ready', flush=True))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(kept), str(port)],
        cwd=ROOT,
        env=clean_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        if process.stdout.readline().strip() != "ready":
            raise RuntimeError("the mail relay did not start")
        yield f"smtp://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)
        if process.stdout is not None:
            process.stdout.close()
