"""The order in which states are read."""

from __future__ import annotations

from collections import deque

from workflows.definition import SUGGESTION, Definition, State


def order(definition: Definition) -> list[State]:
    """States as one reads them: by steps from the start, ends last; those of suggestions after
    those of applications."""
    depth = {state.key: 0 for state in definition.states if state.start}
    waiting = deque(depth)
    while waiting:
        at = waiting.popleft()
        for transition in definition.leaving(at):
            to = transition.target(at)
            if to not in depth:
                depth[to] = depth[at] + 1
                waiting.append(to)
    places = {state.key: place for place, state in enumerate(definition.states)}
    return sorted(
        definition.states,
        key=lambda s: (s.kind == SUGGESTION, s.final, depth.get(s.key, len(places)), places[s.key]),
    )
