"""The room's blueprint, the vote's own form, and a case whose pool votes in writing."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort
from wtforms import RadioField, TextAreaField

from pool.cases import access
from pool.cases.errors import CommandReused, Invalid, NotFound
from pool.cases.view import CaseView
from pool.identity.actor import Actor
from pool.meetings import ballots
from pool.meetings import ballots_view as looking
from pool.meetings.ballots_view import BallotView
from pool.web.casework import room as casework
from pool.web.casework.doing import sent_before
from pool.web.casework.inputs import choices
from pool.web.context import now, read
from pool.web.forms import Form, field_errors_from_faults
from pool.web.house import house
from pool.web.language import speak, t

blueprint = Blueprint("voting", __name__)

CHOICES = {"yes": "For", "no": "Against", "abstain": "I abstain"}
"""How one can vote."""
STATES = {
    "open": ("The vote is open", "wait"),
    "carried": ("Carried", "ok"),
    "lost": ("Not carried", "stop"),
    "not-quorate": ("Too few voted", "stop"),
    "stopped": ("Stopped", "void"),
}
"""A ballot's state in words, with its tone."""
NOT_NOW = {
    "closed": "The vote is closed, so nothing was done.",
    "open": "There is an open vote on the case already.",
    "nobody": "Nobody can vote: every member stays out of the case, or there is none.",
    "not-carried": "The proposal is not carried, so there is nothing to confirm.",
    "recount": "Somebody who voted stays out of the case now, and without them the proposal is "
    "not carried any more. Open a new vote, or take the case at a meeting.",
    "not-short": "Enough have voted, so the chair does not decide this alone.",
    "moved": "The case has moved since the vote. Open a new vote, or decide it as usual.",
    "done": "It is done already.",
}
"""Why something cannot be done with a ballot as it is (``ballots.NotNow``)."""


class VoteForm(Form):
    choice = RadioField("How do you vote?", validate_choice=False)
    comment = TextAreaField("Comment")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choice.choices = choices((key, t(words)) for key, words in CHOICES.items())


def found(number: str) -> tuple[CaseView, Actor]:
    """The case as its reader sees it; 404 where its pool does not vote in writing, or the reader
    may not know how the group works on it."""
    view, actor = casework.find(number)
    if not view.definition.has(ballots.FEATURE) or not access.reads(actor.roles):
        abort(404)
    return view, actor


def ballots_of(view: CaseView, actor: Actor) -> tuple[BallotView, ...]:
    """Its ballots, the newest first."""
    return looking.of_case(read(), view.definition, view.case, actor, now())


def newest(view: CaseView, actor: Actor) -> BallotView:
    """404 where there was none."""
    every = ballots_of(view, actor)
    if not every:
        abort(404)
    return every[0]


def cast(form: VoteForm, ballot_id: int, actor: Actor, via: str) -> bool:
    """Whether the vote was cast; if not, the form says why. 404 for who may not vote."""
    wish = ballots.Cast(
        id=str(form.command_id.data),
        ballot_id=ballot_id,
        choice=str(form.choice.data or ""),
        comment=str(form.comment.data or ""),
        via=via,
    )
    try:
        ballots.cast(house(), wish, actor, now())
    except Invalid as invalid:
        field_errors_from_faults(form, invalid.faults, speak())
    except ballots.NotNow as error:
        form.fault(t(NOT_NOW[error.code]))
    except CommandReused:
        sent_before(form)
    except NotFound:
        abort(404)
    else:
        return True
    return False
