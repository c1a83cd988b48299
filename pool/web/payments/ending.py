"""How a list ends: its payments are marked as paid, or taken off."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import BooleanField, StringField, TextAreaField

from pool import payments
from pool.payments.reading import Line
from pool.web.access import staff
from pool.web.context import now, today
from pool.web.house import house
from pool.web.language import t
from pool.web.payments.room import (
    MAY,
    SHEET,
    ListForm,
    attempt,
    blueprint,
    list_of,
    name,
    why,
)
from workflows.definition import Definition


class PaidForm(ListForm):
    reference = StringField("Reference in the accounts")
    paid_on = StringField("Paid on")


class DropForm(ListForm):
    reason = TextAreaField("Why")
    stopped = BooleanField("The payment is stopped in the accounting system")


def _line(view: payments.ListView, item_id: int) -> Line:
    found = next((one for one in view.left if one.item.id == item_id), None)
    if found is None:
        abort(404)
    return found


def _back(pool_key: str, number: int, sentence: str, kind: str = "success") -> Response:
    flash(sentence, kind)
    address: Response = redirect(url_for("payments.sheet", pool_key=pool_key, number=number), 303)
    return address


@blueprint.route(f"{SHEET}/betalt", methods=["GET", "POST"])
@staff(*MAY)
def mark(pool_key: str, number: int) -> tuple[str, int] | Response:
    """Mark every payment that is left as paid."""
    view, definition, actor = list_of(pool_key, number)
    form = _paid_form(view)
    outcomes: list[payments.Outcome] = []
    if (
        form.validate_on_submit()
        and _typed(form)
        and attempt(
            form,
            definition,
            lambda: outcomes.extend(
                payments.mark_all(
                    house(),
                    str(form.command_id.data),
                    view.list.id or 0,
                    form.seen_version,
                    str(form.reference.data),
                    str(form.paid_on.data),
                    actor,
                    now(),
                )
            ),
        )
    ):
        failed = [one for one in outcomes if one.error is not None]
        if not failed:
            return _back(pool_key, number, _all_are(view))
        numbers = {one.item.id: one.case.number for one in view.lines}
        for one in failed:
            assert one.error is not None
            told = numbers.get(one.item_id, t("A payment"))
            form.fault(f"{told}: {why(one.error, definition)}")
    return _page(view, definition, form, None)


@blueprint.route(f"{SHEET}/linje/<int:item_id>/betalt", methods=["GET", "POST"])
@staff(*MAY)
def mark_line(pool_key: str, number: int, item_id: int) -> tuple[str, int] | Response:
    """Mark one payment as paid."""
    view, definition, actor = list_of(pool_key, number)
    form = _paid_form(view)
    if (
        form.validate_on_submit()
        and _typed(form)
        and attempt(
            form,
            definition,
            lambda: payments.mark_line(
                house(),
                str(form.command_id.data),
                item_id,
                form.seen_version,
                str(form.reference.data),
                str(form.paid_on.data),
                actor,
                now(),
            ),
        )
    ):
        return _back(pool_key, number, t("The payment is marked as paid."))
    return _page(view, definition, form, _line(view, item_id))


def _all_are(view: payments.ListView) -> str:
    """Also where some are left for somebody else."""
    if not view.hidden_left:
        return t("All are marked as paid.")
    return t("All that you take part in are marked as paid. The rest is left for a colleague.")


def _paid_form(view: payments.ListView) -> PaidForm:
    data = {"version": str(view.list.version), "paid_on": f"{today():%d.%m.%Y}"}
    return PaidForm(data=data)


def _typed(form: PaidForm) -> bool:
    """Whether there is a reference, which the payment is found by."""
    if not str(form.reference.data or "").strip():
        form.fault(t("Fill in this field."), "reference")
        return False
    return True


@blueprint.route(f"{SHEET}/udgaar", methods=["GET", "POST"])
@staff(*MAY)
def drop(pool_key: str, number: int) -> tuple[str, int] | Response:
    """Drop a prepared list whole."""
    view, definition, actor = list_of(pool_key, number)
    form = DropForm(data={"version": str(view.list.version)})
    if form.validate_on_submit() and attempt(
        form,
        definition,
        lambda: payments.drop(
            house(),
            str(form.command_id.data),
            view.list.id or 0,
            form.seen_version,
            str(form.reason.data or ""),
            actor,
            now(),
        ),
    ):
        return _back(pool_key, number, t("The list is dropped. Its money can be handled again."))
    return _page(view, definition, form, None)


@blueprint.route(f"{SHEET}/linje/<int:item_id>/udgaar", methods=["GET", "POST"])
@staff(*MAY)
def drop_line(pool_key: str, number: int, item_id: int) -> tuple[str, int] | Response:
    """Take one payment off."""
    view, definition, actor = list_of(pool_key, number)
    form = DropForm(data={"version": str(view.list.version)})
    if form.validate_on_submit() and attempt(
        form,
        definition,
        lambda: payments.drop_line(
            house(),
            str(form.command_id.data),
            item_id,
            form.seen_version,
            str(form.reason.data or ""),
            actor,
            now(),
            stopped=bool(form.stopped.data),
        ),
    ):
        return _back(
            pool_key, number, t("The payment is taken off. Its money can be handled again.")
        )
    return _page(view, definition, form, _line(view, item_id))


def _page(
    view: payments.ListView,
    definition: Definition,
    form: PaidForm | DropForm,
    line: Line | None,
) -> tuple[str, int]:
    """The page of what is to be done: to ``line``, or to all that is left."""
    paid = isinstance(form, PaidForm)
    can = view.list.state in (
        ("released",) if paid else ("prepared", "released") if line else ("prepared",)
    )
    page = render_template(
        "pages/payments/end.html",
        view=view,
        definition=definition,
        list_name=name(view.list),
        form=form,
        line=line,
        paid=paid,
        can=can and bool(view.left),
        total=sum(one.item.amount for one in ([line] if line else view.left)),
    )
    return page, form.status
