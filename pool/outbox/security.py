"""Word to colleagues of what happened to their own sign-in. No mail of these has a link, and none
waits for a digest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from pool.models.identity import Person
from pool.outbox.queue import Recipient, put
from pool.render.words import words
from workflows.vocabulary import ROLE_NAMES

Role = tuple[str, str | None]
"""A role, and the key of the pool it is held in; None: in all."""


def password_changed(session: Session, person: Person, *, by_link: bool, now: datetime) -> None:
    """Their password was changed, ``by_link`` or while they were signed in."""
    event = f"password:{person.session_epoch}"
    data = {"changed_at": now, "by_link": by_link}
    _put(session, person, event, "security-password", data, now)


def roles_changed(
    session: Session,
    person: Person,
    *,
    given: Iterable[Role] = (),
    taken: Iterable[Role] = (),
    pools: Mapping[str, Mapping[str, str]] | None = None,
    now: datetime,
) -> None:
    """They were given these roles, and these were taken from them. ``pools``: the pools' names by
    key; without one its key is said."""
    spoken = words(person.language)

    def lines(roles: Iterable[Role]) -> list[str]:
        found = []
        for role, pool in roles:
            names = ROLE_NAMES.get(role)
            name = spoken.text(names) if names else spoken.t("administrator")
            known = (pools or {}).get(pool or "")
            where = spoken.text(dict(known)) if known else pool
            found.append(f"{name} ({where or spoken.t('all pools')})")
        return found

    got, lost = lines(given), lines(taken)
    data = {"changed_at": now, "given": got, "taken": lost}
    what = "/".join([*sorted(got), "-", *sorted(lost)])
    _put(session, person, f"roles:{now.isoformat()}:{what}", "security-role", data, now)


def access_changed(session: Session, person: Person, *, now: datetime) -> None:
    """Their account was switched off, or on again: as it is now."""
    event = f"access:{person.session_epoch}"
    data = {"changed_at": now, "active": person.active}
    _put(session, person, event, "security-access", data, now)


def locked(session: Session, person: Person, *, since: datetime, now: datetime) -> None:
    """Sign-in was locked for a while after too many wrong passwords, the first of them at
    ``since``: one mail for what began then."""
    data = {"locked_at": now}
    _put(session, person, f"locked:{since.isoformat()}", "security-locked", data, now)


def _put(
    session: Session,
    person: Person,
    event: str,
    template: str,
    data: Mapping[str, Any],
    now: datetime,
) -> None:
    put(
        session,
        event=f"person:{person.id}:{event}",
        template=template,
        to=Recipient(person.name, person.email, person.language, person.id),
        case_id=None,
        pool=None,
        data=data,
        now=now,
    )
