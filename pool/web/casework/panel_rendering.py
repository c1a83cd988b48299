"""Danish renderings of answers in other languages: offered on a case's page, written on a page of
their own, and shown below the answers themselves (``pages/casework/case.html``)."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import TextAreaField

from pool.cases import rendering
from pool.cases.errors import CommandReused, Invalid
from pool.cases.rendering import MAY_RENDER
from pool.cases.view import CaseView
from pool.identity.actor import Actor
from pool.render.words import AUTHORITATIVE
from pool.web.access import staff
from pool.web.casework.doing import sent_before
from pool.web.casework.panels import Link, Panel
from pool.web.casework.room import blueprint, find
from pool.web.context import now, read
from pool.web.forms import Form, fault_text
from pool.web.house import house
from pool.web.language import speak, t


def _field(question: str) -> str:
    return f"r-{question}"


def links(view: CaseView, actor: Actor) -> list[Link]:
    """Beside the actions where the application came in another language."""
    href = _address(view, actor) if _foreign(view) else None
    return [Link(t("Write a Danish rendering"), href)] if href else []


def below(view: CaseView, actor: Actor) -> str | None:
    """The address for a quiet link at the answers, where it is not offered beside the actions: a
    form filled in in Danish may hold answers that are not."""
    return None if _foreign(view) else _address(view, actor)


def _foreign(view: CaseView) -> bool:
    return bool(view.case.lang != AUTHORITATIVE) and not view.state.final


def _address(view: CaseView, actor: Actor) -> str | None:
    """For who may write renderings, where there is anything to render."""
    if not actor.roles & MAY_RENDER or not _written(view):
        return None
    return url_for("casework.render", number=view.case.number)


PANEL = Panel(
    key="rendering",
    heading="Danish rendering",
    place="main",
    template="",
    data=lambda _view, _actor: None,  # shown below each answer
    links=links,
)


def _written(view: CaseView) -> dict[str, str]:
    given = {question.key: value for question, value in view.answers}
    return rendering.written(view.definition, given)


@blueprint.route("/sager/<number>/dansk", methods=["GET", "POST"])
@staff(*sorted(MAY_RENDER))
def render(number: str) -> tuple[str, int] | Response:
    view, actor = find(number)
    written = _written(view)
    if not written or not actor.roles & MAY_RENDER:
        abort(404)
    words = speak()
    labels = {question.key: words.text(question.label) for question, _ in view.answers}
    fields: dict[str, Any] = {
        _field(key): TextAreaField(t("In Danish: %(question)s", question=labels[key]))
        for key in written
    }
    present = rendering.of_case(read(), view.case.id or 0)
    form = type("RenderingForm", (Form,), fields)(
        data={_field(key): row.text for key, row in present.items()}
    )
    if form.validate_on_submit():
        typed = {key: str(form[_field(key)].data or "") for key in written}
        try:
            rendering.put(
                house(), str(form.command_id.data), view.case.id or 0, typed, actor, now()
            )
        except Invalid as invalid:
            for fault in invalid.faults:
                form.fault(fault_text(fault, words), _field(fault.key))
        except CommandReused:
            sent_before(form)
        else:
            flash(t("The rendering is saved."), "success")
            return redirect(url_for("casework.case", number=number) + "#application", 303)
    shown = [
        {"key": key, "label": labels[key], "text": text, "rows": 2 if len(text) < 120 else 5}
        for key, text in written.items()
    ]
    return render_template(
        "pages/casework/render.html", view=view, form=form, written=shown
    ), form.status
