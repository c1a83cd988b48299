"""The newest written vote, on a case's page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for

from pool.cases import access
from pool.cases.view import CaseView
from pool.identity.actor import Actor
from pool.meetings import ballots
from pool.meetings import ballots_view as looking
from pool.web.casework.panels import Link, Panel
from pool.web.context import now, read
from pool.web.language import speak, t


def data(view: CaseView, actor: Actor) -> Mapping[str, Any] | None:
    from pool.web.voting import shown  # that room is made of this one

    if not view.definition.has(ballots.FEATURE):
        return None
    every = looking.of_case(read(), view.definition, view.case, actor, now())
    if not every:
        return None
    first = every[0]
    waits = (first.can_vote and first.own is None) or first.can_confirm or first.can_decide_alone
    return {**shown.ballot(first, view.definition, speak()), "waits": waits,
            "action": t("Vote") if first.can_vote and first.own is None
            else t("Open the vote")}  # fmt: skip


def links(view: CaseView, actor: Actor) -> list[Link]:
    """Putting a decision to the vote, where one can be."""
    from pool.web.voting import shown

    if not view.definition.has(ballots.FEATURE) or not access.reads(actor.roles):
        return []
    if not actor.roles & ballots.OPENERS or view.facts.open_ballot or not shown.can_open(view, ()):
        return []
    return [
        Link(t("Put a decision to the vote"), url_for("voting.propose", number=view.case.number))
    ]


PANEL = Panel(
    key="votes",
    heading="Written vote",
    place="main",
    template="pages/casework/panels/votes.html",
    data=data,
    links=links,
)
