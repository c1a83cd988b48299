"""What the chair does: close a vote, confirm what was carried, or decide alone and say why."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField, TextAreaField

from pool.cases import open_ballots
from pool.cases.fire import by_the_group
from pool.cases.view import CaseView
from pool.identity.actor import Actor
from pool.meetings import ballots, ballots_ending
from pool.meetings.ballots_view import BallotView
from pool.web.access import staff
from pool.web.casework import inputs_typed, preview, wording
from pool.web.casework.doing import Outcome, attempt
from pool.web.casework.done import said
from pool.web.context import now, read
from pool.web.forms import Form
from pool.web.house import house
from pool.web.language import speak, t
from pool.web.voting import shown
from pool.web.voting.room import NOT_NOW, STATES, blueprint, found, newest
from workflows.definition import Transition

Page = Response | tuple[str, int]


class ConfirmForm(Form):
    state_version = HiddenField()


class AloneForm(ConfirmForm):
    why = TextAreaField("Why can it not wait?")


class CloseForm(Form):
    """The one button."""


@blueprint.route("/sager/<number>/afstemning/luk", methods=["GET", "POST"])
@staff("chair")
def close(number: str) -> Page:
    """Close the open vote before its time."""
    view, actor = found(number)
    one = newest(view, actor)
    if ballots.CHAIR not in actor.roles:
        abort(404)
    back = url_for("voting.ballot", number=number)
    if not one.can_close:
        return redirect(back, 303)
    form = CloseForm()
    if form.validate_on_submit():
        state = ballots.close(house(), one.ballot.id or 0, actor, now())
        flash(t("The vote is closed. %(result)s.", result=t(STATES[state][0])), "success")
        return redirect(back, 303)
    page = render_template("pages/voting/close.html", view=view, form=form, one=_shown(view, one))
    return page, form.status


@blueprint.route("/sager/<number>/afstemning/bekraeft", methods=["GET", "POST"])
@staff("chair", "secretariat")
def confirm(number: str) -> Page:
    """Make the decision that was carried."""
    view, actor = found(number)
    one = newest(view, actor)
    if not ballots_ending.may_confirm(read(), view.case, actor):
        abort(404)
    form = ConfirmForm(data={"state_version": str(view.case.state_version)})

    def work() -> Any:
        wish = ballots_ending.Confirm(
            id=str(form.command_id.data),
            ballot_id=one.ballot.id or 0,
            state_version=inputs_typed.seen_version(form),
        )
        return ballots_ending.confirm(house(), wish, actor, now())

    return _decide(view, actor, one, form, work, able=one.can_confirm, alone=False)


@blueprint.route("/sager/<number>/afstemning/alene", methods=["GET", "POST"])
@staff("chair")
def alone(number: str) -> Page:
    """Decide although too few voted."""
    view, actor = found(number)
    one = newest(view, actor)
    if ballots.CHAIR not in actor.roles:
        abort(404)
    form = AloneForm(data={"state_version": str(view.case.state_version)})

    def work() -> Any:
        wish = ballots_ending.Alone(
            id=str(form.command_id.data),
            ballot_id=one.ballot.id or 0,
            state_version=inputs_typed.seen_version(form),
            why=str(form["why"].data or ""),
        )
        return ballots_ending.decide_alone(house(), wish, actor, now())

    return _decide(view, actor, one, form, work, able=one.can_decide_alone, alone=True)


def _decide(
    view: CaseView,
    actor: Actor,
    one: BallotView,
    form: Form,
    work: Any,
    *,
    able: bool,
    alone: bool,
) -> Page:
    transition = view.definition.transition(one.ballot.action)
    assert transition is not None, "it was proposed under this definition"
    outcome = Outcome()
    if form.validate_on_submit():
        try:
            outcome = attempt(view, form, work)
        except ballots.NotNow as error:
            form.fault(t(NOT_NOW[error.code]))
        if outcome.result is not None:
            said(view, transition, _done(transition))
            return redirect(url_for("casework.case", number=view.case.number), 303)
    elif not able:
        return redirect(url_for("voting.ballot", number=view.case.number), 303)
    letter = None
    if able and not form.errors:
        given = open_ballots.proposed(one.ballot)
        if not alone:
            given["record"] = ballots_ending.record(read(), view.case, one.ballot)
        sitting = replace(view, facts=by_the_group(view.facts))
        letter = preview.make(sitting, actor, transition, form, given)
    page = render_template(
        "pages/voting/decide.html",
        view=view,
        form=form,
        one=_shown(view, one),
        alone=alone,
        preview=letter,
        later=transition.letter is None,
        meanwhile=wording.meanwhile(outcome.meanwhile, view.definition, speak()),
    )
    return page, form.status


def _done(transition: Transition) -> str:
    if transition.letter is None:
        return t("Decided. Nobody outside is told until the decision is announced.")
    return t("Decided.")


def _shown(view: CaseView, one: BallotView) -> Any:
    return shown.ballot(one, view.definition, speak())
