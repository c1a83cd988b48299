"""The casework as tests use it: pools with a year, people with roles, and short ways to do what a
person does through the real use cases."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session

import pool.identity as identity
from pool.cases import drafts, submit
from pool.cases.commands import Command, Result, Submission
from pool.cases.fire import fire
from pool.cases.house import Definitions, House
from pool.clock import local_day
from pool.db import Database
from pool.identity.actor import Actor, applicant
from pool.models.case import Case
from pool.plan import open_year
from workflows.loading import load_all

SHORT: Mapping[str, Any] = {
    "amount": "9.500",
    "title": "Gadefest ved hjørnet",
    "safety": "Vi lærer hinanden at kende.",
    "outreach": "Opslag i opgangene",
    "place": "Husum Nord",
    "budget_line": "Telt 5.500 kr., mad 4.000 kr.",
    "contact_name": "Lene Bruun",
    "email": "lene@eksempel.example",
    "starts_on": "2026-05-01",
}
"""A short application to urban-life with everything it needs."""

REPORT: Mapping[str, Any] = {
    "held": "yes",
    "participants": "120",
    "worked": "Alle kom.",
    "safety": "Naboerne hilser.",
    "links": "",
    "spent": "9.000",
}

RECORD: Mapping[str, Any] = {
    "made_on": "2026-03-02",
    "made_where": "mail",
    "took_part": "Karim, Jens",
    "stayed_out": "",
}


@dataclass
class World:
    """A house, its people by first name, and the moment it is."""

    house: House
    now: datetime
    people: dict[str, int] = field(default_factory=dict)
    _ids: Any = field(default_factory=lambda: itertools.count(1))

    @property
    def database(self) -> Database:
        return self.house.database

    def actor(self, name: str, pool: str = "urban-life") -> Actor:
        """``sofie`` (secretariat), ``karim`` (chair), ``jens`` and ``amina`` (members), ``ole``
        (finance), ``birgit`` (steering), ``maja`` (communications), ``rune`` (auditor)."""
        with self.database.read() as session:
            person = identity.get(session, self.people[name])
            assert person is not None
            return identity.actor(session, person, pool)

    def new_id(self) -> str:
        return f"test-command-{next(self._ids)}"

    def draft(self, pool: str = "urban-life", *, lang: str = "da", **changed: Any) -> int:
        raw = {**SHORT, **changed}
        draft_id, _ = drafts.start(self.house, pool, lang, {"amount": raw["amount"]}, self.now)
        drafts.save(self.house, draft_id, raw, self.now)
        return draft_id

    def apply(self, pool: str = "urban-life", *, lang: str = "da", **changed: Any) -> int:
        """A new case from the short form; its id."""
        draft_id = self.draft(pool, lang=lang, **changed)
        return submit.submit(self.house, Submission(self.new_id(), draft_id), self.now).case_id

    def case(self, case_id: int) -> Case:
        with self.database.read() as session:
            return session.get_one(Case, case_id)

    def do(
        self,
        case_id: int,
        who: str,
        action: str,
        *,
        command_id: str | None = None,
        version: int | None = None,
        **inputs: Any,
    ) -> Result:
        """``who`` is a first name or ``applicant``."""
        case = self.case(case_id)
        actor = applicant("Lene Bruun") if who == "applicant" else self.actor(who, case.pool)
        command = Command(
            id=command_id or self.new_id(),
            case_id=case_id,
            action=action,
            state_version=case.state_version if version is None else version,
            inputs=inputs,
        )
        return fire(self.house, command, actor, self.now)


PEOPLE: Mapping[str, tuple[str, ...]] = {
    "sofie": ("secretariat",),
    "karim": ("chair", "member"),
    "jens": ("member",),
    "amina": ("member",),
    "ole": ("finance",),
    "birgit": ("steering",),
    "maja": ("communications",),
    "rune": ("auditor",),
}


def make_world(
    database: Database,
    now: datetime,
    *,
    budgets: Mapping[str, int] | None = None,
) -> World:
    """``budgets`` are kroner by pool, for the year of ``now``."""
    definitions = Definitions(load_all(None))
    house = House(database, definitions, "http://127.0.0.1:8000")
    world = World(house=house, now=now)

    def people(session: Session) -> None:
        definitions.register(session, now)
        for name, roles in PEOPLE.items():
            person = identity.add_person(
                session, email=f"{name}@test.example", name=name.capitalize(), now=now
            )
            assert person.id is not None
            world.people[name] = person.id
            for role in roles:
                identity.grant_role(session, person.id, role)

    database.write(people)
    finance = world.actor("ole")
    for pool, kroner in (budgets or {"urban-life": 96_000, "knowledge": 5_000}).items():
        if pool not in definitions:
            continue
        open_year(
            house,
            pool=pool,
            year=local_day(now).year,
            budget=kroner * 100,
            source="test",
            command_id=f"open-{pool}",
            actor=finance,
            now=now,
        )
    return world
