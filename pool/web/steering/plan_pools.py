"""A pool's year as finance keeps it: its budget given more or less, and money set aside in it."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

import pool.ledger as ledger
from pool import money, plan
from pool.cases.errors import CommandReused, Invalid
from pool.plan import lines, wording
from pool.plan.setting_aside import LONGEST
from pool.plan.told import pool_short, told_free
from pool.web import who
from pool.web.access import staff
from pool.web.casework.doing import sent_before
from pool.web.context import now, read, today
from pool.web.errors import Refused
from pool.web.forms import Form, fault_text, field_errors_from_faults
from pool.web.house import house
from pool.web.language import speak, t
from pool.web.steering.plan import MOVES, knows
from pool.web.steering.room import READERS, blueprint, pool_of
from workflows import values
from workflows.definition import Definition
from workflows.questions import AnswerFault


class BudgetForm(Form):
    budget = StringField("Budget of the year")
    decided_on = StringField("Decided on")
    source = TextAreaField("Where the new figure stands")
    was = HiddenField()


class EarmarkForm(Form):
    label = StringField("Purpose")
    line = SelectField("Line of the plan it is meant for")
    amount = StringField("Amount")


class EndForm(Form):
    reason = TextAreaField("Why it ends")


@blueprint.route("/styring/<pool_key>/<int:year>/bevilling", methods=["GET", "POST"])
@staff(*MOVES)
def pool_budget(pool_key: str, year: int) -> tuple[str, int] | Response:
    """Give the pool's year more money, or take some of it back, with a source note."""
    definition, status = _of(pool_key, year)
    form = BudgetForm(data={"was": str(status.budget), "budget": _asked(status.budget)})
    if form.validate_on_submit():
        budget = _read(form, "budget", lambda typed: values.amount(typed))
        decided_on = _read(form, "decided_on", values.day)
        was = str(form.was.data or "")
        if not form.errors and isinstance(budget, int) and isinstance(decided_on, date):
            try:
                plan.adjust_budget(
                    house(),
                    pool=pool_key,
                    year=year,
                    budget=budget,
                    was=int(was) if was.isdecimal() else -1,
                    source=str(form.source.data or "").strip(),
                    decided_on=decided_on,
                    command_id=str(form.command_id.data),
                    actor=who.current_actor(pool_key),
                    now=now(),
                )
            except Invalid as invalid:
                field_errors_from_faults(form, invalid.faults, speak())
            except plan.PlanError as refused:
                form.fault(wording.sentence(refused, speak()), refused.field)
                form.was.data = str(ledger.status(read(), pool_key, year).budget)
            except CommandReused:
                sent_before(form)
            else:
                flash(t("The budget is changed."), "success")
                return redirect(url_for("steering.year", pool_key=pool_key, year=year), 303)
    page = render_template(
        "pages/plan/budget.html",
        definition=definition,
        year=year,
        status=ledger.status(read(), pool_key, year),
        planned=_planned(pool_key, year),
        form=form,
    )
    return page, form.status


@blueprint.get("/styring/<pool_key>/<int:year>/oeremaerkning")
@staff(*READERS)
def earmarks(pool_key: str, year: int) -> str:
    """Money set aside in the pool's year, and what was granted from it."""
    definition, status = _of(pool_key, year, to_read=True)
    user = who.user()
    found = plan.earmarks_of(
        read(),
        house(),
        pool_key,
        year,
        person_id=user.person_id,
        roles=user.roles_in(pool_key),
    )
    return render_template(
        "pages/plan/earmarks.html",
        definition=definition,
        year=year,
        status=status,
        marks=found,
        may=not user.roles_in(pool_key).isdisjoint(MOVES),
    )


@blueprint.route("/styring/<pool_key>/<int:year>/oeremaerkning/ny", methods=["GET", "POST"])
@staff(*MOVES)
def earmark_new(pool_key: str, year: int) -> tuple[str, int] | Response:
    """Set money of the pool aside for a purpose."""
    definition, status = _of(pool_key, year)
    form = EarmarkForm()
    choices = [SelectChoice("", t("None"))]
    for one in lines.stored(read(), year):
        if one.pool != pool_key:
            choices.append(SelectChoice(str(one.number), f"{one.number}. {one.name}"))
    form.line.choices = choices
    if form.validate_on_submit():
        label = _read(form, "label", lambda typed: values.line(typed, LONGEST))
        amount = _read(form, "amount", lambda typed: values.amount(typed, least=1))
        number = str(form.line.data or "")
        if not form.errors and isinstance(label, str) and isinstance(amount, int):
            try:
                plan.earmark(
                    house(),
                    pool=pool_key,
                    year=year,
                    label=label,
                    amount=amount,
                    line=int(number) if number else None,
                    command_id=str(form.command_id.data),
                    actor=who.current_actor(pool_key),
                    now=now(),
                    effective_on=today(),
                )
            except ledger.NotEnough:
                free = told_free(read(), pool_key, year, knows=knows(pool_key))
                refused = pool_short(house(), pool_key, free, amount, "amount")
                form.fault(wording.sentence(refused, speak()), "amount")
            except plan.PlanError as refused:
                form.fault(wording.sentence(refused, speak()), refused.field)
            except CommandReused:
                sent_before(form)
            else:
                flash(t("The money is set aside."), "success")
                return redirect(url_for("steering.earmarks", pool_key=pool_key, year=year), 303)
    page = render_template(
        "pages/plan/earmark_new.html", definition=definition, year=year, status=status, form=form
    )
    return page, form.status


@blueprint.route(
    "/styring/<pool_key>/<int:year>/oeremaerkning/<int:account_id>/ophaev",
    methods=["GET", "POST"],
)
@staff(*MOVES)
def earmark_end(pool_key: str, year: int, account_id: int) -> tuple[str, int] | Response:
    """What is left of an earmark goes back to what is free."""
    definition, _ = _of(pool_key, year)
    found = plan.earmarks_of(
        read(), house(), pool_key, year, person_id=None, roles=who.user().roles_in(pool_key)
    )
    mark = next((one for one in found if one.account_id == account_id), None)
    if mark is None:
        abort(404)
    form = EndForm()
    if form.validate_on_submit():
        reason = _read(form, "reason", lambda typed: values.lines(typed, 2_000))
        if not form.errors:
            try:
                left = plan.end_earmark(
                    house(),
                    pool=pool_key,
                    year=year,
                    account_id=account_id,
                    command_id=str(form.command_id.data),
                    actor=who.current_actor(pool_key),
                    now=now(),
                    reason=str(reason),
                )
            except plan.PlanError as refused:
                form.fault(wording.sentence(refused, speak()), refused.field)
            except CommandReused:
                sent_before(form)
            else:
                back = speak().money(left)
                flash(t("%(amount)s is free again.", amount=back), "success")
                return redirect(url_for("steering.earmarks", pool_key=pool_key, year=year), 303)
    page = render_template(
        "pages/plan/earmark_end.html", definition=definition, year=year, mark=mark, form=form
    )
    return page, form.status


def _of(pool_key: str, year: int, *, to_read: bool = False) -> tuple[Definition, ledger.Status]:
    """The pool and its year; 404 where it is not in the books, and a refusal for who has not the
    role in this pool."""
    definition = pool_of(pool_key)
    if not to_read and who.user().roles_in(pool_key).isdisjoint(MOVES):
        raise Refused(
            t("You do not have the role of finance in this pool."),
            t("The secretariat can give you the role you need, or do it for you."),
        )
    try:
        return definition, ledger.status(read(), pool_key, year)
    except ledger.UnknownYear:
        abort(404)


def _read(form: Form, name: str, reader: Any) -> object:
    """What a field holds, read; its fault stands beside it."""
    try:
        if values.blank(form[name].data):
            raise values.Bad("required")
        return reader(form[name].data)
    except values.Bad as bad:
        form.fault(fault_text(AnswerFault(name, bad.code, bad.params), speak()), name)
        return None


def _planned(pool_key: str, year: int) -> int | None:
    """What the pool's line of the plan has now."""
    view = plan.plan_year(read(), year)
    found = (one for one in view.lines if one.line and one.line.pool == pool_key) if view else ()
    return next((one.now for one in found), None)


def _asked(budget: int) -> str:
    """The amount to begin with: the plan's, where the address says so."""
    typed = request.args.get("til", "")
    ore = int(typed) if typed.isdecimal() and len(typed) < 12 else budget
    return money.show(ore, unit=False) if ore != budget else ""
