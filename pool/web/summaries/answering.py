"""The secretariat's answers."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import TextAreaField

from pool.cases.errors import CommandReused
from pool.summary import editions_questions as asking
from pool.summary import files, hiding
from pool.summary.editions_errors import CannotBe, NotNow
from pool.summary.editions_questions import LONGEST_ANSWER, Answer
from pool.web.access import staff
from pool.web.context import now, read
from pool.web.forms import Form
from pool.web.house import house
from pool.web.language import lang, speak, t
from pool.web.summaries import wording
from pool.web.summaries.room import EDITION, ID, MANAGERS, acting, blueprint, hidden, managed


class AnswerForm(Form):
    answer = TextAreaField("Your answer")


@blueprint.route(f"{EDITION}/svar/{ID.format('question_id')}", methods=["GET", "POST"])
@staff(*MANAGERS)
def answer(edition_id: int, question_id: int) -> Response | tuple[str, int]:
    """Answer a question; who asked gets it by mail."""
    edition = managed(edition_id)
    out = hidden(edition)
    asked = hiding.questions_without(asking.questions(read(), edition), edition, out, speak())
    question = next((one for one in asked if one.id == question_id), None)
    if question is None:
        abort(404)
    back = url_for("summaries.edition", edition_id=edition_id) + "#questions"
    form = AnswerForm()
    if form.validate_on_submit():
        command = Answer(str(form.command_id.data), question_id, str(form.answer.data or ""))
        try:
            asking.answer(house(), command, acting(edition), now())
        except CannotBe as error:
            form.fault(wording.fault(error), error.field)
        except (CommandReused, NotNow):
            flash(t("The question has been answered already."), "info")
            return redirect(back, 303)
        else:
            flash(t("The answer is sent, and stands here for all."), "success")
            return redirect(back, 303)
    page = render_template(
        "pages/summaries/answer.html",
        edition=edition,
        question=question,
        place=dict(asking.places(files.paper(edition, lang(), hidden=out))).get(
            question.anchor, ""
        ),
        form=form,
        longest=LONGEST_ANSWER,
        wording=wording,
    )
    return page, form.status
