"""The budget a case's accounts are held against (*regnskab*), and their lines. Amounts are øre."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pool.models.case import Decision
from workflows.definition import Definition, Text

FEATURE = "accounts-form"


@dataclass(frozen=True, slots=True)
class Line:
    """One post of the accounts. ``budget`` is 0 where it was not in the budget, ``actual`` None
    where it was not told."""

    key: str
    label: Text
    budget: int
    actual: int | None

    @property
    def difference(self) -> int | None:
        """How much more was spent than budgeted; negative where less was."""
        return None if self.actual is None else self.actual - self.budget


def budget(
    definition: Definition, answers: Mapping[str, Any], decision: Decision | None
) -> dict[str, int]:
    """What was budgeted by post, in the pool's order: as ``decision``, the one in force, grants it
    by post, else as the application has it (so too where the grant was raised or lowered since:
    the lines granted before add up to another sum). Every post of the pool, at 0, where neither
    says: accounts need their lines all the same. ``answers`` by key of the question."""
    found = (decision.by_post if decision is not None else None) or asked(definition, answers)
    posts = [post.key for post in definition.budget_posts]
    return {key: found.get(key, 0) for key in posts if found.get(key) or not any(found.values())}


def asked(definition: Definition, answers: Mapping[str, Any]) -> dict[str, int]:
    """The application's budget by post; empty where it has none."""
    found: Counter[str] = Counter()
    for question in definition.questions:
        if question.type == "budget":
            for row in answers.get(question.key) or ():
                found[row["post"]] += row["amount"]
    return dict(found)


def lines(
    definition: Definition, budgeted: Mapping[str, int], accounts: Mapping[str, int] | None
) -> tuple[Line, ...]:
    """The accounts beside the budget, in the pool's order: every post that stands in either."""
    told = accounts or {}
    return tuple(
        Line(post.key, post.label, budgeted.get(post.key, 0), told.get(post.key))
        for post in definition.budget_posts
        if post.key in budgeted or post.key in told
    )
