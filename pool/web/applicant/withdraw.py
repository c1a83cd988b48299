"""Withdrawing the application."""

from __future__ import annotations

from flask import render_template, request
from wtforms import TextAreaField

from pool.web.access import public
from pool.web.applicant.acting import ActForm, Page, carried_out, done, not_now
from pool.web.applicant.mine import decision
from pool.web.applicant.reach import mine
from pool.web.applicant.room import blueprint
from pool.web.apply import fields, spoken
from pool.web.language import t
from workflows.inputs import LONGEST


class WithdrawForm(ActForm):
    """Yes, and perhaps why."""

    reason = TextAreaField("Why?")


@blueprint.route("/min-sag/<number>/traek-tilbage", methods=["GET", "POST"])
@public  # to whoever holds the link, or posts from a page of this case: see reach.mine
def withdraw(number: str) -> Page:
    """Ask once whether it is meant; what was set aside for it is free again."""
    view = mine(number)
    switched = spoken.switch()
    form = WithdrawForm(view=view)
    explained = view.explained("withdraw")
    if request.method == "GET" and not (explained and explained.allowed):
        return not_now(view, t("The application cannot be withdrawn now. Ring us instead."))
    if (
        request.method == "POST"
        and switched is None
        and form.validate()
        and carried_out(view, form, "withdraw", {"reason": form.reason.data})
    ):
        return done(view, t("The application is withdrawn. You are welcome to apply again."))
    made = decision(view)
    page = render_template(
        "pages/applicant/withdraw.html",
        definition=view.definition,
        number=number,
        title=view.case.title,
        granted=made.amount if made else 0,
        form=form,
        summary=fields.summary(form),
        longest=LONGEST["reason"],
    )
    return page, 200 if switched else form.status
