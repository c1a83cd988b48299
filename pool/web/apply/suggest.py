"""A suggestion: what happened or is needed, and where; one page, no budget, no account."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from pool.cases.commands import Result
from pool.cases.drafts import VOLUNTARY
from pool.cases.errors import CommandReused, Invalid
from pool.cases.starting import takes_suggestions
from pool.cases.submit import Suggested, suggest
from pool.web import who
from pool.web.access import public
from pool.web.apply import fields, spoken
from pool.web.apply.guarded import GuardedForm
from pool.web.apply.room import blueprint
from pool.web.context import definition as definition_of
from pool.web.context import now, read
from pool.web.house import house
from pool.web.language import lang, speak, t
from pool.web.ratelimit import limit
from workflows.definition import SUGGESTION

Page = str | Response | tuple[str, int]


@blueprint.route("/forslag/<pool_key>", methods=["GET", "POST"])
@public
def suggestion(pool_key: str) -> Page:
    """The page; what is sent from it is a case at once, and the next page its receipt."""
    definition = definition_of(pool_key)
    if not takes_suggestions(read(), definition):
        abort(404)
    switched = spoken.switch()
    raw: dict[str, Any] = fields.typed(
        fields.on_page(definition, {}, form=SUGGESTION, step=SUGGESTION), request.form
    )
    questions = fields.on_page(definition, raw, form=SUGGESTION, step=SUGGESTION)
    questions = tuple(question for question in questions if question.type != "files")
    form = fields.form_class(questions, speak(), GuardedForm)()
    if request.method == "POST" and switched is None and form.validate() and not form.is_trapped():
        limit("apply-address")
        command = Suggested(str(form.command_id.data), pool_key, lang(), raw)
        try:
            return _received(suggest(house(), command, now()))
        except Invalid as error:
            fields.put_faults(form, error.faults, definition, speak())
        except CommandReused:
            form.fault(t("Press again to send"))
            form.command_id.process_formdata([])
    page = render_template(
        "pages/apply/suggestion.html",
        definition=definition,
        form=form,
        summary=fields.summary(form),
        blocks=fields.present(definition, questions, form, speak(), raw, voluntary=VOLUNTARY),
    )
    return page, 200 if switched else form.status


def _received(result: Result) -> Response:
    who.hold_link(f"case:{result.case_id}")
    return redirect(url_for("apply.receipt", nr=result.number), 303)
