"""Who is asking: a signed-in colleague, somebody who came by a link, or anybody.

The cookie holds ids and nothing else; names and roles are read anew at every request, so that
a role taken away is gone at once and a changed password ends every session begun before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import cast

from flask import g, has_request_context, session

from pool.identity import people
from pool.identity.actor import Actor
from pool.models.identity import Person
from pool.web.context import now, read

_STAFF = "staff"
_LINKS = "links"
LINK_HOURS = 12
"""How long a claimed link stays open in the browser it was claimed in."""
_MOST_LINKS = 40  # a cookie holds four kilobytes


@dataclass(frozen=True, slots=True)
class User:
    """A signed-in colleague, as of this request."""

    person_id: int
    name: str
    email: str
    language: str
    roles: Mapping[str | None, frozenset[str]] = field(default_factory=dict)
    """By pool; under None those held for every pool."""

    @property
    def all_roles(self) -> frozenset[str]:
        """Every role held anywhere."""
        return frozenset().union(*self.roles.values())

    def roles_in(self, pool_key: str) -> frozenset[str]:
        """The roles for one pool."""
        return self.roles.get(pool_key, frozenset()) | self.roles.get(None, frozenset())

    def by_pool(self, pool_keys: Iterable[str]) -> dict[str, frozenset[str]]:
        """The roles for each of ``pool_keys``."""
        return {key: self.roles_in(key) for key in pool_keys}

    def has(self, *roles: str) -> bool:
        """Whether one of ``roles`` is held anywhere."""
        return not self.all_roles.isdisjoint(roles)

    def actor(self, pool_key: str | None = None) -> Actor:
        """This person acting in a pool; without one, with the roles held for all pools."""
        roles = self.roles.get(None, frozenset()) if pool_key is None else self.roles_in(pool_key)
        return Actor("person", self.person_id, self.name, roles, pool_key)


def current_user() -> User | None:
    """The signed-in colleague, or None. Read once a request."""
    if "user" not in g:
        g.user = _load()
    return cast("User | None", g.user)


def _load() -> User | None:
    kept = session.get(_STAFF)
    if not isinstance(kept, dict):
        return None
    person_id = int(kept.get("id", 0))
    person = people.get(read(), person_id)
    if person is None or not person.active or person.session_epoch != kept.get("epoch"):
        session.pop(_STAFF, None)
        return None
    return User(
        person_id=person_id,
        name=person.name,
        email=person.email,
        language=person.language,
        roles=dict(people.all_roles(read(), person_id)),
    )


def is_signed_in() -> bool:
    """Whether the cookie is a colleague's; asks no database, so it also works in an error."""
    return has_request_context() and isinstance(session.get(_STAFF), dict)


def session_person_id() -> int | None:
    """The id in a colleague's cookie, unverified: for the log."""
    kept = session.get(_STAFF) if has_request_context() else None
    return int(kept["id"]) if isinstance(kept, dict) and "id" in kept else None


def user() -> User:
    """The signed-in colleague of a ``@staff`` view."""
    found = current_user()
    if found is None:
        raise RuntimeError("nobody is signed in: the view is not marked @staff")
    return found


def current_actor(pool_key: str | None = None) -> Actor:
    """The signed-in colleague acting in ``pool_key``, with the roles held there now."""
    return user().actor(pool_key)


def begin(person: Person) -> None:
    """Sign ``person`` in: a new session that keeps nothing of the old one but the language."""
    language = session.get("lang")
    session.clear()
    session[_STAFF] = {"id": person.id, "epoch": person.session_epoch}
    session["lang"] = language or person.language
    session.permanent = True
    g.pop("user", None)
    g.pop("csrf_token", None)


def end() -> None:
    """Sign out of this browser, links included. The language stays."""
    language = session.get("lang")
    session.clear()
    if language:
        session["lang"] = language
    g.pop("user", None)
    g.pop("csrf_token", None)


def hold_link(subject: str) -> None:
    """Remember that this browser came by a link to ``subject`` (``case:12``, ``draft:7``)."""
    until = int(now().timestamp()) + LINK_HOURS * 3600
    links = {key: value for key, value in _links().items() if key != subject}
    recent = sorted(links.items(), key=lambda item: item[1])[-(_MOST_LINKS - 1) :]
    session[_LINKS] = dict(recent) | {subject: until}


def drop_link(subject: str) -> None:
    """Forget a link of this browser."""
    links = _links()
    if links.pop(subject, None) is not None:
        session[_LINKS] = links


def links_held() -> frozenset[str]:
    """What this browser may open by links it came by."""
    if not has_request_context():
        return frozenset()
    moment = now().timestamp()
    return frozenset(key for key, until in _links().items() if until > moment)


def holds(subject: str) -> bool:
    """Whether this browser may open ``subject`` by a link."""
    return subject in links_held()


def _links() -> dict[str, int]:
    kept = session.get(_LINKS)
    return dict(kept) if isinstance(kept, dict) else {}
