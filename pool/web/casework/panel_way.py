"""A message that did not get through, or has no address to go to: the caseworker finds another
way, by a corrected address, the telephone, or paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pool.cases import messages
from pool.cases.view import CaseView
from pool.identity.actor import Actor
from pool.models.outbox import Message
from pool.web.casework import wording
from pool.web.casework.messages import ToldForm
from pool.web.casework.panels import Panel
from pool.web.language import speak


def data(view: CaseView, actor: Actor) -> Mapping[str, Any] | None:
    """The messages somebody must do something about, the oldest first; for the secretariat."""
    if messages.ROLE not in actor.roles:
        return None
    words = speak()
    rows = [
        {
            **wording.message_row(message, words),
            "phone": _phone(view, message),
            "to_applicant": messages.to_applicant(message),
        }
        for message in view.messages
        if _wants_a_way(view.messages, message)
    ]
    return {"rows": rows, "form": ToldForm(formdata=None)} if rows else None


def _wants_a_way(every: tuple[Message, ...], message: Message) -> bool:
    """As the inbox asks (:mod:`pool.cases.wants`): links are left to expire, and what was sent
    again is the later row's affair."""
    if message.state == "waiting":
        return True
    if message.state == "unknown" and message.kind == "link":
        return False
    first = message.resend_of or message.id
    later = any(
        one.resend_of == first and one.resend_number > message.resend_number for one in every
    )
    return message.state in ("failed", "unknown") and not later


def _phone(view: CaseView, message: Message) -> str | None:
    if not messages.to_applicant(message):
        return None
    return messages.phone_for(message, view.applicant)


PANEL = Panel(
    key="way",
    heading="Another way is needed",
    place="first",
    template="pages/casework/panels/way.html",
    data=data,
)
