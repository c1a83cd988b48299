"""The way through the form: which pages there are, what is done, and what comes next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort

from pool.cases.drafts import Opened, that_count, unnamed
from pool.web.apply.reach import Reached
from pool.web.language import speak, t
from workflows.definition import SHORT, START, SUGGESTION
from workflows.questions import AnswerFault, asked, check_answers, missing

REVIEW = "gennemse"
_ADDRESSES = {START: "beloeb", SHORT: "ansoegning", SUGGESTION: "forslag"}
"""What the steps that no definition names are called in an address."""


def address(step: str) -> str:
    """The last part of a step's address."""
    return _ADDRESSES.get(step, step)


def step_at(opened: Opened, last_part: str) -> str:
    """The step at an address; 404 for one that this form does not have."""
    for step in pages(opened):
        if address(step) == last_part:
            return step
    abort(404)


def pages(opened: Opened) -> tuple[str, ...]:
    """Every step of the form, the amount first; a suggestion asks for none."""
    return opened.steps if opened.form == SUGGESTION else (START, *opened.steps)


def title(opened: Opened, step: str) -> str:
    """What a step is called."""
    if step == START:
        return t("The amount")
    if step == SHORT:
        return t("The application") if opened.draft.person_id else t("Your application")
    if step == SUGGESTION:
        return t("The suggestion")
    return next(speak().text(s.title) for s in opened.definition.steps if s.key == step)


def url(reached: Reached, step: str) -> str:
    """Where a step is filled in, or (``REVIEW``) everything is read once more."""
    if step == REVIEW:
        return reached.url("review")
    return reached.url("step", last_part=address(step))


@dataclass(frozen=True, slots=True)
class Judged:
    """The whole of a draft, looked at: the answers that can be read, and what is wrong with the
    rest, by step."""

    values: Mapping[str, Any]
    faults: Mapping[str, tuple[AnswerFault, ...]]
    finished: frozenset[str]
    """Steps that were filled in and are still without a fault."""

    @property
    def all_faults(self) -> tuple[AnswerFault, ...]:
        return tuple(fault for faults in self.faults.values() for fault in faults)


def judge(opened: Opened) -> Judged:
    """Check everything in the draft as it will be checked when it is sent."""
    definition, raw, form = opened.definition, opened.draft.raw, opened.form
    readable = check_answers(definition, raw, [q.key for q in definition.questions]).values
    keys = [q.key for q in asked(definition, readable, form=form) if q.type != "files"]
    checked = check_answers(definition, raw, keys)
    named = {fault.key.partition(".")[0] for fault in checked.faults}
    across = [
        fault
        for fault in missing(definition, checked.values, form=form)
        if fault.key not in named
        # what is required and was asked is among the first faults already; an answer that could
        # not be read (a mistyped e-mail) does not make another required
        and (fault.key not in keys or not fault.code.startswith("required"))
    ]
    faults: dict[str, list[AnswerFault]] = defaultdict(list)
    whole = (*checked.faults, *unnamed(definition, form, raw), *across)
    for fault in that_count(form, whole):
        faults[_step_of(opened, fault)].append(fault)
    return Judged(
        values=checked.values,
        faults={step: tuple(found) for step, found in faults.items()},
        finished=frozenset(
            step for step in pages(opened) if step in opened.draft.done and step not in faults
        ),
    )


def _step_of(opened: Opened, fault: AnswerFault) -> str:
    question = opened.definition.question(fault.key.partition(".")[0])
    if opened.form == SUGGESTION:
        return SUGGESTION
    if question is None or question.step == START:
        return START
    return opened.steps[0] if len(opened.steps) == 1 else question.step


def next_undone(opened: Opened, judged: Judged) -> str:
    """Where to go on: the first step that is not done, or the review."""
    for step in pages(opened):
        if step not in judged.finished:
            return step
    return REVIEW


def after(opened: Opened, judged: Judged, step: str) -> str:
    """Where to go from a step just filled in: onwards, but from a form that is whole back to
    the review, where the reader came from."""
    undone = next_undone(opened, judged)
    if undone == REVIEW:
        return REVIEW
    order = pages(opened)
    later = order[order.index(step) + 1 :]
    return later[0] if later else undone


def before(opened: Opened, step: str) -> str | None:
    """The step before, if there is one."""
    order = pages(opened)
    place = order.index(step)
    return order[place - 1] if place else None


def guide(
    reached: Reached, judged: Judged, current: str, *, show_faults: bool = False
) -> list[dict[str, Any]]:
    """The step guide's lines. Steps that are done, and the next one, can be gone to."""
    opened = reached.opened
    undone = next_undone(opened, judged)
    lines = []
    for step in (*pages(opened), REVIEW):
        if step == current:
            state = "error" if show_faults and judged.faults.get(step) else "current"
        elif step in judged.finished:
            state = "done"
        else:
            state = "error" if show_faults and judged.faults.get(step) else "todo"
        reachable = state in {"done", "error"} or step in (undone, current)
        lines.append(
            {
                "title": t("Check and send") if step == REVIEW else title(opened, step),
                "href": url(reached, step) if reachable else None,
                "state": state,
            }
        )
    return lines
