"""Taking in an adjusted plan: the files, what they change, then the new edition."""

from __future__ import annotations

import base64
import binascii
from datetime import date
from typing import cast

from flask import flash, redirect, render_template, request, url_for
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response
from wtforms import HiddenField, StringField, TextAreaField

from pool import plan
from pool.cases.errors import CommandReused
from pool.plan import editions, faults, wording
from pool.web.access import staff
from pool.web.casework.doing import sent_before
from pool.web.context import now, read, today
from pool.web.forms import Form, fault_text
from pool.web.house import house
from pool.web.language import speak, t
from pool.web.steering.plan import MOVES, keeps, not_theirs, pools_of_plan
from pool.web.steering.plan_moving import plan_actor
from pool.web.steering.room import blueprint
from workflows import values
from workflows.questions import AnswerFault

MOST = 100_000
"""Bytes of each file: a plan is some kilobytes."""


class AdjustForm(Form):
    table = FileField("The plan’s table")
    beside = FileField("The file beside it")
    decided_on = StringField("Decided on")
    source = TextAreaField("Who adjusted the plan, and where that stands")
    kept_table = HiddenField()
    kept_beside = HiddenField()
    seen = HiddenField()


@blueprint.route("/styring/plan/reguler", methods=["GET", "POST"])
@staff(*MOVES)
def plan_adjust() -> tuple[str, int] | Response:
    """First the differences are shown, and nothing is changed; the second press takes it in."""
    if not keeps(pools_of_plan()):
        raise not_theirs()
    form = AdjustForm()
    years: tuple[plan.YearChanges, ...] = ()
    if form.validate_on_submit():
        decided_on = _day(form)
        source = str(form.source.data or "").strip()
        if not source:
            form.fault(_said("source", "required"), "source")
        files = _files(form)
        if files and not form.errors and decided_on:
            try:
                wanted = editions.parse(house(), *files)
                if not keeps({line.pool for line in wanted if line.pool}):
                    raise not_theirs()
                years = plan.differences(read(), wanted)
                editions.refuse_closed_years(read(), years)
                if request.form.get("step") == "go":
                    done = plan.adjust(
                        house(),
                        *files,
                        source=source,
                        decided_on=decided_on,
                        command_id=str(form.command_id.data),
                        actor=plan_actor(),
                        now=now(),
                        seen=_seen(str(form.seen.data or "")),
                    )
                    return _done(done)
            except plan.PlanRefused as refused:
                for each in refused.faults:
                    form.fault(faults.say(each, speak()), "table")
            except plan.PlanError as refused:
                form.fault(wording.sentence(refused, speak()), refused.field)
            except CommandReused:
                sent_before(form)
            form.seen.data = ",".join(":".join(map(str, (one.year, *one.stand))) for one in years)
    changed = any(one.state != "same" for one in years)
    page = render_template("pages/plan/adjust.html", form=form, years=years, changed=changed)
    return page, form.status


def _done(done: plan.Loaded) -> Response:
    years = sorted({*done.adjusted, *done.new})
    if years:
        told = ", ".join(map(str, years))
        flash(t("The plan is taken in: %(years)s.", years=told), "success")
        return redirect(url_for("steering.plan_year", year=years[-1]), 303)
    flash(t("The plan says what is in force already. Nothing was changed."), "info")
    return redirect(url_for("steering.plan_index"), 303)


def _files(form: AdjustForm) -> tuple[bytes, bytes] | None:
    """The two files: chosen now, or kept in the page that showed the differences."""
    found = []
    for name, kept in (("table", "kept_table"), ("beside", "kept_beside")):
        chosen = cast(FileStorage | None, form[name].data)
        body = b""
        if isinstance(chosen, FileStorage) and chosen.filename:
            body = chosen.read(MOST + 1)
            form[kept].data = base64.b64encode(body).decode()
        elif form[kept].data:
            try:
                body = base64.b64decode(str(form[kept].data), validate=True)
            except (binascii.Error, ValueError):
                body = b""
        if not body:
            form.fault(t("Choose a file"), name)
        elif len(body) > MOST:
            form[kept].data = ""
            form.fault(t("The file is larger than a plan is."), name)
        else:
            found.append(body)
    return (found[0], found[1]) if len(found) == 2 else None


def _day(form: AdjustForm) -> date | None:
    try:
        if values.blank(form.decided_on.data):
            raise values.Bad("required")
        day = values.day(form.decided_on.data)
        if day > today():
            raise values.Bad("date-ahead")
    except values.Bad as bad:
        form.fault(_said("decided_on", bad.code), "decided_on")
        return None
    return day


def _said(name: str, code: str) -> str:
    return fault_text(AnswerFault(name, code, {}), speak())


def _seen(text: str) -> dict[int, tuple[int, int]]:
    """The editions in force, and the newest moves, when the differences were shown."""
    found = (one.split(":") for one in text.split(","))
    told = (
        tuple(map(int, one)) for one in found if len(one) == 3 and all(n.isdecimal() for n in one)
    )
    return {year: (edition, move) for year, edition, move in told}
