"""The vouchers of accounts that were drawn to be looked into (*stikprøve*)."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask_wtf.file import MultipleFileField
from wtforms import TextAreaField

from pool.files import ACCEPT
from pool.web.access import public
from pool.web.applicant import mine as told
from pool.web.applicant.acting import ActForm, Page, carried_out, done, not_now
from pool.web.applicant.reach import mine
from pool.web.applicant.room import blueprint
from pool.web.apply import fields, spoken, uploads
from pool.web.language import t
from workflows.inputs import LONGEST

ACTION = "vouchers"


class VouchersForm(ActForm):
    """Files, and a word about them."""

    files = MultipleFileField("The vouchers")
    note = TextAreaField("Is there something we should know about them?")


@blueprint.route("/min-sag/<number>/bilag", methods=["GET", "POST"])
@public  # to whoever holds the link, or posts from a page of this case: see reach.mine
def vouchers(number: str) -> Page:
    """Room for the vouchers. They may come in several goes, until they have been looked into."""
    view = mine(number)
    switched = spoken.switch()
    form = VouchersForm(view=view)
    if request.method == "GET" and not told.may(view, ACTION):
        return not_now(view, t("There are no vouchers to send just now."))
    if request.method == "POST" and switched is None and form.validate():
        sent = uploads.taken("files")
        inputs: dict[str, Any] = {"note": form.note.data}
        if sent.refused:
            for sentence in sent.refused:
                form.fault(sentence, "files")
        elif carried_out(view, form, ACTION, inputs, sent.prepared):
            return done(view, t("Thank you. We have your vouchers."))
    page = render_template(
        "pages/applicant/vouchers.html",
        definition=view.definition,
        number=number,
        title=view.case.title,
        due=view.due.get("vouchers"),
        sent=told.files(view, "voucher"),
        form=form,
        summary=fields.summary(form),
        accept=ACCEPT,
        longest=LONGEST["note"],
    )
    return page, 200 if switched else form.status
