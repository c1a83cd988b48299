"""Where somebody of the working group may have an interest in a case: hints, never a lock
(forvaltningsloven §§3-6 ask for judgement: a shared municipal unit need be none).

Matched are whom a member works for with the applying organisation, and the member's own name or
address with the applicant's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import or_, select
from sqlmodel import Session, col

from pool.cases import access
from pool.cases.recusal import READING
from pool.journal import EventView
from pool.models.case import Applicant, Case
from pool.models.identity import Person, PersonRole

Why = Literal["unit", "name", "address"]

_KINDS = frozenset(
    {
        *("forening", "foreningen", "afdeling", "afdelingen", "boligforening", "boligselskab"),
        *("kommune", "kommunes", "københavns", "københavn", "gruppen", "klubben", "the", "and"),
        *("for", "og", "i", "af", "på", "ved", "den", "det", "aps", "as", "a", "s", "fmba", "amba"),
    }
)
"""Words that tell a kind of organisation and not which one."""


@dataclass(frozen=True, slots=True)
class Hint:
    """Somebody who may have an interest, and what matched. ``answer`` is what is known of it:
    ``none`` they said they have none; ``settled`` or ``exception`` the body let them take part."""

    person_id: int
    name: str
    organisation: str
    why: Why
    answer: str | None = None


def significant(name: str | None) -> frozenset[str]:
    """The words of an organisation's name that tell which one it is, in small letters."""
    found = re.findall(r"[^\W_]+", (name or "").casefold())
    telling = frozenset(word for word in found if word not in _KINDS and len(word) > 1)
    return telling or frozenset(found)


def alike(one: str | None, other: str | None) -> bool:
    """Whether two names are of the same organisation, as far as words can tell: the telling words
    of one are all among those of the other."""
    a, b = significant(one), significant(other)
    return bool(a and b) and (a <= b or b <= a)


def hints(
    session: Session, case: Case, applicant: Applicant, journal: Iterable[EventView]
) -> tuple[Hint, ...]:
    """Of everybody who takes part in the case's pool and is not locked out, by name. Two
    queries."""
    answers: dict[int, str] = {}
    for event in journal:
        person = event.data.get("person")
        if event.kind == "case.no-interest" and isinstance(person, int):
            answers[person] = "none"
        elif event.kind == "case.recusal-lifted" and isinstance(person, int):
            answers[person] = str(event.data.get("how"))
    people = session.execute(
        select(Person)
        .join(PersonRole, col(PersonRole.person_id) == col(Person.id))
        .where(
            col(Person.active),
            col(PersonRole.role).in_(sorted(READING)),
            or_(col(PersonRole.pool).is_(None), col(PersonRole.pool) == case.pool),
        )
        .distinct()
        .order_by(col(Person.name), col(Person.id))
    ).scalars()
    out = access.locked_out(session, case.id or 0)
    found = []
    for person in people:
        why = _why(person, applicant)
        if why is not None and person.id is not None and person.id not in out:
            found.append(
                Hint(person.id, person.name, person.organisation, why, answers.get(person.id))
            )
    return tuple(found)


def _why(person: Person, applicant: Applicant) -> Why | None:
    if alike(person.organisation, applicant.organisation):
        return "unit"
    if applicant.email and applicant.email.strip().casefold() == person.email.casefold():
        return "address"
    names = {
        " ".join(str(name).casefold().split()) for name in (applicant.name, applicant.for_name)
    }
    own = " ".join(person.name.casefold().split())
    return "name" if " " in own and own in names else None
