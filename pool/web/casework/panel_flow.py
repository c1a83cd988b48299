"""On the case's page: the pool's workflow, drawn with the present state lit, and told in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from pool.cases.view import CaseView
from pool.identity.actor import Actor
from pool.web.casework.panels import Panel
from pool.web.language import speak
from pool.web.roles import role_list
from workflows.definition import Definition
from workflows.diagram import svg

_HEIGHT = re.compile(r' height="\d+"')


def data(view: CaseView, actor: Actor) -> Mapping[str, Any] | None:
    """Where the case is and where it can go from there."""
    words, definition = speak(), view.definition
    moves = [
        {
            "label": words.text(move.label),
            "to": words.text(definition.state(move.target(view.case.state)).staff),
            "who": role_list(frozenset(move.who)),
            "stays": move.stays,
        }
        for move in definition.leaving(view.case.state)
    ]
    return {
        "here": view.state.staff,
        "moves": moves,
        "drawing": drawing(definition, words.lang, view.case.state),
    }


def drawing(definition: Definition, lang: str, state: str) -> Markup:
    """The image as it stands in a page: its height follows from its width."""
    image = _HEIGHT.sub("", svg(definition, lang, state), count=1)
    return Markup(image)  # noqa: S704 - every text in it is escaped by the drawing


PANEL = Panel(
    "flow", "Where the case is in the workflow", "last", "pages/casework/panels/flow.html", data
)
