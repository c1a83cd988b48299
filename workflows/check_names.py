"""Names a definition uses that the programme, or the pool itself, does not know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from workflows import vocabulary as words
from workflows.definition import STAY, Definition, Transition
from workflows.faults import nearest
from workflows.nodes import Report
from workflows.positions import Path

LONGEST_STATE, LONGEST_ACTION = 40, 60
"""Most characters of a state's and a transition's key: the columns of the tables they go into
(``grant_case.state``, ``agenda_item.outcome``)."""


def check_names(definition: Definition, report: Report) -> None:
    if definition.key in words.RESERVED_KEYS:
        report.add(("pool", "key"), "key-reserved", name=definition.key)
    _known(report, ("pool", "roles"), definition.roles, words.ROLES, "unknown-role")
    for feature in sorted(definition.features):
        path = ("features", feature)
        if feature not in words.FEATURES:
            params = {"name": feature, "nearest": nearest(feature, words.FEATURES)}
            report.add(path, "unknown-feature", **params)
    for table, feature in words.FEATURE_OF_TABLE.items():
        if getattr(definition, table) is not None:
            _switched_on(definition, report, (table,), f"[{table}]", {f"[{table}]": feature})
    for state in definition.states:
        for key, roles in (("see", state.see), ("edit", state.edit), ("waits", state.waits)):
            _roles(definition, report, ("states", state.key, key), roles)
        if state.undisclosed:
            at: Path = ("states", state.key, "undisclosed")
            feature_of = {"undisclosed": words.ANNOUNCEMENT}
            _switched_on(definition, report, at, "undisclosed", feature_of)
        _length(report, ("states", state.key), LONGEST_STATE)
    for transition in definition.transitions:
        _length(report, ("transitions", transition.key), LONGEST_ACTION)
        _transition(definition, report, transition)


def _length(report: Report, path: tuple[str, str], longest: int) -> None:
    """A name is written down with every case: there is so much room for it."""
    if len(path[1]) > longest:
        report.add(path, "key-too-long", key=path[1], length=len(path[1]), longest=longest)


def _known(
    report: Report, path: Path, names: Sequence[str], known: Iterable[str], code: str
) -> list[str]:
    """Report the names that are not known; return those that are."""
    known = tuple(known)
    for place, name in enumerate(names):
        if name not in known:
            report.add((*path, place), code, name=name, nearest=nearest(name, known))
    return [name for name in names if name in known]


def _switched_on(
    definition: Definition, report: Report, path: Path, name: str, feature_of: Mapping[str, str]
) -> None:
    """Report a name that belongs to a feature which the pool does not have."""
    feature = feature_of.get(name)
    if feature is not None and not definition.has(feature):
        report.add(path, "feature-off", name=name, feature=feature)


def _roles(definition: Definition, report: Report, path: Path, roles: Sequence[str]) -> None:
    for role in _known(report, path, roles, words.ROLES, "unknown-role"):
        if role not in definition.roles and role != "system":
            report.add((*path, roles.index(role)), "role-not-in-pool", name=role)


def _transition(definition: Definition, report: Report, transition: Transition) -> None:
    path: Path = ("transitions", transition.key)
    states = [state.key for state in definition.states]
    _roles(definition, report, (*path, "who"), transition.who)
    _known(report, (*path, "from"), transition.from_states, states, "unknown-state")
    if transition.to and transition.to not in (*states, STAY):
        params = {"name": transition.to, "nearest": nearest(transition.to, states)}
        report.add((*path, "to"), "unknown-state", **params)
    for guard in _known(
        report, (*path, "guards"), transition.guards, words.GUARDS, "unknown-guard"
    ):
        at: Path = (*path, "guards", transition.guards.index(guard))
        _switched_on(definition, report, at, guard, words.FEATURE_OF_GUARD)
    for effect in _known(
        report, (*path, "effects"), transition.effects, words.EFFECTS, "unknown-effect"
    ):
        at = (*path, "effects", transition.effects.index(effect))
        _switched_on(definition, report, at, effect, words.FEATURE_OF_EFFECT)
    _known(report, (*path, "notices"), transition.notices, words.NOTICES, "unknown-notice")
    if transition.letter is not None and transition.letter not in words.LETTERS:
        params = {"name": transition.letter, "nearest": nearest(transition.letter, words.LETTERS)}
        report.add((*path, "letter"), "unknown-letter", **params)
    elif transition.letter is not None:
        at = (*path, "letter")
        _switched_on(definition, report, at, transition.letter, words.FEATURE_OF_LETTER)
    for kind, wanted in (("required", True), ("optional", False)):
        names = [entry.name for entry in transition.inputs if entry.required is wanted]
        at = (*path, "inputs", kind)
        for name in _known(report, at, names, words.INPUTS, "unknown-input"):
            here = (*at, names.index(name))
            _switched_on(definition, report, here, name, words.FEATURE_OF_INPUT)
    twice = {entry.name for entry in transition.inputs if entry.required} & {
        entry.name for entry in transition.inputs if not entry.required
    }
    for name in sorted(twice):
        report.add((*path, "inputs"), "input-twice", name=name)
    for kind, cancel in (("set", False), ("cancel", True)):
        rules = [rule.kind for rule in transition.deadlines if rule.cancel is cancel]
        at = (*path, "deadlines", kind)
        for name in _known(report, at, rules, words.DEADLINES, "unknown-deadline"):
            _switched_on(
                definition, report, (*at, rules.index(name)), name, words.FEATURE_OF_DEADLINE
            )
            if name in words.OWN_DEADLINES:
                report.add((*at, rules.index(name)), "clock-deadline", name=name)
