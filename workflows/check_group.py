"""Faults of how the group works: features and their tables, checklist, criteria, the roles that
are waited for, suggestions."""

from __future__ import annotations

from workflows import vocabulary as words
from workflows.check_again import moves
from workflows.definition import SUGGESTION, Definition, State, Transition
from workflows.nodes import Report
from workflows.positions import Path

INPUT_GUARDS = {
    "by_post": "by-post-adds-up",
    "until": "until-ahead",
    "promised_on": "promised-later",
    "advance": "advance-within",
    "early_start": "early-start-acute",
    "to_pool": "other-pool",
    "earmark": "within-free",
    "instalments": "instalments-add-up",
    "findings": "findings-given",
}
"""Inputs that are nothing without the guard that judges them."""

OF_SUGGESTIONS = frozenset({"reply", "take-up"})
"""Effects that only a suggestion has."""

OF_BOTH = frozenset({"close"})
"""Effects that a suggestion may have besides."""

WITHOUT_BUDGET = ("amount", "budget", "budget_line")


def check_group(definition: Definition, report: Report) -> None:
    _tables(definition, report)
    _used(definition, report)
    _waits(definition, report)
    _suggestions(definition, report)
    for transition in definition.transitions:
        _inputs(definition, report, transition)
        if transition.outcome is not None and definition.has("votes"):
            _locked(report, transition)
    _listed(definition, report)


def _tables(definition: Definition, report: Report) -> None:
    for table, feature in words.FEATURE_OF_TABLE.items():
        there = getattr(definition, table) is not None
        if definition.has(feature) and not there:
            report.add(("features", feature), "feature-without-table", name=feature, table=table)


def _used(definition: Definition, report: Report) -> None:
    used = {
        name
        for transition in definition.transitions
        for name in (
            *transition.guards,
            *transition.effects,
            *(entry.name for entry in transition.inputs),
        )
    }
    for feature, needed in words.USED_BY.items():
        for name in needed if definition.has(feature) else ():
            if name not in used:
                report.add(("features", feature), "feature-unused", name=feature, word=name)


def _listed(definition: Definition, report: Report) -> None:
    """What is referred to has something in it."""
    if definition.assessment is not None and not definition.assessment.criteria:
        report.add(("assessment",), "list-empty", name="criteria")
    for transition in definition.transitions:
        if "checklist-done" in transition.guards and not definition.checklist:
            place = transition.guards.index("checklist-done")
            report.add(("transitions", transition.key, "guards", place), "checklist-missing")


def _waits(definition: Definition, report: Report) -> None:
    """Somebody has something to do in every state that is no end. Files that were written before
    the word was there say nothing of it."""
    if not any(state.waits for state in definition.states):
        return
    for state in definition.states:
        path: Path = ("states", state.key)
        if state.final and state.waits:
            report.add((*path, "waits"), "end-waits", state=state.key)
        if not state.final and not state.waits:
            report.add(path, "nobody-waits", state=state.key)
        for place, role in enumerate(state.waits):
            if role not in state.see:
                report.add((*path, "waits", place), "waits-blind", state=state.key, role=role)


def _inputs(definition: Definition, report: Report, transition: Transition) -> None:
    path: Path = ("transitions", transition.key)
    for entry in transition.inputs:
        guard = INPUT_GUARDS.get(entry.name)
        if guard is not None and guard not in transition.guards:
            report.add((*path, "inputs"), "input-needs-guard", input=entry.name, guard=guard)
    if transition.input("by_post") is not None and not definition.budget_posts:
        report.add((*path, "inputs"), "by-post-without-posts", transition=transition.key)
    if transition.input("early_start") is not None and definition.question("urgent") is None:
        report.add((*path, "inputs"), "early-start-never", transition=transition.key)
    if (transition.input("advance") is None) != (transition.input("grant_type") is None):
        report.add((*path, "inputs"), "guarantee-half", transition=transition.key)


def _locked(report: Report, transition: Transition) -> None:
    if "no-open-vote" not in transition.guards:
        report.add(
            ("transitions", transition.key, "guards"), "decision-unlocked",
            transition=transition.key,
        )  # fmt: skip


# -- suggestions


def _suggestions(definition: Definition, report: Report) -> None:
    takes = definition.suggestions is not None
    if takes and definition.suggestion_start is None:
        report.add(("suggestions",), "suggestion-without-start")
    for state in definition.states:
        if state.kind == SUGGESTION:
            _state(report, state, takes=takes)
    for transition in definition.transitions:
        _moves(definition, report, transition)
    _form(definition, report, takes=takes)


def _state(report: Report, state: State, *, takes: bool) -> None:
    path: Path = ("states", state.key)
    if not takes:
        report.add((*path, "kind"), "suggestion-off", name=state.key)
    if state.money != "none":
        report.add((*path, "money"), "suggestion-money", state=state.key)


def _moves(definition: Definition, report: Report, transition: Transition) -> None:
    path: Path = ("transitions", transition.key)
    for before, after in moves(definition, transition):
        if before.kind != after.kind:
            report.add(
                (*path, "to"), "kinds-mixed",
                transition=transition.key, state=before.key, target=after.key,
            )  # fmt: skip
        for place, effect in enumerate(transition.effects):
            of_suggestion = effect in OF_SUGGESTIONS
            if effect in OF_BOTH or of_suggestion == (before.kind == SUGGESTION):
                continue
            code = "not-a-suggestion" if of_suggestion else "suggestion-effect"
            report.add((*path, "effects", place), code, effect=effect, state=before.key)


def _form(definition: Definition, report: Report, *, takes: bool) -> None:
    for question in definition.questions:
        path: Path = ("questions", question.key, "forms")
        if question.suggestion and not takes:
            report.add(path, "suggestion-off", name=question.key)
        if question.suggestion and question.key in WITHOUT_BUDGET:
            report.add(path, "suggestion-budget", question=question.key)
    for key in words.SUGGESTION_QUESTIONS if takes else ():
        wanted = definition.question(key)
        if wanted is None or not wanted.suggestion:
            at: Path = ("suggestions",) if wanted is None else ("questions", key)
            report.add(at, "suggestion-lacks", question=key)
        elif key == "suggestion" and not wanted.required:
            report.add(("questions", key), "reserved-optional", question=key)
