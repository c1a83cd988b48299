"""Everything read once more, sent, and the receipt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from pool.cases import drafts, queries
from pool.cases.commands import Result, Submission
from pool.cases.errors import CommandReused, Invalid, NotFound, PoolClosed
from pool.cases.fire import seen_before
from pool.cases.opening import has_waiting_list
from pool.cases.submit import submit
from pool.cases.view import case_view
from pool.identity import tokens
from pool.identity.actor import applicant as applicant_actor
from pool.web import who
from pool.web.access import applicant, public
from pool.web.apply import spoken, steps
from pool.web.apply.draft import attached
from pool.web.apply.fields import field_name, named, summary
from pool.web.apply.guarded import GuardedPassForm
from pool.web.apply.reach import Reached, draft_of, gone, reach
from pool.web.apply.room import blueprint
from pool.web.apply.shown import in_words
from pool.web.context import now, read, today
from pool.web.forms import Form, fault_text
from pool.web.house import house
from pool.web.language import speak, t
from pool.web.ratelimit import limit
from workflows.definition import SUGGESTION, Question
from workflows.planning import promise_day
from workflows.questions import AnswerFault, asked, blocks

Page = str | Response | tuple[str, int]


class SendForm(GuardedPassForm):
    """Send the application in."""


@blueprint.route("/kladde/<token>/gennemse", methods=["GET", "POST"])
@public
def review(token: str) -> Page:
    """Everything at a glance, each part with its way back, and the button that sends it."""
    if first := _sent_before(token):
        return _received(first)
    reached = reach(token)
    form = SendForm(subject=f"draft:{reached.draft_id}")
    if spoken.switch() is not None:
        return redirect(steps.url(reached, steps.REVIEW), 303)
    closed = None
    faults: Sequence[AnswerFault] = ()
    if form.validate_on_submit() and not form.is_trapped():
        limit("apply-address")
        command = Submission(id=str(form.command_id.data), draft_id=reached.draft_id)
        try:
            return _received(submit(house(), command, now()))
        except Invalid as error:
            faults = error.faults
        except PoolClosed as error:
            closed = error.closed.code
        except CommandReused:
            form.fault(t("Press again to send"))
            form.command_id.process_formdata([])
        except NotFound:
            gone()
    return page(reached, form, faults=faults, closed=closed)


def page(
    reached: Reached,
    form: Form,
    *,
    faults: Sequence[AnswerFault] = (),
    closed: str | None = None,
    **more: Any,
) -> tuple[str, int]:
    """Everything at a glance. ``faults`` and ``closed``: why it was not taken just now."""
    judged = steps.judge(reached.opened)
    shown = render_template(
        "pages/apply/review.html",
        definition=reached.definition,
        form=form,
        summary=summary(form),
        guide=steps.guide(reached, judged, steps.REVIEW, show_faults=bool(faults)),
        parts=_parts(reached, judged),
        missing=_missing(reached, judged, faults or judged.all_faults),
        refused=bool(faults),
        closed=closed,
        until=reached.opened.draft.expires_at,
        later_url=reached.url("later"),
        promise_days=reached.definition.promise_days,
        think=_think(reached, judged.values),
        by_staff=reached.by_staff,
        draft=reached.opened.draft,
        **more,
    )
    return shown, 422 if form.errors or faults or closed else 200


def _think(reached: Reached, values: Mapping[str, Any]) -> str:
    """What a helpful person would ask before it is sent (forvaltningsloven §7); empty where there
    is nothing. It stops nobody: what is urgent may have begun."""
    found = [_of_the_other(values), "" if reached.by_staff else _of_the_day(reached, values)]
    return " ".join(one for one in found if one)


def _of_the_other(values: Mapping[str, Any]) -> str:
    whom = values.get("on_behalf_of")
    if not whom or values.get("behalf_email") or values.get("behalf_phone"):
        return ""
    return t(
        "We are to tell %(name)s of the application. Go back and write an e-mail address or a "
        "telephone number, if there is one.",
        name=whom,
    )


def _of_the_day(reached: Reached, values: Mapping[str, Any]) -> str:
    day = values.get("starts_on")
    if not isinstance(day, str):
        return ""
    starts_on = date.fromisoformat(day)
    if starts_on < today():
        return t(
            "You have written that it begins on %(day)s. That day has passed. Is it right?",
            day=speak().day(starts_on),
        )
    promised = promise_day(reached.definition, today())
    if starts_on <= promised:
        return t(
            "It begins on %(day)s, and you may have to wait for the answer until %(promised)s. "
            "Ring us if that is too late.",
            day=speak().day(starts_on),
            promised=speak().day(promised),
        )
    return ""


def _sent_before(token: str) -> Result | None:
    """The first result, where this very press has arrived before: the link ended with it."""
    command_id = request.form.get("command_id", "") if request.method == "POST" else ""
    if not command_id:
        return None
    seen = tokens.look(read(), token, drafts.PURPOSE, now())
    if seen is None or seen.state != "revoked":
        return None
    draft_id = draft_of(seen.token)
    command = Submission(id=command_id, draft_id=draft_id)
    try:
        return seen_before(read(), command_id, f"draft:{draft_id}", command.digest())
    except CommandReused:
        return None


def _received(result: Result) -> Response:
    who.hold_link(f"case:{result.case_id}")
    return redirect(url_for("apply.receipt", nr=result.number), 303)


@blueprint.get("/sag/kvittering")
@applicant
def receipt() -> Page:
    """It has arrived: the number, the day an answer can be expected, what happens now."""
    case = queries.find_by_number(read(), request.args.get("nr", ""))
    if case is None or not who.holds(f"case:{case.id}"):
        abort(404)
    view = case_view(read(), house(), case.id or 0, applicant_actor(""), now())
    spoken.begin_with(case.lang)
    return render_template(
        "pages/apply/receipt.html",
        suggestion=case.kind == SUGGESTION,
        definition=view.definition,
        number=case.number,
        title=case.title,
        promised=case.promised_on,
        urgent=case.urgent,
        waiting=has_waiting_list(read(), view.definition, case.year, now()),
        email=view.applicant.email,
        phone=view.applicant.phone,
        case_url=url_for("applicant.case", number=case.number),
    )


def _parts(reached: Reached, judged: steps.Judged) -> list[dict[str, Any]]:
    """The steps with their answers in words, for the review."""
    opened = reached.opened
    found = []
    for step in steps.pages(opened):
        questions = asked(opened.definition, judged.values, form=opened.form, step=step)
        rows = [
            _row(reached, judged, question)
            for block in blocks(opened.definition, questions)
            for question in block.questions
            if not (block.folded and len(opened.steps) == 1 and _empty(reached, question))
        ]
        if rows:
            found.append(
                {"title": steps.title(opened, step), "href": steps.url(reached, step), "rows": rows}
            )
    return found


def _empty(reached: Reached, question: Question) -> bool:
    """Nothing was written; behind a fold that is no answer to be read once more."""
    return not reached.opened.draft.raw.get(question.key)


def _row(reached: Reached, judged: steps.Judged, question: Question) -> dict[str, Any]:
    if question.type == "files":
        value: Any = [one["name"] for one in attached(reached)]
    elif question.key in judged.values:
        value = in_words(reached.definition, question, judged.values[question.key], speak())
    else:  # not understood yet: as it was typed
        raw = reached.opened.draft.raw.get(question.key)
        value = raw if isinstance(raw, str) else ""
    return {"label": reached.words(question.label), "value": value}


def _missing(
    reached: Reached, judged: steps.Judged, faults: Sequence[AnswerFault]
) -> list[dict[str, str]]:
    """What keeps it from being sent, each with the place where it is put right."""
    opened = reached.opened
    lines = []
    for fault in faults:
        key = fault.key.partition(".")[0]
        step = next((s for s, found in judged.faults.items() if fault in found), None)
        question = opened.definition.question(key)
        href = steps.url(reached, step) if step else steps.url(reached, steps.pages(opened)[-1])
        lines.append(
            {
                "href": f"{href}#{field_name(key)}",
                "text": named(reached.words(question.label), fault_text(fault, speak()))
                if question
                else fault_text(fault, speak()),
            }
        )
    return lines
