"""Who may see which case: one predicate for pages, lists, mails, files and figures.

A member who has declared an interest is locked out of the case everywhere (forvaltningsloven
§§3-6). What a role may see follows the definition's states.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlmodel import Session, col

from pool.cases.errors import NotFound
from pool.cases.house import House
from pool.identity.actor import Actor
from pool.models.case import Case, Recusal
from workflows.definition import Definition

SEES_CONTACT = frozenset({"secretariat", "chair", "finance", "communications", "auditor"})
"""Who sees how to reach the applicant; to the others it is no use (forvaltningsloven §27)."""

READS_TEXT = frozenset({"secretariat", "chair", "member", "auditor"})
"""Who reads what colleagues wrote down about a case: notes, grounds, remarks, answers."""
_LOOKS_INTO = frozenset({"secretariat", "chair", "finance", "auditor"})
"""Who sees the vouchers of accounts that were drawn, and what was found in them."""
_BESIDES = {
    "voucher": _LOOKS_INTO,
    "invoice": _LOOKS_INTO,
    "findings": _LOOKS_INTO,
    "reference": READS_TEXT | {"finance"},
    "email": SEES_CONTACT,
    "contact": SEES_CONTACT,
}


NEVER_SENT = frozenset({"draft", "superseded", "discarded"})
"""States of messages that only tell what might have been said, of a decision that was undone before
anybody was told too: for those who read what colleagues write."""


def reads(roles: Iterable[str], text: str = "note") -> bool:
    """Whether somebody with ``roles`` may read this kind of personal text of a case they may see
    (forvaltningsloven §27). ``text`` is its key in the journal: ``note``, ``ground``,
    ``took_part`` … The others see that something happened, in what role and when."""
    return not frozenset(roles).isdisjoint(_BESIDES.get(text, READS_TEXT))


_THE_GROUPS = ("case.assessment", "case.ballot", "case.vote", "vote-")


def tells(roles: Iterable[str], what: str) -> bool:
    """Whether an event of the kind, or a message of the template, ``what`` is shown to somebody
    with ``roles``: how the working group assessed and voted is its own."""
    return not what.startswith(_THE_GROUPS) or reads(roles)


def opens(roles: Iterable[str], purpose: str) -> bool:
    """Whether they may open the case's files of ``purpose``: how the group decided, and what the
    applicant answered, are for those who read it."""
    return purpose in ("application", "report") or reads(roles, purpose)


def seen_states(definition: Definition, roles: Iterable[str]) -> tuple[str, ...]:
    """Keys of the states in which somebody with ``roles`` sees a case."""
    held = frozenset(roles)
    return tuple(state.key for state in definition.states if held & frozenset(state.see))


def knows_undisclosed(definition: Definition, roles: Iterable[str]) -> bool:
    """Whether somebody with ``roles`` may know of decisions that are not announced yet."""
    held = frozenset(roles) - {"applicant"}
    return any(state.undisclosed and held & frozenset(state.see) for state in definition.states)


def visible(
    definitions: Iterable[Definition],
    person_id: int | None,
    roles: Mapping[str, frozenset[str]],
) -> ColumnElement[bool]:
    """The SQL predicate: cases this person may see, given roles by pool key. ``definitions`` are
    all versions in use: what a case shows to whom follows the version it began with."""
    per_pool = [
        and_(
            col(Case.pool) == definition.key,
            col(Case.definition_version) == definition.version,
            col(Case.state).in_(seen_states(definition, roles.get(definition.key, frozenset()))),
        )
        for definition in definitions
        if roles.get(definition.key)
    ]
    if not per_pool:
        return false()
    seen = or_(*per_pool)
    if person_id is None:
        return seen
    return and_(seen, col(Case.id).not_in(stays_out_of(person_id)))


def stays_out_of(person_id: int) -> Select[Any]:
    """Ids of the cases somebody is locked out of, for every statement that asks."""
    return select(col(Recusal.case_id)).where(col(Recusal.person_id) == person_id, standing())


def standing() -> ColumnElement[bool]:
    """Of a recusal: it was not lifted. A lifted one is kept and locks nobody out."""
    return col(Recusal.lifted_at).is_(None)


def locked_out(session: Session, case_id: int) -> frozenset[int]:
    """Ids of the people who take no part in a case: nothing of it goes to them."""
    return frozenset(
        session.execute(
            select(col(Recusal.person_id)).where(col(Recusal.case_id) == case_id, standing())
        ).scalars()
    )


def is_recused(session: Session, case_id: int, person_id: int | None) -> bool:
    if person_id is None:
        return False
    found = session.execute(
        select(col(Recusal.id)).where(
            col(Recusal.case_id) == case_id, col(Recusal.person_id) == person_id, standing()
        )
    ).first()
    return found is not None


def may_see(session: Session, house: House, case: Case, actor: Actor) -> bool:
    """The same predicate for one loaded case. Roles held for another pool than the case's open
    nothing. An applicant's access to *which* case was checked when the link was claimed."""
    if actor.pool is not None and actor.pool != case.pool:
        return False
    if actor.kind == "system":
        return True
    if actor.kind == "applicant":
        return True
    definition = house.definitions.version(session, case.pool, case.definition_version)
    if case.state not in seen_states(definition, actor.roles):
        return False
    return not is_recused(session, case.id or 0, actor.person_id)


def load(session: Session, house: House, case_id: int, actor: Actor) -> Case:
    """The case, or :class:`NotFound` where it is absent or not this person's to see."""
    case = session.get(Case, case_id)
    if case is None or not may_see(session, house, case, actor):
        raise NotFound(str(case_id))
    return case
