"""The menus. A room of pages says what it offers in an attribute ``navigation`` beside its
``blueprint``; who sees an entry follows from who may open its endpoint.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, cast

from flask import Flask, current_app, request, url_for

from pool.web import language, who
from pool.web.access import access_of

_KEY = "puljen-navigation"

ASIDE = 90
"""From this order on an entry is about oneself, and no place to begin."""


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of a menu. ``label`` is an English text of the catalogues; ``menu`` says whether
    it stands over the residents' pages or the colleagues'; whoever has no other roles than
    ``first_for`` begins there."""

    endpoint: str
    label: str
    order: int = 50
    menu: Literal["public", "staff"] = "staff"
    first_for: frozenset[str] = frozenset()
    shown: Callable[[], bool] | None = None
    """Whether there is anything behind it for this reader: what a feature brings is absent where
    no pool has it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as the ``menu`` macro shows it."""

    text: str
    href: str
    current: bool
    order: int
    count: int | None = None
    first: bool = False


def add(app: Flask, items: Iterable[Item]) -> None:
    """Take up a room's entries."""
    known = cast("list[Item]", app.extensions.setdefault(_KEY, []))
    known.extend(items)
    known.sort(key=lambda item: item.order)


def menu(name: str) -> list[Entry]:
    """The entries of a menu that the reader may open, in order."""
    user = who.current_user()
    if name == "staff" and user is None:
        return []
    mine = user.all_roles if user else frozenset()
    found = []
    for item in current_app.extensions.get(_KEY, ()):
        access = access_of(current_app, item.endpoint)
        if item.menu != name or (access.roles and access.roles.isdisjoint(mine)):
            continue
        if access.kind == "staff" and user is None:
            continue
        if item.shown is not None and not item.shown():
            continue
        here = request.endpoint == item.endpoint
        found.append(
            Entry(
                language.t(item.label),
                url_for(item.endpoint),
                here,
                item.order,
                first=bool(mine) and mine <= item.first_for,
            )
        )
    return found


def home() -> str:
    """Where a colleague begins: the entry of their menu that is first for their roles, else the
    first one that is about the pools, else the front page."""
    entries = [entry for entry in menu("staff") if entry.order < ASIDE]
    first = [entry for entry in entries if entry.first]
    return next((entry.href for entry in (*first, *entries)), "/")


def check(app: Flask) -> None:
    """Raise if an entry leads to an endpoint that is not there."""
    for item in app.extensions.get(_KEY, ()):
        access_of(app, item.endpoint)
