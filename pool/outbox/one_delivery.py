"""One claimed message on its way: made, offered, let go, and how that ended written down."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlmodel import Session

from pool import holds
from pool.db import Database
from pool.models.outbox import Document, Message
from pool.outbox import claiming, relay
from pool.outbox.channels import Line
from pool.outbox.claiming import RETRIES, Lease
from pool.outbox.composing import Attachment, UnwritableError, compose, sender_address
from pool.outbox.letters import PDF, file_name, letter_bytes, store
from pool.outbox.outgoing import Outgoing
from pool.outbox.smtp import LineDroppedError, RefusedError, RelayDownError
from pool.outbox.templates import TEMPLATES
from pool.render.mail import mail
from pool.render.words import words

T = TypeVar("T")
log = logging.getLogger(__name__)

_PATIENCE = 20
"""Tries to write down how a message ended, on a busy database: what is not written is unknown."""


class _LostError(Exception):
    """The lease has run out and somebody else may have the message: let go without a word."""


class _HeldError(Exception):
    """Messages have been held since this one was claimed."""


def held_since(session: Session) -> datetime | None:
    hold = holds.standing(session, "messages")
    return None if hold is None else hold.since


class Delivery:
    """One claimed message on its way."""

    def __init__(
        self,
        database: Database,
        outgoing: Outgoing,
        line: Line,
        moment: Callable[[], datetime],
        message: Message,
    ) -> None:
        self.database = database
        self.outgoing = outgoing
        self.line = line
        self.moment = moment
        self.message = message
        self.held = Lease.of(message)
        self.until = message.lease_until or moment()
        self.began = moment()
        self.is_link = message.kind == "link"
        self.enclosed: tuple[Attachment, ...] = ()

    def run(self) -> bool:
        """Send it, and write down how that ended; False: no other need be tried now."""
        if self.message.attempts > len(RETRIES) + 1:  # each time the worker died of it
            self._end("failed", "tried too often without an answer", relay_answered=False)
            return True
        try:
            letter = self._letter()
            self.enclosed = self._enclosed()
            self._converse(letter)
        except _LostError:
            log.warning("message %s: the lease ran out", self.held.message_id)
        except _HeldError:
            self._hold_back()
            return False
        except RelayDownError as error:
            self._hand_back(str(error))
            return False
        except LineDroppedError as error:
            self._put_back(str(error))
        except RefusedError as error:
            if error.for_good:
                self._end("failed", str(error))
            else:
                self._put_back(str(error), answered=True)
        except UnwritableError as error:
            log.exception("message %s cannot be made into a mail", self.held.message_id)
            self._end("failed", str(error), relay_answered=False)
        return True

    def _letter(self) -> Attachment | None:
        """The PDF, made once and kept before anything is sent."""
        message = self.message
        if message.letter is None:
            return None
        if message.document_id is not None:
            with self.database.read() as session:
                kept = session.get_one(Document, message.document_id)
            return Attachment(kept.name, kept.media_type, kept.body)
        attachment = self._make(lambda: Attachment(file_name(message), PDF, letter_bytes(message)))

        def keep(session: Session) -> None:
            document = self._store(session, attachment)
            self._still_ours(
                claiming.keep(
                    session,
                    self.held,
                    self.moment(),
                    lease=self.outgoing.lease,
                    document_id=document.id,
                )
            )
            self.until = self.moment() + self.outgoing.lease

        self.database.write(keep)
        self.outgoing.on_step("lettered")
        return attachment

    def _enclosed(self) -> tuple[Attachment, ...]:
        """The stored documents that go with it besides its letter."""
        if not self.message.attachments:
            return ()
        with self.database.read() as session:
            found = [session.get_one(Document, one) for one in self.message.attachments]
        return tuple(Attachment(one.name, one.media_type, one.body) for one in found)

    def _hold(self, seconds: float) -> None:
        """Before a wait that may outlast the lease: go on holding the message."""
        now = self.moment()
        if self.until - now > timedelta(seconds=seconds):
            return
        self._still_ours(
            self.database.write(
                lambda session: claiming.keep(
                    session, self.held, now, lease=max(self.outgoing.lease, claiming.LEASE)
                )
            )
        )
        self.until = now + max(self.outgoing.lease, claiming.LEASE)

    def _converse(self, letter: Attachment | None) -> None:
        line, tell = self.line, self.outgoing.on_step
        line.ready(self._hold)
        tell("opened")
        sent, kept = self._write(letter)
        tell("written")
        sender = sender_address(self.outgoing.sender)
        line.offer(sender, self.message.to_email or "", sent, self._hold)
        tell("offered")
        try:
            self.database.write(lambda session: self._begin_sending(session, kept))
        except BaseException:
            line.close()  # without the dot: what was offered does not leave
            raise
        tell("sending")
        try:
            reply = line.commit()
        except LineDroppedError as error:
            self._unknown(str(error))
            return
        tell("committed")
        self._end("sent", reply)
        tell("answered")

    def _write(self, letter: Attachment | None) -> tuple[bytes, bytes]:
        """The mail to send, and the copy to keep, which lacks the personal link."""
        data = dict(self.message.data)
        link = data.get("link")
        if not link:
            sent = self._compose(data, letter)
            return sent, sent
        data["link"] = self.database.write(self._address)
        sent = self._compose(data, letter)
        if "path" in link:
            return sent, sent
        masked = words(self.message.lang).t("(link not kept)")
        return sent, self._compose(data | {"link": masked}, letter)

    def _address(self, session: Session) -> str:
        self._still_ours(
            claiming.keep(session, self.held, self.moment(), lease=self.outgoing.lease)
        )
        self.until = self.moment() + self.outgoing.lease
        return self.outgoing.addresses(session, self.message.data["link"], self.moment())

    def _compose(self, data: Mapping[str, Any], letter: Attachment | None) -> bytes:
        message = self.message
        legal = TEMPLATES[message.template].legal
        written = self._make(lambda: mail(message.template, message.lang, data, legal=legal))
        return self._make(
            lambda: compose(message, written, self.outgoing.sender, letter, enclosed=self.enclosed)
        )

    @staticmethod
    def _make(make: Callable[[], T]) -> T:
        """Whatever goes wrong here is this message's own and must not stop the others."""
        try:
            return make()
        except UnwritableError:
            raise
        except Exception as error:
            raise UnwritableError(f"{type(error).__name__}: {error}"[:500]) from error

    def _begin_sending(self, session: Session, kept: bytes) -> None:
        name = f"{self.held.message_id}.eml"
        document = self._store(session, Attachment(name, "message/rfc822", kept))
        since = held_since(session)
        if since is not None and not (self.is_link and self.message.date >= since):
            raise _HeldError
        self._still_ours(
            claiming.begin_sending(
                session,
                self.held,
                self.moment(),
                mail_id=document.id,
                lease=self.outgoing.answer_lease,
            )
        )

    def _store(self, session: Session, attachment: Attachment) -> Document:
        return store(
            session,
            name=attachment.name,
            media_type=attachment.media_type,
            body=attachment.body,
            now=self.moment(),
            case_id=self.message.case_id,
        )

    def _end(self, state: str, reply: str, *, relay_answered: bool = True) -> None:
        def moved(session: Session) -> str | None:
            at = self.moment()
            sent_at = at if state == "sent" else None
            if relay_answered:
                relay.answered(session, link=self.is_link)
            ours = claiming.finish(session, self.held, state, reply=reply, sent_at=sent_at)
            return state if ours else None

        self._settle(moved, state, reply)

    def _unknown(self, trouble: str) -> None:
        def moved(session: Session) -> str | None:
            if not self.is_link:
                relay.left_unknown(session, trouble, self.moment())
            ours = claiming.finish(session, self.held, "unknown", reply=trouble)
            return "unknown" if ours else None

        self._settle(moved, "unknown", trouble)

    def _put_back(self, trouble: str, *, answered: bool = False) -> None:
        def moved(session: Session) -> str | None:
            if answered:
                relay.answered(session, link=self.is_link)
            return claiming.put_back(
                session, self.held, self.moment(), attempts=self.message.attempts, reply=trouble
            )

        self._settle(moved, "later", trouble)

    def _hand_back(self, trouble: str) -> None:
        def moved(session: Session) -> str | None:
            until = relay.unreachable(session, trouble, self.moment())
            return claiming.hand_back(session, self.held, until, reply=trouble)

        log.warning("the mail relay: %s", trouble)
        self._settle(moved, "unreachable", trouble)

    def _hold_back(self) -> None:
        """Not tried: it lies where it lay, until the hold is lifted."""
        self.database.write(
            lambda session: claiming.hand_back(
                session, self.held, self.moment(), reply=self.message.last_reply or ""
            )
        )

    def _settle(self, moved: Callable[[Session], str | None], outcome: str, reply: str) -> None:
        """One unit: the message's new state, the try that is over, and what follows from a final
        state. What the relay has said must not be lost for what follows from it."""

        def work(session: Session, *, told: bool = True) -> None:
            state = moved(session)
            ended = outcome if state != "failed" else "failed"
            message_id = self.held.message_id
            if state is None and outcome != "sent":
                return  # somebody else has it and has written down this try
            claiming.note_attempt(session, message_id, ended, reply, self.began, self.moment())
            if told and state in ("sent", "failed", "unknown"):
                session.flush()
                message = session.get_one(Message, message_id, populate_existing=True)
                self.outgoing.on_end(session, message, state)

        try:
            self.database.write(work)
        except Exception:
            log.exception("message %s: written down without what follows", self.held.message_id)
            self.database.write(lambda session: work(session, told=False), attempts=_PATIENCE)

    @staticmethod
    def _still_ours(ours: bool) -> None:
        if not ours:
            raise _LostError
