"""A small world for tests that visit every page: colleagues of every role, a case and a draft,
and something to show under each address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from flask import Flask
from sqlmodel import select

from pool import files, plan
from pool.cases import drafts, starting, submit
from pool.cases.commands import Submission
from pool.db import Database
from pool.identity import people, tokens
from pool.identity.actor import SYSTEM
from pool.imports import runs as imports
from pool.models.case import CaseFile
from pool.models.identity import Person
from pool.models.outbox import Message
from pool.models.summary import SummaryEdition
from pool.plan import closing
from pool.summary import editions
from pool.summary import editions_files as edition_files
from pool.summary import editions_questions as questions
from pool.summary import model as summary_of
from pool.web.apply import steps
from tests.support.client import HostileClient
from tests.support.house import World as Story
from tests.support.house import make_world
from tests.support.people import hold_link, make_person, sign_in
from tests.web import (
    world_books,
    world_drafts,
    world_later,
    world_meetings,
    world_messages,
    world_payments,
    world_reports,
    world_votes,
)
from workflows.definition import START

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@dataclass
class World:
    """What there is. ``values`` fills the parts of an address: by ``endpoint.name``, by the
    room's ``room.name``, else by the name alone; ``queries`` adds to an endpoint's address.
    ``story`` does things as people do."""

    app: Flask
    database: Database
    now: datetime
    story: Story
    people: dict[str, Person] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)
    values: dict[str, object] = field(default_factory=dict)
    queries: dict[str, dict[str, Any]] = field(default_factory=dict)

    def anybody(self) -> HostileClient:
        """A client nobody knows."""
        return cast(HostileClient, self.app.test_client())

    def as_role(self, role: str) -> HostileClient:
        """A client signed in as the colleague with this role in every pool."""
        client = self.anybody()
        sign_in(client, self.people[role])
        return client

    def as_applicant(self) -> HostileClient:
        """A client that came by the links there are."""
        client = self.anybody()
        for subject in self.links:
            hold_link(client, subject, self.now)
        return client

    def readers(self) -> dict[str, Callable[[], HostileClient]]:
        """Everybody there is, by name."""
        roles = {role: (lambda role=role: self.as_role(role)) for role in self.people}
        return {"anybody": self.anybody, "applicant": self.as_applicant, **roles}

    def path(self, endpoint: str) -> str:
        """The address of an endpoint in this world. KeyError: say in ``values`` what to show."""
        rule = next(self.app.url_map.iter_rules(endpoint))
        names = rule.arguments - (rule.defaults or {}).keys()
        if endpoint == "static":
            names.discard("version")  # filled in by the application
        wanted: dict[str, Any] = {name: self._value(endpoint, name) for name in names}
        with self.app.test_request_context():
            return self.app.url_for(endpoint, **wanted, **self.queries.get(endpoint, {}))

    def _value(self, endpoint: str, name: str) -> object:
        room = endpoint.partition(".")[0]
        for key in (f"{endpoint}.{name}", f"{room}.{name}", name):
            if key in self.values:
                return self.values[key]
        raise KeyError(f"{endpoint}: give World.values a sample of {name!r}")


def build(app: Flask, database: Database, now: datetime) -> World:
    """The world every page is visited in. Rooms of pages add what theirs need."""
    story = make_world(database, now)
    world = World(app, database, now, story)
    for role in sorted(people.STAFF_ROLES):
        world.people[role] = make_person(database, f"Kim {role}", role, now=now)
    world.values |= {"filename": "favicon.svg", "pool_key": "urban-life", "year": now.year}
    world.values["figure"] = "granted"
    world.values["steering.n"] = 1
    world.values["casework.export.kind"] = "csv"
    _door(world)
    _draft(world)
    _case(world)
    _entry(world)
    _plan(world)
    _years(world)
    _import(world)
    _summary(world)
    world_later.add(world)
    world_meetings.add(world)
    world_votes.add(world)
    world_books.add(world)
    world_reports.add(world)
    world_payments.add(world)
    world_messages.add(world)
    world_drafts.add(world)
    return world


def _door(world: World) -> None:
    person = world.people["secretariat"]
    world.values["signin.token"] = world.database.write(
        lambda s: tokens.mint(
            s, "reset", f"person:{person.id}", now=world.now, minutes=30, once=True
        )
    )


def _draft(world: World) -> None:
    house = world.story.house
    draft_id, token = drafts.start(house, "urban-life", "da", {"amount": "25.000"}, world.now)
    drafts.attach(house, draft_id, [files.prepare("tilbud.pdf", PDF)], world.now)
    with world.database.read() as session:
        file_id = drafts.open_draft(session, house, draft_id, world.now).files[0].id
    world.values |= {
        "apply.token": token,
        "apply.last_part": steps.address(START),
        "apply.file_id": file_id,
        "draft_id": draft_id,
    }
    world.links.append(f"draft:{draft_id}")


def _case(world: World) -> None:
    story = world.story
    draft_id = story.draft()
    drafts.attach(story.house, draft_id, [files.prepare("tilbud.pdf", PDF)], world.now)
    case_id = submit.submit(story.house, Submission(story.new_id(), draft_id), world.now).case_id
    other = story.apply(title="Noget andet", email="anden@eksempel.example")
    with world.database.read() as session:
        file_id = session.exec(select(CaseFile.file_id)).first()
        message_id = session.exec(select(Message.id).where(Message.case_id == case_id)).first()
    world.values |= {
        "number": story.case(case_id).number,
        "other_number": story.case(other).number,
        "action": "ask",
        "file_id": file_id,
        "message_id": message_id,
        "applicant.token": world.database.write(
            lambda s: tokens.mint(s, "case", f"case:{case_id}", now=world.now, days=30, once=False)
        ),
    }
    world.queries["apply.receipt"] = {"nr": story.case(case_id).number}
    asked = story.apply(title="Der mangler noget")
    story.do(asked, "sofie", "ask", questions="Hvem kommer?", due_on="2026-03-20")
    paid = story.apply(title="Den er betalt")
    story.do(paid, "karim", "grant")
    story.do(paid, "sofie", "pay", reference="B-1", paid_on="2026-03-04")
    world.values["applicant.answer.number"] = story.case(asked).number
    world.values["applicant.report.number"] = story.case(paid).number
    heard = story.apply(title="Naboen klager")
    story.do(heard, "sofie", "hear", facts="Støj.", source="Naboen", due_on="2026-03-20")
    world.values["applicant.hearing.number"] = story.case(heard).number
    world.links += [f"case:{one}" for one in (case_id, asked, paid, heard)]


def _entry(world: World) -> None:
    """A suggestion, and what a colleague has begun to type in."""
    story = world.story
    suggestion = submit.suggest(
        story.house,
        submit.Suggested("world", "urban-life", "da", {"suggestion": "Mørkt", "place": "Her"}),
        world.now,
    )
    draft_id = starting.begin(
        story.house,
        "urban-life",
        starting.Start("application", "paper"),
        story.actor("sofie"),
        world.now,
    )
    drafts.attach(story.house, draft_id, [files.prepare("tilbud.pdf", PDF)], world.now)
    with world.database.read() as session:
        file_id = drafts.open_draft(session, story.house, draft_id, world.now).files[0].id
    world.values |= {
        "casework.becomes.number": suggestion.number,
        "casework.draft_id": draft_id,
        "casework.last_part": steps.address(START),
        "casework.entry_file.file_id": file_id,
    }


def _plan(world: World) -> None:
    """A year of two lines and a pool, with a move, and an earmark."""
    house, now, year = world.story.house, world.now, world.now.year
    table = (
        f"no,activity,focus_areas,y{year},note\n1,Haven,byliv,100,\n2,Job,,50,\n3,Puljen,,96000,\n"
    )
    beside = f'source = "Planen"\n[sums]\n{year} = "96.150"\n[pools]\n3 = "urban-life"\n'
    plan.load(house, table.encode(), beside.encode(), actor=SYSTEM, now=now)
    order = plan.Order(
        year=year, from_line=1, to_line=2, amount=1_000, decided_on=now.date(),
        steering="Hørt", reason="Færre bede",
    )  # fmt: skip
    world.values |= {
        "steering.edition": 1,
        "steering.move_id": plan.move(house, order, command_id="moved", actor=SYSTEM, now=now),
        "steering.account_id": plan.earmark(
            house, pool="urban-life", year=year, label="Haven", amount=100_000, line=1,
            command_id="earmarked", actor=SYSTEM, now=now,
        ),
    }  # fmt: skip


def _years(world: World) -> None:
    """A year that can be closed, and one that is."""
    house, now, actor = world.story.house, world.now, world.story.actor("ole")
    for years_ago in (1, 2):
        year = now.year - years_ago
        plan.open_year(
            house, pool="urban-life", year=year, budget=0, source="test",
            command_id=f"opened-{year}", actor=actor, now=now,
        )  # fmt: skip
        closing.begin(house, closing.Step(f"begun-{year}", "urban-life", year), actor, now)
    closed = now.year - 2
    closing.close(house, closing.Step("closed", "urban-life", closed), actor, now)
    world.values |= {"steering.close_for_good.year": now.year - 1, "steering.owed.year": closed}


def _import(world: World) -> None:
    table = (
        "møde,projekt,ansøger,ansøgertype,bevilget,afgørelse,begrundelse\n"
        f"{world.now.year}-01,Gadefest,Naboerne,forening,5000,bevilget,\n"
        f"{world.now.year}-01,Uden grund,Naboerne,forening,,afslag,\n"
    )
    world.values["run_id"] = imports.prepare(
        world.story.house, pool="urban-life", year=world.now.year, budget=None, source="Referater",
        name="sager.csv", body=table.encode(), person=SYSTEM, now=world.now,
    )  # fmt: skip


def _summary(world: World) -> None:
    """A draft and a submitted edition with a file, a question, and the link to it."""
    house, now, pools = world.story.house, world.now, ("urban-life",)
    sofie, birgit = world.story.actor("sofie"), world.story.actor("birgit")
    asked = summary_of.Request.make(pools, now.year, "provisional", now=now)
    draft = editions.make(house, asked, key="draft", actor=sofie, now=now)
    number = editions.make(house, asked, key="submitted", actor=sofie, now=now)
    editions.submit(house, editions.Submit("submit", number, 1), sofie, now)
    question = questions.ask(
        house, questions.Ask("ask", number, "three-1", "Hvorfor?"), birgit, now
    )
    with world.database.read() as session:
        submitted = session.get_one(SummaryEdition, number)
    edition_files.keep(house, submitted, "da", "csv", now)
    world.database.write(
        lambda s: setattr(s.get_one(SummaryEdition, number), "files_version", submitted.version)
    )
    world.values |= {
        "edition_id": number,
        "summaries.write.edition_id": draft,
        "summaries.submit.edition_id": draft,
        "question_id": question,
        "whom": f"person:{world.story.people['birgit']}",
        "spoken": "da",
        "form": "csv",
        "summaries.token": world.database.write(
            lambda s: tokens.mint(
                s,
                "steering",
                f"edition:{number}:person:{world.story.people['birgit']}",
                now=now,
                days=30,
                once=False,
            )
        ),
    }
