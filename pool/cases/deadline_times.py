"""When the worker acts on a due day: before it, on it, and again.

Early steps are taken in the morning of their day, Copenhagen's; what is due is due at its day's
end. A step whose time has passed (a stop, a due day set late) is overtaken by the next one and is
never told afterwards: "soon" is wrong once the day is over.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from pool.clock import COPENHAGEN, local_day
from workflows.calendar import end_of_day_utc, is_working_day
from workflows.definition import Definition

AHEAD = timedelta(days=7)
"""So long before the report is due its applicant is told that it soon is."""
_MORNING = time(8)


def morning_utc(day: date) -> datetime:
    """Eight o'clock of ``day`` in Copenhagen, as UTC."""
    return datetime.combine(day, _MORNING, COPENHAGEN).astimezone(UTC)


def working_days_before(day: date, count: int) -> date:
    """The ``count``-th working day before ``day``, which itself does not count."""
    while count:
        day -= timedelta(days=1)
        count -= is_working_day(day)
    return day


def notice_at(definition: Definition, due_at: datetime) -> datetime | None:
    """When the programme itself tells of a delay; None where it does not."""
    delay = definition.delay
    if delay is None or not delay.automatic:
        return None
    return morning_utc(working_days_before(local_day(due_at), delay.notice_days))


def _early(
    definition: Definition, kind: str, due_at: datetime, now: datetime
) -> Iterator[datetime]:
    """The steps before a due day."""
    day = local_day(due_at)
    if kind == "report" and definition.sends("report-due"):
        yield end_of_day_utc(day - AHEAD)
    if kind == "answer" and definition.sends("question-reminder"):
        yield morning_utc(day - timedelta(days=definition.reminders.answer_before))
    if kind == "promise" and definition.delay is not None:
        if definition.sends("promise-soon"):
            yield morning_utc(working_days_before(day, definition.delay.warn_days))
        notice = notice_at(definition, due_at)
        if notice is not None:
            # begun again with little time left: tomorrow, while the day still lies ahead
            yield max(notice, morning_utc(local_day(now) + timedelta(days=1)))


def next_act(definition: Definition, kind: str, due_at: datetime, now: datetime) -> datetime:
    """The next step after ``now``: one before the due day, else the day itself."""
    ahead = (at for at in _early(definition, kind, due_at, now) if now < at < due_at)
    return min(ahead, default=due_at)
