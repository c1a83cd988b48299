"""People who sign in, and what they may be in which pool.

Whether a role allows a thing is never asked here: callers get the roles and ask the rules.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, or_, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from pool.identity.actor import Actor
from pool.models.identity import Person, PersonRole
from pool.outbox import security
from workflows.vocabulary import ROLES

ADMIN = "admin"
"""Keeps the people list. A role of the house, not of any pool's procedure."""

STAFF_ROLES = frozenset(ROLES) - {"applicant", "system"} | {ADMIN}
"""The roles a person may be given."""

_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+")


class IdentityError(ValueError):
    """``code``: ``email-shape`` · ``email-taken`` · ``name-empty`` · ``role-unknown`` ·
    ``last-admin``."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(f"{code} {params}" if params else code)
        self.code = code
        self.params = params


def normalise_email(typed: str) -> str:
    """One spelling per address: trimmed, composed (NFC), small letters.

    Mail goes to the stored address, never to what was typed later, so two spellings that meet
    here cannot steal each other's links. Raises :class:`IdentityError` (``email-shape``).
    """
    address = unicodedata.normalize("NFC", typed.strip()).lower()
    if len(address) > 254 or not address.isprintable() or not _ADDRESS.fullmatch(address):
        raise IdentityError("email-shape")
    return address


def add_person(
    session: Session,
    *,
    email: str,
    name: str,
    now: datetime,
    organisation: str = "",
    language: str = "da",
) -> Person:
    """A new person without password or role. Raises :class:`IdentityError`."""
    address = normalise_email(email)
    clean = " ".join(name.split())
    if not clean:
        raise IdentityError("name-empty")
    if find_by_email(session, address) is not None:
        raise IdentityError("email-taken")
    person = Person(
        email=address,
        name=clean[:200],
        organisation=" ".join(organisation.split())[:200],
        language=language,
        created_at=now,
    )
    session.add(person)
    try:
        session.flush()
    except IntegrityError as error:  # somebody else added the same address at the same time
        raise IdentityError("email-taken") from error
    return person


def get(session: Session, person_id: int) -> Person | None:
    """The person, active or not."""
    return session.get(Person, person_id)


def find_by_email(session: Session, email: str) -> Person | None:
    """The person with this address, active or not; None too for what is no address."""
    try:
        address = normalise_email(email)
    except IdentityError:
        return None
    return session.exec(select(Person).where(col(Person.email) == address)).one_or_none()


def everybody(session: Session) -> list[Person]:
    """All people, active ones first, by name."""
    order = (col(Person.active).desc(), col(Person.name), col(Person.id))
    return list(session.exec(select(Person).order_by(*order)))


def set_password(session: Session, person: Person, hashed: str) -> None:
    """Give ``person`` a new password (already hashed) and end all their sessions."""
    _change(session, _id(person), password_hash=hashed, session_epoch=Person.session_epoch + 1)
    session.refresh(person)


def set_active(
    session: Session, person: Person, active: bool, *, now: datetime | None = None
) -> None:
    """Lock somebody out, or let them in again. Locking ends their sessions at once. With ``now``
    they are told by mail.

    Raises :class:`IdentityError` (``last-admin``): a house without one could not be opened.
    """
    if not active:
        _keep_an_admin(session, _id(person))
    _change(session, _id(person), active=active, session_epoch=Person.session_epoch + 1)
    session.refresh(person)
    if now is not None:
        security.access_changed(session, person, now=now)


def _change(session: Session, person_id: int, **values: object) -> None:
    """By an UPDATE that counts in the database: two resets at once end two epochs."""
    session.exec(
        update(Person)
        .where(col(Person.id) == person_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def grant_role(
    session: Session,
    person_id: int,
    role: str,
    pool: str | None = None,
    *,
    now: datetime | None = None,
) -> bool:
    """Give a role, in ``pool`` or (None) in all. False where they had it already. With ``now``
    they are told by mail.

    Raises :class:`IdentityError` (``role-unknown``); ``admin`` is never for one pool.
    """
    if role not in STAFF_ROLES or (role == ADMIN and pool is not None):
        raise IdentityError("role-unknown", role=role)
    _lock(session, person_id)
    if session.exec(_role(person_id, role, pool)).one_or_none() is not None:
        return False
    session.add(PersonRole(person_id=person_id, role=role, pool=pool))
    session.flush()
    if now is not None:
        person = session.get_one(Person, person_id)
        security.roles_changed(session, person, given=[(role, pool)], now=now)
    return True


def revoke_role(
    session: Session,
    person_id: int,
    role: str,
    pool: str | None = None,
    *,
    now: datetime | None = None,
) -> bool:
    """Take a role away, exactly as it was given. False where they did not have it so. With ``now``
    they are told by mail.

    Raises :class:`IdentityError` (``last-admin``).
    """
    if role == ADMIN:
        _keep_an_admin(session, person_id)
    _lock(session, person_id)
    row = session.exec(_role(person_id, role, pool)).one_or_none()
    if row is None:
        return False
    session.delete(row)
    session.flush()
    if now is not None:
        person = session.get_one(Person, person_id)
        security.roles_changed(session, person, taken=[(role, pool)], now=now)
    return True


def _role(person_id: int, role: str, pool: str | None) -> SelectOfScalar[PersonRole]:
    pool_is = col(PersonRole.pool).is_(None) if pool is None else col(PersonRole.pool) == pool
    return select(PersonRole).where(
        col(PersonRole.person_id) == person_id, col(PersonRole.role) == role, pool_is
    )


def _lock(session: Session, person_id: int) -> None:
    session.exec(
        select(Person.id).where(col(Person.id) == person_id).with_for_update(key_share=True)
    ).one()


def _keep_an_admin(session: Session, person_id: int) -> None:
    """Locks the administrators, lowest id first, so that the last two cannot leave at once."""
    admins = session.exec(
        select(Person.id)
        .join(PersonRole, col(PersonRole.person_id) == col(Person.id))
        .where(col(PersonRole.role) == ADMIN, col(Person.active))
        .order_by(col(Person.id))
        .with_for_update(key_share=True)
    ).all()
    if person_id in admins and not set(admins) - {person_id}:
        raise IdentityError("last-admin")


def roles_for(session: Session, person_id: int, pool: str | None) -> frozenset[str]:
    """The roles somebody has for ``pool``: given there, or for all pools. Nobody inactive has
    any. ``pool=None`` asks for those given for all pools."""
    found = session.exec(
        select(PersonRole.role)
        .join(Person, col(Person.id) == col(PersonRole.person_id))
        .where(col(PersonRole.person_id) == person_id, col(Person.active), _applies(pool))
    )
    return frozenset(found)


def _applies(pool: str | None) -> ColumnElement[bool]:
    everywhere = col(PersonRole.pool).is_(None)
    return everywhere if pool is None else or_(everywhere, col(PersonRole.pool) == pool)


def all_roles(session: Session, person_id: int) -> Mapping[str | None, frozenset[str]]:
    """Every role of somebody active, by the pool it was given for (None: all pools)."""
    rows = session.exec(
        select(PersonRole.pool, PersonRole.role)
        .join(Person, col(Person.id) == col(PersonRole.person_id))
        .where(col(PersonRole.person_id) == person_id, col(Person.active))
    )
    found: dict[str | None, set[str]] = {}
    for pool, role in rows:
        found.setdefault(pool, set()).add(role)
    return {pool: frozenset(roles) for pool, roles in found.items()}


def people_with(session: Session, role: str, pool: str | None) -> list[Person]:
    """Active people who have ``role`` for ``pool`` (or for all), by name: whom to notify."""
    holders = select(PersonRole.person_id).where(col(PersonRole.role) == role, _applies(pool))
    return list(
        session.exec(
            select(Person)
            .where(col(Person.active), col(Person.id).in_(holders))
            .order_by(col(Person.name), col(Person.id))
        )
    )


def actor(session: Session, person: Person, pool: str | None) -> Actor:
    """``person`` as who acts in ``pool``, with today's name and roles."""
    return Actor("person", _id(person), person.name, roles_for(session, _id(person), pool), pool)


def _id(person: Person) -> int:
    if person.id is None:
        raise ValueError("a person not yet stored")
    return person.id
