"""The year's meetings: seen by the group, planned, changed and called off by who runs them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField, StringField, TextAreaField

from pool.cases.errors import CommandReused
from pool.meetings import calendar, mails
from pool.meetings.errors import AgendaMoved, CannotBe, MeetingError
from pool.meetings.once import RUNS
from pool.web import who
from pool.web.access import staff
from pool.web.casework.doing import sent_before
from pool.web.context import now, read, today
from pool.web.forms import Form
from pool.web.house import house
from pool.web.language import speak, t
from pool.web.meetings import wording
from pool.web.meetings.room import MEETING, READERS, RUNNERS, blueprint, pool_of, pools, run_by

Page = Response | tuple[str, int]
YEARS = range(2000, 2100)


class WhenForm(Form):
    begins_at = StringField("Begins at")
    ends_at = StringField("Ends at")
    place = StringField("Place")


class PlanForm(WhenForm):
    days = TextAreaField("Days")
    deadline_days = StringField("Days from the deadline to the meeting")


class ChangeForm(WhenForm):
    held_on = StringField("Day")
    deadline_on = StringField("Last day to apply")
    version = HiddenField()


@blueprint.get("/moeder/")
@staff(*READERS)
def index() -> str:
    """The calendars of the pools that hold meetings, a year at a time."""
    mine = pools()
    if not mine:
        abort(404)
    asked = request.args.get("aar", "")
    known = asked.isdecimal() and len(asked) == 4 and int(asked) in YEARS
    year = int(asked) if known else today().year
    return render_template(
        "pages/meetings/index.html",
        calendars=[(one, calendar.of_year(read(), one.key, year)) for one in mine],
        runs={one.key for one in mine if who.user().roles_in(one.key) & RUNS},
        year=year,
        wording=wording,
    )


@blueprint.route("/moeder/nye/<pool_key>", methods=["GET", "POST"])
@staff(*RUNNERS)
def plan(pool_key: str) -> Page:
    """Enter several meetings at once."""
    definition = pool_of(pool_key)
    actor = who.current_actor(pool_key)
    how = calendar.rules(definition)
    if how is None or not actor.roles & RUNS:
        abort(404)
    form = PlanForm(data={"deadline_days": str(how.deadline_days)})
    if form.validate_on_submit():
        command = calendar.Plan(
            str(form.command_id.data), pool_key, str(form.days.data or ""), *_when(form),
            str(form.deadline_days.data or ""),
        )  # fmt: skip
        try:
            made = calendar.plan(house(), command, actor, now())
        except MeetingError as error:
            tell(form, error)
        except CommandReused:
            sent_before(form)
        else:
            flash(_planned(len(made)), "success")
            return redirect(url_for("meetings.index"), 303)
    page = render_template("pages/meetings/plan.html", definition=definition, form=form)
    return page, form.status


@blueprint.route(f"{MEETING}/ret", methods=["GET", "POST"])
@staff(*RUNNERS)
def change(meeting_id: int) -> Page:
    """Another day, hour, place or deadline."""
    meeting, definition, actor = run_by(meeting_id)
    form = ChangeForm(
        data={
            "held_on": f"{meeting.held_on:%d.%m.%Y}",
            "begins_at": mails.shown_clock(meeting.begins_at),
            "ends_at": mails.shown_clock(meeting.ends_at),
            "place": meeting.place,
            "deadline_on": f"{meeting.deadline_on:%d.%m.%Y}" if meeting.deadline_on else "",
            "version": str(meeting.version),
        }
    )
    if form.validate_on_submit():
        command = calendar.Change(
            str(form.command_id.data), meeting_id, version_of(form),
            str(form.held_on.data or ""), *_when(form), str(form.deadline_on.data or ""),
        )  # fmt: skip
        try:
            calendar.change(house(), command, actor, now())
        except MeetingError as error:
            tell(form, error)
        except CommandReused:
            sent_before(form)
        else:
            flash(t("The meeting is changed."), "success")
            return redirect(url_for("meetings.meeting", meeting_id=meeting_id), 303)
    page = render_template(
        "pages/meetings/change.html",
        meeting=meeting,
        definition=definition,
        form=form,
        wording=wording,
    )
    return page, form.status


@blueprint.route(f"{MEETING}/aflys", methods=["GET", "POST"])
@staff(*RUNNERS)
def call_off(meeting_id: int) -> Page:
    """It is not held."""
    meeting, definition, actor = run_by(meeting_id)
    form = Form()
    if form.validate_on_submit():
        try:
            calendar.call_off(
                house(), calendar.CallOff(str(form.command_id.data), meeting_id), actor, now()
            )
        except MeetingError as error:
            tell(form, error)
        except CommandReused:
            sent_before(form)
        else:
            flash(t("The meeting is called off."), "success")
            return redirect(url_for("meetings.meeting", meeting_id=meeting_id), 303)
    page = render_template(
        "pages/meetings/call_off.html",
        meeting=meeting,
        definition=definition,
        form=form,
        wording=wording,
    )
    return page, form.status


def tell(form: Form, error: MeetingError) -> None:
    """Put why it was not done beside its field, else on top; the next press is made from what is
    there now."""
    form.fault(wording.fault(error), error.field if isinstance(error, CannotBe) else None)
    if isinstance(error, AgendaMoved) and "version" in form:
        form["version"].data = str(error.now)
    form.command_id.data = str(uuid4())


def version_of(form: Form) -> int:
    """The version the page was made from; 0, never right, where it was tampered with."""
    typed = str(form["version"].data or "")
    return int(typed) if typed.isdecimal() and len(typed) < 10 else 0


def _when(form: Any) -> tuple[str, str, str]:
    return (
        str(form.begins_at.data or ""),
        str(form.ends_at.data or ""),
        str(form.place.data or ""),
    )


def _planned(count: int) -> str:
    return speak().plural("%(n)s meeting is planned.", "%(n)s meetings are planned.", count)
