"""Who is to be paid: typed in by a colleague, and a CPR number shown to finance."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response
from wtforms import HiddenField

from pool import keys
from pool.cases import payees as kept
from pool.cases.effects_payments import current
from pool.cases.errors import NotFound
from pool.cases.fire import who
from pool.files import ACCEPT
from pool.web import payees
from pool.web.access import staff
from pool.web.casework import wording
from pool.web.casework.doing import Outcome, carry_out, prepared
from pool.web.casework.done import said
from pool.web.casework.room import blueprint, find
from pool.web.context import now, read
from pool.web.errors import Refused
from pool.web.forms import Form
from pool.web.house import house
from pool.web.language import speak, t
from workflows.explain import explain

MAY = ("secretariat", "finance")


class PayeeForm(payees.PayeeFields):
    state_version = HiddenField()


class RevealForm(Form):
    """Only a button."""


@blueprint.route("/sager/<number>/udbetaling", methods=["GET", "POST"])
@staff(*MAY)
def payee(number: str) -> tuple[str, int] | Response:
    """What was told before stands in the fields, but no CPR number."""
    view, actor = find(number)
    transition = next((one for one in view.definition.transitions if "payee" in one.effects), None)
    if transition is None or not actor.roles & frozenset(transition.who):
        abort(404)
    before = current(read(), view.case.id or 0)
    filled = payees.filled(before) | {"state_version": str(view.case.state_version)}
    form = PayeeForm(data=filled)
    outcome = Outcome()
    if form.validate_on_submit():
        carried = prepared(form)
        if carried is not None:
            told = {"payee": form.told}
            outcome = carry_out(view, actor, transition.key, form, told, carried)
        if outcome.result is not None:
            said(view, transition, t("It is noted who is to be paid."))
            return redirect(url_for("casework.case", number=number), 303)
    explanation = explain(view.definition, view.facts, transition.key, who(actor))
    context: dict[str, Any] = {
        "view": view,
        "form": form,
        "payees": payees,
        "accept": ACCEPT,
        "secret": before is not None and before.secret is not None,
        "meanwhile": wording.meanwhile(outcome.meanwhile, view.definition, speak()),
        "closed": not explanation.allowed,
        "obstacles": wording.hindrances(explanation, view.definition, speak()),
    }
    return render_template("pages/casework/payee.html", **context), form.status


@blueprint.post("/sager/<number>/udbetaling/cpr")
@staff("finance")
def reveal_payee(number: str) -> tuple[str, int] | Response:
    """The CPR number, once, on a page that no browser keeps."""
    view, actor = find(number)
    form = RevealForm()
    if not form.validate_on_submit():
        abort(409)
    try:
        shown = kept.reveal(house(), str(form.command_id.data), view.case.id or 0, actor, now())
    except NotFound:
        abort(404)
    except keys.CannotOpen as error:
        raise Refused(
            t("What is kept encrypted cannot be opened with the key there is."),
            t("Whoever runs the machine must put the key file back."),
        ) from error
    page = render_template(
        "pages/casework/revealed.html",
        view=view,
        payee=current(read(), view.case.id or 0),
        shown=shown,
    )
    response = Response(page, content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response
