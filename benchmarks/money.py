"""What the ledger costs: holds a second on one pool, a balance and a status among a thousand and a
million transfers, and the proof that all of them are right.

On SQLite, and on PostgreSQL where one can be started. Everything lies in a folder of its own.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select, text
from sqlmodel import Session

import pool.ledger as ledger
from pool import migrations
from pool.clock import now
from pool.db import Database, make_engine
from pool.ledger import books, chain
from pool.models.base import metadata
from pool.models.case import Applicant, Case, Decision
from pool.models.ledger import GENESIS, Account, Transfer
from tests.support.house import make_world
from tests.support.postgres import NoPostgres, start

POOL, YEAR = "urban-life", 2024
BUDGET = 10**11
HOLDS, GRANTS = 500, 100
A_CASE = 20
"""Transfers of each case among many: ten holds, ten payments."""
TIMES = 20
_ACCOUNTS, _TRANSFERS = metadata.tables["account"], metadata.tables["transfer"]


@dataclass(frozen=True, slots=True)
class Measured:
    """``value`` in ``unit`` (``a second`` or ``ms``), on ``engine``, among ``transfers``."""

    engine: str
    what: str
    transfers: int
    value: float
    unit: str

    def per(self, transfers: int) -> Measured:
        """The time for so many, from that of all."""
        return replace(self, value=self.value * transfers / self.transfers)


def measure(folder: Path, sizes: tuple[int, ...]) -> list[Measured]:
    """All of it, on both engines."""
    found: list[Measured] = []
    for engine in ("sqlite", "postgresql"):
        try:
            with _database(engine, folder / f"{engine}-holds") as database:
                found += _holds(engine, database)
            with _database(engine, folder / f"{engine}-grants") as database:
                found.append(_grants(engine, database))
            for size in sizes:
                with _database(engine, folder / f"{engine}-{size}") as database:
                    found += _among(engine, database, size)
        except NoPostgres:
            continue
    return found


@contextmanager
def _database(engine: str, folder: Path) -> Iterator[Database]:
    folder.mkdir(parents=True)
    if engine == "sqlite":
        made = Database(make_engine(f"sqlite:///{folder / 'puljen.sqlite'}"))
        migrations.upgrade(made.engine)
        try:
            yield made
        finally:
            made.engine.dispose()
        return
    server = start()
    try:
        made = Database(make_engine(server.url))
        migrations.upgrade(made.engine)
        yield made
        made.engine.dispose()
    finally:
        server.stop()


def _year(session: Session) -> int:
    year = ledger.open_year(
        session, POOL, YEAR, budget=BUDGET, command_id="open", actor="system", now=now()
    )
    assert year.id is not None
    return year.id


def _case(session: Session, number: int) -> tuple[int, int]:
    """Ids of a case and its decision."""
    moment = now()
    applicant = Applicant(kind="person", name="A. Resident")
    session.add(applicant)
    session.flush()
    case = Case(
        number=f"B-{number}", pool=POOL, year=YEAR, definition_version=1, form="short",
        state="granted", title="A street party", applicant_id=applicant.id or 0,
        received_at=moment, changed_at=moment,
    )  # fmt: skip
    session.add(case)
    session.flush()
    decision = Decision(
        case_id=case.id or 0, number=1, outcome="full", amount=100, made_on=date(YEAR, 5, 2),
        made_how="system", actor_name="The chair", recorded_at=moment, announced_at=moment,
    )  # fmt: skip
    session.add(decision)
    session.flush()
    return case.id or 0, decision.id or 0


class _Writer:
    """Rows of transfers, numbered and chained as the guards want them, and nothing else."""

    def __init__(self, session: Session, year_id: int) -> None:
        self.year_id = year_id
        last = session.execute(
            _TRANSFERS.select().order_by(_TRANSFERS.c.n.desc()).limit(1)
        ).mappings().one_or_none()  # fmt: skip
        self.n: int
        self.hash: str
        self.n, self.hash = (last["n"], last["hash"]) if last else (0, GENESIS)
        self.book_id = last["book_id"] if last else 1
        self.moment = last["recorded_at"] if last else now()

    def row(
        self, kind: str, ends: tuple[int, int], of: tuple[int, int], amount: int
    ) -> dict[str, Any]:
        self.n += 1
        made: dict[str, Any] = {
            "book_id": self.book_id, "n": self.n, "year_id": self.year_id,
            "command_id": f"raw-{self.n}", "line": 1, "kind": kind, "from_id": ends[0],
            "to_id": ends[1], "amount": amount, "cites_id": None, "case_id": of[0],
            "decision_id": of[1], "actor": "system", "effective_on": date(YEAR, 5, 2),
            "precision": "day", "recorded_at": self.moment, "prev_hash": self.hash,
        }  # fmt: skip
        made["canonical"] = chain.canonical(made)
        made["hash"] = self.hash = chain.digest(made["canonical"])
        return made


def _account(session: Session, writer: _Writer, kind: str, parent: int, of: tuple[int, int]) -> int:
    values = {
        "year_id": writer.year_id, "kind": kind, "label": f"raw-{kind}-{writer.n}-{parent}",
        "parent_id": parent, "case_id": of[0], "decision_id": of[1], "balance": 0, "last_n": 0,
    }  # fmt: skip
    made = session.execute(insert(Account).values(values).returning(_ACCOUNTS.c.id))
    return int(made.scalar_one())


def _holds(engine: str, database: Database) -> list[Measured]:
    """A hold a unit of work: two rows written by hand, and the ledger's own function."""
    year_id, of = database.write(lambda session: (_year(session), _case(session, 1)))
    with database.read() as session:
        free = books.free_account(session, ledger.get_year(session, POOL, YEAR))

    def by_hand(session: Session) -> None:
        writer = _Writer(session, year_id)
        held = _account(session, writer, "held", free, of)
        session.execute(insert(Transfer).values(writer.row("hold", (free, held), of, 7)))

    def by_ledger(number: int) -> Callable[[Session], Any]:
        return lambda session: ledger.hold(
            session, year_id=year_id, case_id=of[0], decision_id=of[1], amount=7,
            command_id=f"hold-{number}", actor="system", now=now(),
        )  # fmt: skip

    return [
        _a_second(engine, "raw rows with triggers", HOLDS, lambda _: database.write(by_hand)),
        _a_second(engine, "the ledger's hold", HOLDS, lambda n: database.write(by_ledger(n))),
    ]


def _a_second(engine: str, what: str, times: int, do: Callable[[int], Any]) -> Measured:
    began = time.perf_counter()
    for number in range(times):
        do(number)
    return Measured(engine, what, times, times / (time.perf_counter() - began), "a second")


def _grants(engine: str, database: Database) -> Measured:
    """A whole decision: rules, hold, journal, letter, deadlines."""
    world = make_world(database, now(), budgets={POOL: 50_000_000, "knowledge": 5_000})
    cases = [world.apply() for _ in range(GRANTS)]
    return _a_second(
        engine, "a whole grant", GRANTS, lambda number: world.do(cases[number], "karim", "grant")
    )


def _among(engine: str, database: Database, size: int) -> list[Measured]:
    year_id = database.write(_year)
    database.write(lambda session: _fill(session, year_id, size))
    free = 0
    with database.read() as session:
        free = books.free_account(session, ledger.get_year(session, POOL, YEAR))

    def ms(what: str, do: Callable[[Session], Any], times: int = TIMES) -> Measured:
        took = []
        for _ in range(times):
            with database.read() as session:
                began = time.perf_counter()
                do(session)
                took.append(time.perf_counter() - began)
        return Measured(engine, what, size, 1000 * statistics.median(took), "ms")

    return [
        ms("a balance", lambda session: ledger.get_account(session, free)),
        ms("a status", lambda session: ledger.status(session, POOL, YEAR)),
        ms("verify, per 100.000", ledger.verify, times=1).per(100_000),
    ]


def _fill(session: Session, year_id: int, size: int) -> None:
    """``size`` transfers, by raw rows in one unit of work, the guards in force."""
    writer = _Writer(session, year_id)
    free = books.free_account(session, ledger.get_year(session, POOL, YEAR))
    connection, last = session.connection(), _newest_account(session)
    for number in range(-(-size // A_CASE)):
        of = _case(session, number)
        session.expunge_all()
        accounts: list[dict[str, Any]] = []
        transfers: list[dict[str, Any]] = []
        for _ in range(A_CASE // 2):
            held, paid, last = last + 1, last + 2, last + 2
            for made, kind, parent in ((held, "held", free), (paid, "paid", held)):
                accounts.append(_row_of_account(made, year_id, kind, parent, of))
            transfers.append(writer.row("hold", (free, held), of, 7))
            transfers.append(writer.row("post", (held, paid), of, 5))
        connection.execute(_ACCOUNTS.insert(), accounts)
        connection.execute(_TRANSFERS.insert(), transfers)
    if connection.dialect.name == "postgresql":  # ids were given: the sequence follows
        connection.execute(text("SELECT setval('account_id_seq', :last)"), {"last": last})


def _row_of_account(
    made: int, year_id: int, kind: str, parent: int, of: tuple[int, int]
) -> dict[str, Any]:
    return {
        "id": made, "year_id": year_id, "kind": kind, "label": f"raw-{made}", "parent_id": parent,
        "case_id": of[0], "decision_id": of[1], "balance": 0, "last_n": 0,
    }  # fmt: skip


def _newest_account(session: Session) -> int:
    return int(session.execute(select(func.max(_ACCOUNTS.c.id))).scalar_one())
