"""What the story could not be quicker than, here and now: the server and the framework with
nothing to do, and the story's own SQL without anything around it."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask

from benchmarks import bare, place, story, tape
from benchmarks.client import InProcess, KeepAlive, Person
from pool.clock import now
from pool.db import Database
from pool.settings import Settings
from pool.web.factory import make_app
from worker.delivery import deliver
from worker.links import addresses
from workflows.loading import load_all

KEY = bytes(32)


def bare_page(count: int) -> float:
    """Milliseconds of a bare page, the median of ``count`` by one keep-alive client."""
    with bare.running() as port:
        line = KeepAlive(port)
        took = []
        for _ in range(count + 20):
            began = time.perf_counter()
            line.ask("GET", "/", None, {})
            took.append(time.perf_counter() - began)
        line.close()
    return 1000 * statistics.median(took[20:])


@dataclass(frozen=True, slots=True)
class Sql:
    """The story's SQL alone: milliseconds a cycle, and what a cycle is made of."""

    milliseconds: float
    statements: int
    queries: int
    writes: int
    commits: int


def story_sql(data_dir: Path, pool: str, times: int) -> Sql:
    """Tell the story once without a server, writing down what the database is asked, pages and
    mail worker alike; then ask it again alone, ``times`` times."""
    folder = data_dir.parent
    before = folder / "before.sqlite"
    database = place.open_database(data_dir)
    with place.relay(folder / "mails-recorded") as smtp:
        settings = _settings(data_dir, smtp)
        line = InProcess(make_app(settings, database, load_all(None), keys=(KEY,)))
        teller = story.Teller(
            definition=load_all(None)[pool],
            office={role: place.sign_in(line, role) for role in place.OFFICE},
            newcomer=lambda: Person(line, address="10.9.9.9"),
            letter_ready=lambda _number: _deliver(database, settings),
        )
        teller.cycle(story.Tale())  # what is read once is read
        tape.snapshot(place.database_file(data_dir), before)
        with tape.recording(database.engine) as written:
            teller.cycle(story.Tale())
    database.engine.dispose()
    took = [tape.play(written, before, folder) for _ in range(times)]
    return Sql(
        milliseconds=1000 * statistics.median(took),
        statements=len(written.statements),
        queries=written.queries,
        writes=written.writes,
        commits=written.commits,
    )


def application(data_dir: Path, database: Database) -> Flask:
    """The pages in this process, without a server or a queue."""
    settings = _settings(data_dir, "smtp://127.0.0.1:9")
    return make_app(settings, database, load_all(None), keys=(KEY,))


def _deliver(database: Database, settings: Settings) -> float:
    """What the mail worker does."""
    began = time.perf_counter()
    make: Any = addresses(settings.base_url)
    while deliver(database, settings, make, now(), limit=1):
        pass
    return time.perf_counter() - began


def _settings(data_dir: Path, smtp: str) -> Settings:
    return Settings(
        data_dir=data_dir, smtp_url=smtp, mail_from="puljen@benchmark.example", proxies=1
    )
