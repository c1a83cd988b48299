"""Putting a message in the outbox, and what a person may do with one that lies there.

All of it happens inside the caller's unit of work, so that a message exists exactly when what it
tells of does.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select, update

from pool.db import wake
from pool.models.outbox import Message
from pool.outbox.channels import paper
from pool.outbox.template_data import check, freeze
from pool.outbox.templates import TEMPLATES, Kind
from pool.render.mail import template_version

QUEUES: dict[str, tuple[str, ...]] = {
    "links": ("link",),
    "letters": ("letter", "notice"),
    "digests": ("digest",),
}
"""The workers' queues that deliver, by what each delivers, the most urgent first. Somebody waits
at a screen for a link; what hangs in one queue holds up no other."""

_OF = {kind: queue for queue, kinds in QUEUES.items() for kind in kinds}


def queue_of(kind: str) -> str:
    """The queue that delivers messages of ``kind``."""
    return _OF[kind]


TELLABLE = ("waiting", "failed", "unknown")
"""States in which a person can tell it instead, by telephone or on paper."""


class NoAddressError(ValueError):
    """A message that is only a personal link cannot go to somebody without e-mail."""


class MessageStateError(ValueError):
    """What was asked for cannot be done to a message in its state. ``state`` is that."""

    def __init__(self, wish: str, state: str) -> None:
        super().__init__(f"cannot {wish} a message that is {state}")
        self.wish = wish
        self.state = state


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a message is for. Without ``email`` it waits to be told by telephone or on paper."""

    name: str
    email: str | None
    lang: str = "da"
    person_id: int | None = None
    notices: str = "each"
    """A colleague's choice (``Person.notices``): what can wait is collected for a digest unless it
    is ``each``."""

    @property
    def key(self) -> str:
        """Who it is, for the rule that a message is sent once."""
        if self.person_id is not None:
            return f"person:{self.person_id}"
        return (self.email or f"name:{self.name}").strip().lower()


def put(
    session: Session,
    *,
    event: str,
    template: str,
    to: Recipient,
    case_id: int | None,
    pool: str | None,
    data: Mapping[str, Any],
    now: datetime,
    document: str | None = None,
    kind: Kind | None = None,
    draft: bool = False,
    keep: bool = False,
    attachments: Sequence[int] = (),
) -> Message:
    """Queue ``template`` for one recipient; the row of the same event, recipient and template if
    there is one already.

    ``document`` names the letter whose PDF goes with it. ``draft``: it waits until
    :func:`release`. ``keep``: it is stored and never sent (``kept``). Without e-mail the message
    waits for a person instead (``waiting``). ``attachments`` are ids of stored documents that go
    with it besides its letter, in this order.
    Raises :class:`~pool.outbox.template_data.TemplateDataError`, and :class:`NoAddressError` for a
    mail that is only a link.
    """
    frozen = freeze(data)
    check(template, document, frozen)
    email = (to.email or "").strip() or None
    kind = kind or TEMPLATES[template].kind
    if keep:
        email = None  # nobody can send by mistake what has no address
    elif email is None and kind == "link":
        raise NoAddressError(f"{template}: {to.key} has no e-mail address")
    known = _same(session, event, to.key, template)
    if known is not None:
        return known
    channel = "print" if email is None else "smtp"
    message = Message(
        event=event,
        recipient=to.key,
        template=template,
        template_version=template_version(template, document, to.lang),
        kind=kind,
        channel=channel,
        lang=to.lang,
        to_name=to.name,
        to_email=email,
        person_id=to.person_id,
        case_id=case_id,
        pool=pool,
        data=frozen,
        letter=document,
        attachments=list(attachments) or None,
        message_id=new_message_id(frozen),
        date=now,
        state="kept"
        if keep
        else "draft"
        if draft
        else "collected"
        if _collects(template, to, email, frozen)
        else _ready(channel),
        next_try_at=now,
    )
    try:
        with session.begin_nested():
            session.add(message)
    except IntegrityError:  # another unit was first
        known = _same(session, event, to.key, template)
        if known is None:
            raise
        return known
    if message.state in ("queued", "kept"):
        wake(session, queue_of(message.kind))
    return message


def release(
    session: Session,
    message: Message,
    now: datetime,
    *,
    data: Mapping[str, Any] | None = None,
    to: Recipient | None = None,
) -> None:
    """Let a draft go, dated ``now``; ``data`` and ``to`` are what it tells and to whom by then.

    Raises :class:`MessageStateError` where it is no draft any more.
    """
    values: dict[str, Any] = {}
    channel = message.channel
    if data is not None:
        values["data"] = _checked(message, data)
    if to is not None:
        email = (to.email or "").strip() or None
        channel = "print" if email is None else "smtp"
        values |= {"to_name": to.name, "to_email": email, "channel": channel}
    version = template_version(message.template, message.letter, message.lang)
    _move(
        session,
        message,
        "release",
        ("draft",),
        state=_ready(channel),
        date=now,
        next_try_at=now,
        template_version=version,
        **values,
    )
    if message.state == "queued":
        wake(session, queue_of(message.kind))


def rewrite(session: Session, message: Message, data: Mapping[str, Any], *, by: str) -> None:
    """Give a draft other words. ``by`` is the name of whoever wrote them. Raises
    :class:`MessageStateError`, and the fault of data that does not fit."""
    _move(session, message, "rewrite", ("draft",), data=_checked(message, data), decided_by=by)


def _checked(message: Message, data: Mapping[str, Any]) -> dict[str, Any]:
    frozen = freeze(data)
    check(message.template, message.letter, frozen)
    return frozen


def discard(session: Session, message: Message, *, reason: str, by: str) -> None:
    """Do not send it after all: a draft, or one that waits, failed or is still queued.

    ``by`` is the name of the person who decided so.
    """
    _move(
        session,
        message,
        "discard",
        ("draft", "queued", "waiting", "failed"),
        state="discarded",
        reason=reason,
        decided_by=by,
    )


def supersede(session: Session, *, case_id: int, template: str | None = None) -> int:
    """Take back a case's drafts because what they tell has changed; returns how many."""
    statement = update(Message).where(
        col(Message.case_id) == case_id, col(Message.state) == "draft"
    )
    if template is not None:
        statement = statement.where(col(Message.template) == template)
    result = session.exec(statement.values(state="superseded"))
    session.expire_all()
    return int(result.rowcount)


def mark_posted(
    session: Session,
    message: Message,
    *,
    by: str,
    now: datetime,
    note: str | None = None,
    document_id: int | None = None,
) -> None:
    """A person has rung, or printed and posted what waited or did not get through as a mail.
    ``note`` says which, in their words; ``document_id`` is the printed letter as stored."""
    _move(
        session,
        message,
        "mark as posted",
        TELLABLE,
        state="posted",
        reason=note,
        decided_by=by,
        sent_at=now,
        document_id=document_id or message.document_id,
    )


def resend(
    session: Session,
    message: Message,
    *,
    reason: str,
    by: str,
    now: datetime,
    to_email: str | None = None,
    data: Mapping[str, Any] | None = None,
) -> Message:
    """Send it again, as a new row that names the first one and carries the same letter.

    Possible once it was sent, posted, failed, or its outcome is unknown; a resend of an unknown
    keeps its Message-ID, so that a mail program that has it shows it once. ``to_email`` is a
    corrected address; ``data`` what the mail tells where that has changed (a link's last day).
    """
    if message.state not in ("sent", "posted", "failed", "unknown"):
        raise MessageStateError("resend", message.state)
    first = message.resend_of or message.id
    last = session.exec(
        select(func.max(col(Message.resend_number))).where(
            (col(Message.id) == first) | (col(Message.resend_of) == first)
        )
    ).one()
    email = (to_email or message.to_email or "").strip() or None
    channel = "print" if email is None else "smtp"
    same_mail = message.state == "unknown" and email == message.to_email
    fields = message.model_dump(
        include={
            *("event", "recipient", "template", "template_version", "kind", "lang", "to_name"),
            *("person_id", "case_id", "pool", "data", "letter", "document_id", "attachments"),
        }
    )
    if data is not None:
        fields["data"] = freeze(data)
        check(message.template, message.letter, fields["data"])
    again = Message(
        **fields,
        channel=channel,
        to_email=email,
        message_id=message.message_id if same_mail else new_message_id(message.data),
        date=message.date if same_mail else now,
        state=_ready(channel),
        next_try_at=now,
        reason=reason,
        decided_by=by,
        resend_of=first,
        resend_number=int(last or 0) + 1,
    )
    try:
        with session.begin_nested():
            session.add(again)
    except IntegrityError as error:  # somebody else was first
        raise MessageStateError("resend", "being resent") from error
    if again.state == "queued":
        wake(session, queue_of(again.kind))
    return again


def new_message_id(data: Mapping[str, Any]) -> str:
    """A Message-ID for life, in the domain the recipient is to answer to where there is one."""
    address = str((data.get("contact") or {}).get("email", ""))
    domain = address.rpartition("@")[2]
    if not domain.isascii() or not domain.replace("-", "").replace(".", "").isalnum():
        domain = "puljen.invalid"
    return f"<{uuid.uuid4().hex}@{domain}>"


def _collects(template: str, to: Recipient, email: str | None, data: Mapping[str, Any]) -> bool:
    """Whether it waits for its recipient's digest. What is urgent never does."""
    return (
        TEMPLATES[template].digestible
        and to.notices != "each"
        and to.person_id is not None
        and email is not None
        and not data.get("urgent")
    )


def _ready(channel: str) -> str:
    return paper.WAITS if channel == paper.NAME else "queued"


def _same(session: Session, event: str, recipient: str, template: str) -> Message | None:
    return session.exec(
        select(Message).where(
            Message.event == event,
            Message.recipient == recipient,
            Message.template == template,
            Message.resend_number == 0,
        )
    ).one_or_none()


def _move(
    session: Session, message: Message, wish: str, states: tuple[str, ...], **values: Any
) -> None:
    """Guarded: of a worker and a person, or two people, one wins."""
    done = session.exec(
        update(Message)
        .where(col(Message.id) == message.id, col(Message.state).in_(states))
        .values(**values)
    )
    session.refresh(message)
    if done.rowcount != 1:
        raise MessageStateError(wish, message.state)
