"""May this person do this to this case now, and if not: every reason why, and who could help.

Pages, POSTs, API and workers ask the same function.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workflows.asking import people
from workflows.definition import Definition, Transition
from workflows.facts import Facts, Who
from workflows.guards import CHECKS, Asking, Obstacle, in_force
from workflows.guards_money import payments_held


@dataclass(frozen=True, slots=True)
class Explanation:
    """Yes, or the obstacles. ``allowed`` exactly where there is none."""

    action: str
    allowed: bool
    obstacles: tuple[Obstacle, ...] = ()


def explain(
    definition: Definition,
    facts: Facts,
    action: str,
    who: Who,
    inputs: Mapping[str, Any] | None = None,
) -> Explanation:
    """Whether ``who`` may take ``action``.

    ``inputs`` None: may the button be shown. Given (values, see ``inputs.check_inputs``): may it be
    done with exactly these. In another state than the action is for, only state and role are
    spoken of: the rest is not the case's business yet.
    """
    transition = definition.transition(action)
    if transition is None:
        return Explanation(action, False, (Obstacle("unknown-action", {"action": action}),))
    obstacles: list[Obstacle] = []
    here = facts.state in transition.from_states
    if not here:
        obstacles.append(_elsewhere(definition, transition, facts.state))
    if not who.roles & set(transition.who):
        wanted = people(transition.who)
        obstacles.append(Obstacle("wrong-role", {"roles": wanted}, wanted))
    if here:
        asking = Asking(definition, transition, facts, who, inputs)
        obstacles.extend(_without_input(asking))
        judged = (
            *(CHECKS[name](asking) for name in in_force(transition)),
            payments_held(asking),
        )
        obstacles.extend(obstacle for obstacle in judged if obstacle is not None)
    return Explanation(action, not obstacles, tuple(obstacles))


def actions(definition: Definition, facts: Facts, who: Who) -> tuple[Explanation, ...]:
    """Every action that leaves the case's state, allowed or not, in the file's order."""
    return tuple(
        explain(definition, facts, transition.key, who)
        for transition in definition.leaving(facts.state)
    )


def _without_input(asking: Asking) -> list[Obstacle]:
    """Required inputs that are not there, unless a guard will say so in better words."""
    if asking.inputs is None:
        return []
    spoken_of = {"reasons": "reasons-given", "amount": "amount-given",
                 "reference": "reference-given"}  # fmt: skip
    guards = in_force(asking.transition)
    return [
        Obstacle("input-missing", {"input": wanted.name}, asking.oneself, wanted.name)
        for wanted in asking.transition.inputs
        if wanted.required
        and asking.inputs.get(wanted.name) is None
        and spoken_of.get(wanted.name) not in guards
    ]


def _elsewhere(definition: Definition, transition: Transition, state: str) -> Obstacle:
    params = {"state": state, "states": transition.from_states}
    return Obstacle("wrong-state", params, _leads(definition, state, transition.from_states))


def _leads(definition: Definition, state: str, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Who can take the first step of a shortest way from ``state`` to one of ``wanted``;
    nobody where no way leads there."""
    first: dict[str, tuple[str, ...]] = {state: ()}
    waiting = deque([state])
    while waiting:
        at = waiting.popleft()
        for step in definition.leaving(at):
            to = step.target(at)
            if to in first:
                continue
            first[to] = people(step.who) if at == state else first[at]
            if to in wanted:
                return first[to]
            waiting.append(to)
    return ()
