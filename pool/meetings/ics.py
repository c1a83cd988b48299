"""A meeting as a calendar file (RFC 5545, sent as RFC 5546 has it): one event, in UTC.

CRLF after each line, no line of more than 75 octets, text escaped. The event's UID never changes;
its SEQUENCE is how often the agenda was sent, so that a calendar takes the newer over the older.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Literal

from pool.clock import COPENHAGEN
from pool.models.meetings import Meeting

Method = Literal["PUBLISH", "CANCEL"]
WIDTH = 75
"""Octets of a line, without its end (RFC 5545 §3.1)."""


def media_type(method: Method) -> str:
    """As a mail's part has it."""
    return f"text/calendar; method={method}; charset=utf-8"


def calendar(
    meeting: Meeting,
    method: Method,
    *,
    summary: str,
    description: str,
    host: str,
    url: str,
    organiser: tuple[str, str] | None,
    stamp: datetime,
) -> bytes:
    """The file. ``host`` is the house's, for the UID; ``organiser`` name and address; ``stamp``
    when it was made. The same arguments give the same bytes."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//puljen//meetings//EN",
        "CALSCALE:GREGORIAN",
        f"METHOD:{method}",
        "BEGIN:VEVENT",
        f"UID:{uid(meeting, host)}",
        f"DTSTAMP:{_utc(stamp)}",
        f"SEQUENCE:{meeting.agenda_version}",
        f"DTSTART:{_utc(at(meeting.held_on, meeting.begins_at))}",
        *([f"DTEND:{_utc(at(meeting.held_on, meeting.ends_at))}"] if meeting.ends_at else []),
        f"SUMMARY:{_text(summary)}",
        *([f"LOCATION:{_text(meeting.place)}"] if meeting.place else []),
        *([f"DESCRIPTION:{_text(description)}"] if description else []),
        *([_organiser(*organiser)] if organiser else []),
        f"URL:{url}",
        f"STATUS:{'CANCELLED' if method == 'CANCEL' else 'CONFIRMED'}",
        "TRANSP:OPAQUE",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return b"".join(part + b"\r\n" for line in lines for part in _folded(line))


def uid(meeting: Meeting, host: str) -> str:
    return f"meeting-{meeting.id}@{host}"


def at(day: date, clock: str) -> datetime:
    """The moment of Copenhagen's ``17:30`` on a day."""
    hours, minutes = clock.split(":")
    return datetime.combine(day, time(int(hours), int(minutes)), tzinfo=COPENHAGEN)


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(words: str) -> str:
    """Escaped (RFC 5545 §3.3.11); other control characters cannot stand in a line."""
    kept = words.replace("\r\n", "\n").replace("\r", "\n")
    kept = kept.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
    return "".join(one for one in kept if one.isprintable())


def _organiser(name: str, address: str) -> str:
    """The name as a quoted parameter, which can hold no quotation mark (§3.2)."""
    shown = "".join(one for one in name if one.isprintable() and one != '"')
    return f'ORGANIZER;CN="{shown}":mailto:{address}'


def _folded(line: str) -> Iterator[bytes]:
    """In pieces of at most 75 octets, never inside a character; each but the first begins with a
    blank."""
    piece, lead = b"", b""
    for one in line:
        more = one.encode("utf-8")
        if len(lead) + len(piece) + len(more) > WIDTH:
            yield lead + piece
            piece, lead = b"", b" "
        piece += more
    yield lead + piece
