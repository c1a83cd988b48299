"""What stands in a line of an import, in the reader's words; the sentences for what is wrong are
the engine's (:mod:`pool.imports.wording`)."""

from __future__ import annotations

from typing import Any

from pool.imports import columns
from pool.imports import wording as engine
from pool.imports.looking import RowProblem, RowView
from pool.web.language import speak, t
from workflows.definition import Definition

RUNS = {
    "checked": ("Tried, not begun", "wait"),
    "running": ("Being brought in", "new"),
    "done": ("Brought in", "ok"),
    "failed": ("Given up", "stop"),
    "dropped": ("Not brought in", "void"),
}
"""States of an import, with the tone of their mark."""

DECISIONS = {"approved": "Granted", "refused": "Refused"}
KINDS = {
    "person": "Private person",
    "group": "Group",
    "association": "Association",
    "housing": "Housing organisation",
    "institution": "Institution",
    "municipal": "Municipal unit",
    "company": "Company",
}
"""What an applicant can be (``workflows.vocabulary.APPLICANT_KINDS``)."""

STAYS_OUT = "A case you stay out of"
"""All that is told of a line to who has an interest in its case (forvaltningsloven §§3-6)."""

PLACES = {"no-budget": "budget", "year-closed": "year", "no-year": "year", "no-pool": "pool"}
"""The field of the first page that a refusal of the whole import is about."""


def value(column: str, said: Any) -> str:
    """What was read of a column."""
    if column == "decision" and said in DECISIONS:
        return t(DECISIONS[said])
    if column == "applicant_type" and said in KINDS:
        return t(KINDS[said])
    return engine.value(column, said, speak())


def row(view: RowView, definition: Definition) -> dict[str, str]:
    """A good row as the dry run lists it."""
    if view.hidden:
        unsaid = dict.fromkeys(("applicant", "decision", "asked", "granted"), "–")
        nothing = dict.fromkeys(("kind", "reason"), "")
        return unsaid | nothing | {"title": t(STAYS_OUT), "under": t(engine.STATES[view.state])}
    said = view.values
    parts = [value("meeting", said.get("meeting"))]
    areas = {area.key: area.label for area in definition.focus_areas}
    if said.get("focus_area") in areas:
        parts.append(speak().text(areas[said["focus_area"]]))
    if said.get("place"):
        parts.append(str(said["place"]))
    if said.get("kind") == "initiative":
        parts.append(t("Own initiative"))
    asked = said.get("asked")
    return {
        "title": str(said.get("title") or ""),
        "under": " · ".join(parts),
        "reason": str(said.get("reason") or ""),
        "applicant": str(said.get("applicant") or t("Private person")),
        "kind": value("applicant_type", said.get("applicant_type")),
        "decision": value("decision", said.get("decision")),
        "asked": t("unknown") if asked is None else value("asked", asked),
        "granted": value("granted", said.get("granted")),
    }


def problems(view: RowView) -> list[dict[str, str]]:
    """A row's problems: the column as the file calls it, what stands there, and why not."""
    if view.hidden:
        why = f"{t(STAYS_OUT)}: {t(engine.STATES[view.state])}"
        return [{"column": "–", "said": "–", "why": why}]
    return [
        {
            "column": one.heading or _label(one),
            "said": value(one.column, view.values.get(one.column)),
            "why": engine.problem(one, speak()),
        }
        for one in view.problems
    ]


def _label(one: RowProblem) -> str:
    field = columns.BY_KEY.get(one.column)
    return t(field.label) if field else one.column
