"""The accounts of a case beside its budget, as applicants and colleagues fill them in and read
them: a line for each post, with what was budgeted, what was spent, and the difference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request
from wtforms import Field, StringField

from pool.cases import accounts
from pool.cases.view import CaseView
from pool.web.forms import Form
from pool.web.language import speak
from workflows import values

PREFIX = "report-accounts-"
"""Before a post's key, the name of its field."""
SUM = "sum"
"""What the button sends that adds up and sends nothing in."""


@dataclass(frozen=True, slots=True)
class Row:
    """``budget`` and ``actual`` are øre, None where that is not told (yet); ``field`` is None where
    the accounts are only read."""

    label: str
    budget: int
    actual: int | None
    field: Field | None = None

    @property
    def difference(self) -> str:
        """``+500 kr.`` where more was spent than budgeted; empty where nothing is told."""
        return "" if self.actual is None else signed(self.actual - self.budget)


def signed(ore: int) -> str:
    """An amount with its sign, in the reader's words."""
    sign = "+" if ore > 0 else "−" if ore < 0 else ""
    return f"{sign}{speak().money(abs(ore))}"


def asked(view: CaseView) -> tuple[str, ...]:
    """The posts the report must account for; none where a sum is enough."""
    return view.facts.report_posts


def budgeted(view: CaseView) -> dict[str, int]:
    """The budget to hold the accounts against, øre by post."""
    given = {question.key: value for question, value in view.answers}
    return accounts.budget(view.definition, given, view.decision)


def fields(view: CaseView) -> dict[str, Any]:
    """A form's fields for the accounts, by name."""
    labels = {post.key: post.label for post in view.definition.budget_posts}
    return {f"{PREFIX}{key}": StringField(speak().text(labels[key])) for key in asked(view)}


def typed(form: Form) -> dict[str, str]:
    """What was typed, by post, as the rules take it."""
    return {
        name.removeprefix(PREFIX): str(form[name].data or "")
        for name in form._fields
        if name.startswith(PREFIX)
    }


def rows(view: CaseView, form: Form) -> list[Row]:
    """The lines to be filled in, with what can be read of what was typed."""
    budget = budgeted(view)
    return [
        Row(
            form[f"{PREFIX}{key}"].label.text,
            budget.get(key, 0),
            _read(form[f"{PREFIX}{key}"].data),
            form[f"{PREFIX}{key}"],
        )
        for key in asked(view)
        if f"{PREFIX}{key}" in form
    ]


def shown(view: CaseView) -> list[Row]:
    """The lines of the report that came; none where it has only a sum."""
    report = view.report
    if report is None or report.accounts is None:
        return []
    found = accounts.lines(view.definition, budgeted(view), report.accounts)
    return [Row(speak().text(one.label), one.budget, one.actual) for one in found]


def total(lines: list[Row]) -> Row:
    """All lines together; what was spent is None while nothing is told."""
    told = [one.actual for one in lines if one.actual is not None]
    return Row("", sum(one.budget for one in lines), sum(told) if told else None)


def summing() -> bool:
    """Whether the button was pressed that adds up: what browsers without scripts have for it."""
    return request.method == "POST" and request.form.get("do") == SUM


def _read(raw: Any) -> int | None:
    if values.blank(raw):
        return None
    try:
        return values.amount(raw)
    except values.Bad:
        return None  # told beside its field when it is sent
