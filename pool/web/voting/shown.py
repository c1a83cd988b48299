"""A ballot in words, for the pages that show one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pool.cases import open_ballots
from pool.cases.view import CaseView
from pool.clock import local_day
from pool.meetings import ballots_case
from pool.meetings.ballots_parts import CHAIR
from pool.meetings.ballots_view import BallotView
from pool.models.meetings import Ballot
from pool.render.words import Words
from pool.web.casework import inputs
from pool.web.language import t
from pool.web.voting.room import CHOICES, STATES
from workflows.definition import Definition
from workflows.explain import explain
from workflows.facts import Who

MAJORITIES = {
    "simple": "More must be for than against.",
    "two-thirds": "Two thirds of those for or against must be for.",
    "unanimous": "Nobody must be against.",
}
TOLD = ("criterion", "reasons")
"""Inputs of the proposal that are text for those who vote."""


def proposal(ballot: Ballot, definition: Definition, words: Words) -> list[tuple[str, str]]:
    """Label and value of what is proposed."""
    transition = definition.transition(ballot.action)
    found = [(t("Proposed"), words.text(transition.label) if transition else ballot.action)]
    if ballot.amount is not None:
        found.append((t("Amount proposed"), words.money(ballot.amount)))
    given = open_ballots.proposed(ballot)
    for name in TOLD:
        value = str(given.get(name) or "")
        if name == "criterion":
            option = next((o for o in definition.refusal_reasons if o.key == value), None)
            value = words.text(option.label) if option else ""
        if value:
            found.append((t(inputs.LABELS[name]), value))
    opened = local_day(ballot.opened_at)
    return found + ballots_case.terms(definition, ballot.action, given, opened, words)


def ballot(one: BallotView, definition: Definition, words: Words) -> Mapping[str, Any]:
    """For ``pages/voting/parts.html``."""
    title, tone = STATES[one.ballot.state]
    if one.ballot.state == "open" and not one.is_open:
        title = "The time is up"
    rows = [
        *proposal(one.ballot, definition, words),
        (t("Opened"), t("%(name)s, %(day)s", name=one.ballot.opened_by,
                        day=words.day(local_day(one.ballot.opened_at)))),
        (t("Closes") if one.count is None else t("Was to close"),
         words.day(local_day(one.ballot.closes_at))),
        (t("Must vote"), t("at least %(needed)s of %(entitled)s",
                           needed=one.needed, entitled=one.entitled)),
        (t("To be carried"), t(MAJORITIES.get(one.ballot.majority, "simple"))),
    ]  # fmt: skip
    if one.count is not None:
        rows.append(
            (t("Votes"), t("%(yes)s for, %(no)s against, %(abstain)s abstained",
                           yes=one.count.yes, no=one.count.no, abstain=one.count.abstain))
        )  # fmt: skip
    else:
        rows.append(
            (t("Have voted"), t("%(n)s of %(entitled)s", n=one.voted,
                                entitled=one.ballot.entitled))
        )  # fmt: skip
    return {
        "view": one,
        "title": t(title),
        "tone": tone,
        "rows": rows,
        "voters": [
            {
                "name": voter.name,
                "vote": t("Stays out of the case")
                if voter.out
                else _vote(voter.vote.choice if voter.vote else None, voted=voter.voted),
                "comment": voter.vote.comment if voter.vote else "",
            }
            for voter in one.voters
        ],
    }


def _vote(choice: str | None, *, voted: bool) -> str:
    if choice is not None:
        return t(CHOICES[choice])
    return t("Has voted") if voted else t("Has not voted")


def can_open(view: CaseView, every: Sequence[BallotView]) -> bool:
    """Whether some decision could be put to the vote now."""
    if any(one.ballot.state == "open" for one in every):
        return False
    chair = Who(None, frozenset({CHAIR}))
    return any(
        explain(view.definition, view.facts, one.key, chair).allowed
        for one in view.definition.transitions
        if one.outcome is not None
    )
