"""The meetings in words: states, points, and why something cannot be done."""

from __future__ import annotations

from pool.meetings.agenda import UNDONE
from pool.meetings.deciding import BEFORE, HELD_OVER
from pool.meetings.errors import AgendaMoved, CannotBe, MeetingError, NotNow, NotQuorate
from pool.meetings.mails import shown_clock
from pool.models.meetings import Meeting
from pool.web.language import speak, t

STATES = {
    "planned": ("Planned", "new"),
    "called": ("Agenda sent", "wait"),
    "open": ("Being held", "ok"),
    "closed": ("Held", "done"),
    "off": ("Called off", "void"),
}
"""A meeting's states in words, with the tone of their mark."""

PAPERS = {"agenda": "Agenda", "minutes": "Minutes"}

FAULTS = {
    "required": "Fill in the field.",
    "too-long": "Write at most %(text)s characters.",
    "no-day": "“%(text)s” is no day. Write it as 18.3.2026.",
    "no-time": "“%(text)s” is no time of the day. Write it as 17.30.",
    "ends-before": "The meeting must end after it begins.",
    "deadline-after": "The deadline must not be after the meeting.",
    "past": "%(text)s is over.",
    "twice": "%(text)s stands here twice, or has a meeting already.",
    "number": "“%(text)s” is no number that fits here.",
    "meeting": "Choose a meeting that is still ahead.",
}
"""What was typed and is no such thing."""

REFUSED = {
    "too-early": "The meeting can be opened on %(day)s, not before.",
    "settled": "The case has been dealt with at this meeting already.",
    "empty": "There is nothing on the agenda yet.",
    "not-ready": "One of the cases cannot be decided now, so nothing was done. The list is as it "
    "is now.",
    "no-such-item": "The point is no longer on the agenda.",
    "over": "The case waits for no meeting any more: it has been decided or dealt with otherwise.",
    "elsewhere": "One of the cases waits on another agenda already, so nothing was done.",
    "on-it": "One of the cases is on the agenda already, so nothing was done.",
}


def when(meeting: Meeting) -> str:
    """``18. marts 2026 kl. 17.00–19.00``."""
    clock = shown_clock(meeting.begins_at)
    if meeting.ends_at:
        clock += f"–{shown_clock(meeting.ends_at)}"
    return t("%(day)s at %(time)s", day=speak().day(meeting.held_on), time=clock)


def title(meeting: Meeting) -> str:
    return t("Meeting on %(day)s", day=speak().day(meeting.held_on))


def state(meeting: Meeting) -> tuple[str, str]:
    words, tone = STATES[meeting.state]
    return t(words), tone


def fault(error: MeetingError) -> str:
    """Why it was not done, in a sentence."""
    match error:
        case CannotBe():
            return t(FAULTS[error.code], text=error.text)
        case AgendaMoved():
            return t(
                "Somebody else changed the agenda meanwhile, so nothing was done. It stands here "
                "as it is now; what you typed is kept, and you can press again."
            )
        case NotQuorate():
            return t(
                "Too few are here to decide this case: %(present)s of %(entitled)s who may take "
                "part, and %(needed)s are needed. The chair can decide what cannot wait.",
                present=error.present,
                entitled=error.entitled,
                needed=error.needed,
            )
        case NotNow(code="state"):
            return t(
                "The meeting is “%(state)s”, so this cannot be done.",
                state=t(STATES[error.state][0]),
            )
        case NotNow():
            day = speak().day(error.day) if error.day is not None else ""
            return t(REFUSED[error.code], day=day)
        case _:
            return t("It is no longer there.")


def outcome(key: str | None, labels: dict[str, str]) -> str | None:
    """How a point went: ``labels`` are the words of the actions."""
    if key is None:
        return None
    if key == HELD_OVER:
        return t("Held over")
    if key == BEFORE:
        return t("Decided before the meeting")
    if key == UNDONE:
        return t("The decision was undone")
    if key == "told":
        return t("Told")
    return labels.get(key, key)
