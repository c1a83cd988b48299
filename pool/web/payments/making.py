"""Preparing a list, and releasing one that somebody else prepared."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import SelectMultipleField

from pool import payments
from pool.payments import Chosen, Due
from pool.web import payees
from pool.web.access import staff
from pool.web.context import now, read
from pool.web.forms import Form
from pool.web.house import house
from pool.web.language import t
from pool.web.payments.listing import shown
from pool.web.payments.room import (
    MAY,
    SHEET,
    ListForm,
    attempt,
    blueprint,
    list_of,
    name,
    pool_of,
)


class NewForm(Form):
    """``chosen``: ``case:amount:payee`` of each payment, as the page showed it."""

    chosen = SelectMultipleField("Payments", validate_choice=False)


@blueprint.route("/betalinger/<pool_key>/ny", methods=["GET", "POST"])
@staff(*MAY)
def new(pool_key: str) -> tuple[str, int] | Response:
    """Choose what is paid, out of what can be paid now."""
    definition, actor = pool_of(pool_key)
    form = NewForm()
    due = payments.can_be_paid(read(), house(), pool_key, actor, now())
    made: list[int] = []
    chosen = _chosen(list(form.chosen.data or []))
    if form.validate_on_submit() and attempt(
        form,
        definition,
        lambda: made.append(
            payments.prepare(house(), str(form.command_id.data), pool_key, chosen, actor, now())
        ),
    ):
        flash(t("The list is prepared. Somebody else must release it."), "success")
        return redirect(url_for("payments.sheet", pool_key=pool_key, number=made[0]), 303)
    ticked = {one.case_id for one in chosen}
    before = payments.earlier(read(), [one.case.id or 0 for one in due])
    return (
        render_template(
            "pages/payments/new.html",
            form=form,
            definition=definition,
            due=due,
            value=value,
            ticked=lambda one: (
                one.case.id in ticked
                if request.method == "POST"
                else not (one.early or one.came_back or one.case.id in before)
            ),
            earlier=before,
            list_name=name,
            payees=payees,
        ),
        form.status,
    )


def value(one: Due) -> str:
    """How the page names a payment: with what it showed of it."""
    return f"{one.case.id}:{one.amount}:{one.payee.id}"


def _chosen(typed: list[str]) -> list[Chosen]:
    """What was ticked, in its order, each case once; what is no value of ours is passed over."""
    found: dict[int, Chosen] = {}
    for one in typed:
        parts = one.split(":")
        if len(parts) == 3 and all(part.isdecimal() and len(part) < 16 for part in parts):
            case_id, amount, payee_id = map(int, parts)
            if case_id < 2**31 and payee_id < 2**31:
                found[case_id] = Chosen(case_id, amount, payee_id)
    return list(found.values())


@blueprint.post(f"{SHEET}/frigiv")
@staff(*MAY)
def release(pool_key: str, number: int) -> tuple[str, int] | Response:
    """Release the list as it was seen; its file is made now."""
    view, definition, actor = list_of(pool_key, number)
    form = ListForm()
    if form.validate_on_submit() and attempt(
        form,
        definition,
        lambda: payments.release(
            house(),
            str(form.command_id.data),
            view.list.id or 0,
            form.seen_version,
            actor,
            now(),
        ),
    ):
        flash(t("The list is released, and its file is made."), "success")
        return redirect(url_for("payments.sheet", pool_key=pool_key, number=number), 303)
    return shown(pool_key, number, release=form)
