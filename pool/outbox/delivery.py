"""Delivering: what the worker does with the outbox.

Every step that writes is a short unit of work; letters are made and the relay is spoken to between
them. A worker may die at any point: before ``sending`` is committed the message goes back to the
queue, after it the outcome is ``unknown`` until the relay has answered.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlmodel import Session

from pool.db import Database
from pool.models.outbox import Document, Message
from pool.outbox import claiming, queries, relay
from pool.outbox.claiming import RETRIES, Lease
from pool.outbox.composing import Attachment, UnwritableError, compose, sender_address
from pool.outbox.letters import PDF, file_name, letter_bytes, store
from pool.outbox.smtp import (
    Conversation,
    LineDroppedError,
    RefusedError,
    RelayAddress,
    RelayDownError,
    Timeouts,
)
from pool.outbox.templates import TEMPLATES
from pool.render.mail import mail

T = TypeVar("T")
log = logging.getLogger(__name__)

NOT_KEPT = "(link not kept)"
"""Stands for a personal link in the copy that is kept."""

Addresses = Callable[[Session, Mapping[str, str], datetime], str]
"""The whole address of a ``link``: ``{"path": …}`` made absolute, or ``{"purpose", "subject"}``
with a token minted in the session's unit of work."""

STEPS = ("claimed", "lettered", "opened", "written", "offered", "sending", "committed", "answered")


def _no_step(_: str) -> None:
    return


@dataclass(frozen=True, slots=True)
class Outgoing:
    """How this installation sends. Without ``relay`` messages stay queued.

    ``on_step`` is told the name of each step of :data:`STEPS` as it is done.
    """

    relay: RelayAddress | None
    sender: str
    addresses: Addresses
    timeouts: Timeouts = field(default_factory=Timeouts)
    lease: timedelta = claiming.LEASE
    on_step: Callable[[str], None] = _no_step


class _LostError(Exception):
    """The lease has run out and somebody else may have the message: let go without a word."""


def deliver_some(
    database: Database,
    outgoing: Outgoing,
    now: datetime,
    limit: int = 100,
    *,
    seconds: float = 60,
) -> int:
    """Sweep, then try messages that are due, at most ``limit`` and none begun after ``seconds``;
    returns how many were tried.

    Ends early where the relay cannot be reached or is paused. ``now`` is when the call began; the
    steps count on from there.
    """
    started = time.monotonic()

    def moment() -> datetime:
        return now + timedelta(seconds=time.monotonic() - started)

    database.write(lambda session: claiming.sweep(session, moment()))
    if outgoing.relay is None:
        return 0
    tried = 0
    while tried < limit and time.monotonic() - started < seconds:
        with database.read() as session:
            if queries.paused(session, moment()):
                break
        message = database.write(lambda session: claiming.claim(session, moment(), outgoing.lease))
        if message is None:
            break
        tried += 1
        outgoing.on_step("claimed")
        _Delivery(database, outgoing, outgoing.relay, moment, message).run()
    return tried


class _Delivery:
    """One claimed message on its way."""

    def __init__(
        self,
        database: Database,
        outgoing: Outgoing,
        relay_address: RelayAddress,
        moment: Callable[[], datetime],
        message: Message,
    ) -> None:
        self.database = database
        self.outgoing = outgoing
        self.relay = relay_address
        self.moment = moment
        self.message = message
        self.held = Lease.of(message)
        self.enclosed: tuple[Attachment, ...] = ()

    def run(self) -> None:
        """Send it, and write down how that ended."""
        if self.message.attempts > len(RETRIES) + 1:  # each time the worker died of it
            self._end("failed", "tried too often without an answer", relay_answered=False)
            return
        try:
            letter = self._letter()
            self.enclosed = self._enclosed()
            self._converse(letter)
        except _LostError:
            log.warning("message %s: the lease ran out", self.held.message_id)
        except RelayDownError as error:
            self._hand_back(str(error))
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

    def _converse(self, letter: Attachment | None) -> None:
        with Conversation(self.relay, self.outgoing.timeouts) as line:
            self.outgoing.on_step("opened")
            sent, kept = self._write(letter)
            self.outgoing.on_step("written")
            line.offer(sender_address(self.outgoing.sender), self.message.to_email or "", sent)
            self.outgoing.on_step("offered")
            self.database.write(lambda session: self._begin_sending(session, kept))
            self.outgoing.on_step("sending")
            try:
                reply = line.commit()
            except LineDroppedError as error:
                self._unknown(str(error))
                return
            self.outgoing.on_step("committed")
            self._end("sent", reply)
            self.outgoing.on_step("answered")

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
        return sent, self._compose(data | {"link": NOT_KEPT}, letter)

    def _address(self, session: Session) -> str:
        self._still_ours(
            claiming.keep(session, self.held, self.moment(), lease=self.outgoing.lease)
        )
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
        self._still_ours(
            claiming.begin_sending(
                session,
                self.held,
                self.moment(),
                mail_id=document.id,
                lease=self.outgoing.lease,
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
        def work(session: Session) -> None:
            at = self.moment()
            sent_at = at if state == "sent" else None
            claiming.finish(session, self.held, state, reply=reply, sent_at=sent_at)
            if relay_answered:
                relay.answered(session)

        self.database.write(work)

    def _unknown(self, trouble: str) -> None:
        def work(session: Session) -> None:
            claiming.finish(session, self.held, "unknown", reply=trouble)
            relay.left_unknown(session, trouble, self.moment())

        self.database.write(work)

    def _put_back(self, trouble: str, *, answered: bool = False) -> None:
        def work(session: Session) -> None:
            claiming.put_back(
                session,
                self.held,
                self.moment(),
                attempts=self.message.attempts,
                reply=trouble,
            )
            if answered:
                relay.answered(session)

        self.database.write(work)

    def _hand_back(self, trouble: str) -> None:
        def work(session: Session) -> None:
            until = relay.unreachable(session, trouble, self.moment())
            claiming.hand_back(session, self.held, until, reply=trouble)

        log.warning("the mail relay: %s", trouble)
        self.database.write(work)

    @staticmethod
    def _still_ours(ours: bool) -> None:
        if not ours:
            raise _LostError
