"""How a grant's money went, where there is more to it than one payment: raised, lowered, in
instalments, failed, carried over. Each line with its day and its decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pool.cases import access, instalments, money_story
from pool.cases.money_story import Step
from pool.cases.view import CaseView
from pool.identity.actor import Actor
from pool.render.words import Words
from pool.web.casework.panels import Panel
from pool.web.context import read
from pool.web.language import speak, t

KINDS = {
    "granted": ("Granted", "ok"),
    "raised": ("Raised from %(before)s", "ok"),
    "lowered": ("Lowered from %(before)s", "stop"),
    "hold": ("Set aside", "wait"),
    "void": ("Given back to the pool", "void"),
    "post": ("Paid out", "paid"),
    "return": ("Came back", "paid"),
    "return-undone": ("Had not come back: taken out of the books again", "void"),
    "failed": ("The payment failed: set aside anew", "stop"),
}


def data(view: CaseView, actor: Actor) -> Mapping[str, Any] | None:
    """None where nothing was granted, or it was simply paid."""
    if view.decision is None or not view.decisions or not view.decision.amount:
        return None
    if not _may_have_more(view):
        return None
    case_id = view.case.id or 0
    parts = money_story.parts_of(read(), case_id, asked=view.definition.has(instalments.FEATURE))
    found = money_story.steps(read(), case_id, view.decisions, parts, view.payments)
    if not money_story.worth_telling(found, parts):
        return None
    words = speak()
    reads = access.reads(actor.roles, "reference")
    waiting = instalments.unpaid(parts)
    several = len(view.decisions) > 1
    return {
        "rows": [
            _row(view, one, words, reads=reads)
            for one in found
            # one hold for the whole grant is the grant itself
            if one.kind != "hold" or one.part is not None or one.year != view.case.year
        ],
        "several": several,
        "next": waiting[0] if waiting else None,
        "dropped": sum(one.dropped for one in parts),
    }


def _may_have_more(view: CaseView) -> bool:
    """So that a light pool's simple grant costs no query."""
    return (
        any(one.changes_id is not None for one in view.decisions)
        or any(one.failed_on is not None for one in view.payments)
        or len(view.payments) > 1
        or view.definition.has(instalments.FEATURE)
        or view.definition.has("carry-over")
    )


def _row(view: CaseView, step: Step, words: Words, *, reads: bool) -> dict[str, Any]:
    text, tone = KINDS[step.kind]
    said = t(text, before=words.money(step.before)) if step.before else t(text)
    notes = []
    if step.part is not None and not step.part.dropped:
        notes.append(t("instalment %(n)s of %(of)s", n=step.part.number, of=step.part.of))
        if step.kind == "hold":
            notes.append(t("to be paid from %(day)s", day=words.day(step.part.due_on)))
    if step.year is not None and step.year != view.case.year:
        notes.append(t("of the money of %(year)s", year=step.year))
    if step.reference and reads:
        notes.append(t("reference %(reference)s", reference=step.reference))
    return {
        "on": words.month(step.on) if step.precision == "month" else words.short_day(step.on),
        "what": said,
        "tone": tone,
        "notes": notes,
        "amount": step.amount,
        "decision": step.decision,
    }


PANEL = Panel(
    key="payments",
    heading="How the money went",
    place="main",
    template="pages/casework/panels/payments.html",
    data=data,
)
