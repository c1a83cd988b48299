"""Looking at the figures as of an earlier moment: the small form, what was asked for, and how the
page says so. The moment stands in the address, so that it goes along to figures and transfers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request
from wtforms import Form, RadioField, StringField

import pool.ledger as ledger
from pool.web.context import now, today
from pool.web.forms import fault_text
from pool.web.language import speak, t
from pool.web.summaries import wording
from workflows import values
from workflows.questions import AnswerFault

DAY, AXIS = "day", "axis"
"""Names in the address."""


class LookForm(Form):  # type: ignore[misc]
    """Asked by a GET: it changes nothing, so it carries no guard."""

    day = StringField()
    axis = RadioField(default="recorded")


@dataclass(frozen=True, slots=True)
class Look:
    """What the reader looks at: the present where ``as_of`` is None. ``params`` are for every link
    that stays at the moment."""

    form: LookForm
    as_of: ledger.AsOf | None
    params: dict[str, Any]

    @property
    def heading(self) -> str:
        """``As of 31 March 2026``; empty for the present."""
        if self.as_of is None:
            return ""
        return t("As of %(day)s", day=speak().day(self.as_of.at))

    @property
    def meaning(self) -> str:
        """What counts, a sentence."""
        if self.as_of is None:
            return ""
        if self.as_of.axis == "recorded":
            return t(
                "This is a past moment: what had been written down by the end of that day. "
                "Decisions that were announced later do not count."
            )
        return t(
            "This is a past moment: what is about that day and those before it, also where it was "
            "written later, as far as it is known now."
        )


def look() -> Look:
    """What the address asks for. A day that is none, or has not come, is a fault beside the field,
    and the present is shown."""
    form = LookForm(request.args)
    form.day.label.text = t("As of the day")
    form.axis.label.text = t("What counts")
    form.axis.choices = [(key, t(text)) for key, text in wording.AXES.items()]
    if form.axis.data not in wording.AXES:
        form.axis.data = "recorded"
    typed = str(form.day.data or "").strip()
    if not typed:
        return Look(form, None, {})
    try:
        day = values.day(typed)
    except values.Bad as bad:
        form.day.errors = [fault_text(AnswerFault(DAY, bad.code, bad.params), speak())]
        return Look(form, None, {})
    if day > today():
        form.day.errors = [t("The day has not come yet")]
        return Look(form, None, {})
    axis: ledger.Axis = "effective" if form.axis.data == "effective" else "recorded"
    params = {DAY: speak().short_day(day), AXIS: axis}
    return Look(form, ledger.AsOf(axis, day, now()), params)


def state_words(status: ledger.Status, look: Look) -> str:
    """What became of the year by then, or that it is not known; empty for an open one."""
    if status.state == "closed":
        return t("The year is closed.") if look.as_of is None else t("The year was closed.")
    if status.state == "closing":
        return t("The year is being closed.")
    if status.state:
        return ""
    if any(status.figures().values()):
        return t("Whether the year was open or being closed then is not in the record.")
    return t("The year was not in the books then.")
