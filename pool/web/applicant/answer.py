"""Answering the secretariat's question."""

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


class AnswerForm(ActForm):
    """The answer, and what should go with it."""

    answer = TextAreaField("Your answer")
    files = MultipleFileField("Files to go with it")


@blueprint.route("/min-sag/<number>/svar", methods=["GET", "POST"])
@public  # to whoever holds the link, or posts from a page of this case: see reach.mine
def answer(number: str) -> Page:
    """The question, and room for the answer; the clock runs again when it is sent."""
    view = mine(number)
    switched = spoken.switch()
    form = AnswerForm(view=view)
    action = told.answer_action(view)
    if request.method == "GET" and not told.may(view, action):
        return not_now(view, t("There is nothing to answer just now."))
    if request.method == "POST" and switched is None and form.validate():
        sent = uploads.taken("files")
        inputs: dict[str, Any] = {"answer": form.answer.data}
        if sent.refused:
            for sentence in sent.refused:
                form.fault(sentence, "files")
        elif carried_out(view, form, action, inputs, sent.prepared):
            return done(view, t("Thank you. We have your answer."))
    page = render_template(
        "pages/applicant/answer.html",
        definition=view.definition,
        number=number,
        title=view.case.title,
        enquiry=view.enquiry,
        form=form,
        summary=fields.summary(form),
        accept=ACCEPT,
        longest=LONGEST["answer"],
    )
    return page, 200 if switched else form.status
