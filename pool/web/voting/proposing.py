"""Putting a decision to the vote: the deciding page's own form, without how it was decided."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import StringField

from pool.cases.errors import CommandReused, Invalid, Refused, Stale
from pool.cases.view import CaseView
from pool.identity.actor import Actor
from pool.meetings import ballots
from pool.web.access import staff
from pool.web.casework import deciding, inputs, inputs_typed, terms, wording
from pool.web.casework.doing import sent_before, tell
from pool.web.context import now, read, today
from pool.web.forms import Form, field_errors_from_faults
from pool.web.house import house
from pool.web.language import speak, t
from pool.web.voting import shown
from pool.web.voting.room import NOT_NOW, ballots_of, blueprint, found
from workflows.definition import Transition

NOT_PROPOSED = ("record", "note")
"""Inputs a proposal has none of: how it was decided is the vote itself."""


@blueprint.route("/sager/<number>/afstemning/ny", methods=["GET", "POST"])
@staff(*sorted(ballots.OPENERS))
def propose(number: str) -> Response | tuple[str, int]:
    """The form of a new ballot."""
    view, actor = found(number)
    if not actor.roles & ballots.OPENERS:
        abort(404)
    ways = deciding.ways(view.definition, frozenset({ballots.CHAIR}))
    form = _form(view, ways)
    offers = deciding.words_for(view, ways)
    wish = request.form.get("do", "")
    if wish.startswith(terms.INSERT):
        terms.insert(view, form, wish, [*offers["phrases"], *offers["facts"]])
    elif form.validate_on_submit():
        chosen = next((one for one in ways if one.key == form["outcome"].data), None)
        if chosen is None:
            form.fault(t("Choose one of the possibilities."), "outcome")
        elif _proposed(view, actor, form, chosen):
            flash(t("The vote is open, and everybody who can vote is sent a link."), "success")
            return redirect(url_for("voting.ballot", number=number), 303)
    context = offers | {
        "view": view,
        "form": form,
        "fields": inputs,
        "posts": terms.posts(view, form),
        "acute": terms.acute(view),
        "inserted": wish.startswith(terms.INSERT),
        "open": shown.can_open(view, ballots_of(view, actor)),
        "voters": [one.name for one in ballots.entitled(read(), view.case)],
    }
    return render_template("pages/voting/propose.html", **context), form.status


def _form(view: CaseView, ways: list[Transition]) -> Form:
    base = deciding.decision_form(view, ways)
    make = type("ProposalForm", (base,), {"closes_on": StringField("Closes")})
    last = ballots.last_day(view.definition, today())
    stands = inputs.defaults(terms.names(view, ways), view, today())
    made: Form = make(
        data=stands
        | {"outcome": request.args.get(deciding.CHOICE), "closes_on": f"{last:%d.%m.%Y}"}
    )
    made["outcome"].label.text = t("What is proposed?")
    return made


def _proposed(view: CaseView, actor: Actor, form: Form, chosen: Transition) -> bool:
    """Whether the ballot was opened; if not, the form says why."""
    raw = deciding.typed(form, chosen, must_record=False, evidence=())
    if deciding.unfinished(view, raw):
        form.fault(
            t("A sentence still ends with “…”. Write the facts that decided instead."), "reasons"
        )
        return False
    wish = ballots.Propose(
        id=str(form.command_id.data),
        case_id=view.case.id or 0,
        action=chosen.key,
        state_version=inputs_typed.seen_version(form),
        given={name: value for name, value in raw.items() if name not in NOT_PROPOSED},
        closes_on=str(form["closes_on"].data or ""),
    )
    words = speak()
    try:
        ballots.propose(house(), wish, actor, now())
    except Invalid as invalid:
        field_errors_from_faults(form, invalid.faults, words)
    except Refused as refused:
        tell(form, wording.hindrances(refused.explanation, view.definition, words))
    except ballots.NotNow as error:
        form.fault(t(NOT_NOW[error.code]))
    except Stale as stale:
        form["state_version"].data = str(stale.now)
        form.fault(
            t(
                "Somebody else was here meanwhile, so nothing was done. Look at the case; "
                "what you typed is kept, and you can press again."
            )
        )
    except CommandReused:
        sent_before(form)
    else:
        return True
    return False
