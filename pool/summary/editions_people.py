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
from pool.models.identity import Person, Token
from pool.models.outbox import Message
from pool.models.summary import SummaryEdition
from pool.outbox import Recipient

LARGEST_ID = 2**31 - 1

PURPOSE: Purpose = "steering"
"""Of the links the steering group comes by."""

MANAGERS = frozenset({"secretariat", "chair"})
"""Who makes, writes, submits and answers."""

DRAFT_READERS = MANAGERS | {"auditor"}

STEERING = frozenset({"steering"})
"""Who is sent it, asks, and notes it as received."""

READERS = DRAFT_READERS | {"steering", "finance", "member", "communications"}
"""Who reads what has been submitted."""


@dataclass(frozen=True, slots=True)
class Caller(Actor):
    """Somebody known by the address the link was sent to and by nothing else. ``whom`` tells two
    of the same name apart: ``mail:<hash of the address>``."""

    whom: str = ""

    @property
    def key(self) -> str:
        return self.whom


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who came by a link to a submitted edition. ``subject`` is the link's;
    ``reader_id`` the person with that address, if there is one."""

    edition: SummaryEdition
    actor: Actor
    lang: str
    subject: str
    reader_id: int | None


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
    """Whether ``actor`` is of the steering group of all the pools: by role, or by the link it was
    sent (which the door has checked)."""
    if actor.kind == "applicant":
        return "steering" in actor.roles
    return may(session, actor.person_id, pools, STEERING)


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
    session: Session, pools: Sequence[str], also: Sequence[Recipient] = ()
) -> list[Recipient]:
    """Who gets a submitted edition: the steering group of all its pools, by name, then ``also``;
    nobody twice."""
    people = [
        one for one in _holders(session, "steering", pools) if may(session, one.id, pools, STEERING)
    ]
    known = {person.email for person in people}
    return [
        *(person_recipient(person) for person in people),
        *(one for one in also if one.email not in known),
    ]


def left_out(session: Session, pools: Sequence[str]) -> list[tuple[Person, list[str]]]:
    """People of the steering group of some of the pools, with the pools where they are not."""
    found = []
    for person in _holders(session, "steering", pools):
        lacking = [pool for pool in pools if not may(session, person.id, [pool], STEERING)]
        if lacking:
            found.append((person, lacking))
    return found


def secretaries(session: Session, pools: Sequence[str]) -> list[Recipient]:
    """Whom the house tells about an edition: those of the secretariat who can work on all its
    pools, where there is none those of the chairs; nobody where nobody can."""
    for role in ("secretariat", "chair"):
        able = [
            one for one in _holders(session, role, pools) if may(session, one.id, pools, MANAGERS)
        ]
        if able:
            return [person_recipient(person) for person in able]
    return []


def _holders(session: Session, role: str, pools: Iterable[str]) -> list[Person]:
    people = {
        person.id: person for pool in pools for person in identity.people_with(session, role, pool)
    }
    return sorted(people.values(), key=lambda person: (person.name, person.id or 0))


def event(edition_id: int, what: str) -> str:
    """How the mails about an edition name what they tell of."""
    return f"summary:{edition_id}:{what}"


def whom_of(to: Recipient) -> str:
    """A recipient as addresses and the journal name them: an id, or the hash of an address."""
    return f"person:{to.person_id}" if to.person_id is not None else f"mail:{_short(to.email)}"


def subject_for(edition_id: int, to: Recipient) -> str:
    """What the recipient's link to the edition is called."""
    return f"edition:{edition_id}:{whom_of(to)}"


def entitled(
    session: Session, edition: SummaryEdition, whom: str, also: Sequence[Recipient] = ()
) -> Recipient | None:
    """Who may be sent the edition and come by its link, as of now: somebody of the steering group
    of all its pools, or one of ``also`` (the setting's). None for anybody else."""
    kind, _, key = whom.partition(":")
    if kind != "person":
        return next((one for one in also if whom_of(one) == whom), None)
    if not key.isdecimal() or len(key) > 10 or int(key) > LARGEST_ID:
        return None
    person = identity.get(session, int(key))
    if person is None or not may(session, person.id, edition.pools, STEERING):
        return None
    return person_recipient(person)


def guest(session: Session, subject: str, also: Sequence[Recipient] = ()) -> Guest | None:
    """Who a link's ``subject`` stands for, as of now; None where that is nobody any more (left,
    no longer of the steering group, no longer in the setting) or the edition is not submitted."""
    _, number, whom = subject.split(":", 2)
    edition = session.get(SummaryEdition, int(number))
    if edition is None or edition.state == "draft":
        return None
    to = entitled(session, edition, whom, also)
    if to is None:
        return None
    if to.person_id is not None:
        roles = frozenset[str]().union(
            *(identity.roles_for(session, to.person_id, pool) for pool in edition.pools)
        )
        actor = Actor("person", to.person_id, to.name, roles)
        return Guest(edition, actor, to.lang, subject, to.person_id)
    known = identity.find_by_email(session, to.email or "")
    caller = Caller("applicant", None, to.name, STEERING, whom=whom)
    return Guest(edition, caller, to.lang, subject, known.id if known else None)


def mails_of(session: Session, edition: SummaryEdition) -> list[Message]:
    """Every mail with a link to the submitted edition, in the order they were put."""
    named = event(edition.id or 0, "submitted")
    return list(
        session.exec(
            select(Message)
            .where((col(Message.event) == named) | col(Message.event).startswith(f"{named}:"))
            .order_by(col(Message.id))
        )
    )


def sent_to(session: Session, edition: SummaryEdition) -> list[Recipient]:
    """Whom a submitted edition was sent to, in the order of the first mails."""
    first = {one.recipient: one for one in reversed(mails_of(session, edition))}
    return [
        Recipient(one.to_name, one.to_email, one.lang, one.person_id)
        for one in sorted(first.values(), key=lambda one: one.id or 0)
    ]


def taken_back(session: Session, subject: str) -> bool:
    """Whether the newest link of a subject was taken back."""
    newest = session.exec(
        select(Token)
        .where(col(Token.purpose) == PURPOSE, col(Token.subject) == subject)
        .order_by(col(Token.id).desc())
        .limit(1)
    ).one_or_none()
    return newest is not None and newest.revoked_at is not None


def _short(email: str | None) -> str:
    return hashlib.sha256((email or "").encode()).hexdigest()[:24]
