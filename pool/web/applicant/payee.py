"""Where the money is to go, asked for once it is granted."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from pool.cases.effects_payments import current
from pool.cases.view import CaseView
from pool.files import ACCEPT
from pool.web import payees
from pool.web.access import public
from pool.web.applicant import mine as mine_told
from pool.web.applicant.acting import ActForm, Page, carried_out, done, not_now
from pool.web.applicant.reach import mine
from pool.web.applicant.room import blueprint
from pool.web.apply import fields, spoken, uploads
from pool.web.context import read
from pool.web.language import t


class PayeeForm(payees.PayeeFields, ActForm):
    """Way, number, name, and the papers that go with it."""

    def __init__(self, *args: Any, view: CaseView, **kwargs: Any) -> None:
        super().__init__(*args, view=view, **kwargs)


@blueprint.route("/min-sag/<number>/udbetaling", methods=["GET", "POST"])
@public  # to whoever holds the link, or posts from a page of this case: see reach.mine
def payee(number: str) -> Page:
    """One page on who is paid and how; what was told before stands in it, but no CPR number."""
    view = mine(number)
    switched = spoken.switch()
    before = current(read(), view.case.id or 0)
    form = PayeeForm(view=view, data=payees.filled(before))
    if request.method == "GET" and not mine_told.may(view, "payee"):
        return not_now(view, t("We need not know where the money is to go just now."))
    if request.method == "POST" and not switched and form.validate():
        sent = uploads.taken("files")
        for sentence in sent.refused:
            form.fault(sentence, "files")
        told = {"payee": form.told}
        if not sent.refused and carried_out(view, form, "payee", told, sent.prepared):
            return done(view, t("Thank you. We know where the money is to go."))
    page = render_template(
        "pages/applicant/payee.html",
        form=form,
        summary=fields.summary(form),
        definition=view.definition,
        number=view.case.number,
        title=view.case.title,
        held=view.money.held,
        secret=before is not None and before.secret is not None,
        payees=payees,
        accept=ACCEPT,
    )
    return page, 200 if switched else form.status
