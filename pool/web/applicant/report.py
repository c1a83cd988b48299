"""The short report after the activity; where the pool asks for them, with accounts beside the
budget."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask_wtf.file import MultipleFileField
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from pool.cases.view import CaseView
from pool.files import ACCEPT
from pool.web import accounts
from pool.web.access import public
from pool.web.applicant import mine as mine_told
from pool.web.applicant.acting import ActForm, Page, carried_out, done, not_now
from pool.web.applicant.reach import mine
from pool.web.applicant.room import blueprint
from pool.web.apply import fields, spoken, uploads
from pool.web.language import t
from workflows.inputs import LONGEST, REPORT


class ReportForm(ActForm):
    """How it went: the fields of ``workflows.inputs.REPORT``."""

    held = RadioField("Was it held?", validate_choice=False)
    participants = StringField("How many came?")
    worked = TextAreaField("What went well, and what did not?")
    safety = TextAreaField("Did it make the area safer? How?")
    spent = StringField("How much of the grant was spent?")
    income = StringField("What came in besides the grant?")
    links = TextAreaField("Links to pictures or articles")
    files = MultipleFileField("Pictures, receipts or others")

    def __init__(self, *args: Any, view: CaseView, **kwargs: Any) -> None:
        super().__init__(*args, view=view, **kwargs)
        if guarantee(view):
            self.spent.label.text = t("What did the activity cost in all?")
        else:
            del self.income
        if accounts.asked(view):
            del self.spent  # the sum of the accounts
        self.held.choices = [
            SelectChoice(fields.YES, t("Yes")),
            SelectChoice(fields.NO, t("No, it was cancelled")),
        ]

    @property
    def told(self) -> dict[str, Any]:
        """What was typed, as the rules take it."""
        told: dict[str, Any] = {name: self[name].data or "" for name in REPORT if name in self}
        if posts := accounts.typed(self):
            told["accounts"] = posts
        return told


def guarantee(view: CaseView) -> bool:
    """Whether the accounts are asked for, which decide what is paid."""
    return view.facts.grant_type == "deficit"


def _form(view: CaseView) -> ReportForm:
    """The form, with a field for each post the report must account for."""
    made = type("ReportOfPosts", (ReportForm,), accounts.fields(view))
    form: ReportForm = made(view=view)
    return form


@blueprint.route("/min-sag/<number>/rapport", methods=["GET", "POST"])
@public  # to whoever holds the link, or posts from a page of this case: see reach.mine
def report(number: str) -> Page:
    """One page on how it went and what it cost."""
    view = mine(number)
    switched = spoken.switch() or accounts.summing()
    form = _form(view)
    if request.method == "GET" and not mine_told.may_report(view):
        return not_now(view, t("There is no report to send just now."))
    if request.method == "POST" and not switched and form.validate():
        sent = uploads.taken("files")
        if sent.refused:
            for sentence in sent.refused:
                form.fault(sentence, "files")
        elif carried_out(
            view, form, mine_told.report_action(view), {"report": form.told}, sent.prepared
        ):
            return done(view, t("Thank you. We have your report."))
    lines = accounts.rows(view, form)
    page = render_template(
        "pages/applicant/report.html",
        definition=view.definition,
        number=number,
        title=view.case.title,
        paid=view.money.paid - view.money.returned,
        guarantee=guarantee(view),
        lines=lines,
        total=accounts.total(lines),
        due=view.due.get("report"),
        form=form,
        summary=fields.summary(form),
        accept=ACCEPT,
        longest=LONGEST,
    )
    return page, 200 if switched else form.status
