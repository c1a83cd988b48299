"""Messages about a case, as the casework handles them: what must be told by telephone or on
paper, what could not be sent, and sending again.

An oral fact is noted with time and person (offentlighedsloven §13): telling somebody by
telephone stands in the journal, as does a letter sent twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlmodel import Session, col

import pool.journal as journal
import pool.outbox as outbox
from pool.cases import access, once, search
from pool.cases.commands import Command, Result
from pool.cases.errors import Invalid, NotFound
from pool.cases.fire import actor_key, done, lock, seen_before
from pool.cases.house import House
from pool.identity import tokens
from pool.identity.actor import Actor
from pool.identity.people import ADMIN
from pool.models.case import Applicant, Case, Recusal
from pool.models.outbox import Message
from pool.outbox.queries import troubled, waiting_print
from workflows import values
from workflows.questions import AnswerFault

ROLE = "secretariat"
"""Who handles what was sent."""

How = Literal["phone", "paper"]


@dataclass(frozen=True, slots=True)
class Pending:
    """A message somebody must do something about, with the number of its case and the
    applicant's telephone."""

    message: Message
    number: str
    phone: str | None


@dataclass(frozen=True, slots=True)
class Tasks:
    """``tell``: to be told by telephone or on paper. ``troubled``: not sent, or perhaps."""

    tell: tuple[Pending, ...]
    troubled: tuple[Pending, ...]

    def __len__(self) -> int:
        return len(self.tell) + len(self.troubled)


def tasks(
    session: Session, house: House, *, person_id: int, roles: Mapping[str, frozenset[str]]
) -> Tasks:
    """What waits for this person as secretariat of the pools in ``roles``, oldest first; without
    the cases they stay out of. Four queries at most."""
    mine = {pool: held & {ROLE} for pool, held in roles.items() if ROLE in held}
    if not mine:
        return Tasks((), ())
    tell, trouble = waiting_print(session), troubled(session)
    ids = {message.case_id for message in (*tell, *trouble) if message.case_id is not None}
    seen: dict[int, tuple[str, Applicant]] = {}
    if ids:
        seen = {
            row[0]: (row[1], row[2])
            for row in session.execute(
                select(col(Case.id), col(Case.number), Applicant)
                .join(Applicant, col(Applicant.id) == col(Case.applicant_id))
                .where(
                    col(Case.id).in_(ids),
                    access.visible(house.definitions.in_use(session), person_id, mine),
                )
            )
        }

    def pending(found: Sequence[Message]) -> tuple[Pending, ...]:
        return tuple(
            Pending(message, number, phone_for(message, applicant))
            for message in found
            if message.case_id in seen
            for number, applicant in (seen[message.case_id],)
        )

    return Tasks(pending(tell), pending(trouble))


FOR_ANOTHER = "applied-for-you"
"""The letter to whom somebody else applied for: it goes to that person, not to the helper."""


def phone_for(message: Message, applicant: Applicant) -> str | None:
    """Whom to ring about a message; the helper where the other's number is not known."""
    own = applicant.for_phone if message.template == FOR_ANOTHER else None
    return own or applicant.phone


def email_for(message: Message, applicant: Applicant) -> str | None:
    """The address a message about the case goes to now."""
    return applicant.for_email if message.template == FOR_ANOTHER else applicant.email


def to_applicant(message: Message) -> bool:
    """Whether the message is for the applicant, not for a colleague."""
    return message.person_id is None


def _handled(
    session: Session, house: House, command: Command, message_id: int, actor: Actor
) -> tuple[Case, Message, Result | None]:
    """The locked case and its message, and the first result where the command is a repeat."""
    case = lock(session, command.case_id)
    key = actor_key(actor, command.case_id)
    if first := seen_before(session, command.id, key, command.digest()):
        return case, session.get_one(Message, message_id), first
    if ROLE not in actor.roles or not access.may_see(session, house, case, actor):
        raise NotFound(str(command.case_id))
    message = session.get(Message, message_id)
    if message is None or message.case_id != command.case_id:
        raise NotFound(f"message {message_id}")
    return case, message, None


def resend(
    house: House,
    command_id: str,
    case_id: int,
    message_id: int,
    reason: str,
    actor: Actor,
    now: datetime,
    *,
    email: str = "",
) -> Result:
    """Send a message of the case once more, its words unchanged, as a row of its own.

    ``email`` corrects the applicant's address: it is stored with the applicant, noted in the
    journal, and links sent to the old one no longer open. Empty leaves the address as it is.
    Raises :class:`Invalid` (fields ``reason`` and ``email``), :class:`NotFound`, and the outbox's
    ``MessageStateError`` for one that is still on its way.
    """
    reason = reason.strip()
    faults = [] if reason else [AnswerFault("reason", "required")]
    try:
        email = "" if values.blank(email) else values.email(email)
    except values.Bad as bad:
        faults.append(AnswerFault("email", bad.code, bad.params))
    if faults:
        raise Invalid(tuple(faults))
    wish = {"message": message_id, "reason": reason, "email": email}
    command = Command(command_id, case_id, "resend", None, wish)

    def work(session: Session) -> Result:
        case, message, first = _handled(session, house, command, message_id, actor)
        if first:
            return first
        if message.person_id in access.locked_out(session, case_id):
            raise NotFound(f"message {message_id}")  # they stay out by now
        personal = {"reason": reason}
        to_email = None
        if to_applicant(message):
            applicant = session.get_one(Applicant, case.applicant_id)
            if email and email != email_for(message, applicant):
                corrected = "for_email" if message.template == FOR_ANOTHER else "email"
                setattr(applicant, corrected, email)
                personal["email"] = email
                session.add(applicant)
                search.refresh(session, case)
                tokens.revoke_all(session, "case", f"case:{case_id}", now)
            to_email = email_for(message, applicant)
        again = outbox.resend(
            session, message, reason=reason, by=actor.name, now=now, to_email=to_email
        )
        journal.write(
            session,
            f"case:{case_id}",
            "case.resend",
            actor,
            now=now,
            data={"case": case_id, "message": again.id, "template": message.template},
            personal=personal,
        )
        return done(session, case, command, actor, now)

    return house.database.write(work)


def told(
    house: House,
    command_id: str,
    case_id: int,
    message_id: int,
    how: How,
    printed: tuple[str, bytes] | None,
    actor: Actor,
    now: datetime,
) -> Result:
    """The applicant was told by telephone, or the letter was printed and posted: what waited for
    that, or did not get through as a mail. ``printed`` is the letter's name and PDF, kept as it
    was posted.

    Raises :class:`NotFound`, and the outbox's ``MessageStateError`` where it no longer waits.
    """
    command = Command(command_id, case_id, "told", None, {"message": message_id, "how": how})

    def work(session: Session) -> Result:
        case, message, first = _handled(session, house, command, message_id, actor)
        if first:
            return first
        document_id: int | None = None
        if printed is not None:
            name, body = printed
            kept = outbox.store(
                session,
                name=name,
                media_type="application/pdf",
                body=body,
                now=now,
                case_id=case_id,
            )
            document_id = kept.id
        outbox.mark_posted(
            session, message, by=actor.name, now=now, note=how, document_id=document_id
        )
        journal.write(
            session,
            f"case:{case_id}",
            "case.told",
            actor,
            now=now,
            data={
                "case": case_id,
                "message": message_id,
                "template": message.template,
                "how": how,
            },
        )
        return done(session, case, command, actor, now)

    return house.database.write(work)


KEPT_BACK = ("queued", "waiting", "failed")
"""States in which a message can still be kept back by hand. A draft is discarded where it is
read."""


def discard(
    house: House,
    command_id: str,
    case_id: int,
    message_id: int,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Result:
    """Do not send a message of the case after all. Raises :class:`Invalid` (``reason``),
    :class:`NotFound`, and the outbox's ``MessageStateError`` where it has left, or is leaving."""
    reason = _reason(reason)
    wish = {"message": message_id, "reason": reason}
    command = Command(command_id, case_id, "discard-message", None, wish)

    def work(session: Session) -> Result:
        case, message, first = _handled(session, house, command, message_id, actor)
        if first:
            return first
        _keep_back(session, message, reason, actor)
        journal.write(
            session,
            f"case:{case_id}",
            "case.discard-message",
            actor,
            now=now,
            data={"case": case_id, "message": message_id, "template": message.template},
            personal={"reason": reason},
        )
        return done(session, case, command, actor, now)

    return house.database.write(work)


def resend_plain(
    house: House, command_id: str, message_id: int, reason: str, actor: Actor, now: datetime
) -> int:
    """Send a message that belongs to no case once more, to the same address; the new row's id.

    Not a link: who needs another asks for one, and it is theirs alone. Not to somebody who has
    since declared an interest in a case, since an agenda or a digest may tell of that. Raises
    as :func:`resend`.
    """
    reason = _reason(reason)

    def work(session: Session) -> int:
        said = once.digest("message.resend", {"message": message_id, "reason": reason})
        if (first := once.before(session, command_id, actor, said)) is not None:
            return int(first["message"])
        message = _plain(session, message_id, actor)
        if message.kind == "link" or _has_since_stayed_out(session, message):
            raise outbox.MessageStateError("resend", message.state)
        again = outbox.resend(session, message, reason=reason, by=actor.name, now=now)
        data = {"message": again.id, "template": message.template}
        return _noted(session, "message.resend", data, said, command_id, reason, actor, now)

    return house.database.write(work)


def discard_plain(
    house: House, command_id: str, message_id: int, reason: str, actor: Actor, now: datetime
) -> int:
    """Do not send a message that belongs to no case; its id. Raises as :func:`discard`."""
    reason = _reason(reason)

    def work(session: Session) -> int:
        said = once.digest("message.discard", {"message": message_id, "reason": reason})
        if (first := once.before(session, command_id, actor, said)) is not None:
            return int(first["message"])
        message = _plain(session, message_id, actor)
        _keep_back(session, message, reason, actor)
        data = {"message": message_id, "template": message.template}
        return _noted(session, "message.discard", data, said, command_id, reason, actor, now)

    return house.database.write(work)


def _reason(typed: str) -> str:
    if not typed.strip():
        raise Invalid((AnswerFault("reason", "required"),))
    return typed.strip()


def _plain(session: Session, message_id: int, actor: Actor) -> Message:
    """A message of no case that the actor handles: its pool's secretariat, or an administrator."""
    message = session.get(Message, message_id)
    if message is None or message.case_id is not None:
        raise NotFound(f"message {message_id}")
    of_pool = ROLE in actor.roles and message.pool is not None and actor.pool == message.pool
    if not of_pool and ADMIN not in actor.roles:
        raise NotFound(f"message {message_id}")
    return message


def _has_since_stayed_out(session: Session, message: Message) -> bool:
    if message.person_id is None:
        return False
    declared = select(col(Recusal.id)).where(
        col(Recusal.person_id) == message.person_id,
        col(Recusal.declared_at) > message.date,
        col(Recusal.lifted_at).is_(None),
    )
    return session.execute(declared.limit(1)).first() is not None


def _keep_back(session: Session, message: Message, reason: str, actor: Actor) -> None:
    if message.state not in KEPT_BACK:
        raise outbox.MessageStateError("discard", message.state)
    outbox.discard(session, message, reason=reason, by=actor.name)


def _noted(
    session: Session,
    kind: str,
    data: Mapping[str, Any],
    said: str,
    command_id: str,
    reason: str,
    actor: Actor,
    now: datetime,
) -> int:
    journal.write(
        session, "system", kind, actor, now=now, data=dict(data), personal={"reason": reason}
    )
    once.remember(session, command_id, actor, said, {"message": data["message"]}, now)
    return int(data["message"])
