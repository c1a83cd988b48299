"""Faults of the procedure: states that cannot be reached or left, decisions without what the law
asks of them, actions that lack what they need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from workflows import vocabulary as words
from workflows.asking import in_force
from workflows.check_again import check_again
from workflows.check_announcement import check_announcement
from workflows.definition import Definition, State, Transition
from workflows.guards import NEEDS_INPUT
from workflows.nodes import Report
from workflows.positions import Path


def check_procedure(definition: Definition, report: Report) -> None:
    if _starts(definition, report):
        _ways(definition, report)
    for state in definition.states:
        _state(definition, report, state)
    for transition in definition.transitions:
        _needs(report, transition)
        _seen(definition, report, transition)
        _pauses(definition, report, transition)
        if transition.outcome is not None or "decide" in transition.effects:
            _decision(definition, report, transition)
    edges = _edges(definition)
    check_again(definition, report, {key: reachable(edges, [key]) for key in edges})
    _yes_and_no(definition, report)
    if definition.has(words.ANNOUNCEMENT):
        check_announcement(definition, report)
    _told(definition, report)


def _starts(definition: Definition, report: Report) -> bool:
    """Whether there is exactly one start of applications, and of suggestions one at most."""
    sound = True
    for kind in words.CASE_KINDS:
        starts = [state for state in definition.states if state.start and state.kind == kind]
        if not starts and kind == "application":
            report.add(("states",), "no-start")
            sound = False
        for extra in starts[1:]:
            report.add(("states", extra.key, "start"), "several-starts", other=starts[0].key)
            sound = False
        if starts and starts[0].final:
            report.add(("states", starts[0].key, "final"), "start-final", state=starts[0].key)
        if starts and starts[0].clock != "running":
            report.add(("states", starts[0].key, "clock"), "start-clock", state=starts[0].key)
    return sound


def _edges(definition: Definition) -> dict[str, set[str]]:
    edges: dict[str, set[str]] = {state.key: set() for state in definition.states}
    for transition in definition.transitions:
        for state in transition.from_states:
            edges[state].add(transition.target(state))
    return edges


def reachable(edges: Mapping[str, set[str]], begin: Iterable[str]) -> set[str]:
    """Every state one can come to from ``begin``, those included."""
    found: set[str] = set()
    waiting = list(begin)
    while waiting:
        at = waiting.pop()
        if at not in found:
            found.add(at)
            waiting.extend(edges[at])
    return found


def _ways(definition: Definition, report: Report) -> None:
    edges = _edges(definition)
    back: dict[str, set[str]] = {key: set() for key in edges}
    for key, targets in edges.items():
        for target in targets:
            back[target].add(key)
    from_start = reachable(edges, [state.key for state in definition.states if state.start])
    to_end = reachable(back, [state.key for state in definition.states if state.final])
    if not any(state.final for state in definition.states):
        report.add(("states",), "no-end")
        return
    for state in definition.states:
        path: Path = ("states", state.key)
        if state.key not in from_start:
            report.add(path, "unreachable", state=state.key)
        leaving = edges[state.key] - {state.key}
        if state.final:
            continue
        if not leaving:
            report.add(path, "trap", state=state.key)
        elif state.key not in to_end:
            report.add(path, "no-way-out", state=state.key)
    for transition in definition.transitions:
        for place, key in enumerate(transition.from_states):
            if definition.state(key).final and not _may_leave_ends(transition):
                at = ("transitions", transition.key, "from", place)
                report.add(at, "leaves-end", state=key, transition=transition.key)


def _may_leave_ends(transition: Transition) -> bool:
    """An end is an end, but a decision can be undone or looked at again, a complaint noted, and
    money that comes back entered."""
    effects = words.LEAVING_ENDS & set(transition.effects)
    return bool(effects) and (transition.stays or bool(effects - words.STAYING_AT_ENDS))


def _state(definition: Definition, report: Report, state: State) -> None:
    path: Path = ("states", state.key)
    if state.final and state.clock != "stopped":
        report.add((*path, "clock"), "end-clock", state=state.key)
    if "applicant" not in state.see:
        report.add((*path, "see"), "applicant-blind", state=state.key)
    for place, role in enumerate(state.edit):
        if role not in state.see:
            report.add((*path, "edit", place), "edit-unseen", state=state.key, role=role)


def _seen(definition: Definition, report: Report, transition: Transition) -> None:
    """Whoever may act must see what they act on."""
    for key in transition.from_states:
        see = definition.state(key).see
        for place, role in enumerate(transition.who):
            if role not in see and role != "system":
                report.add(
                    ("transitions", transition.key, "who", place), "actor-blind",
                    role=role, state=key, transition=transition.key,
                )  # fmt: skip


def _pauses(definition: Definition, report: Report, transition: Transition) -> None:
    """A clock stands still only until a day: else the case waits for ever. (What waits for money
    goes on by itself: see ``check_again``.)"""
    if "wait" in transition.effects:
        return
    sets = {rule.kind for rule in transition.deadlines if not rule.cancel}
    for key in transition.from_states:
        before, after = definition.state(key), definition.state(transition.target(key))
        waits = {"answer", "resume"} & sets
        if after.clock == "paused" and before.clock != "paused" and not waits:
            report.add(
                ("transitions", transition.key), "pause-without-day",
                transition=transition.key, state=after.key,
            )  # fmt: skip


def _needs(report: Report, transition: Transition) -> None:
    path: Path = ("transitions", transition.key)
    inputs = {entry.name: entry.required for entry in transition.inputs}
    guards = in_force(transition)
    for guard in transition.guards:
        wanted = NEEDS_INPUT.get(guard)
        if wanted is None or wanted in inputs:
            continue
        if guard == "group-decided" and set(transition.who) <= set(words.DECIDING_ROLES):
            continue
        report.add((*path, "guards"), "guard-needs-input", guard=guard, input=wanted)
    for place, effect in enumerate(transition.effects):
        at = (*path, "effects", place)
        for name in words.EFFECT_INPUTS.get(effect, ()):
            if not inputs.get(name):
                report.add(at, "effect-needs-input", effect=effect, input=name)
        for guard in words.EFFECT_GUARDS.get(effect, ()):
            if guard not in guards:
                report.add(at, "effect-needs-guard", effect=effect, guard=guard)
    if transition.letter is not None:
        told = words.LETTER_EFFECTS[transition.letter]
        if not set(told) & set(transition.effects):
            params = {"letter": transition.letter, "effect": " or ".join(told)}
            report.add((*path, "letter"), "letter-needs-effect", **params)


def _decision(definition: Definition, report: Report, transition: Transition) -> None:
    """Forvaltningsloven §§22-25: reasons where not everything is given, and a letter. And the
    group's word: a decision is its chair's, or it is recorded how it was made."""
    path: Path = ("transitions", transition.key)

    def fault(key: str, code: str) -> None:
        report.add((*path, key), code, transition=transition.key)

    if "decide" not in transition.effects:
        fault("outcome", "outcome-without-decide")
        return
    if transition.outcome is None:
        fault("effects", "decide-without-outcome")
        return
    required = {entry.name for entry in transition.inputs if entry.required}
    if transition.outcome in ("part", "refused") and "reasons" not in required:
        fault("inputs", "decision-without-reasons")
    if transition.letter != "decision" and not definition.has(words.ANNOUNCEMENT):
        fault("letter", "decision-without-letter")
    by_group = "group-decided" in transition.guards
    if not by_group and not set(transition.who) <= set(words.DECIDING_ROLES):
        fault("guards", "decision-without-group")
    if transition.outcome == "part":
        if "amount" not in required:
            fault("inputs", "part-without-amount")
        for guard in ("amount-given", "part-is-less"):
            if guard not in transition.guards:
                report.add((*path, "guards"), "part-without-guard", guard=guard)
    gives = transition.outcome in ("full", "part")
    if gives and "hold" not in transition.effects:
        fault("effects", "grant-without-hold")
    if gives and "complete" not in transition.guards:
        fault("guards", "grant-incomplete")
    if not gives and "hold" in transition.effects:
        fault("effects", "refusal-holds")


def _yes_and_no(definition: Definition, report: Report) -> None:
    outcomes = {transition.outcome for transition in definition.transitions}
    if not outcomes & {"full", "part"}:
        report.add(("transitions",), "no-grant")
    if "refused" not in outcomes:
        report.add(("transitions",), "no-refusal")


def _told(definition: Definition, report: Report) -> None:
    """The communications officer can be told only where there is one."""
    if "communications" in definition.roles or definition.communications_email is not None:
        return
    for transition in definition.transitions:
        if "communications" in transition.notices:
            place = transition.notices.index("communications")
            report.add(("transitions", transition.key, "notices", place), "nobody-to-tell")
