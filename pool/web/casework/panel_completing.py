"""What an application lacks before it can go on, who fills it in, and what was filled in since."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for

from pool.cases import access, completing
from pool.cases.view import CaseView
from pool.identity.actor import Actor
from pool.web.casework.panels import Link, Panel
from pool.web.language import speak, t
from workflows.definition import Question


def lacking(view: CaseView) -> tuple[Question, ...]:
    """The questions somebody must answer still; none once it is decided or over."""
    if view.facts.complete or view.facts.decided or view.state.final:
        return ()
    given = {question.key: value for question, value in view.answers}
    return completing.lacking(view.definition, view.case, given)


def data(view: CaseView, actor: Actor) -> Mapping[str, Any] | None:
    words = speak()
    labels = [words.text(question.label) for question in lacking(view)]
    filled = []
    for event in view.journal:
        if event.kind != "case.completed":
            continue
        day = words.day(event.recorded_at)
        names = access.reads(actor.roles, "name")
        by = t("%(name)s, %(day)s", name=event.actor_name, day=day) if names else day
        for key in event.data.get("keys", ()):
            question = view.definition.question(key)
            if question is not None:
                filled.append((words.text(question.label), by))
    if not labels and not filled:
        return None
    return {"missing": labels, "filled": filled, "may": completing.may(view.state, actor)}


def links(view: CaseView, actor: Actor) -> list[Link]:
    """While something is lacking."""
    if not completing.may(view.state, actor) or not lacking(view):
        return []
    address = url_for("casework.complete", number=view.case.number)
    return [Link(t("Fill in what is missing"), address, "secondary")]


PANEL = Panel(
    key="completing",
    heading="Missing answers",
    place="main",
    template="pages/casework/panels/completing.html",
    data=data,
    links=links,
)
