"""Faults of decisions that are made now and announced later: until then nothing may show."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.definition import Definition, State, Transition
from workflows.nodes import Report
from workflows.positions import Path

OUTSIDE = frozenset({"steering", "finance", "communications"})
"""Roles that are not the pool's own: they learn of a decision when the applicant does. (The
auditor reads everything.)"""

WITHIN = frozenset({"secretariat"})
"""Notices that go to the pool's own people."""

TELLING = frozenset(
    {
        "undecided", "unannounced", "recommended", "held", "nothing-held", "paid",
        "report-awaited", "was-reminded", "payee-known",
        "letter-unsent", "fixed-grant", "deficit-grant", "advance-agreed",
    }
)  # fmt: skip
"""Guards that answer otherwise once a decision was made."""


OF_THE_GRANT = frozenset(
    {
        "payee", "post", "post-instalment", "pay-advance", "settle", "payment-failed", "raise",
        "lower", "stop-rest", "claim", "carry-over", "report", "accounts",
        "return-report", "claim-unspent", "write-off",
    }
)  # fmt: skip
"""Effects on a grant the applicant knows of: a payment tells of it before any letter does, and what
is changed before it was told is undone and decided anew."""


def check_announcement(definition: Definition, report: Report) -> None:
    """For definitions with the feature ``separate-announcement``."""
    for state in definition.states:
        if state.undisclosed:
            _state(definition, report, state)
    for transition in definition.transitions:
        path: Path = ("transitions", transition.key)
        if "decide" in transition.effects:
            _deciding(definition, report, transition)
        if "announce" in transition.effects and transition.letter != "decision":
            report.add((*path, "letter"), "announce-without-letter", transition=transition.key)
        for before, after in _moves(definition, transition):
            _move(report, transition, before, after)
            if before.undisclosed:
                _too_early(report, transition, before)
            if after.undisclosed and after is not before:
                _alike(definition, report, before, after)
                _due(report, transition, after)
            if "undo" in transition.effects and before.undisclosed and not after.undisclosed:
                _undone(definition, report, transition, before, after)
        _guards(definition, report, transition)


def _moves(definition: Definition, transition: Transition) -> Iterator[tuple[State, State]]:
    for key in transition.from_states:
        yield definition.state(key), definition.state(transition.target(key))


def _state(definition: Definition, report: Report, state: State) -> None:
    path: Path = ("states", state.key)
    if state.final:
        report.add((*path, "final"), "undisclosed-end", state=state.key)
    elif not _announced(definition, state):
        report.add(path, "undisclosed-forever", state=state.key)
    for place, role in enumerate(state.see):
        if role in OUTSIDE:
            report.add((*path, "see", place), "undisclosed-seen", state=state.key, role=role)


def _announced(definition: Definition, state: State) -> bool:
    """Whether an announcement can be come to without leaving what is undisclosed."""
    seen, waiting = {state.key}, [state.key]
    while waiting:
        for transition in definition.leaving(at := waiting.pop()):
            if "announce" in transition.effects:
                return True
            target = transition.target(at)
            if definition.state(target).undisclosed and target not in seen:
                seen.add(target)
                waiting.append(target)
    return False


def _deciding(definition: Definition, report: Report, transition: Transition) -> None:
    path: Path = ("transitions", transition.key)
    if "announce" in transition.effects:
        report.add((*path, "effects"), "announce-by-decision", transition=transition.key)
        return
    if transition.letter is not None or transition.notices:
        key = "notices" if transition.letter is None else "letter"
        report.add((*path, key), "decision-told-early", transition=transition.key)
    for _, after in _moves(definition, transition):
        if not after.undisclosed:
            report.add(
                (*path, "to"), "decided-in-the-open",
                transition=transition.key, state=after.key,
            )  # fmt: skip


def _alike(
    definition: Definition,
    report: Report,
    before: State,
    after: State,
    never: frozenset[str] = frozenset(),
) -> None:
    """To the applicant the undisclosed state is the state before. ``never``: guards that cannot
    be passed in either, so that what they guard is not shown."""
    path: Path = ("states", after.key)
    names = {"state": after.key, "before": before.key}
    if after.applicant != before.applicant:
        report.add((*path, "applicant"), "undisclosed-text", **names)
    if after.clock != before.clock:
        report.add((*path, "clock"), "undisclosed-clock", **names)
    can = [
        {
            t.key
            for t in definition.leaving(state.key)
            if "applicant" in t.who and not never & set(t.guards)
        }
        for state in (before, after)
    ]
    if can[0] != can[1]:
        report.add(path, "undisclosed-buttons", **names)


def _undone(
    definition: Definition, report: Report, transition: Transition, before: State, after: State
) -> None:
    """A decision that is taken back before anybody was told has never been there to them."""
    answered = all(
        "no-open-question" in move.guards
        for move in definition.transitions
        if move.outcome is not None
    )
    never = frozenset({"open-question"}) if answered else frozenset()
    _alike(definition, report, after, before, never)
    if transition.letter or set(transition.notices) - WITHIN or transition.deadlines:
        report.add(
            ("transitions", transition.key), "decision-told-early", transition=transition.key
        )


def _too_early(report: Report, transition: Transition, before: State) -> None:
    for place, effect in enumerate(transition.effects):
        if effect in OF_THE_GRANT:
            report.add(
                ("transitions", transition.key, "effects", place), "undisclosed-money",
                effect=effect, state=before.key,
            )  # fmt: skip


def _due(report: Report, transition: Transition, after: State) -> None:
    """A due day reminds the applicant of what they may not know yet."""
    if transition.deadlines:
        report.add(
            ("transitions", transition.key, "deadlines"), "undisclosed-deadline",
            transition=transition.key, state=after.key,
        )  # fmt: skip


def _guards(definition: Definition, report: Report, transition: Transition) -> None:
    """What the applicant may do must not hang on a decision nobody has told them of."""
    if "applicant" not in transition.who:
        return
    for place, guard in enumerate(transition.guards):
        if guard in TELLING and any(
            definition.state(key).undisclosed for key in transition.from_states
        ):
            report.add(
                ("transitions", transition.key, "guards", place), "undisclosed-guard",
                transition=transition.key, guard=guard,
            )  # fmt: skip


def _move(report: Report, transition: Transition, before: State, after: State) -> None:
    """What is undisclosed comes out by an announcement alone; or the case ends by the applicant's
    own word, and the decision is never made known."""
    path: Path = ("transitions", transition.key)
    comes_out = before.undisclosed and not after.undisclosed
    if "announce" in transition.effects:
        if not comes_out:
            report.add(
                path, "announce-astray",
                transition=transition.key, state=before.key, target=after.key,
            )  # fmt: skip
    elif comes_out and not {"withdraw", "undo"} & set(transition.effects):
        report.add(
            path, "undisclosed-leaks", transition=transition.key, state=before.key
        )  # fmt: skip
    elif (
        before.undisclosed
        and after.undisclosed
        and "delay" not in transition.effects  # says when, and nothing of what
        and (transition.letter or set(transition.notices) - WITHIN)
    ):
        report.add(path, "decision-told-early", transition=transition.key)
