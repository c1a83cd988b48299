"""Faults of the money: what a state says of it and what the transitions do must agree, and what is
set aside must always be able to go on to the applicant or back to the pool."""

from __future__ import annotations

from workflows.check_procedure import reachable
from workflows.definition import Definition, MoneyKind, Transition
from workflows.nodes import Report

_MOVES: dict[tuple[MoneyKind, MoneyKind], tuple[str, ...]] = {
    ("none", "held"): ("hold",),
    ("held", "none"): ("void", "undo", "reopen", "revoke"),
    ("held", "paid"): ("post", "settle", "claim-advance", "stop-rest"),
    ("none", "paid"): (),
    ("paid", "none"): (),
    ("paid", "held"): ("raise", "payment-failed"),
}
"""The effects that take money from one kind of state to another; none: no way does."""

_BACK: frozenset[tuple[MoneyKind, MoneyKind]] = frozenset({("held", "none"), ("none", "none")})

_WHERE_PAID: frozenset[tuple[MoneyKind, MoneyKind]] = frozenset(
    {("paid", "paid"), ("held", "held")}  # paid in part, and the rest held
)

_WHERE: dict[str, frozenset[tuple[MoneyKind, MoneyKind]]] = {
    "hold": frozenset({("none", "held")}),
    "post": frozenset({("held", "paid")}),
    "pay-advance": frozenset({("held", "held")}),
    "settle": frozenset({("held", "paid")}),
    "claim-advance": frozenset({("held", "paid")}),
    "void": _BACK,
    "undo": _BACK,
    "reopen": _BACK,
    "revoke": frozenset({("held", "none")}),
    "return": _WHERE_PAID,
    "return-undone": _WHERE_PAID,
    "raise": frozenset({("held", "held"), ("paid", "held")}),
    "lower": frozenset({("held", "held")}),
    "stop-rest": frozenset({("held", "paid")}),
    "payment-failed": frozenset({("held", "held"), ("paid", "held")}),
    "post-instalment": frozenset({("held", "held")}),
    "carry-over": frozenset({("held", "held")}),
    "claim": frozenset({("paid", "paid")}),
    "claim-unspent": frozenset({("paid", "paid")}),
    "write-off": frozenset({("paid", "paid")}),
    "return-report": frozenset({("paid", "paid"), ("held", "held")}),
    "wait": frozenset({("none", "none")}),
}
"""Between which kinds of state an effect on money makes sense."""


def check_money(definition: Definition, report: Report) -> None:
    for transition in definition.transitions:
        for state in transition.from_states:
            _move(definition, report, transition, state)
    for state_ in definition.states:
        if state_.start and state_.money != "none":
            report.add(("states", state_.key, "money"), "start-money", state=state_.key)
        if state_.final and state_.money == "held":
            report.add(("states", state_.key, "money"), "end-held", state=state_.key)
    _stuck(definition, report)


def _move(definition: Definition, report: Report, transition: Transition, state: str) -> None:
    path = ("transitions", transition.key)
    target = transition.target(state)
    move = (definition.state(state).money, definition.state(target).money)
    names = {"transition": transition.key, "state": state, "target": target}
    if move[0] != move[1]:
        wanted = _MOVES[move]
        if not wanted:
            report.add(path, "money-jump", before=move[0], after=move[1], **names)
        elif not set(wanted) & set(transition.effects):
            report.add((*path, "effects"), "money-unmoved", effect=wanted[0], **names)
    for place, effect in enumerate(transition.effects):
        allowed = _WHERE.get(effect)
        if allowed is not None and move not in allowed:
            report.add((*path, "effects", place), "money-astray", effect=effect, **names)


def _stuck(definition: Definition, report: Report) -> None:
    """From every state that holds money a way must lead to one that does not."""
    edges: dict[str, set[str]] = {state.key: set() for state in definition.states}
    for transition in definition.transitions:
        for state in transition.from_states:
            edges[state].add(transition.target(state))
    for state_ in definition.states:
        if state_.money == "held" and not state_.final:
            ways = reachable(edges, [state_.key])
            if all(definition.state(key).money == "held" for key in ways):
                report.add(("states", state_.key), "held-stuck", state=state_.key)
