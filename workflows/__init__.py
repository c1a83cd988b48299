"""What may happen to a case: pure rules, and a file per pool.

No database, no web, no queue; the time is an argument. The names below are loaded when first
used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workflows.definition import Definition, Text
    from workflows.explain import Explanation, actions
    from workflows.facts import Facts, Who
    from workflows.faults import DefinitionError, Fault
    from workflows.guards import Obstacle
    from workflows.inputs import check_inputs
    from workflows.loading import load, load_all, parse_text
    from workflows.planning import Plan, opening_plan, plan
    from workflows.questions import AnswerFault, Checked, asked, check_answers, missing

_HOMES = {
    "Definition": "definition",
    "Text": "definition",
    "Explanation": "explain",
    "actions": "explain",
    "Facts": "facts",
    "Who": "facts",
    "DefinitionError": "faults",
    "Fault": "faults",
    "Obstacle": "guards",
    "check_inputs": "inputs",
    "load": "loading",
    "load_all": "loading",
    "parse_text": "loading",
    "Plan": "planning",
    "opening_plan": "planning",
    "plan": "planning",
    "AnswerFault": "questions",
    "Checked": "questions",
    "asked": "questions",
    "check_answers": "questions",
    "missing": "questions",
}
"""Public names and the modules they live in. ``explain.explain`` and ``check.check`` are not
among them: ``workflows.explain`` and ``workflows.check`` are the modules."""


__all__ = [
    "AnswerFault",
    "Checked",
    "Definition",
    "DefinitionError",
    "Explanation",
    "Facts",
    "Fault",
    "Obstacle",
    "Plan",
    "Text",
    "Who",
    "actions",
    "asked",
    "check_answers",
    "check_inputs",
    "load",
    "load_all",
    "missing",
    "opening_plan",
    "parse_text",
    "plan",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)
