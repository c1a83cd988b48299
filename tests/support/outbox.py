"""Messages to send, and a way to send them at a relay of the test's own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from pool.db import Database
from pool.models.outbox import Message
from pool.outbox import Recipient, put
from pool.outbox.delivery import Outgoing
from pool.outbox.smtp import RelayAddress, Timeouts
from tests.support import samples

PATIENT = Timeouts(connect=20, command=20, data=20, block=20, answer=20)
HASTY = Timeouts(connect=20, command=0.5, data=0.5, block=0.5, answer=0.5)
"""For relays that hang."""


def queue(
    session: Session,
    number: int = 1,
    *,
    template: str = "payment",
    letter: str | None = None,
    lang: str = "da",
    email: str | None = "",
    now: datetime = samples.MOMENT,
    **more: Any,
) -> Message:
    """A message of its own to ``a<number>@example.org``."""
    address = f"a{number}@example.org" if email == "" else email
    return put(
        session,
        event=more.pop("event", f"test:{number}"),
        template=template,
        to=Recipient(f"Anna Åkær {number}", address, lang),
        case_id=more.pop("case_id", 12),
        pool="urban-life",
        data=more.pop("data", None) or samples.data(template, letter),
        now=now,
        document=letter,
        **more,
    )


def addresses(_session: Session, link: Mapping[str, str], _now: datetime) -> str:
    """What the entries give the worker: here without a database of links."""
    return f"https://puljen.example.dk{link['path']}" if "path" in link else samples.URL


def outgoing(relay_url: str | None, **more: Any) -> Outgoing:
    return Outgoing(
        relay=RelayAddress.parse(relay_url) if relay_url else None,
        sender="Puljen <puljen@example.dk>",
        addresses=more.pop("addresses", addresses),
        timeouts=more.pop("timeouts", PATIENT),
        **more,
    )


def messages(database: Database) -> list[Message]:
    with database.read() as session:
        return list(session.exec(select(Message).order_by(col(Message.id))).all())


def states(database: Database) -> list[str]:
    return [message.state for message in messages(database)]
