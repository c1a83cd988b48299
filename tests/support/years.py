"""A pool's year full of cases, made quickly: for the summary's tests and the benchmarks.

Rows go in by the thousand, past the use cases but through the database's own guards, with whole
chains of hashes: ``ledger.verify`` and ``journal.verify`` find nothing. The same seed makes the
same year. Everything a summary must tell apart is in it: every kind of applicant, outcome and
way of deciding, decisions not announced yet, part payments, failed payments, money that came
back late, holds out of an earmark, corrections before and after the announcement, recusals, own
initiatives, members' units, imported cases, long titles and Arabic ones.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import insert, select
from sqlmodel import Session, col

import pool.ledger as ledger
from pool.cases.house import Definitions
from pool.clock import COPENHAGEN
from pool.db import Database
from pool.models.base import metadata
from pool.models.identity import Person
from pool.models.ledger import Account
from tests.support.years_case import FATES, Fates, OneCase
from tests.support.years_chains import CHUNK, Event, Move, Rows
from tests.support.years_words import MEMBERS
from workflows.definition import Definition


@dataclass(frozen=True, slots=True)
class Generated:
    """What was made. ``first_case`` to ``last_case`` are the ids; ``until`` is the last moment
    anything was written."""

    pool: str
    year: int
    year_id: int
    budget: int
    cases: int
    first_case: int
    last_case: int
    transfers: int
    until: datetime


def generate(
    database: Database,
    definitions: Definitions,
    *,
    pool: str,
    year: int,
    cases: int,
    seed: int,
    budget: int | None = None,
    fates: Fates = FATES,
) -> Generated:
    """Fill ``year`` of ``pool`` with ``cases`` cases in one unit of work.

    The year is opened where it is not open yet. ``budget`` in øre: grants beyond it become
    refusals; None makes a budget that is large enough. Moments lie between the autumn before the
    year and the spring after it, never before what the pool's book has already. ``fates`` says
    what becomes of the cases, and how often: ``(("closed", 1),)`` makes nothing but grants.
    """
    made = database.write(
        lambda session: Year(session, definitions, pool, year, seed, fates).fill(cases, budget)
    )
    if not database.is_sqlite:
        # What PostgreSQL does by itself after a while: its planner must know that tables grew.
        with database.engine.begin() as connection:
            connection.exec_driver_sql("ANALYZE")
    return made


class Year(Rows):
    """One year while it is made."""

    def __init__(
        self,
        session: Session,
        definitions: Definitions,
        pool: str,
        year: int,
        seed: int,
        fates: Fates,
    ) -> None:
        opening = datetime(year - 1, 10, 1, 8, tzinfo=UTC)
        super().__init__(session, random.Random(f"{pool} {year} {seed}"), opening)
        self.pool, self.year, self.fates = pool, year, fates
        self.definition = definitions.current(pool)
        definitions.register(session, opening)
        session.flush()
        self.states = _states(self.definition)
        self.questions = {question.key for question in self.definition.questions}
        self.members = self._people()
        opened = ledger.open_year(session, pool, year)
        assert opened.id is not None
        self.year_id, self.book_id = opened.id, opened.book_id
        self.free = self._account("free")
        self.source = self._account("source")
        self.mark = self._earmark()
        self.of_free = self.of_mark = 0
        self.caps: tuple[int, int] | None = None

    # ------------------------------------------------------------------ the house

    def _account(self, kind: str) -> int:
        found: int | None = self.session.execute(
            select(col(Account.id)).where(
                col(Account.year_id) == self.year_id, col(Account.kind) == kind
            )
        ).scalar_one()
        assert found is not None
        return found

    def _earmark(self) -> int:
        account = self.ids.take("account")
        self.row(
            "account",
            id=account,
            year_id=self.year_id,
            kind="earmark",
            label=f"Det gode valg {account}",
            parent_id=None,
            case_id=None,
            decision_id=None,
            balance=0,
            last_n=0,
        )
        return account

    def _people(self) -> list[int]:
        """Members of the group with the units they work for; made once per database."""
        made = []
        for number, organisation in enumerate(MEMBERS, start=1):
            email = f"medlem{number}@aar.example"
            found = self.session.execute(
                select(col(Person.id)).where(col(Person.email) == email)
            ).scalar_one_or_none()
            if found is None:
                found = self.ids.take("person")
                self.row(
                    "person",
                    id=found,
                    email=email,
                    name=f"Medlem {number}",
                    organisation=organisation,
                    active=True,
                    language="da",
                    session_epoch=0,
                    created_at=self.opening,
                )
                role = "chair" if number == 1 else "member"
                self.row(
                    "person_role",
                    id=self.ids.take("person_role"),
                    person_id=found,
                    role=role,
                    pool=None,
                )
            made.append(found)
        return made

    # ------------------------------------------------------------------ the whole

    def fill(self, cases: int, budget: int | None) -> Generated:
        if budget is not None:
            self.caps = (budget - budget // 10, budget // 10)
        first = self.ids.take("grant_case") if cases else 0
        number = self._numbers(cases)
        for index in range(cases):
            case_id = first if index == 0 else self.ids.take("grant_case")
            OneCase(self, case_id, number + index, index).make()
            if index % CHUNK == CHUNK - 1:
                self.write()
        self.write()
        total = self._appropriate(budget)
        self.write()
        self.transfer(self.book_id, self.year_id, self.members[0])
        self.ids.settle()
        return Generated(
            pool=self.pool,
            year=self.year,
            year_id=self.year_id,
            budget=total,
            cases=cases,
            first_case=first,
            last_case=first + cases - 1 if cases else 0,
            transfers=len(self.moves),
            until=self.until,
        )

    def _numbers(self, cases: int) -> int:
        """The first of so many case numbers."""
        counter = metadata.tables["case_counter"]
        here = (counter.c.pool == self.pool) & (counter.c.year == self.year)
        last = self.session.execute(select(counter.c.last).where(here)).scalar()
        if last is None:
            self.session.execute(insert(counter).values(pool=self.pool, year=self.year, last=cases))
        else:
            self.session.execute(counter.update().where(here).values(last=last + cases))
        return (last or 0) + 1

    def _appropriate(self, budget: int | None) -> int:
        """The year's money, before every other move: what is needed and a little, or as told."""
        if budget is None:
            mark = self.of_mark + self.draw.randint(1, 900_000)
            whole = self.of_free + mark + self.draw.randint(2_000_000, 9_000_000)
        else:
            mark, whole = budget // 10, budget
        if not whole:
            return 0
        day = date(self.year, 1, 1)
        given = [Move(self.opening, "appropriate", self.source, self.free, whole, day)]
        if mark:
            given.append(Move(self.opening, "earmark", self.free, self.mark, mark, day))
        if budget is None:
            # Adjusted twice, as a plan is: more money in June, a little of it back in November.
            june, november = self._noon(6, 15), self._noon(11, 20)
            given += [
                Move(june, "appropriate", self.source, self.free, 1_234_500, june.date()),
                Move(november, "relinquish", self.free, self.source, 777_700, november.date()),
            ]
            whole += 1_234_500 - 777_700
        self.moves = given + self.moves
        self.stream(
            f"book-year:{self.year_id}",
            [
                Event(
                    "year.opened",
                    self.opening,
                    day,
                    {"pool": self.pool, "year": self.year, "amount": given[0].amount},
                    {"source": f"Aftalen for {self.year}, side 3"},
                )
            ],
            self.members[0],
        )
        return whole

    def _noon(self, month: int, day: int) -> datetime:
        return datetime(self.year, month, day, 12, tzinfo=COPENHAGEN).astimezone(UTC)


def _states(definition: Definition) -> dict[str, str]:
    """Where a case stands at each stage, by this definition's own names. A stage it has no state
    for is told by the nearest it has."""
    keys = [state.key for state in definition.states]
    start = definition.start.key

    def first(*wanted: str, otherwise: str = start) -> str:
        return next((key for key in wanted if key in keys), otherwise)

    granted = first("granted", "announced", "accepted")
    paid = first("paid", otherwise=granted)
    closed = first("closed", otherwise=paid)
    return {
        "received": start,
        "asked": first("asked"),
        "decided": first("decided-yes", "decided", otherwise=granted),
        "declined": first("decided-no", "decided", "refused", otherwise=closed),
        "granted": granted,
        "paid": paid,
        "reported": first("reported", otherwise=paid),
        "closed": closed,
        "refused": first("refused", otherwise=closed),
        "withdrawn": first("withdrawn", otherwise=closed),
        "lapsed": first("lapsed", otherwise=closed),
    }


def months(year: int) -> Iterator[tuple[str, date]]:
    """``2026-01`` … with each month's last day."""
    for month in range(1, 13):
        following = date(year + month // 12, month % 12 + 1, 1)
        yield f"{year}-{month:02}", following - timedelta(days=1)
