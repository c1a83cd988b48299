"""Letters that are kept and never sent: made by the worker, stored as they are.

They are those of decisions that were made elsewhere and entered here from a record: whoever they
are about had word of it then.
"""

from __future__ import annotations

import logging
from datetime import datetime

from sqlmodel import Session, col, select, update

from pool.db import Database
from pool.models.base import known
from pool.models.outbox import Message
from pool.outbox.letters import PDF, file_name, letter_bytes, store

log = logging.getLogger(__name__)


def make_kept(database: Database, now: datetime, *, limit: int = 1000) -> int:
    """Make the kept letters that are not made yet, at most ``limit``; how many.

    Safe to stop anywhere and to run twice at once: of two PDFs of a letter one is stored.
    """
    made = tried = 0
    while made < limit:
        with database.read() as session:
            message = session.exec(
                select(Message)
                .where(
                    Message.state == "kept",
                    col(Message.document_id).is_(None),
                    col(Message.id) > tried,
                )
                .order_by(col(Message.id))
                .limit(1)
            ).one_or_none()
            if message is None:
                break
            session.expunge(message)
        tried = known(message.id)
        try:
            body = letter_bytes(message)
        except Exception:
            log.exception("the kept letter %s could not be made; the others go on", tried)
            continue

        def keep(session: Session, message: Message = message, body: bytes = body) -> int:
            missing = session.exec(
                select(Message.id)
                .where(Message.id == message.id, col(Message.document_id).is_(None))
                .with_for_update(key_share=True)
            ).one_or_none()
            if missing is None:
                return 0
            document = store(
                session,
                name=file_name(message),
                media_type=PDF,
                body=body,
                now=now,
                case_id=message.case_id,
            )
            session.exec(
                update(Message)
                .where(col(Message.id) == message.id)
                .values(document_id=document.id)
                .execution_options(synchronize_session=False)
            )
            return 1

        made += database.write(keep)
    return made
