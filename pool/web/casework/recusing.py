"""What the body settles about a member's interest in a case, and the answer of who was asked."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectField, TextAreaField

from pool.cases import recusal, recusal_hints
from pool.cases.errors import CommandReused, Invalid, NotFound
from pool.web.access import staff
from pool.web.casework.doing import sent_before
from pool.web.casework.inputs import choices
from pool.web.casework.room import blueprint, find
from pool.web.context import now, read
from pool.web.forms import Form, field_errors_from_faults
from pool.web.house import house
from pool.web.language import speak, t

SETTLES = tuple(sorted(recusal.SETTLES))
READING = tuple(sorted(recusal.READING))

WHY = {
    "unit": "works for the organisation that applies",
    "name": "has the applicant’s name",
    "address": "has the applicant’s e-mail address",
}
"""What matched, of a member; English, to be translated."""

ANSWERS = {
    "none": "says that there is no interest",
    "settled": "the group found no interest that matters",
    "exception": "takes part although there is an interest: too few would be left",
}
"""What is known of a hint."""

HOW = {
    "settled": "The group finds no interest that matters",
    "exception": "There is an interest, but too few would be left to decide",
}


class LiftForm(Form):
    how = RadioField(
        "Why may the member take part?", choices=choices(HOW.items()), validate_choice=False
    )
    reason = TextAreaField("What the group has found")


class AnswerForm(Form):
    """Only a button."""


@blueprint.route("/sager/<number>/inhabilitet", methods=["GET", "POST"])
@staff(*SETTLES)
def settle_recusal(number: str) -> tuple[str, int] | Response:
    """The group has settled that a member stays out (forvaltningsloven §6)."""
    view, actor = find(number)
    if not actor.roles & recusal.SETTLES:
        abort(404)
    people = [
        person
        for person in recusal.could_stay_out(read(), view.case)
        if person.id != actor.person_id
    ]
    fields: dict[str, Any] = {
        "person": SelectField(
            "Who stays out?",
            choices=choices(
                [("", t("Choose"))]
                + [(str(one.id), f"{one.name}, {one.organisation}".rstrip(", ")) for one in people]
            ),
            validate_choice=False,
        ),
        "ground": TextAreaField("What is the interest, and what did the group settle?"),
    }
    form = type("SettleForm", (Form,), fields)(data={"person": request.args.get("hvem", "")})
    if form.validate_on_submit():
        typed = str(form["person"].data or "")
        try:
            recusal.settle(
                house(),
                str(form.command_id.data),
                view.case.id or 0,
                int(typed) if typed.isdecimal() and len(typed) < 12 else 0,
                str(form["ground"].data or ""),
                actor,
                now(),
            )
        except Invalid as invalid:
            field_errors_from_faults(form, invalid.faults, speak())
        except CommandReused:
            sent_before(form)
        else:
            flash(t("The member stays out of the case, and it is noted."), "success")
            return redirect(url_for("casework.case", number=number), 303)
    return render_template(
        "pages/casework/settle_recusal.html",
        view=view,
        form=form,
        left=recusal.left(read(), view.case),
    ), form.status


@blueprint.route("/sager/<number>/inhabilitet/<int:person_id>", methods=["GET", "POST"])
@staff(*SETTLES)
def lift_recusal(number: str, person_id: int) -> tuple[str, int] | Response:
    """The group lets a member take part again, and says why."""
    view, actor = find(number)
    found = next(
        (pair for pair in view.recused if pair[1].id == person_id and pair[0].lifted_at is None),
        None,
    )
    if found is None or not actor.roles & recusal.SETTLES or person_id == actor.person_id:
        abort(404)
    form = LiftForm()
    form["how"].choices = choices((key, t(text)) for key, text in HOW.items())
    if form.validate_on_submit():
        try:
            recusal.lift(
                house(),
                str(form.command_id.data),
                view.case.id or 0,
                person_id,
                str(form.how.data or ""),
                str(form.reason.data or ""),
                actor,
                now(),
            )
        except Invalid as invalid:
            field_errors_from_faults(form, invalid.faults, speak())
        except CommandReused:
            sent_before(form)
        except NotFound:
            abort(404)
        else:
            flash(t("The member takes part in the case again, and it is noted why."), "success")
            return redirect(url_for("casework.case", number=number), 303)
    return render_template(
        "pages/casework/lift_recusal.html",
        view=view,
        form=form,
        recusal=found[0],
        person=found[1],
        left=recusal.left(read(), view.case),
    ), form.status


@blueprint.route("/sager/<number>/ikke-inhabil", methods=["POST"])
@staff(*READING)
def no_interest(number: str) -> tuple[str, int] | Response:
    """Who was asked because something matched says that there is no interest."""
    view, actor = find(number)
    if not actor.roles & recusal.READING:
        abort(404)
    form = AnswerForm()
    hints = recusal_hints.hints(read(), view.case, view.applicant, view.journal)
    if not any(one.person_id == actor.person_id for one in hints):
        abort(404)
    if form.validate_on_submit():
        try:
            recusal.no_interest(house(), str(form.command_id.data), view.case.id or 0, actor, now())
        except CommandReused:
            sent_before(form)
        else:
            flash(t("Your answer is noted."), "success")
            return redirect(url_for("casework.case", number=number), 303)
    return render_template("pages/casework/no_interest.html", view=view, form=form), form.status
