"""Faults of how grants are paid and looked into: instalments, payment lists, accounts, spot
checks."""

from __future__ import annotations

from workflows.definition import Definition, Transition
from workflows.nodes import Report
from workflows.positions import Path

PAYING = frozenset({"post", "post-instalment", "pay-advance", "settle"})
"""Effects by which money leaves."""

ENDING = frozenset({"close", "write-off", "settle"})
"""Effects before which accounts that were drawn are looked into: closing, and the last payment."""

TOUCHING = frozenset(
    {
        "payee", "void", "undo", "reopen", "revoke", "raise", "lower", "stop-rest",
        "payment-failed", "carry-over", "hear", "accounts", "return-report",
    }
)  # fmt: skip
"""Effects after which a payment that is on a list could not be made, or would be another."""


def check_payments(definition: Definition, report: Report) -> None:
    for transition in definition.transitions:
        effects = set(transition.effects)
        if definition.has("deficit-guarantee") and effects & {"post", "post-instalment"}:
            _guarded(report, transition, "fixed-grant", "guarantee-paid-at-once")
        if definition.has("instalments") and "post" in effects:
            _guarded(report, transition, "last-instalment", "instalments-at-once")
        if definition.has("payment-file") and effects & PAYING:
            _guarded(report, transition, "by-list", "paid-past-list")
        if definition.has("payment-file") and effects & TOUCHING and _held(definition, transition):
            _guarded(report, transition, "not-listed", "changed-while-listed")
        if "draw" in effects and not effects & {"report", "accounts"}:
            place = transition.effects.index("draw")
            at: Path = ("transitions", transition.key, "effects", place)
            report.add(at, "draw-without-report", transition=transition.key)
        if definition.has("spot-check") and effects & ENDING and _reports(definition, transition):
            _guarded(report, transition, "spot-check-done", "closed-unchecked")
    if definition.has("accounts-form") and not definition.budget_posts:
        report.add(("features", "accounts-form"), "accounts-without-posts")


def _guarded(report: Report, transition: Transition, guard: str, code: str) -> None:
    if guard not in transition.guards:
        path: Path = ("transitions", transition.key, "guards")
        report.add(path, code, transition=transition.key)


def _held(definition: Definition, transition: Transition) -> bool:
    """Only what is set aside and announced can be on a list, or was paid by one."""
    return any(
        definition.state(key).money == "held" and not definition.state(key).undisclosed
        for key in transition.from_states
    )


def _reports(definition: Definition, transition: Transition) -> bool:
    """Whether it begins where a report has come in."""
    arrived = {
        move.target(key)
        for move in definition.transitions
        if {"report", "accounts", "settle"} & set(move.effects)
        for key in move.from_states
    }
    return bool(arrived & set(transition.from_states))
