"""Letters that wait for a person: those the definition names (``messages.drafts``) are drafts until
somebody has read and approved them.

The draft is the message itself, so what is approved is what goes. A person may put a paragraph
before and after what the program wrote; what the law demands always stands between them. An edit
takes an approval away. A move after which the letter would no longer be true supersedes it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlmodel import Session, col

import pool.journal as journal
import pool.outbox as outbox
from pool.cases import access, activity, deadlines, letters
from pool.cases.announcing import LONGEST, WRITES
from pool.cases.announcing_drafts import DECISIONS, OWN, Edited, languages
from pool.cases.commands import Command, Result
from pool.cases.effects_reports import REPAY, repay_day
from pool.cases.errors import CaseError, Invalid, NotFound
from pool.cases.fire import actor_key, done, lock, seen_before
from pool.cases.house import House
from pool.clock import local_day
from pool.identity.actor import Actor
from pool.models.case import Applicant, Case
from pool.models.outbox import Message
from workflows.definition import Definition
from workflows.questions import AnswerFault

Wish = Literal["approve", "send", "approve-and-send"]
Act = Callable[[Session, "Draft"], dict[str, Any] | None]
"""What is done to a draft; what the journal keeps of it in somebody's own words."""
_PAY_BY = "pay_by"
"""Where a letter's data has the day money is to be back, ISO."""


class NotApproved(CaseError):
    """Nobody has approved the draft as it stands."""


class OwnDraft(CaseError):
    """Somebody else than who wrote or caused it has to approve it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter that waits. ``own`` are a person's paragraphs; ``seen`` changes with every edit."""

    message: Message
    case: Case
    definition: Definition
    applicant: Applicant

    @property
    def own(self) -> Mapping[str, Mapping[str, str]]:
        return self.message.data.get("own") or {}

    @property
    def seen(self) -> str:
        return digest(self.own)

    def words(self, part: str, lang: str) -> str:
        return self.own.get(part, {}).get(lang, "")


def told_on(message: Message, today: date) -> dict[str, Any]:
    """What a message tells: of a draft, when it goes today. The days to pay something back count
    from then, however long it lay here."""
    data = dict(message.data)
    if message.state == "draft" and (stated := data.get(_PAY_BY)):
        data[_PAY_BY] = max(stated, repay_day(today).isoformat())
    return data


def digest(own: Mapping[str, Mapping[str, str]]) -> str:
    return hashlib.sha256(json.dumps(own, sort_keys=True).encode()).hexdigest()[:24]


def waiting(
    session: Session, house: House, person_id: int, roles: Mapping[str, frozenset[str]]
) -> tuple[Draft, ...]:
    """The drafts this person may handle, oldest first, without cases they stay out of. None, and
    no query of messages, where no pool of theirs has drafts."""
    definitions = [
        one
        for one in house.definitions.in_use(session)
        if one.messages.drafts and roles.get(one.key, frozenset()) & WRITES
    ]
    if not definitions:
        return ()
    rows = session.execute(
        select(Message, Case, Applicant)
        .join(Case, col(Case.id) == col(Message.case_id))
        .join(Applicant, col(Applicant.id) == col(Case.applicant_id))
        .where(
            col(Message.state) == "draft",
            col(Message.person_id).is_(None),
            access.visible(definitions, person_id, roles),
        )
        .order_by(col(Message.id))
    )
    found = []
    for message, case, applicant in rows:
        definition = house.definitions.version(session, case.pool, case.definition_version)
        if _waits(definition, case, message):
            found.append(Draft(message, case, definition, applicant))
    return tuple(found)


def find(session: Session, house: House, case: Case, message_id: int) -> Draft:
    """One of a case that the reader may see. Raises :class:`NotFound` where it is none, and the
    outbox's ``MessageStateError`` where it is no draft any more."""
    message = session.get(Message, message_id)
    definition = house.definitions.version(session, case.pool, case.definition_version)
    if (
        message is None
        or message.case_id != case.id
        or message.person_id is not None
        or message.template not in definition.messages.drafts
    ):
        raise NotFound(f"message {message_id}")
    if message.state != "draft" or not _waits(definition, case, message):
        raise outbox.MessageStateError("edit", message.state)
    return Draft(message, case, definition, session.get_one(Applicant, case.applicant_id))


def in_case(definition: Definition, case: Case, messages: Iterable[Message]) -> tuple[Message, ...]:
    """Those of the case's ``messages`` that wait here."""
    return tuple(
        one
        for one in messages
        if one.state == "draft" and one.person_id is None and _waits(definition, case, one)
    )


def _waits(definition: Definition, case: Case, message: Message) -> bool:
    """A decision's letter that waits for its announcement is read there, not here."""
    announced_later = definition.state(case.state).undisclosed and message.template in DECISIONS
    return message.template in definition.messages.drafts and not announced_later


def may_approve(session: Session, draft: Draft, actor: Actor) -> bool:
    """Where another is to approve it: not who wrote its words, nor who made the move."""
    if draft.definition.messages.approval == "same":
        return True
    return actor.person_id not in {draft.message.written_by_id, caused_by(session, draft)}


def caused_by(session: Session, draft: Draft) -> int | None:
    """Id of who made the move that the letter tells of; None where no person did."""
    stream, _, number = draft.message.event.rpartition(":")
    if not number.isdecimal():
        return None
    found = journal.read(session, stream, after=int(number) - 1, limit=1)
    return found[0].actor_id if found and found[0].n == int(number) else None


def edit(
    house: House,
    command_id: str,
    case_id: int,
    message_id: int,
    words: Mapping[str, Mapping[str, str]],
    seen: str,
    actor: Actor,
    now: datetime,
) -> Result:
    """Give the letter a first and a last paragraph; an approval it had is gone.

    Raises :class:`Invalid` (field ``opening-da``), :class:`Edited`, :class:`NotFound`, and
    ``MessageStateError``."""
    plain = {part: dict(words.get(part, {})) for part in OWN}
    command = Command(command_id, case_id, "draft-edited", None, {"message": message_id, **plain})

    def act(session: Session, draft: Draft) -> dict[str, Any] | None:
        if seen != draft.seen:
            raise Edited(str(message_id))
        own = _own(plain, languages(draft.case))
        if own == draft.own:
            return None  # nothing was changed: an approval stands
        data = {key: value for key, value in draft.message.data.items() if key != "own"}
        outbox.rewrite(session, draft.message, data | ({"own": own} if own else {}), by=actor.name)
        _set(session, draft.message, written_by_id=actor.person_id, by=None)
        return {part: "\n\n".join(own[part].values()) for part in own} or None

    return _do(house, command, message_id, actor, now, act)


def let_go(
    house: House,
    command_id: str,
    case_id: int,
    message_id: int,
    wish: Wish,
    seen: str,
    actor: Actor,
    now: datetime,
) -> Result:
    """Approve it, send what is approved, or both. Raises :class:`OwnDraft`, :class:`NotApproved`,
    and as :func:`edit`."""
    command = Command(command_id, case_id, f"draft-{wish}", None, {"message": message_id})

    def act(session: Session, draft: Draft) -> None:
        if seen != draft.seen:
            raise Edited(str(message_id))
        if wish == "approve" and draft.message.approved_at is not None:
            raise outbox.MessageStateError(wish, "approved")
        if wish != "send":
            if not may_approve(session, draft, actor):
                raise OwnDraft(str(message_id))
            _set(session, draft.message, by=actor, at=now)
        elif draft.message.approved_at is None:
            raise NotApproved(str(message_id))
        if wish != "approve":
            to = letters.to_applicant(draft.applicant, draft.case)
            data = told_on(draft.message, local_day(now))
            due = deadlines.open_deadlines(session, case_id).get(REPAY)
            if due is not None and data.get(_PAY_BY, "") > due.isoformat():
                day = date.fromisoformat(data[_PAY_BY])
                deadlines.set_day(session, draft.case, REPAY, day, now)
            outbox.release(session, draft.message, now, data=data, to=to)

    return _do(house, command, message_id, actor, now, act)


def discard(
    house: House,
    command_id: str,
    case_id: int,
    message_id: int,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Result:
    """Do not send it. Raises :class:`Invalid` (field ``reason``), and as :func:`edit`."""
    if not (reason := reason.strip()):
        raise Invalid((AnswerFault("reason", "required", {}),))
    told = {"message": message_id, "reason": reason}
    command = Command(command_id, case_id, "draft-discarded", None, told)

    def act(session: Session, draft: Draft) -> dict[str, Any]:
        outbox.discard(session, draft.message, reason=reason, by=actor.name)
        return {"reason": reason}

    return _do(house, command, message_id, actor, now, act)


def _do(
    house: House, command: Command, message_id: int, actor: Actor, now: datetime, act: Act
) -> Result:
    def work(session: Session) -> Result:
        case = lock(session, command.case_id)
        if not access.may_see(session, house, case, actor) or not actor.roles & WRITES:
            raise NotFound(str(command.case_id))
        key = actor_key(actor, command.case_id)
        if first := seen_before(session, command.id, key, command.digest()):
            return first
        draft = find(session, house, case, message_id)
        personal = act(session, draft)
        journal.write(
            session,
            f"case:{case.id}",
            f"case.{command.action}",
            actor,
            now=now,
            data={"case": case.id, "message": message_id, "template": draft.message.template},
            personal=personal,
        )
        activity.touch(case, actor, now)
        session.add(case)
        return done(session, case, command, actor, now)

    return house.database.write(work)


def _set(
    session: Session,
    message: Message,
    *,
    by: Actor | None,
    at: datetime | None = None,
    written_by_id: int | None = None,
) -> None:
    if written_by_id is not None:
        message.written_by_id = written_by_id
    message.approved_by = by.name if by else None
    message.approved_by_id = by.person_id if by else None
    message.approved_at = at
    session.add(message)
    session.flush()


def _own(
    words: Mapping[str, Mapping[str, str]], spoken: tuple[str, ...]
) -> dict[str, dict[str, str]]:
    """What is written in one of the letter's languages is written in all of them."""
    own: dict[str, dict[str, str]] = {}
    faults: list[AnswerFault] = []
    for part in OWN:
        typed = {lang: words[part].get(lang, "").strip() for lang in spoken}
        for lang, text in typed.items():
            if len(text) > LONGEST:
                told = {"longest": LONGEST, "length": len(text)}
                faults.append(AnswerFault(f"{part}-{lang}", "too-long", told))
            elif not text and any(typed.values()):
                faults.append(AnswerFault(f"{part}-{lang}", "required", {}))
        if any(typed.values()):
            own[part] = typed
    if faults:
        raise Invalid(tuple(faults))
    return own
