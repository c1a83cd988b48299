"""A grant that lapsed without a report and is to be paid back; and small sums that are not."""

from __future__ import annotations

from pool.cases.view import CaseView
from pool.web.language import speak, t
from workflows import deficit


def claimed(view: CaseView) -> bool:
    """Whether the whole of what was paid is to come back: no report came, and the grant lapsed."""
    moves = view.definition.leaving(view.case.state)
    return any("all-returned" in move.guards for move in moves)


def owed(view: CaseView, *, may_report: bool) -> list[str]:
    """What is to be paid back of a grant that lapsed, and what can be done about it."""
    out = view.money.paid - view.money.returned
    due = view.due.get("repay")
    say = []
    if out > view.definition.limits.waive_unspent:
        amount = speak().money(out)
        if due:
            say.append(
                t(
                    "The grant has lapsed. You are to pay back %(amount)s by %(day)s: ring us and "
                    "hear how.",
                    amount=amount,
                    day=speak().day(due),
                )
            )
        else:
            say.append(
                t(
                    "The grant has lapsed. You are to pay back %(amount)s: ring us and hear how.",
                    amount=amount,
                )
            )
    if may_report:
        say.append(
            t(
                "Did it take place after all? Send us the report: what you show was spent on it "
                "need not be paid back."
            )
        )
    return say


def asked_back(view: CaseView) -> list[str]:
    """What of a report is to be paid back: what was asked for by a day, else what was not spent."""
    due, facts = view.due.get("repay"), view.facts
    if due and facts.claim > view.definition.limits.waive_unspent:
        return [
            t(
                "You are to pay back %(amount)s by %(day)s: ring us and hear how.",
                amount=speak().money(facts.claim),
                day=speak().day(due),
            )
        ]
    left = deficit.unspent(facts)
    if left <= view.definition.limits.waive_unspent:
        return []
    return [
        t(
            "%(amount)s was not spent and is to be paid back. Ring us and hear how.",
            amount=speak().money(left),
        )
    ]


def waived(view: CaseView) -> int:
    """What was left and not asked for back, øre, as the journal has it of the closing."""
    return _told(view, "waived")


def written_off(view: CaseView) -> int:
    """What was to be paid back and was not waited for any more, øre."""
    return _told(view, "written_off")


def _told(view: CaseView, name: str) -> int:
    found = (event.data.get(name) for event in reversed(view.journal))
    return next((int(amount) for amount in found if amount), 0)
