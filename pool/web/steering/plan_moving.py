"""Moving money between two lines of the plan (*omdisponering*): typed, shown before and after, then
made."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from pool import plan
from pool.cases.errors import CommandReused, Invalid
from pool.identity.actor import Actor
from pool.plan import moves, wording
from pool.web import who
from pool.web.access import staff
from pool.web.casework.doing import sent_before
from pool.web.context import now, read, today
from pool.web.forms import Form, field_errors_from_faults
from pool.web.house import house
from pool.web.language import speak, t
from pool.web.steering.plan import MOVES, knows
from pool.web.steering.room import blueprint

TYPED = ("from_line", "to_line", "amount", "decided_on", "decided_by", "steering", "reason")


class MoveForm(Form):
    from_line = SelectField("From the line")
    to_line = SelectField("To the line")
    amount = StringField("Amount")
    decided_on = StringField("Decided on")
    decided_by = StringField("Decided by")
    steering = TextAreaField("How the steering group was involved")
    reason = TextAreaField("Why the money is moved")
    edition = HiddenField()


@blueprint.route("/styring/plan/<int:year>/omdisponer", methods=["GET", "POST"])
@staff(*MOVES)
def plan_move(year: int) -> tuple[str, int] | Response:
    """First both lines are shown before and after; the second press moves the money."""
    view = plan.plan_year(read(), year)
    if view is None:
        abort(404)
    form = _form(view)
    shown = None
    if form.validate_on_submit() and request.form.get("step") != "change":
        try:
            order = moves.order(year, {name: form[name].data for name in (*TYPED, "edition")},
                                today())  # fmt: skip
            _may(form, view, order)
            if not form.errors and request.form.get("step") == "go":
                move_id = plan.move(
                    house(),
                    order,
                    command_id=str(form.command_id.data),
                    actor=plan_actor(),
                    now=now(),
                    knows=knows,
                )
                flash(t("The money is moved."), "success")
                return redirect(url_for("steering.plan_moved", year=year, move_id=move_id), 303)
            if not form.errors:
                shown = moves.preview(read(), house(), order, knows=knows)
        except Invalid as invalid:
            field_errors_from_faults(form, invalid.faults, speak())
        except plan.PlanError as refused:
            form.fault(wording.sentence(refused, speak()), refused.field)
            _again(form, refused)
        except CommandReused:
            sent_before(form)
    return (
        render_template(
            "pages/plan/move.html", view=view, form=form, shown=shown, typed=(*TYPED, "edition")
        ),
        form.status,
    )


def _form(view: plan.PlanYear) -> MoveForm:
    form = MoveForm(data={"decided_by": moves.DECIDES, "edition": str(view.edition)})
    choices = [SelectChoice("", t("Choose a line"))]
    for one in view.lines:
        if one.line is not None:
            name = f"{one.line.number}. {one.line.name} ({speak().money(one.now)})"
            choices.append(SelectChoice(str(one.line.number), name))
    form.from_line.choices = form.to_line.choices = choices
    if request.method == "GET":
        asked = request.args.get("fra", "")
        form.from_line.data = asked if asked in {one.value for one in choices} else ""
        form.to_line.data = ""
    return form


def _may(form: MoveForm, view: plan.PlanYear, order: plan.Order) -> None:
    """A pool's money is moved by who has the role in that pool."""
    for name, number in (("from_line", order.from_line), ("to_line", order.to_line)):
        one = view.line(number)
        pool = one.line.pool if one and one.line else None
        if pool is not None and who.user().roles_in(pool).isdisjoint(MOVES):
            form.fault(t("You do not have the role of finance in this pool."), name)


def _again(form: MoveForm, refused: plan.PlanError) -> None:
    """Another edition came meanwhile: the next look is at that one."""
    if refused.code == "changed-meanwhile":
        found = (
            plan.plan_year(read(), int(request.view_args["year"])) if request.view_args else None
        )
        form.edition.data = str(found.edition) if found else ""


def plan_actor() -> Actor:
    """The signed-in colleague acting on the plan, which is of no one pool: with every role."""
    user = who.user()
    return Actor("person", user.person_id, user.name, user.all_roles)
