"""Who does a thing, as the use cases and the record see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ActorKind = Literal["person", "applicant", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody acting now, with the name and roles they have at this moment.

    ``person_id`` is set for a signed-in person and for nobody else; ``roles`` are those for the
    pool the action is about, and ``pool`` is that pool: in another they are worth nothing. It is
    None for roles of no one pool. Raises ValueError where kind and id do not go together.
    """

    kind: ActorKind
    person_id: int | None
    name: str
    roles: frozenset[str] = frozenset()
    pool: str | None = None

    def __post_init__(self) -> None:
        if (self.kind == "person") != (self.person_id is not None):
            raise ValueError("a person acts with an id, and only a person does")

    @property
    def key(self) -> str:
        """``person:3``, ``applicant`` or ``system``: to bind a command to who gave it."""
        return f"person:{self.person_id}" if self.kind == "person" else self.kind


SYSTEM = Actor("system", None, "system", frozenset({"system"}))
"""The software itself, when a due date falls."""


def applicant(name: str) -> Actor:
    """Whoever came by an applicant's link. ``name`` as given in the application."""
    return Actor("applicant", None, name, frozenset({"applicant"}))
