"""The database made ready for this version, and in a demonstration filled, before anything else
opens it."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import make_url

from pool import clock, demo, holds, identity, keys, migrations
from pool.cases import search
from pool.cases.house import Definitions, House
from pool.db import Database, make_engine
from pool.holds import marks
from pool.outbox import channels
from pool.payments import sealed
from pool.run.errors import Refused
from pool.run.failures import sentence
from pool.settings import Settings
from workflows.compare import Comparison
from workflows.loading import load_all


def main(settings: Settings, *, filled: bool, told: Path) -> None:
    """In a child of the supervisor: :func:`prepare`, with a refusal written to ``told``."""
    try:
        prepare(settings, filled=filled)
    except Exception as error:
        words = sentence(error)
        if words is None:
            raise
        told.write_text(words, encoding="utf-8")


def prepare(settings: Settings, *, filled: bool) -> None:
    """Migrate; keep the texts of the definitions in use; ``filled``: as a demonstration.

    Raises :class:`~pool.run.errors.Refused` where a demonstration and an earnest database would
    meet, and what migrations, definitions and database raise.
    """
    definitions = Definitions(load_all(settings.definitions_dir))
    if settings.smtp_url is not None:
        try:
            channels.find(settings.smtp_url)
        except ValueError as error:
            raise Refused(f"PULJEN_SMTP_URL cannot be used: {error}.") from error
    upgrade(settings)
    database = Database(make_engine(settings.database_url))
    try:
        marked = demo.is_demo(database)
        if marked and not filled:
            raise Refused(
                "This database is a demonstration, where everybody may sign in as anybody: for "
                "earnest use choose another folder with PULJEN_DATA_DIR (or another "
                "PULJEN_DATABASE_URL)."
            )
        if filled and not marked and _in_use(database):
            raise Refused(
                "This database is in earnest use and is not turned into a demonstration: choose "
                "another folder with PULJEN_DATA_DIR (or another PULJEN_DATABASE_URL)."
            )
        now = clock.now()
        for found in database.write(lambda session: definitions.register(session, now)):
            _tell(found)
        try:
            _openable(database)
        except keys.CannotOpen as error:
            raise Refused(f"{error} The key file is {settings.key_file}.") from error
        marks.begin(database, settings, now)
        _tell_holds(database)
        make_searchable(House(database, definitions, settings.base_url), now)
        if filled:
            demo.seed(
                House(database, definitions, settings.base_url),
                now,
                district=settings.demo_district,
            )
    finally:
        database.engine.dispose()


def _tell(found: Comparison) -> None:
    """What a new version of a pool's definition switches on and off, a line each."""
    told = [one.text["en"] for one in found.differences if one.kind.startswith("feature-")]
    for line in [f"{found.new.key} version {found.new.version} is in use for new cases.", *told]:
        sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _tell_holds(database: Database) -> None:
    """What is held back, a line each, as long as it is."""
    with database.read() as session:
        standing = holds.all_standing(session)
    for one in standing:
        what = "No message is sent" if one.what == "messages" else "No payment is let out"
        sys.stdout.write(
            f"{what}: held back since {clock.local(one.since):%Y-%m-%d %H:%M}. {one.why} "
            f"Compare, and lift it under /drift/tilbageholdt or with `puljen release {one.what}`.\n"
        )
    sys.stdout.flush()


def make_searchable(house: House, now: datetime, *, seconds: float = 5.0) -> None:
    """Cases from before there was a search text get theirs: what can be done at once is, and the
    worker does the rest."""
    if not search.fill(house, seconds=seconds):
        house.database.write(lambda session: search.ask(session, now))


def upgrade(settings: Settings) -> None:
    """Bring the tables up to date, as their owner where one is named; the application's role then
    gets its rights. Raises :class:`~pool.migrations.MigrationError`."""
    if settings.is_sqlite:
        path = make_url(settings.database_url).database
        if path and path != ":memory:":
            Path(path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    role = None
    if settings.owner_database_url is not None:
        role = make_url(settings.database_url).username
    migrations.upgrade(settings.owner_database_url or settings.database_url, app_role=role)


def _openable(database: Database) -> None:
    """Before anything is added to what the keys there are cannot open."""
    with database.read() as session:
        sealed.check(session)


def _in_use(database: Database) -> bool:
    with database.read() as session:
        return bool(identity.everybody(session))
