"""Whom a submitted edition was sent to, how their mail fared, and what is done about it: sent
once more with a new link, sent to somebody who came later, the links taken back.

A recipient is named ``person:<id>`` or ``mail:<hash of the address>``, as in a link's subject.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

import pool.journal as journal
import pool.outbox as outbox
from pool.cases.house import House
from pool.identity import tokens
from pool.identity.actor import Actor
from pool.models.identity import Token
from pool.models.outbox import Message
from pool.models.summary import SummaryEdition
from pool.outbox import Recipient
from pool.summary import editions_mails as mails
from pool.summary import editions_people as people
from pool.summary.editions_errors import NoSuchEdition, NotForYou, NotNow
from pool.summary.editions_files import locked
from pool.summary.editions_once import plain, remember, seen_before

LONGEST_REASON = 500

SENT, TAKEN_BACK = "summary.sent", "summary.taken-back"
"""Kinds of events in the stream ``system``."""

RESENDABLE = frozenset({"sent", "posted", "failed", "unknown", "discarded"})


@dataclass(frozen=True, slots=True)
class Sent:
    """A recipient. ``message`` is the newest mail; ``entitled``: the link works for them as far
    as roles and setting go; ``links``: how many of their links are open."""

    whom: str
    name: str
    email: str | None
    message: Message
    entitled: bool
    links: int

    @property
    def resendable(self) -> bool:
        """Whether it can be sent again now."""
        return self.entitled and self.message.state in RESENDABLE


@dataclass(frozen=True, slots=True)
class Send:
    """Send the edition to ``whom``: again, for the ``reason`` given, or to one who came later."""

    id: str
    edition_id: int
    whom: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Let no link that ``whom`` was sent to the edition work any more."""

    id: str
    edition_id: int
    whom: str


def recipients(
    session: Session, edition: SummaryEdition, also: Sequence[Recipient], now: datetime
) -> list[Sent]:
    """Everybody it was sent to, in the order of the first mails."""
    newest = {one.recipient: one for one in people.mails_of(session, edition)}
    found = []
    for message in newest.values():
        to = Recipient(message.to_name, message.to_email, message.lang, message.person_id)
        whom = people.whom_of(to)
        now_to = people.entitled(session, edition, whom, also)
        links = _links(session, edition, whom, now)
        found.append(Sent(whom, to.name, to.email, message, now_to is not None, links))
    return found


def not_told(
    session: Session, edition: SummaryEdition, also: Sequence[Recipient]
) -> list[Recipient]:
    """Who would get it if it were submitted now, and has not got it."""
    told = {people.whom_of(one) for one in people.sent_to(session, edition)}
    group = people.steering_group(session, edition.pools, also)
    return [one for one in group if people.whom_of(one) not in told]


def send(
    house: House,
    command: Send,
    actor: Actor,
    now: datetime,
    *,
    also: Sequence[Recipient] = (),
) -> None:
    """Mail the edition to one who may have it, with a new link; older links go on working.

    Raises :class:`NoSuchEdition` (also where ``whom`` may not have it), :class:`NotForYou`,
    :class:`NotNow` (a draft, or a mail is on its way), :class:`CannotBe` (no reason for sending
    it again), ``CommandReused``.
    """

    def work(session: Session) -> None:
        edition = _managed(session, command.edition_id, actor)
        if seen_before(session, command, actor):
            return
        to = people.entitled(session, edition, command.whom, also)
        if to is None:
            raise NoSuchEdition(command.whom)
        last = last_mail(session, edition, command.whom)
        required = last is not None
        reason = plain(command.reason, "reason", LONGEST_REASON, required=required)
        _send(session, house, edition, to, last, actor, reason, now)
        remember(session, command, actor, now)

    house.database.write(work)


def take_back(house: House, command: TakeBack, actor: Actor, now: datetime) -> int:
    """End every link of one recipient, and a mail that has not left yet: how many links.

    Raises :class:`NoSuchEdition`, :class:`NotForYou`, :class:`NotNow`, ``CommandReused``.
    """

    def work(session: Session) -> int:
        edition = _managed(session, command.edition_id, actor)
        if seen_before(session, command, actor):
            return 0
        last = last_mail(session, edition, command.whom)
        if last is None:
            raise NoSuchEdition(command.whom)
        if last.state == "queued":
            try:
                outbox.discard(session, last, reason="the link was taken back", by=actor.name)
            except outbox.MessageStateError as error:
                raise NotNow(error.state) from error
        elif last.state in ("leased", "sending"):
            raise NotNow(last.state)  # its link is being made at this moment
        subject = _subject(edition, command.whom)
        ended = tokens.revoke_all(session, people.PURPOSE, subject, now)
        data = {"edition": edition.id, "to": command.whom, "links": ended}
        journal.write(session, "system", TAKEN_BACK, actor, now=now, data=data)
        remember(session, command, actor, now)
        return ended

    return house.database.write(work)


def renew(house: House, subject: str, now: datetime, *, also: Sequence[Recipient] = ()) -> bool:
    """Mail whoever held the link ``subject`` a new one, at their own wish: whether one is on its
    way. Not to who is no longer entitled, nor where the secretariat took the link back."""

    def work(session: Session) -> bool:
        found = people.guest(session, subject, also)
        if found is None or people.taken_back(session, subject):
            return False
        edition = locked(session, found.edition.id or 0)
        whom = subject.split(":", 2)[2]
        last = last_mail(session, edition, whom)
        to = people.entitled(session, edition, whom, also)
        if last is None or to is None or last.state == "discarded":
            return False
        if last.state not in RESENDABLE:
            return True
        _send(session, house, edition, to, last, found.actor, "asked for a new link", now)
        return True

    return house.database.write(work)


def subject_of_address(session: Session, email: str) -> str | None:
    """The link of the newest submitted edition that was sent to an address; None for none."""
    message = session.exec(
        select(Message)
        .where(col(Message.template) == "summary-submitted", col(Message.to_email) == email)
        .order_by(col(Message.id).desc())
        .limit(1)
    ).one_or_none()
    return None if message is None else str(message.data["link"]["subject"])


def last_mail(session: Session, edition: SummaryEdition, whom: str) -> Message | None:
    """The newest mail with the link to one recipient."""
    return next(
        (
            one
            for one in reversed(people.mails_of(session, edition))
            if one.data["link"]["subject"] == _subject(edition, whom)
        ),
        None,
    )


def _send(
    session: Session,
    house: House,
    edition: SummaryEdition,
    to: Recipient,
    last: Message | None,
    actor: Actor,
    reason: str,
    now: datetime,
) -> None:
    try:
        message = mails.once_more(
            session, house, edition, to, last, by=actor.name, reason=reason, now=now
        )
    except outbox.MessageStateError as error:
        raise NotNow(error.state) from error
    journal.write(
        session,
        "system",
        SENT,
        actor,
        now=now,
        data={"edition": edition.id, "to": people.whom_of(to), "message": message.id},
        personal={"reason": reason} if reason else None,
    )


def _managed(session: Session, edition_id: int, actor: Actor) -> SummaryEdition:
    edition = locked(session, edition_id)
    if not people.may_manage(session, actor, edition.pools):
        raise NotForYou(str(edition_id))
    if edition.state == "draft":
        raise NotNow(edition.state)
    return edition


def _subject(edition: SummaryEdition, whom: str) -> str:
    return f"edition:{edition.id}:{whom}"


def _links(session: Session, edition: SummaryEdition, whom: str, now: datetime) -> int:
    return len(
        session.exec(
            select(Token.id).where(
                col(Token.purpose) == people.PURPOSE,
                col(Token.subject) == _subject(edition, whom),
                col(Token.revoked_at).is_(None),
                col(Token.expires_at) > now,
            )
        ).all()
    )
