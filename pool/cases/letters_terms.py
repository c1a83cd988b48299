"""On what terms money is granted, as its letter says them. Amounts are øre."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from pool.cases import instalments
from pool.cases.effects import Firing
from pool.models.case import Decision
from pool.models.payments import Instalment
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
    instalments: Sequence[tuple[int, date]] = ()
    """Where it is paid in parts: how much, and the day it is due at the earliest."""

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
            "instalments": [
                {"amount": amount, "due_on": due_on.isoformat()}
                for amount, due_on in self.instalments
            ],
        }
        return {"conditions": self.conditions or None} | {
            name: value for name, value in found.items() if value
        }


def terms_of(session: Session, definition: Definition, decision: Decision) -> Terms:
    """Those of a decision that was made."""
    return Terms(
        conditions=decision.conditions,
        by_post=decision.by_post,
        guarantee=decision.grant_type == "deficit",
        advance=decision.advance,
        early_start=decision.early_start,
        instalments=_agreed(session, decision) if definition.has(instalments.FEATURE) else (),
    )


def _agreed(session: Session, decision: Decision) -> tuple[tuple[int, date], ...]:
    rows = session.execute(
        select(col(Instalment.amount), col(Instalment.due_on))
        .where(col(Instalment.decision_id) == decision.id)
        .order_by(col(Instalment.number))
    )
    return tuple((row[0], row[1]) for row in rows)


def of_payment(firing: Firing) -> dict[str, Any]:
    """Which part of the grant was paid, and when the next one is due; nothing where the grant is
    paid at once."""
    if "instalment" not in firing.data:
        return {}
    told: dict[str, Any] = {
        "instalment": firing.data["instalment"],
        "instalments": firing.data["of"],
    }
    waiting = instalments.unpaid(instalments.parts(firing.session, firing.case_id))
    if waiting:
        told |= {"next_amount": waiting[0].left, "next_on": waiting[0].due_on.isoformat()}
    return told
