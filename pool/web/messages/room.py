"""The room's blueprint, and who looks."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort

from pool.cases import messages_log
from pool.cases.messages import ROLE
from pool.cases.messages_log import Entry, Looker
from pool.identity.people import ADMIN
from pool.models.base import known
from pool.web import who
from pool.web.casework import wording as casework
from pool.web.context import now, read
from pool.web.house import house
from pool.web.language import speak, t
from pool.web.messages import wording

blueprint = Blueprint("messages", __name__)

READERS = (ADMIN, ROLE)


def looker() -> Looker:
    """The signed-in colleague."""
    user = who.user()
    return messages_log.looker_of(
        user.person_id,
        user.by_pool(house().definitions.keys),
        house().definitions.in_use(read()),
        now(),
        admin=ADMIN in user.roles.get(None, frozenset()),
        names={key: t(name) for key, name in casework.TEMPLATES.items()},
    )


def find(message_id: int) -> tuple[Entry, Looker]:
    """The message, as its reader may see it; 404 where they may not know of it."""
    reader = looker()
    entry = messages_log.find(read(), reader, message_id)
    if entry is None:
        abort(404)
    return entry, reader


def row_of(entry: Entry) -> dict[str, Any]:
    """One line of the log. Of a message that is not the reader's to read: kind, state, address."""
    words, message = speak(), entry.message
    row = casework.message_row(message, words)
    if not entry.full:
        row |= {"name": t(wording.KINDS[message.kind]), "to": message.to_email or t("no e-mail")}
    return row | {
        "id": known(message.id),
        "full": entry.full,
        "number": entry.number,
        "title": entry.title,
        "who": message.to_name if entry.full else None,
        "address": message.to_email,
        "at": message.sent_at or message.date,
    }
