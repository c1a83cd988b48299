"""What a condition is asked, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from workflows.definition import Definition, Transition
from workflows.facts import Facts, Who
from workflows.vocabulary import ALWAYS, ALWAYS_DECIDING, ALWAYS_UNFAVOURABLE


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One reason why not. ``removable_by``: roles that could change it, none where nobody can.
    ``field``: the input it is about, where it is about one, to be shown beside it.

    ``params`` are øre, ``date`` and keys of states and roles; ``wording`` makes words of them.
    """

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    removable_by: tuple[str, ...] = ()
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """Everything a guard may look at."""

    definition: Definition
    transition: Transition
    facts: Facts
    who: Who
    inputs: Mapping[str, Any] | None

    @property
    def oneself(self) -> tuple[str, ...]:
        """The roles by which this person may act: they can mend what they typed. Not the
        programme, which types nothing."""
        return people(role for role in self.transition.who if role in self.who.roles)

    def roles(self, *roles: str) -> tuple[str, ...]:
        """Those of ``roles`` that the pool has."""
        return tuple(role for role in roles if role in self.definition.roles)

    def doers(self, effect: str) -> tuple[str, ...]:
        """Who can bring about ``effect``, by any transition of the pool."""
        return once(
            role
            for transition in self.definition.transitions
            if effect in transition.effects
            for role in people(transition.who)
        )

    def given(self, name: str) -> Any:
        return None if self.inputs is None else self.inputs.get(name)

    @property
    def amount(self) -> int | None:
        """What this decision would grant: as typed, or all that was asked where it is in full."""
        typed = self.given("amount")
        if typed is None and self.transition.outcome == "full":
            return self.facts.asked
        return typed if isinstance(typed, int) else None


Guard = Callable[[Asking], Obstacle | None]


def once(roles: Iterable[str]) -> tuple[str, ...]:
    """Each name once, in order."""
    return tuple(dict.fromkeys(roles))


def people(roles: Iterable[str]) -> tuple[str, ...]:
    """Those of ``roles`` that somebody can be asked as: not the programme itself."""
    return tuple(role for role in roles if role != "system")


def in_force(transition: Transition) -> tuple[str, ...]:
    """The guards of a transition: those that always hold, then the file's."""
    deciding = ALWAYS_DECIDING if transition.outcome is not None else ()
    unfavourable = ALWAYS_UNFAVOURABLE if transition.outcome in ("part", "refused") else ()
    return once((*ALWAYS, *deciding, *unfavourable, *transition.guards))
