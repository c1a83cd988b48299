"""A meeting to look at: written straight into a filled database, with cases that are there."""

from __future__ import annotations

from pathlib import Path

from sqlmodel import Session, col, select

from benchmarks import place
from pool.clock import local_day, now
from pool.meetings.attendance import entitled
from pool.models.case import Case
from pool.models.meetings import AgendaItem, Attendance, Meeting
from workflows.loading import load_all

CASES = 30
"""On its agenda."""


def prepare(data_dir: Path, pool: str, cases: int = CASES) -> str | None:
    """The address of an open meeting of ``pool`` with so many cases; None where the pool holds no
    meetings or has too few cases."""
    if load_all(None)[pool].meetings is None:
        return None
    database = place.open_database(data_dir)
    try:
        meeting_id = database.write(lambda session: _made(session, pool, cases))
    finally:
        database.engine.dispose()
    return None if meeting_id is None else f"/moeder/{meeting_id}/gennemgang?punkt=1"


def _made(session: Session, pool: str, cases: int) -> int | None:
    ids = session.exec(
        select(Case.id).where(Case.pool == pool).order_by(col(Case.id).desc()).limit(cases)
    ).all()
    if len(ids) < cases:
        return None
    people = entitled(session, pool)
    meeting = Meeting(
        pool=pool, held_on=local_day(now()), begins_at="17:00", state="open", quorum=1,
        entitled=len(people), created_at=now(), opened_at=now(),
    )  # fmt: skip
    session.add(meeting)
    session.flush()
    at = meeting.id or 0
    for position, case_id in enumerate(ids, start=1):
        session.add(AgendaItem(meeting_id=at, position=position, kind="case", case_id=case_id))
    for person in people:
        session.add(
            Attendance(meeting_id=at, person_id=person.id or 0, name=person.name, present=True)
        )
    session.flush()
    return at
