"""The papers of a meeting for somebody who stays out of a case from now on.

The papers themselves are ``pool.meetings``, a floor above: here is the errand by its name, for
the casework to begin.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlmodel import Session, col

from pool import schedule
from pool.db import wake
from pool.models.base import known
from pool.models.case import Recusal
from pool.models.meetings import AgendaItem, Meeting, MeetingPaper

ERRAND: Final = "meeting-papers"


def anew(session: Session, recusal: Recusal, now: datetime) -> None:
    """Have papers of their own made for who stays out by the (flushed) ``recusal``, of every
    meeting that has the case on it and whose papers are made: the minutes, and the newest agenda
    until the meeting is closed. They are mailed where those made before were kept back."""
    rows = session.execute(
        select(col(MeetingPaper.meeting_id), col(MeetingPaper.kind), col(MeetingPaper.version))
        .distinct()
        .join(Meeting, col(Meeting.id) == col(MeetingPaper.meeting_id))
        .where(
            col(MeetingPaper.meeting_id).in_(
                select(col(AgendaItem.meeting_id)).where(col(AgendaItem.case_id) == recusal.case_id)
            ),
            (col(MeetingPaper.kind) == "minutes")
            | (
                col(Meeting.state).in_(("called", "open"))
                & (col(MeetingPaper.version) == col(Meeting.agenda_version))
            ),
        )
    ).all()
    for meeting_id, kind, version in rows:
        schedule.ensure(
            session,
            f"{ERRAND}:{meeting_id}:{kind}:{version}:{known(recusal.id)}",
            now,
            ERRAND,
            {
                "meeting": meeting_id,
                "kind": kind,
                "version": version,
                "reader": recusal.person_id,
                "recusal": known(recusal.id),
            },
        )
    if rows:
        wake(session, "default")
