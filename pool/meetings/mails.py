"""The mails of a meeting: its agenda, its minutes, and that it was called off."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlmodel import Session

import pool.outbox as outbox
from pool.cases.house import House
from pool.cases.letters import person_recipient, pool_data
from pool.identity import people_with
from pool.meetings import ics
from pool.models.identity import Person
from pool.models.meetings import Meeting
from pool.models.outbox import Document
from pool.render.words import AUTHORITATIVE, words

TOLD = ("member", "chair", "secretariat")
"""Who gets a meeting's papers."""


def recipients(session: Session, pool: str) -> list[Person]:
    """The group and its secretariat, each once, by id."""
    found = {one.id or 0: one for role in TOLD for one in people_with(session, role, pool)}
    return [found[key] for key in sorted(found)]


def event(meeting: Meeting, what: str) -> str:
    return f"meeting:{meeting.id}:{what}:{meeting.agenda_version}"


def page(meeting: Meeting) -> str:
    return f"/moeder/{meeting.id}"


def put(
    session: Session,
    house: House,
    meeting: Meeting,
    template: str,
    to: Person,
    now: datetime,
    *,
    attachments: tuple[int, ...],
    anew: str = "",
    **more: Any,
) -> None:
    """One mail of the meeting to one person; once, or once more with what ``anew`` says."""
    if not house.definitions.current(meeting.pool).sends(template):
        return
    outbox.put(
        session,
        event=event(meeting, template) + anew,
        template=template,
        to=person_recipient(to),
        case_id=None,
        pool=meeting.pool,
        data={**_data(house, meeting), **more},
        now=now,
        attachments=attachments,
    )


def called_off(session: Session, house: House, meeting: Meeting, now: datetime) -> None:
    """Tell those who had the agenda, with the file that takes the meeting out of a calendar."""
    document = calendar(session, house, meeting, "CANCEL", now)
    for person in recipients(session, meeting.pool):
        put(session, house, meeting, "meeting-off", person, now, attachments=(document.id or 0,))


def calendar(
    session: Session, house: House, meeting: Meeting, method: ics.Method, now: datetime
) -> Document:
    """The calendar file of the meeting as it is now, stored."""
    definition = house.definitions.current(meeting.pool)
    spoken = words(AUTHORITATIVE)
    contact = definition.contact
    body = ics.calendar(
        meeting,
        method,
        summary=spoken.t("Meeting: %(pool)s", pool=spoken.text(definition.name)),
        description=spoken.t(
            "The agenda comes by mail and is here: %(address)s",
            address=house.base_url + page(meeting),
        ),
        host=urlsplit(house.base_url).hostname or "puljen.invalid",
        url=house.base_url + page(meeting),
        organiser=(spoken.text(contact.name), contact.email) if contact.email else None,
        stamp=now,
    )
    return outbox.store(
        session,
        name=f"{spoken.t('Meeting')} {meeting.held_on:%d.%m.%Y}.ics",
        media_type=ics.media_type(method),
        body=body,
        now=now,
        case_id=None,
    )


def _data(house: House, meeting: Meeting) -> Mapping[str, Any]:
    return pool_data(house.definitions.current(meeting.pool)) | {
        "held_on": meeting.held_on,
        "begins_at": shown_clock(meeting.begins_at),
        "ends_at": shown_clock(meeting.ends_at) or None,
        "place": meeting.place or None,
        "version": meeting.agenda_version,
        "link": {"path": page(meeting)},
    }


def shown_clock(clock: str) -> str:
    """``17:30`` as Danes write it: ``17.30``."""
    return clock.replace(":", ".")
