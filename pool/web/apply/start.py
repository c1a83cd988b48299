"""The first page: how much is asked for decides which form there is. Nothing is kept yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from pool.cases import drafts, waiting
from pool.cases.errors import Closed, Invalid, PoolClosed
from pool.cases.opening import opening
from pool.web.access import public
from pool.web.apply import fields, spoken
from pool.web.apply.guarded import GuardedForm
from pool.web.apply.room import blueprint
from pool.web.apply.steps import address
from pool.web.context import definition as definition_of
from pool.web.context import now, read
from pool.web.house import house
from pool.web.language import lang, speak
from pool.web.ratelimit import limit
from workflows.definition import SHORT, START, Definition
from workflows.questions import FULL, asked, blocks, check_answers, missing

Page = str | Response | tuple[str, int]


@blueprint.route("/ansoeg/<pool_key>", methods=["GET", "POST"])
@public
def start(pool_key: str) -> Page:
    """Ask for the amount; begin a draft from it."""
    definition = definition_of(pool_key)
    state = opening(read(), pool_key, now(), waits=waiting.states(definition))
    if state.closed is not None:
        return _closed(definition, state.closed, state.year)
    switched = spoken.switch()
    questions = fields.on_page(definition, {}, form=SHORT, step=START)
    form = fields.form_class(questions, speak(), GuardedForm)()
    raw = fields.typed(questions, request.form)
    if request.method == "POST" and switched is None and form.validate() and not form.is_trapped():
        try:
            not_too_much(definition, raw)
            limit("apply-address")
            draft_id, token = drafts.start(house(), pool_key, lang(), raw, now())
        except PoolClosed as error:
            return _closed(definition, error.closed, state.year)
        except Invalid as error:
            fields.put_faults(form, error.faults, definition, speak())
        else:
            return redirect(_first(draft_id, token), 303)
    short_form = asked(definition, {}, form=SHORT, step=SHORT)
    page = render_template(
        "pages/apply/start.html",
        definition=definition,
        form=form,
        summary=fields.summary(form),
        blocks=fields.present(definition, questions, form, speak(), raw),
        state=state,
        short_count=sum(not block.folded for block in blocks(definition, short_form)),
    )
    return page, 200 if switched else form.status


def not_too_much(definition: Definition, raw: Mapping[str, Any]) -> None:
    """Raise :class:`Invalid` for more than the pool gives to anybody."""
    values = check_answers(definition, raw, ["amount"]).values
    if values:
        across = missing(definition, values, form=FULL)
        faults = tuple(fault for fault in across if fault.key == "amount")
        if faults:
            raise Invalid(faults)


def _first(draft_id: int, token: str) -> str:
    opened = drafts.open_draft(read(), house(), draft_id, now())
    step = opened.steps[0]
    return url_for("apply.step", token=token, last_part=address(step))


def _closed(definition: Definition, closed: Closed, year: int) -> Page:
    return render_template(
        "pages/apply/closed.html", definition=definition, code=closed.code, year=year
    )
