"""What can keep a person from doing a thing with a meeting, as errors the pages turn into
sentences."""

from __future__ import annotations

from datetime import date


class MeetingError(Exception):
    """Base of every refusal of the meetings."""


class NoSuchMeeting(MeetingError):
    """No such meeting or point for this person: absent, of another pool, or about a case they
    stay out of."""


class NotForYou(MeetingError):
    """It is for the secretariat and the chair."""


class AgendaMoved(MeetingError):
    """Somebody else changed the agenda since the page was opened: nothing was done."""

    def __init__(self, seen: int, now: int) -> None:
        super().__init__(f"seen version {seen}, now {now}")
        self.seen = seen
        self.now = now


class NotNow(MeetingError):
    """The meeting, or the point, is not where this can be done. ``code``: ``too-early``, ``state``,
    ``settled``, ``over``, ``empty``, ``not-ready``, ``no-such-item``, ``on-it``, ``elsewhere``."""

    def __init__(self, code: str, state: str = "", day: date | None = None) -> None:
        super().__init__(f"{code} {state}".strip())
        self.code = code
        self.state = state
        self.day = day


class NotQuorate(MeetingError):
    """Too few of those who may take part in the case are there: ``present`` of ``entitled``, and
    ``needed`` are needed."""

    def __init__(self, present: int, needed: int, entitled: int) -> None:
        super().__init__(f"{present} of {entitled}, {needed} needed")
        self.present = present
        self.needed = needed
        self.entitled = entitled


class CannotBe(MeetingError):
    """What was typed is no such thing. ``code``: ``required``, ``too-long``, ``no-day``,
    ``no-time``, ``ends-before``, ``deadline-after``, ``past``, ``twice``, ``number``, ``person``,
    ``meeting``; ``text`` is the piece that could not be read."""

    def __init__(self, field: str, code: str, text: str = "") -> None:
        super().__init__(f"{field}: {code}")
        self.field = field
        self.code = code
        self.text = text
