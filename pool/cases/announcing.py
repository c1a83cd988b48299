"""What people do with decisions that are made and not announced: read the letters, give them own
words, throw those away, and see what waits. Announcing itself is a move like any other
(``pool.cases.fire``), done to many at once by ``pool.cases.bulk_firing``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlmodel import Session, col

import pool.journal as journal
import pool.outbox as outbox
from pool.cases import access, activity, announcing_drafts
from pool.cases.announcing_drafts import OWN, Edited
from pool.cases.commands import Command, Result
from pool.cases.errors import Invalid, NotFound
from pool.cases.fire import actor_key, done, lock, seen_before
from pool.cases.house import House
from pool.identity.actor import Actor
from pool.models.case import Applicant, Case, Decision
from pool.models.outbox import Message
from workflows.definition import Definition, Transition
from workflows.questions import AnswerFault

WRITES = frozenset({"secretariat", "chair"})
"""Who reads and edits what will be announced."""

LONGEST = 3000
"""Characters of a paragraph of one's own."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A decision that waits to be announced, and the move that announces it."""

    case: Case
    definition: Definition
    applicant: Applicant
    decision: Decision
    message: Message | None
    announces: Transition


def announces(definition: Definition, state: str) -> Transition | None:
    """The move that announces a decision in ``state``."""
    return next((t for t in definition.leaving(state) if "announce" in t.effects), None)


def count_waiting(
    session: Session,
    definitions: Iterable[Definition],
    person_id: int,
    roles: Mapping[str, frozenset[str]],
) -> dict[str, int]:
    """How many decisions wait for this person to announce them, by pool. One query; none where no
    pool of ``definitions`` (all versions in use) announces later."""
    later = [one for one in definitions if roles.get(one.key, frozenset()) & WRITES]
    states = _states(later)
    if not states:
        return {}
    rows = session.execute(
        select(col(Case.pool), func.count())
        .where(access.visible(later, person_id, roles), or_(*states))
        .group_by(col(Case.pool))
    )
    return {row[0]: row[1] for row in rows}


def _states(definitions: Iterable[Definition]) -> list[ColumnElement[bool]]:
    return [
        and_(
            col(Case.pool) == one.key,
            col(Case.definition_version) == one.version,
            col(Case.state) == state.key,
        )
        for one in definitions
        for state in one.states
        if state.undisclosed and announces(one, state.key)
    ]


def waiting(
    session: Session, house: House, pool: str, actor: Actor, *, limit: int = 500
) -> tuple[Waiting, ...]:
    """What ``actor`` may announce in ``pool``, in the order it was decided. Three queries."""
    definitions = [one for one in house.definitions.in_use(session) if one.key == pool]
    states = _states(definitions)
    if not states or actor.person_id is None:
        return ()
    rows = session.execute(
        select(Case, Applicant, Decision)
        .join(Applicant, col(Applicant.id) == col(Case.applicant_id))
        .join(Decision, col(Decision.id) == col(Case.decision_id))
        .where(
            access.visible(definitions, actor.person_id, {pool: actor.roles}),
            or_(*states),
            col(Decision.announced_at).is_(None),
        )
        .order_by(col(Decision.made_on), col(Decision.id))
        .limit(limit)
    ).all()
    drafts: dict[int, Message] = {
        message.case_id: message
        for message in session.execute(
            select(Message)
            .where(
                col(Message.case_id).in_([case.id for case, _, _ in rows]),
                col(Message.state) == "draft",
                col(Message.template).in_(announcing_drafts.DECISIONS),
            )
            .order_by(col(Message.id))
        ).scalars()
    }
    found = []
    for case, applicant, decision in rows:
        definition = house.definitions.version(session, pool, case.definition_version)
        move = announces(definition, case.state)
        if move is not None and actor.roles & frozenset(move.who):
            found.append(Waiting(case, definition, applicant, decision, drafts.get(case.id), move))
    return tuple(found)


def edit(
    house: House,
    command_id: str,
    case_id: int,
    message_id: int,
    words: Mapping[str, Mapping[str, str]],
    actor: Actor,
    now: datetime,
    *,
    seen: str | None = None,
) -> Result:
    """Give the draft own words: ``words`` is ``{"opening": {lang: text}, "closing": …}``. An empty
    or unchanged opening is the made one. ``seen`` is :attr:`DraftLetter.seen` of the page.

    Raises :class:`Invalid` (field ``opening-da``), :class:`Edited`, :class:`NotFound`, and the
    outbox's ``MessageStateError`` where it is no draft any more.
    """
    plain = {part: dict(words.get(part, {})) for part in OWN}
    command = Command(command_id, case_id, "letter-edited", None, {"message": message_id, **plain})

    def work(session: Session) -> Result:
        case, first = _mine(session, house, command, actor)
        if first:
            return first
        found = _found(session, house, case, message_id, now)
        if seen is not None and seen != found.seen:
            raise Edited(str(message_id))
        own = _own(plain, found.made)
        data = {key: value for key, value in found.data.items() if key not in OWN} | own
        outbox.rewrite(session, found.message, data, by=actor.name)
        journal.write(
            session,
            f"case:{case_id}",
            "case.letter-edited",
            actor,
            now=now,
            data={"case": case_id, "message": message_id, "parts": sorted(own)},
            personal={
                part: "\n\n".join(
                    own[part][lang] for lang in announcing_drafts.languages(case) if own[part][lang]
                )
                for part in own
            }
            or None,
        )
        return _done(session, case, command, actor, now)

    return house.database.write(work)


def _own(
    words: Mapping[str, Mapping[str, str]], made: Mapping[str, str]
) -> dict[str, dict[str, str]]:
    """The words to keep: a part nobody changed is not there, one changed in one language stands
    in all of the letter's."""
    faults: list[AnswerFault] = []
    own: dict[str, dict[str, str]] = {}
    for part in OWN:
        typed = {lang: words.get(part, {}).get(lang, "").strip() for lang in made}
        faults += [
            AnswerFault(f"{part}-{lang}", "too-long", {"longest": LONGEST, "length": len(text)})
            for lang, text in typed.items()
            if len(text) > LONGEST
        ]
        stands = {lang: typed[lang] or (made[lang] if part == "opening" else "") for lang in made}
        if part == "opening" and _flat(stands) == _flat(made):
            continue
        if not any(stands.values()):
            continue
        faults += [
            AnswerFault(f"{part}-{lang}", "required", {}) for lang in made if not stands[lang]
        ]
        own[part] = stands
    if faults:
        raise Invalid(tuple(faults))
    return own


def discard(
    house: House,
    command_id: str,
    case_id: int,
    message_id: int,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Result:
    """Throw the draft with its own words away, and say why: the made letter takes its place, since
    no decision is announced without one.

    Raises as :func:`edit`; the field is ``reason``.
    """
    reason = reason.strip()
    if not reason:
        raise Invalid((AnswerFault("reason", "required", {}),))
    told = {"message": message_id, "reason": reason}
    command = Command(command_id, case_id, "letter-discarded", None, told)

    def work(session: Session) -> Result:
        case, first = _mine(session, house, command, actor)
        if first:
            return first
        found = _found(session, house, case, message_id, now)
        outbox.discard(session, found.message, reason=reason, by=actor.name)
        event = journal.write(
            session,
            f"case:{case_id}",
            "case.letter-discarded",
            actor,
            now=now,
            data={"case": case_id, "message": message_id},
            personal={"reason": reason},
        )
        definition = house.definitions.version(session, case.pool, case.definition_version)
        decision = session.get_one(Decision, case.decision_id)
        announcing_drafts.make(
            session, definition, case, decision, f"case:{case_id}:{event.n}", now
        )
        return _done(session, case, command, actor, now)

    return house.database.write(work)


def _mine(
    session: Session, house: House, command: Command, actor: Actor
) -> tuple[Case, Result | None]:
    case = lock(session, command.case_id)
    if not access.may_see(session, house, case, actor) or not actor.roles & WRITES:
        raise NotFound(str(command.case_id))
    key = actor_key(actor, command.case_id)
    return case, seen_before(session, command.id, key, command.digest())


def _found(
    session: Session, house: House, case: Case, message_id: int, now: datetime
) -> announcing_drafts.DraftLetter:
    message = session.get(Message, message_id)
    if message is None or message.case_id != case.id or message.letter is None:
        raise NotFound(f"message {message_id}")
    if message.state != "draft":
        raise outbox.MessageStateError("edit", message.state)
    definition = house.definitions.version(session, case.pool, case.definition_version)
    found = announcing_drafts.letter_of(session, definition, case, message, now)
    if found is None:
        raise outbox.MessageStateError("edit", "superseded")
    return found


def _done(session: Session, case: Case, command: Command, actor: Actor, now: datetime) -> Result:
    activity.touch(case, actor, now)
    session.add(case)
    return done(session, case, command, actor, now)


def _flat(texts: Mapping[str, str]) -> dict[str, str]:
    return {lang: " ".join(text.split()) for lang, text in texts.items()}
