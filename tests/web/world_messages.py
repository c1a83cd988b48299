"""A message of no case that has left, and a letter that waits to be printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import Session

import pool.outbox as outbox
from tests.support import samples

if TYPE_CHECKING:
    from tests.web.world import World


def add(world: World) -> None:
    story = world.story
    story.apply(title="Uden e-mail", email="", phone="22334455")

    def work(session: Session) -> int | None:
        message = outbox.put(
            session,
            event="world:low",
            template="low-balance",
            to=outbox.Recipient("Sofie", "sofie@test.example", person_id=story.people["sofie"]),
            case_id=None,
            pool="urban-life",
            data=samples.data("low-balance"),
            now=world.now,
        )
        kept = outbox.store(
            session,
            name="low.eml",
            media_type="message/rfc822",
            body=b"Subject: Low\r\n\r\nLow.\r\n",
            now=world.now,
            case_id=None,
        )
        message.state, message.sent_at = "sent", world.now
        message.mail_id = message.document_id = kept.id
        session.flush()
        return message.id

    sent = world.database.write(work)
    for name in ("mail", "letter", "resend"):
        world.values[f"messages.{name}.message_id"] = sent
    world.values["holds.what"] = "messages"
