"""Messages about a case, as the casework handles them: what must be told by telephone or on
paper, what could not be sent, and sending again.

An oral fact is noted with time and person (offentlighedsloven §13): telling somebody by
telephone stands in the journal, as does a letter sent twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlmodel import Session, col

import pool.journal as journal
import pool.outbox as outbox
from pool.cases import access, search
from pool.cases.commands import Command, Result
from pool.cases.errors import Invalid, NotFound
from pool.cases.fire import actor_key, lock, remember, seen_before
from pool.cases.house import House
from pool.identity import tokens
from pool.identity.actor import Actor
from pool.models.case import Applicant, Case
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


def _done(session: Session, case: Case, command: Command, actor: Actor, now: datetime) -> Result:
    result = Result(command.case_id, case.number, case.state, case.state_version, command.action)
    key = actor_key(actor, command.case_id)
    remember(session, command.id, key, command.digest(), result, now)
    return result


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
        return _done(session, case, command, actor, now)

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
        return _done(session, case, command, actor, now)

    return house.database.write(work)
