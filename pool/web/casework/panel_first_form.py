"""Of a case that was sent on from another pool: what was answered there and is not asked here, and
what colleagues there had noted. Whoever reads the case reads it, for the application is the same;
whoever stays out of the first case does not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pool.journal as journal
from pool.cases import access, forwarding, screening
from pool.cases.view import CaseView
from pool.identity.actor import Actor
from pool.models.base import known
from pool.models.case import Case
from pool.web.apply.shown import in_words
from pool.web.casework import wording
from pool.web.casework.panel_checklist import MARKS
from pool.web.casework.panels import Panel
from pool.web.context import read
from pool.web.house import house
from pool.web.language import speak, t
from workflows.definition import Definition

_ELSEWHERE = frozenset(
    {"contact_name", "organisation", "applicant_kind", "cvr", "email", "phone", "address", "files"}
)
"""Questions whose answers stand under the applicant, or as files."""
NOTED = frozenset({"case.note", "case.talk"})
"""Events of the first case that are told here too."""


def data(view: CaseView, actor: Actor) -> Mapping[str, Any] | None:
    found = []
    new_id = known(view.case.id)
    for first in forwarding.origins(read(), view.case):
        if access.is_recused(read(), known(first.id), actor.person_id):
            continue
        definition = house().definitions.version(read(), first.pool, first.definition_version)
        found.append(
            {
                "pool": definition.name,
                "number": first.number,
                "rows": _answers(definition, first, new_id),
                **(_noted(definition, first, actor) if access.reads(actor.roles) else {}),
            }
        )
    return {"firsts": found} if found else None


def _answers(definition: Definition, first: Case, new_id: int) -> list[tuple[str, Any]]:
    words = speak()
    rows = []
    for key, value in forwarding.left_behind(read(), definition, known(first.id), new_id).items():
        question = definition.question(key)
        if question is None or key in _ELSEWHERE:
            continue
        if told := in_words(definition, question, value, words):
            rows.append((words.text(question.label), told))
    return rows


def _noted(definition: Definition, first: Case, actor: Actor) -> dict[str, Any]:
    """Notes and talks, newest first, and the marks of the checklist with their remarks."""
    words = speak()
    events = [
        event for event in journal.read(read(), f"case:{first.id}") if event.kind in NOTED
    ]  # fmt: skip
    marks = screening.of_case(read(), known(first.id))
    points = []
    for point in definition.checklist:
        if (mark := marks.get(point.key)) is not None:
            said = t(MARKS[mark.mark][0])
            remark = f"{said}. {mark.remark}" if mark.remark else said
            points.append((words.text(point.label), remark))
    return {
        "notes": [
            wording.event_entry(event, definition, words, actor.roles) for event in reversed(events)
        ],
        "points": points,
    }


PANEL = Panel(
    key="first-form",
    heading="From the first form",
    place="main",
    template="pages/casework/panels/first_form.html",
    data=data,
)
