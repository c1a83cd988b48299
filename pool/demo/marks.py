"""What of the demonstration was filled in, noted in the database itself."""

from __future__ import annotations

from sqlmodel import Session

from pool.models.definition import Marker

MARK = "demo"
DONE = "seeded"


def value(session: Session, key: str) -> str | None:
    """What is noted of the part called ``key``; None where it was not begun."""
    found = session.get(Marker, key)
    return found.value if found else None


def is_marked(session: Session, key: str) -> bool:
    """Whether the part of the demonstration called ``key`` was begun."""
    return value(session, key) is not None


def mark(session: Session, value: str, key: str = MARK) -> None:
    """Note ``value`` of the part called ``key``."""
    row = session.get(Marker, key) or Marker(key=key, value=value)
    row.value = value
    session.add(row)
