"""The pool's checklist of the first look, on a case's page, and the page to fill it in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import RadioField, TextAreaField

from pool.cases import access, screening
from pool.cases.errors import CommandReused, Invalid
from pool.cases.screening import MAY_SCREEN
from pool.cases.view import CaseView
from pool.identity.actor import Actor
from pool.models.casework import ChecklistMark
from pool.web.access import staff
from pool.web.casework.doing import sent_before
from pool.web.casework.inputs import choices
from pool.web.casework.panels import Link, Panel
from pool.web.casework.room import blueprint, find
from pool.web.context import now, read
from pool.web.forms import Form, fault_text
from pool.web.house import house
from pool.web.language import speak, t

MARKS = {
    "yes": ("Yes", "ok"),
    "no": ("No", "stop"),
    "not-relevant": ("Not relevant", "plain"),
}
"""Each mark in words, with its tone."""


def _field(point: str) -> str:
    """The name of a point's field; its remark's is this with ``-remark`` after it."""
    return f"p-{point}"


def data(view: CaseView, actor: Actor) -> Mapping[str, Any] | None:
    points = view.definition.checklist
    if not points or view.case.kind == "suggestion":
        return None
    marks = screening.of_case(read(), view.case.id or 0)
    may_mark = bool(actor.roles & MAY_SCREEN) and not view.state.final
    if not marks and not may_mark:
        return None
    words = speak()
    listed = points if marks or _asked_for(view) else ()
    return {
        "points": [
            {"label": words.text(point.label), **_marked(marks.get(point.key), actor)}
            for point in listed
        ],
        "sum": t("%(n)s of %(total)s points marked", n=len(marks), total=len(points)),
        "may_mark": may_mark,
    }


def _asked_for(view: CaseView) -> bool:
    """Whether the case cannot go on without it; else it is a help that may be left alone."""
    return any("checklist-done" in move.guards for move in view.definition.transitions)


def _marked(mark: ChecklistMark | None, actor: Actor) -> dict[str, str]:
    if mark is None:
        return {"mark": t("Not marked yet"), "tone": "wait", "remark": "", "by": ""}
    title, tone = MARKS[mark.mark]
    day = speak().day(mark.marked_at)
    by = t("%(name)s, %(day)s", name=mark.marked_by, day=day)
    return {
        "mark": t(title),
        "tone": tone,
        "remark": mark.remark if access.reads(actor.roles, "text") else "",
        "by": by if access.reads(actor.roles, "name") else day,
    }


def links(view: CaseView, actor: Actor) -> list[Link]:
    """While it stands in the way of passing the case on."""
    waits = any(
        obstacle.code == "checklist-open"
        for explanation in view.actions
        for obstacle in explanation.obstacles
    )
    if not waits or not actor.roles & MAY_SCREEN:
        return []
    address = url_for("casework.checklist", number=view.case.number)
    return [Link(t("Fill in the checklist"), address)]


PANEL = Panel(
    key="checklist",
    heading="The checklist",
    place="side",
    template="pages/casework/panels/checklist.html",
    data=data,
    links=links,
)


def _form_class(view: CaseView) -> type[Form]:
    words = speak()
    fields: dict[str, Any] = {}
    for point in view.definition.checklist:
        name, label = _field(point.key), words.text(point.label)
        pairs = [(key, t(title)) for key, (title, _) in MARKS.items()]
        fields[name] = RadioField(label, choices=choices(pairs), validate_choice=False)
        fields[f"{name}-remark"] = TextAreaField(t("Remark: %(point)s", point=label))
    return type("ChecklistForm", (Form,), fields)


@blueprint.route("/sager/<number>/tjekliste", methods=["GET", "POST"])
@staff(*sorted(MAY_SCREEN))
def checklist(number: str) -> tuple[str, int] | Response:
    view, actor = find(number)
    points = view.definition.checklist
    if not points or not actor.roles & MAY_SCREEN or view.state.final:
        abort(404)
    marks = screening.of_case(read(), view.case.id or 0)
    filled = {_field(key): mark.mark for key, mark in marks.items()}
    filled |= {f"{_field(key)}-remark": mark.remark for key, mark in marks.items()}
    form = _form_class(view)(data=filled)
    if form.validate_on_submit():
        typed = {point.key: _typed(form, _field(point.key)) for point in points}
        try:
            screening.mark(
                house(), str(form.command_id.data), view.case.id or 0, typed, actor, now()
            )
        except Invalid as invalid:
            for fault in invalid.faults:
                name = _field(fault.key.replace(".", "-"))
                form.fault(fault_text(fault, speak()), name)
        except CommandReused:
            sent_before(form)
        else:
            flash(t("The checklist is saved."), "success")
            return redirect(url_for("casework.case", number=number), 303)
    words = speak()
    shown = [
        {
            "key": point.key,
            "label": words.text(point.label),
            "help": words.text(point.help) if point.help else None,
        }
        for point in points
    ]
    return render_template(
        "pages/casework/checklist.html", view=view, form=form, points=shown
    ), form.status


def _typed(form: Form, name: str) -> tuple[str, str]:
    return str(form[name].data or ""), str(form[f"{name}-remark"].data or "")
