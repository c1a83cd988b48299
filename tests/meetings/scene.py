"""The big pool with meetings: planned, called and held by the people of the tests' world."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

import pool.identity as identity
from pool.cases.commands import Command, Result
from pool.meetings import (
    agenda,
    attendance,
    calendar,
    closing,
    deciding,
    holding,
    ordering,
    papers,
)
from pool.models.meetings import AgendaItem, Meeting
from pool.models.outbox import Document, Message
from pool.models.schedule import Job
from tests.support.district import POOL, apply, to_recommended
from tests.support.house import World

DAY = "2.3.2026"
"""The day the tests' world is at: meetings of this day can be opened."""


@dataclass
class Scene:
    """Short ways to do what people do with meetings."""

    world: World

    def plan(self, days: str = DAY, **changed: Any) -> int:
        """One meeting (the first of ``days``); its id."""
        typed = {"begins_at": "17", "ends_at": "19.30", "place": "Bydelshuset, mødelokale 2"}
        wish = calendar.Plan(
            self.world.new_id(), POOL, days, **{**typed, "deadline_days": "21", **changed}
        )
        return calendar.plan(self.world.house, wish, self.actor("sofie"), self.world.now)[0]

    def actor(self, name: str) -> Any:
        return self.world.actor(name, POOL)

    def member(self, name: str) -> int:
        """One more member."""

        def work(session: Session) -> int:
            person = identity.add_person(
                session, email=f"{name}@test.example", name=name.capitalize(), now=self.world.now
            )
            identity.grant_role(session, person.id or 0, "member", POOL)
            return person.id or 0

        self.world.people[name] = self.world.database.write(work)
        return self.world.people[name]

    def ready(self, count: int, **changed: Any) -> list[int]:
        """Cases that have been recommended, in the order they came."""
        found = []
        for number in range(1, count + 1):
            case_id = apply(self.world, **{"title": f"Sag nummer {number}", **changed})
            to_recommended(self.world, case_id)
            found.append(case_id)
        return found

    def meeting(self, meeting_id: int) -> Meeting:
        with self.world.database.read() as session:
            return session.get_one(Meeting, meeting_id)

    def items(self, meeting_id: int) -> list[AgendaItem]:
        with self.world.database.read() as session:
            return list(
                session.exec(
                    select(AgendaItem)
                    .where(AgendaItem.meeting_id == meeting_id)
                    .order_by(col(AgendaItem.position), col(AgendaItem.id))
                )
            )

    def order(self, meeting_id: int) -> list[int | str]:
        """The agenda: cases by id, headings by their words."""
        return [one.case_id or one.title for one in self.items(meeting_id)]

    def change(self, kind: Any, meeting_id: int, *parts: Any, version: int | None = None) -> None:
        """One change of the agenda by Sofie: ``kind`` is a command of ``ordering``."""
        use_cases: dict[Any, Any] = {
            ordering.PutOn: ordering.put_on, ordering.TakeOff: ordering.take_off,
            ordering.Order: ordering.order, ordering.Move: ordering.move,
            ordering.Heading: ordering.heading, ordering.Tell: ordering.tell,
        }  # fmt: skip
        seen = self.meeting(meeting_id).version if version is None else version
        wish = kind(self.world.new_id(), meeting_id, seen, *parts)
        use_cases[kind](self.world.house, wish, self.actor("sofie"), self.world.now)

    def put_on(self, meeting_id: int, case_ids: Sequence[int]) -> None:
        self.change(ordering.PutOn, meeting_id, tuple(case_ids))

    def open(self, meeting_id: int, *names: str) -> None:
        """Opened, or marked anew, with these people there."""
        there = tuple(self.world.people[name] for name in names)
        wish = attendance.Present(self.world.new_id(), meeting_id, there)
        attendance.mark(self.world.house, wish, self.actor("sofie"), self.world.now)

    def item(self, meeting_id: int, case_id: int) -> AgendaItem:
        return next(one for one in self.items(meeting_id) if one.case_id == case_id)

    def decide(
        self,
        meeting_id: int,
        case_id: int,
        action: str = "grant",
        *,
        who: str = "sofie",
        why: str = "",
        command_id: str | None = None,
        **inputs: Any,
    ) -> Result:
        command = Command(
            id=command_id or self.world.new_id(),
            case_id=case_id,
            action=action,
            state_version=None,
            inputs=inputs,
        )
        item = self.item(meeting_id, case_id)
        return deciding.decide(
            self.world.house, meeting_id, item.id or 0, command, self.actor(who), self.world.now,
            cannot_wait=why,
        )  # fmt: skip

    def hold_over(self, meeting_id: int, case_id: int, to: int | None, note: str = "") -> None:
        item = self.item(meeting_id, case_id)
        wish = deciding.HoldOver(self.world.new_id(), meeting_id, item.id or 0, to, note)
        deciding.hold_over(self.world.house, wish, self.actor("sofie"), self.world.now)

    def send(self, meeting_id: int) -> None:
        wish = closing.SendAgenda(self.world.new_id(), meeting_id, self.meeting(meeting_id).version)
        closing.send_agenda(self.world.house, wish, self.actor("sofie"), self.world.now)

    def close(self, meeting_id: int, remarks: str = "") -> None:
        wish = closing.Close(self.world.new_id(), meeting_id, remarks)
        closing.close(self.world.house, wish, self.actor("sofie"), self.world.now)

    def run_errands(self) -> None:
        """What the worker does with the papers that wait."""
        with self.world.database.read() as session:
            jobs = session.exec(select(Job).where(Job.kind == papers.ERRAND)).all()
        for job in jobs:
            assert papers.work(self.world.house, job.payload, self.world.now)

    def room(self, meeting_id: int, name: str = "sofie") -> holding.Room:
        with self.world.database.read() as session:
            meeting = session.get_one(Meeting, meeting_id)
            return holding.room(session, self.world.house, meeting, self.actor(name))

    def offered(self, meeting_id: int, name: str = "sofie") -> list[int]:
        """The cases that are ready, as this person is shown them."""
        with self.world.database.read() as session:
            meeting = session.get_one(Meeting, meeting_id)
            visible = agenda.seen(session, self.world.house, self.actor(name), POOL)
            found = agenda.ready(session, self.world.house, meeting, visible, self.world.now)
            return [one.case.id or 0 for one in found]

    def mails(self, template: str) -> list[Message]:
        """By recipient's name."""
        with self.world.database.read() as session:
            found = session.exec(select(Message).where(Message.template == template)).all()
            return sorted(found, key=lambda one: (one.event, one.to_name))

    def enclosed(self, message: Message) -> list[Document]:
        with self.world.database.read() as session:
            return [session.get_one(Document, one) for one in message.attachments or []]
