"""Faults of hearing, postponing and forwarding, and of taking up again what was decided."""

from __future__ import annotations

from collections.abc import Mapping

from workflows.definition import Definition, State, Transition
from workflows.nodes import Report
from workflows.positions import Path

SETS: Mapping[str, str] = {"hear": "hearing", "postpone": "resume"}
"""Effects that begin a wait, and the due day it needs: else the case waits for ever."""

ENDS: Mapping[str, str] = {
    "hearing-answer": "hearing",
    "hearing-stop": "hearing",
    "resume": "resume",
}
"""Effects that end a wait, and the due day that is over then."""

TOLD: Mapping[str, str] = {
    "hear": "hearing",
    "postpone": "delayed",
    "forward": "forwarded",
    "reopen": "reopened",
    "revoke": "revoked",
    "reply": "suggestion-answered",
    "take-up": "suggestion-taken-up",
    "raise": "changed",
    "lower": "changed",
    "stop-rest": "changed",
    "payment-failed": "payment-failed",
    "claim": "lapsed",
    "claim-unspent": "claim",
    "return-report": "report-returned",
    "write-off": "closed",
    "wait": "waiting",
}
"""Effects nobody may be left to find out about, and their letters."""

GOES_ON: Mapping[str, tuple[str, str]] = {
    "postpone": ("resume", "postponed-forever"),
    "wait": ("wait-over", "waiting-forever"),
}
"""Effects after which a case stands still, how it goes on by itself, and the fault where it does
not."""

ENDING = ("forward", "revoke", "reply", "take-up", "write-off")
"""Effects after which nothing is left to do in the case itself."""


def check_again(definition: Definition, report: Report, reach: Mapping[str, set[str]]) -> None:
    """``reach``: by state, every state one can come to from it."""
    for transition in definition.transitions:
        _days(report, transition)
        _letters(report, transition)
        for before, after in moves(definition, transition):
            _again(definition, report, transition, after, reach)
            _ended(report, transition, after)
            if "hear" in transition.effects:
                _answered(definition, report, before)
            for effect, (ends, code) in GOES_ON.items():
                if effect in transition.effects:
                    _goes_on(definition, report, transition, after, ends, code)


def moves(definition: Definition, transition: Transition) -> list[tuple[State, State]]:
    """The states it leads from and to."""
    return [
        (definition.state(key), definition.state(transition.target(key)))
        for key in transition.from_states
    ]


def _days(report: Report, transition: Transition) -> None:
    path: Path = ("transitions", transition.key)
    for effect in transition.effects:
        for needed, cancel, code in (
            (SETS.get(effect), False, "effect-sets-no-day"),
            (ENDS.get(effect), True, "effect-ends-no-day"),
        ):
            there = {rule.kind for rule in transition.deadlines if rule.cancel is cancel}
            if needed is not None and needed not in there:
                report.add(path, code, effect=effect, day=needed)


def _letters(report: Report, transition: Transition) -> None:
    for effect in transition.effects:
        letter = TOLD.get(effect)
        if letter is not None and transition.letter != letter:
            report.add(
                ("transitions", transition.key), "effect-without-letter",
                effect=effect, letter=letter,
            )  # fmt: skip


def _again(
    definition: Definition,
    report: Report,
    transition: Transition,
    after: State,
    reach: Mapping[str, set[str]],
) -> None:
    """What is taken back or up again can be decided again."""
    if not {"undo", "reopen"} & set(transition.effects):
        return
    names = {"transition": transition.key, "state": after.key}
    at: Path = ("transitions", transition.key, "to")
    if after.final:
        report.add(at, "again-to-end", **names)
        return
    decidable = any(
        move.outcome is not None
        for key in reach[after.key]
        if not definition.state(key).undisclosed
        for move in definition.leaving(key)
    )
    if after.undisclosed or not decidable or after.kind != "application":
        report.add(at, "again-undecidable", **names)


def _ended(report: Report, transition: Transition, after: State) -> None:
    for effect in ENDING:
        if effect in transition.effects and not after.final:
            report.add(
                ("transitions", transition.key, "to"), "goes-on-after",
                effect=effect, state=after.key,
            )  # fmt: skip


def _answered(definition: Definition, report: Report, state: State) -> None:
    """Whoever is heard can answer where the case is."""
    if not any(
        "hearing-answer" in move.effects and "applicant" in move.who
        for move in definition.leaving(state.key)
    ):
        report.add(("states", state.key), "hearing-unanswered", state=state.key)


def _goes_on(
    definition: Definition,
    report: Report,
    transition: Transition,
    after: State,
    ends: str,
    code: str,
) -> None:
    ways = [move for move in definition.leaving(after.key) if ends in move.effects]
    if not ways:
        report.add(("states", after.key), code, state=after.key)
    elif not any("system" in move.who for move in ways):
        report.add(
            ("transitions", ways[0].key, "who"), "resume-by-hand",
            transition=ways[0].key, state=after.key,
        )  # fmt: skip
    if after.clock == "running":
        report.add(
            ("states", after.key, "clock"), "postponed-clock",
            state=after.key, transition=transition.key,
        )  # fmt: skip
