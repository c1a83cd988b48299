"""Colleagues for the tests, and signing in as one of them."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from flask.testing import FlaskClient
from sqlmodel import Session

from pool.db import Database
from pool.identity import passwords, people
from pool.models.identity import Person

PASSWORD = "ravnen flyver over vandet"


@cache
def _hashed() -> str:
    return passwords.hash_password(PASSWORD)


def make_person(
    database: Database,
    name: str,
    *roles: str,
    now: datetime,
    pool: str | None = None,
    password: bool = False,
) -> Person:
    """A colleague ``name`` with ``roles`` in ``pool`` (None: in all), with :data:`PASSWORD` if
    asked for (that takes a while)."""
    hashed = _hashed() if password else None

    def work(session: Session) -> Person:
        person = people.add_person(
            session, email=f"{name.lower().replace(' ', '.')}@kk.example", name=name, now=now
        )
        assert person.id is not None
        for role in roles:
            people.grant_role(session, person.id, role, pool)
        if hashed:
            people.set_password(session, person, hashed)
        session.flush()
        session.refresh(person)
        return person

    return database.write(work)


def sign_in(client: FlaskClient, person: Person) -> None:
    """Give ``client`` a session of ``person``, without the sign-in page."""
    with client.session_transaction() as session:
        session.clear()
        session["staff"] = {"id": person.id, "epoch": person.session_epoch}
        session["lang"] = person.language
        session.permanent = True


def hold_link(client: FlaskClient, subject: str, now: datetime) -> None:
    """Let ``client`` have come by a link to ``subject`` (``case:12``, ``draft:7``)."""
    with client.session_transaction() as session:
        links = dict(session.get("links", {}))
        links[subject] = int(now.timestamp()) + 3600
        session["links"] = links
