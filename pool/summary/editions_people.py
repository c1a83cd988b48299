"""Who may do what with an edition, who is told of it, and who comes by its link.

An edition of several pools is for those who have a role in each of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from email.utils import getaddresses

from sqlmodel import Session, col, select

import pool.identity as identity
from pool.cases.letters import person_recipient
from pool.identity.actor import Actor
from pool.identity.tokens import Purpose
from pool.models.identity import Person
from pool.models.outbox import Message
from pool.models.summary import SummaryEdition
from pool.outbox import Recipient

PURPOSE: Purpose = "steering"
"""Of the links the steering group comes by."""

MANAGERS = frozenset({"secretariat", "chair"})
"""Who makes, writes, submits and answers."""

DRAFT_READERS = MANAGERS | {"auditor"}

READERS = DRAFT_READERS | {"steering", "finance", "member", "communications"}
"""Who reads what has been submitted."""


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who came by a link to a submitted edition. ``subject`` is the link's."""

    edition: SummaryEdition
    actor: Actor
    lang: str
    subject: str


def has(
    roles_in: Callable[[str], frozenset[str]], pools: Iterable[str], roles: Collection[str]
) -> bool:
    """Whether one of ``roles`` is held in every one of ``pools``."""
    return all(not roles_in(pool).isdisjoint(roles) for pool in pools)


def readers(edition: SummaryEdition) -> frozenset[str]:
    """The roles that read an edition as it stands now."""
    return DRAFT_READERS if edition.state == "draft" else READERS


def may(
    session: Session, person_id: int | None, pools: Iterable[str], roles: Collection[str]
) -> bool:
    """Whether somebody has one of ``roles`` in every one of ``pools``."""
    return person_id is not None and has(
        lambda pool: identity.roles_for(session, person_id, pool), pools, roles
    )


def may_manage(session: Session, actor: Actor, pools: Iterable[str]) -> bool:
    """Whether ``actor`` may make, write, submit and answer: the software itself may."""
    return actor.kind == "system" or may(session, actor.person_id, pools, MANAGERS)


def is_steering(session: Session, actor: Actor, pools: Iterable[str]) -> bool:
    """Whether ``actor`` is of the steering group of one of the pools: by role, or by the link it
    was sent (which the door has checked)."""
    if actor.kind == "applicant":
        return "steering" in actor.roles
    return any(
        "steering" in identity.roles_for(session, actor.person_id, pool)
        for pool in pools
        if actor.person_id is not None
    )


def written_addresses(text: str) -> tuple[Recipient, ...]:
    """The recipients of a setting: addresses with commas between, each alone or as
    ``Name <address>``. An address that is none is left out."""
    found = {}
    for name, written in getaddresses([text]):
        try:
            email = identity.normalise_email(written)
        except identity.IdentityError:
            continue
        found[email] = Recipient(name or email, email)
    return tuple(found.values())


def steering_group(
    session: Session, pools: Iterable[str], also: Sequence[Recipient] = ()
) -> list[Recipient]:
    """Who gets a submitted edition: the steering group of any of its pools, by name, then
    ``also``; nobody twice."""
    people = _holders(session, "steering", pools)
    known = {person.email for person in people}
    return [
        *(person_recipient(person) for person in people),
        *(one for one in also if one.email not in known),
    ]


def secretaries(session: Session, pools: Sequence[str]) -> list[Recipient]:
    """Whom the house tells about an edition: the secretariat, where there is none the chair.
    Those who can work on all its pools, if anybody can."""
    for role in ("secretariat", "chair"):
        people = _holders(session, role, pools)
        able = [one for one in people if may(session, one.id, pools, MANAGERS)]
        if people:
            return [person_recipient(person) for person in able or people]
    return []


def _holders(session: Session, role: str, pools: Iterable[str]) -> list[Person]:
    people = {
        person.id: person for pool in pools for person in identity.people_with(session, role, pool)
    }
    return sorted(people.values(), key=lambda person: (person.name, person.id or 0))


def event(edition_id: int, what: str) -> str:
    """How the mails about an edition name what they tell of."""
    return f"summary:{edition_id}:{what}"


def subject_for(edition_id: int, to: Recipient) -> str:
    """What the recipient's link to the edition is called: ids, or the hash of an address."""
    whom = f"person:{to.person_id}" if to.person_id is not None else f"mail:{_short(to.email)}"
    return f"edition:{edition_id}:{whom}"


def guest(session: Session, subject: str) -> Guest | None:
    """Who a link's ``subject`` stands for, as of now; None where that is nobody any more (left,
    or no longer of the steering group) or the edition is not submitted."""
    _, number, kind, key = subject.split(":", 3)
    edition = session.get(SummaryEdition, int(number))
    if edition is None or edition.state == "draft":
        return None
    if kind == "person":
        person = identity.get(session, int(key))
        if person is None:
            return None
        roles = frozenset[str]().union(
            *(identity.roles_for(session, int(key), pool) for pool in edition.pools)
        )
        if "steering" not in roles:
            return None
        actor = Actor("person", int(key), person.name, roles)
        return Guest(edition, actor, person.language, subject)
    told = next((one for one in sent_to(session, edition) if _short(one.email) == key), None)
    if told is None:
        return None
    # Known by the address it was sent to and by nothing else: whoever came by a link.
    actor = Actor("applicant", None, told.name, frozenset({"steering"}))
    return Guest(edition, actor, told.lang, subject)


def sent_to(session: Session, edition: SummaryEdition) -> list[Recipient]:
    """Whom a submitted edition was sent to, in the order of the mails."""
    messages = session.exec(
        select(Message)
        .where(
            col(Message.event) == event(edition.id or 0, "submitted"),
            col(Message.resend_number) == 0,
        )
        .order_by(col(Message.id))
    )
    return [Recipient(one.to_name, one.to_email, one.lang, one.person_id) for one in messages]


def _short(email: str | None) -> str:
    return hashlib.sha256((email or "").encode()).hexdigest()[:24]
