"""A small year of the first pool, every step at its moment, through the real use cases."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session, col

import pool.ledger as ledger
from pool.cases import recusal
from pool.db import Database
from pool.models.case import Applicant, Case, Decision
from pool.models.identity import Person
from pool.models.ledger import Transfer
from pool.summary.figures import collect
from pool.summary.model import PoolYear, Request, Summary
from tests.support.house import RECORD, REPORT, World, make_world

POOL = "urban-life"


def at(year: int, month: int, day: int, hour: int = 9) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


@dataclass
class Scene:
    """The world and its cases by letter. :meth:`go` sets the clock."""

    world: World
    cases: dict[str, int] = field(default_factory=dict)

    def go(self, moment: datetime) -> World:
        self.world.now = moment
        return self.world

    def decide_unseen(self, letter: str, amount: int, made_on: date) -> int:
        """A decision that is recorded and holds money, and is not announced; its id."""
        return decide_unseen(self.world, self.cases[letter], amount, made_on)

    def announce(self, decision_id: int) -> None:
        announce(self.world, decision_id)

    def ask(self, **changed: Any) -> Summary:
        return ask(self.world, **changed)

    def year(self, **changed: Any) -> PoolYear:
        return self.ask(**changed).pools[0]


def ask(
    world: World,
    *,
    pools: tuple[str, ...] = (POOL,),
    year: int = 2026,
    edition: Any = "provisional",
    **how: Any,
) -> Summary:
    """The summary as somebody gets it who asks now; ``how`` as of :meth:`Request.make`."""
    request = Request.make(pools, year, edition, now=world.now, **how)
    with world.database.read() as session:
        return collect(session, world.house, request)


def decide_unseen(world: World, case_id: int, amount: int, made_on: date) -> int:
    def work(session: Session) -> int:
        decision = Decision(
            case_id=case_id,
            number=1,
            outcome="full",
            amount=amount,
            made_on=made_on,
            made_how="meeting",
            actor_name="Karim",
            recorded_at=world.now,
        )
        session.add(decision)
        session.flush()
        case = session.get_one(Case, case_id)
        ledger.hold(
            session,
            year_id=ledger.get_year(session, case.pool, case.year).id or 0,
            case_id=case_id,
            decision_id=decision.id or 0,
            amount=amount,
            command_id=world.new_id(),
            actor="person:1",
            effective_on=made_on,
            now=world.now,
        )
        return decision.id or 0

    return world.database.write(work)


def announce(world: World, decision_id: int) -> None:
    def work(session: Session) -> None:
        session.execute(
            update(Decision).where(col(Decision.id) == decision_id).values(announced_at=world.now)
        )

    world.database.write(work)


def reverse_payment(world: World, case_id: int, about: date) -> None:
    """The case's payment had failed."""

    def work(session: Session) -> None:
        post = session.execute(
            select(col(Transfer.id)).where(
                col(Transfer.case_id) == case_id, col(Transfer.kind) == "post"
            )
        ).scalar_one()
        ledger.reverse(
            session,
            transfer_id=post,
            command_id=world.new_id(),
            actor="person:1",
            effective_on=about,
            now=world.now,
        )

    world.database.write(work)


def applies_for(world: World, case_id: int, organisation: str) -> None:
    """The short form does not ask for whom."""
    applicant = select(col(Case.applicant_id)).where(col(Case.id) == case_id).scalar_subquery()

    def work(session: Session) -> None:
        session.execute(
            update(Applicant)
            .where(col(Applicant.id) == applicant)
            .values(organisation=organisation)
        )

    world.database.write(work)


def play(database: Database) -> Scene:
    """2026 with a budget of 96.000 kr., until February 2027.

    a  9.500 kr. in full at a meeting, paid, reported; 500 kr. come back in December, which is
       entered in January
    b  5.000 of 8.000 kr. by mail, paid; in January it is entered that the payment failed in
       December
    c  4.000 kr. refused by the chair
    d  3.000 kr. granted by the chair, withdrawn
    e  6.000 kr. granted at a meeting in December, announced in January
    f  2.000 kr. not decided; Jens stays out of it
    g  1.500 kr. withdrawn before a decision
    """
    world = make_world(database, at(2026, 1, 5))
    scene = Scene(world)
    cases = scene.cases

    def works_at(session: Session) -> None:
        session.execute(
            update(Person)
            .where(col(Person.id) == world.people["jens"])
            .values(organisation="Klub  Husum")
        )

    database.write(works_at)
    scene.go(at(2026, 2, 2))
    cases["a"] = world.apply(amount="9.500", title="Gadefest")
    applies_for(world, cases["a"], "klub husum")
    scene.go(at(2026, 2, 10))
    record = {**RECORD, "made_on": "2026-02-09", "made_where": "meeting"}
    world.do(cases["a"], "sofie", "grant", record=record)
    scene.go(at(2026, 2, 16))
    world.do(cases["a"], "ole", "pay", reference="B-1", paid_on="2026-02-16")
    scene.go(at(2026, 3, 2))
    cases["b"] = world.apply(amount="8.000", title="Fodbold")
    scene.go(at(2026, 3, 10))
    world.do(cases["a"], "applicant", "report", report=REPORT)
    scene.go(at(2026, 4, 20))
    record = {**RECORD, "made_on": "2026-03-09"}
    world.do(cases["b"], "sofie", "grant-part", amount="5.000", reasons="For dyrt.", record=record)
    world.do(cases["b"], "ole", "pay", reference="B-2", paid_on="2026-04-20")
    scene.go(at(2026, 5, 4))
    cases["c"] = world.apply(amount="4.000", title="Flag")
    cases["d"] = world.apply(amount="3.000", title="Loppemarked")
    scene.go(at(2026, 5, 11))
    world.do(cases["c"], "karim", "refuse", reasons="For få.", criterion="too-few")
    world.do(cases["d"], "karim", "grant")
    scene.go(at(2026, 5, 20))
    world.do(cases["d"], "applicant", "withdraw", reason="Syge.")
    scene.go(at(2026, 11, 2))
    cases["e"] = world.apply(amount="6.000", title="Lys i gården")
    cases["f"] = world.apply(amount="2.000", title="Julebanko")
    cases["g"] = world.apply(amount="1.500", title="Kor")
    recusal.declare(world.house, cases["f"], "Min søsters kor.", world.actor("jens"), world.now)
    scene.go(at(2026, 11, 18))
    world.do(cases["g"], "applicant", "withdraw")
    scene.go(at(2026, 12, 10))
    decision = scene.decide_unseen("e", 600_000, date(2026, 12, 8))
    scene.go(at(2027, 1, 4))
    scene.announce(decision)
    scene.go(at(2027, 1, 6))
    reverse_payment(world, cases["b"], date(2026, 12, 15))
    scene.go(at(2027, 1, 8))
    world.do(cases["a"], "ole", "return", returned="500", returned_on="2026-12-30")
    scene.go(at(2027, 2, 1))
    return scene
