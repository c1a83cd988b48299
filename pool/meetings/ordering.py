"""Making the agenda by hand: putting on, taking off, ordering.

Every change moves the meeting's version, and is refused for a page made from another version: of
two people who order at once the second is told, and presses again on what is there now.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

import pool.journal as journal
from pool.cases import access, activity
from pool.cases.fire import lock
from pool.cases.house import House
from pool.identity.actor import Actor
from pool.meetings import agenda, carrying, typed
from pool.meetings.errors import CannotBe, NoSuchMeeting, NotNow
from pool.meetings.once import begin, remember, stream
from pool.models.case import Case
from pool.models.meetings import AgendaItem, Meeting

BEFORE = ("planned", "called")
"""States in which an agenda is made."""


@dataclass(frozen=True, slots=True)
class PutOn:
    """Cases to be decided, in the order they are put on."""

    id: str
    meeting_id: int
    version: int
    case_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TakeOff:
    id: str
    meeting_id: int
    version: int
    item_id: int


@dataclass(frozen=True, slots=True)
class Order:
    """The numbers typed at the points, by the point's id."""

    id: str
    meeting_id: int
    version: int
    numbers: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Move:
    """One point up (``by`` -1) or down (1)."""

    id: str
    meeting_id: int
    version: int
    item_id: int
    by: int


@dataclass(frozen=True, slots=True)
class Heading:
    """A point of its own words."""

    id: str
    meeting_id: int
    version: int
    title: str


@dataclass(frozen=True, slots=True)
class Tell:
    """A case decided between the meetings, which the group is told of."""

    id: str
    meeting_id: int
    version: int
    case_id: int
    note: str


Command = PutOn | TakeOff | Order | Move | Heading | Tell


def put_on(house: House, command: PutOn, actor: Actor, now: datetime) -> None:
    """Raises :class:`NotNow` (``not-ready``) for a case that cannot be decided now, ``on-it`` for
    one that is on the agenda, ``elsewhere`` for one that waits on another agenda, and what
    ``begin`` raises."""

    def work(session: Session, meeting: Meeting) -> None:
        if not command.case_ids:
            raise CannotBe("cases", "required")
        at = carrying.last(session, meeting.id or 0)
        cases = {one: lock(session, one) for one in sorted(set(command.case_ids))}
        there = {one.case_id for one in _items(session, meeting) if one.kind == "case"}
        elsewhere = set(session.execute(agenda.waiting_on_one(cases)).scalars()) - there
        for case_id in dict.fromkeys(command.case_ids):
            case = cases[case_id]
            if case.pool != meeting.pool or not access.may_see(session, house, case, actor):
                raise NoSuchMeeting(str(case_id))
            if case_id in there:
                raise NotNow("on-it")
            if case_id in elsewhere:
                raise NotNow("elsewhere")
            if not agenda.is_ready(session, house, case, now):
                raise NotNow("not-ready")
            at += 1
            session.add(
                AgendaItem(meeting_id=meeting.id or 0, position=at, kind="case", case_id=case_id)
            )
            _told(session, case, "case.on-agenda", meeting, actor, now)

    _changed(house, command, actor, now, work)


def take_off(house: House, command: TakeOff, actor: Actor, now: datetime) -> None:
    def work(session: Session, meeting: Meeting) -> None:
        item = _item(session, house, meeting, command.item_id, actor)
        if item.case_id is not None and item.kind == "case":
            _told(session, lock(session, item.case_id), "case.off-agenda", meeting, actor, now)
        session.delete(item)
        session.flush()
        _renumber(_items(session, meeting))

    _changed(house, command, actor, now, work)


def order(house: House, command: Order, actor: Actor, now: datetime) -> None:
    """By the numbers typed. A point that was given another's number goes before it on the way up
    and after it on the way down. Raises :class:`CannotBe` (``number``)."""
    wanted = {item: typed.whole(text, f"number-{item}", 1, 999) for item, text in command.numbers}

    def arrange(mine: list[AgendaItem]) -> list[AgendaItem]:
        def place(item: AgendaItem) -> tuple[int, int, int]:
            number = wanted.get(item.id or 0, item.position)
            return number, (number > item.position) - (number < item.position), item.position

        return sorted(mine, key=place)

    _rearranged(house, command, actor, now, arrange)


def move(house: House, command: Move, actor: Actor, now: datetime) -> None:
    """The first one up and the last one down stay where they are."""

    def arrange(mine: list[AgendaItem]) -> list[AgendaItem]:
        at = next((n for n, one in enumerate(mine) if one.id == command.item_id), None)
        if at is None:
            raise NotNow("no-such-item")
        to = at + (1 if command.by > 0 else -1)
        if 0 <= to < len(mine):
            mine[at], mine[to] = mine[to], mine[at]
        return mine

    _rearranged(house, command, actor, now, arrange)


def heading(house: House, command: Heading, actor: Actor, now: datetime) -> None:
    title = typed.line(command.title, "title", required=True)

    def work(session: Session, meeting: Meeting) -> None:
        at = carrying.last(session, meeting.id or 0) + 1
        session.add(AgendaItem(meeting_id=meeting.id or 0, position=at, kind="other", title=title))

    _changed(house, command, actor, now, work)


def tell(house: House, command: Tell, actor: Actor, now: datetime) -> None:
    """Raises :class:`NotNow` (``not-ready``) for a case without a decision."""
    note = typed.note(command.note, "note")

    def work(session: Session, meeting: Meeting) -> None:
        case = lock(session, command.case_id)
        if case.pool != meeting.pool or not access.may_see(session, house, case, actor):
            raise NoSuchMeeting(str(command.case_id))
        if case.decision_id is None:
            raise NotNow("not-ready")
        carrying.add_told(session, meeting.id or 0, command.case_id, note)
        _told(session, case, "case.on-agenda", meeting, actor, now)

    _changed(house, command, actor, now, work)


def _changed(
    house: House,
    command: Command,
    actor: Actor,
    now: datetime,
    work: Callable[[Session, Meeting], None],
) -> None:
    """One change of an agenda, in a unit of its own."""

    def unit(session: Session) -> None:
        meeting = begin(session, command, actor, states=BEFORE, version=command.version)
        if meeting is None:
            return
        work(session, meeting)
        meeting.version += 1
        session.add(meeting)
        session.flush()
        _journal(session, meeting, command, actor, now)
        remember(session, command, actor, now)

    house.database.write(unit)


def _rearranged(
    house: House,
    command: Order | Move,
    actor: Actor,
    now: datetime,
    arrange: Callable[[list[AgendaItem]], list[AgendaItem]],
) -> None:
    """The points this person sees change places among themselves; the others stay."""

    def work(session: Session, meeting: Meeting) -> None:
        items = _items(session, meeting)
        visible = agenda.seen(session, house, actor, meeting.pool)
        mine = {one.id for one in agenda.points(session, meeting, visible)}
        sorted_ = iter(arrange([one for one in items if one.id in mine]))
        _renumber([next(sorted_) if one.id in mine else one for one in items])

    _changed(house, command, actor, now, work)


def _items(session: Session, meeting: Meeting) -> list[AgendaItem]:
    return list(
        session.execute(
            select(AgendaItem)
            .where(col(AgendaItem.meeting_id) == meeting.id)
            .order_by(col(AgendaItem.position), col(AgendaItem.id))
            .execution_options(populate_existing=True)
        ).scalars()
    )


def _renumber(items: list[AgendaItem]) -> None:
    for position, item in enumerate(items, start=1):
        if item.position != position:
            item.position = position


def _item(
    session: Session, house: House, meeting: Meeting, item_id: int, actor: Actor
) -> AgendaItem:
    """A point of the agenda that this person sees. Raises :class:`NotNow` (``no-such-item``)."""
    item = session.get(AgendaItem, item_id)
    if item is None or item.meeting_id != meeting.id:
        raise NotNow("no-such-item")
    if item.case_id is not None:
        case = session.get_one(Case, item.case_id)
        if not access.may_see(session, house, case, actor):
            raise NotNow("no-such-item")
    return item


def _told(
    session: Session, case: Case, kind: str, meeting: Meeting, actor: Actor, now: datetime
) -> None:
    journal.write(
        session,
        f"case:{case.id}",
        kind,
        actor,
        now=now,
        data={"case": case.id, "meeting": meeting.id, "held_on": meeting.held_on},
    )
    activity.touch(case, actor, now)
    session.add(case)


def _journal(
    session: Session, meeting: Meeting, command: Command, actor: Actor, now: datetime
) -> None:
    """The change, and the order it left."""
    personal: dict[str, Any] = {}
    if isinstance(command, Heading):
        personal["title"] = command.title
    journal.write(
        session,
        stream(meeting),
        "meeting.agenda-changed",
        actor,
        now=now,
        data={
            "meeting": meeting.id,
            "change": type(command).__name__.lower(),
            "version": meeting.version,
            "items": [one.id for one in _items(session, meeting)],
        },
        personal=personal or None,
    )
