"""On what terms money is granted, as its letter says them. Amounts are øre."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pool.models.case import Decision
from workflows.definition import Definition


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms money is granted: what a decision's letter says besides the amount, øre."""

    conditions: str = ""
    by_post: Mapping[str, int] | None = None
    guarantee: bool = False
    """A deficit guarantee: ``amount`` is the most that is paid."""
    advance: int | None = None
    early_start: bool = False

    def told(self, definition: Definition) -> dict[str, Any]:
        """The keys of the letter's data that there is something to say of."""
        posts = [
            {"label": dict(post.label), "amount": self.by_post[post.key]}
            for post in definition.budget_posts
            if self.by_post and self.by_post.get(post.key)
        ]
        found = {
            "posts": posts,
            "guarantee": self.guarantee,
            "advance": self.advance,
            "early_start": self.early_start,
        }
        return {"conditions": self.conditions or None} | {
            name: value for name, value in found.items() if value
        }


def terms_of(decision: Decision) -> Terms:
    """Those of a decision that was made."""
    return Terms(
        conditions=decision.conditions,
        by_post=decision.by_post,
        guarantee=decision.grant_type == "deficit",
        advance=decision.advance,
        early_start=decision.early_start,
    )
