"""The parts of a case's page that stand beside the application itself: each a small module that
says what it shows to whom, with a template of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal

from pool.cases.view import CaseView
from pool.identity.actor import Actor

Place = Literal["first", "main", "side", "last"]
"""``first``: under the figures; ``main``: the wide column; ``side``: the narrow one; ``last``:
across the page, after both."""


@dataclass(frozen=True, slots=True)
class Link:
    """Something to do from the case's page that is no move of the workflow."""

    label: str
    href: str
    kind: str = "tertiary"


@dataclass(frozen=True, slots=True)
class Panel:
    """``data`` gives what the template needs (as ``panel``), or None where there is nothing to
    show. ``heading`` is an English text; the template writes it as ``<h2 id="{key}">``."""

    key: str
    heading: str
    place: Place
    template: str
    data: Callable[[CaseView, Actor], Mapping[str, Any] | None]
    links: Callable[[CaseView, Actor], list[Link]] = lambda _view, _actor: []


MODULES: tuple[str, ...] = (
    "panel_interest",
    "panel_way",
    "panel_letter",
    "panel_drafts",
    "panel_hearing",
    "panel_conversation",
    "panel_payments",
    "panel_payee",
    "panel_accounts",
    "panel_spot_check",
    "panel_checklist",
    "panel_rendering",
    "panel_origin",
    "panel_completing",
    "panel_first_form",
    "panel_assessments",
    "panel_votes",
    "panel_kin",
    "panel_flow",
)
"""Modules of this room with a ``PANEL``, in the order they are shown."""


@dataclass(frozen=True, slots=True)
class Shown:
    panel: Panel
    data: Mapping[str, Any]


def panels() -> tuple[Panel, ...]:
    return tuple(import_module(f"pool.web.casework.{name}").PANEL for name in MODULES)


def shown(view: CaseView, actor: Actor) -> dict[str, list[Shown]]:
    """The panels this reader sees, by place."""
    found: dict[str, list[Shown]] = {place: [] for place in ("first", "main", "side", "last")}
    for panel in panels():
        data = panel.data(view, actor)
        if data is not None:
            found[panel.place].append(Shown(panel, data))
    return found


def links(view: CaseView, actor: Actor) -> list[Link]:
    """What the panels offer to do."""
    return [link for panel in panels() for link in panel.links(view, actor)]
