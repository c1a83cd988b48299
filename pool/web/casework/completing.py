"""The page on which the secretariat fills in what an application lacks, for the applicant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from pool.cases import completing, facts
from pool.cases.errors import CommandReused, Invalid, NotFound
from pool.cases.view import CaseView
from pool.identity.actor import Actor
from pool.web.access import staff
from pool.web.apply import fields
from pool.web.apply.fields import BudgetFaults
from pool.web.casework.doing import sent_before
from pool.web.casework.room import READERS, blueprint, find
from pool.web.context import now, read
from pool.web.forms import Form
from pool.web.house import house
from pool.web.language import speak, t


@blueprint.route("/sager/<number>/udfyld", methods=["GET", "POST"])
@staff(*READERS)
def complete(number: str) -> tuple[str, int] | Response:
    """The questions that are lacking, as the form has them. What is left blank can wait."""
    view, actor = find(number)
    if not completing.may(view.state, actor):
        abort(404)
    case, words = view.case, speak()
    questions = completing.to_ask(view.definition, case, _given(view))
    posted = request.method == "POST"
    raw: dict[str, Any] = fields.typed(questions, request.form) if posted else {}
    form = fields.form_class(questions, words, Form)()
    budget = BudgetFaults()
    adding = any(request.form.get(f"add_{fields.field_name(one.key)}") for one in questions)
    if form.validate_on_submit() and not adding:
        try:
            return _done(view, actor, str(form.command_id.data), raw)
        except Invalid as invalid:
            budget = fields.put_faults(form, invalid.faults, view.definition, words)
        except CommandReused:
            sent_before(form)
        except NotFound:
            abort(404)
    page = render_template(
        "pages/casework/complete.html",
        view=view,
        form=form,
        budget=budget,
        summary=fields.summary(form, budget, questions),
        blocks=fields.present(view.definition, questions, form, words, raw),
        more_rows=fields.ROWS if adding else 0,
        asked=case.asked,
    )
    return page, 422 if form.errors or budget.summary else 200


def _given(view: CaseView) -> Mapping[str, Any]:
    return {question.key: value for question, value in view.answers}


def _done(view: CaseView, actor: Actor, command_id: str, raw: Mapping[str, Any]) -> Response:
    case_id = view.case.id or 0
    completing.complete(house(), command_id, case_id, raw, actor, now())
    left = completing.lacking(view.definition, view.case, facts.answers(read(), case_id))
    if left:
        labels = ", ".join(speak().text(question.label) for question in left)
        flash(t("It is saved. Still missing: %(what)s", what=labels), "warning")
    else:
        flash(t("Everything that was missing is filled in."), "success")
    return redirect(url_for("casework.case", number=view.case.number), 303)
