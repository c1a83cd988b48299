"""What is done with one point of a meeting that is being held, besides deciding it: held over,
taken up again, somebody staying out of it, and what the minutes say."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import SelectField, TextAreaField

from pool.cases import recusal
from pool.cases.errors import CommandReused, Invalid, NotFound
from pool.identity.actor import Actor
from pool.meetings import attendance, calendar, deciding, holding
from pool.meetings.errors import MeetingError
from pool.meetings.holding import Stand
from pool.models.meetings import Meeting
from pool.web.access import staff
from pool.web.casework.doing import sent_before
from pool.web.casework.inputs import choices
from pool.web.context import now, read
from pool.web.forms import Form, field_errors_from_faults
from pool.web.house import house
from pool.web.language import speak, t
from pool.web.meetings import wording
from pool.web.meetings.calendar import Page, tell
from pool.web.meetings.room import LARGEST, MEETING, RUNNERS, blueprint, run_by
from workflows.definition import Definition

POINT = f"{MEETING}/punkt/<int(max={LARGEST}):item_id>"


class HoldOverForm(Form):
    to = SelectField("To which meeting?", validate_choice=False)
    note = TextAreaField("Why, as the minutes say it")


class StaysOutForm(Form):
    person = SelectField("Who stays out?", validate_choice=False)
    ground = TextAreaField("What is the interest?")


class NoteForm(Form):
    note = TextAreaField("What the minutes say of this point")


@blueprint.route(f"{POINT}/udsaet", methods=["GET", "POST"])
@staff(*RUNNERS)
def hold_over(meeting_id: int, item_id: int) -> Page:
    """To a later meeting."""
    meeting, definition, actor, stand = _point(meeting_id, item_id)
    if stand.case is None:
        abort(404)
    form = HoldOverForm()
    later = calendar.later(read(), meeting)
    form.to.choices = choices(
        [
            *((str(one.id), wording.when(one)) for one in later),
            ("", t("A meeting that is chosen later")),
        ]
    )
    if form.validate_on_submit():
        chosen = str(form.to.data or "")
        to = int(chosen) if chosen.isdecimal() and len(chosen) < 10 else None
        command = deciding.HoldOver(
            str(form.command_id.data), meeting_id, item_id, to, str(form.note.data or "")
        )
        try:
            deciding.hold_over(house(), command, actor, now())
        except MeetingError as error:
            tell(form, error)
        except CommandReused:
            sent_before(form)
        else:
            return _back(meeting_id)
    page = render_template(
        "pages/meetings/hold_over.html",
        meeting=meeting,
        definition=definition,
        stand=stand,
        form=form,
        wording=wording,
    )
    return page, form.status


@blueprint.route(f"{POINT}/inhabil", methods=["GET", "POST"])
@staff(*RUNNERS)
def stays_out(meeting_id: int, item_id: int) -> Page:
    """Somebody there has an interest in the case, and leaves the room (forvaltningsloven §§3-6)."""
    meeting, definition, actor, stand = _point(meeting_id, item_id)
    if stand.case is None:
        abort(404)
    case_id = stand.case.id or 0
    out = attendance.recused(read(), [case_id]).get(case_id, frozenset())
    form = StaysOutForm()
    form.person.choices = choices(
        [
            ("", t("Choose")),
            *(
                (str(one.person_id), one.name)
                for one in attendance.listed(read(), meeting)
                if one.person_id not in out and one.person_id != actor.person_id
            ),
        ]
    )
    if form.validate_on_submit():
        chosen = str(form.person.data or "")
        try:
            recusal.settle(
                house(),
                str(form.command_id.data),
                case_id,
                int(chosen) if chosen.isdecimal() and len(chosen) < 10 else 0,
                str(form.ground.data or ""),
                actor,
                now(),
            )
        except Invalid as invalid:
            field_errors_from_faults(form, invalid.faults, speak())
        except NotFound:
            abort(404)
        except CommandReused:
            sent_before(form)
        else:
            flash(t("It is noted, and those who may take part are counted anew."), "success")
            return _at(meeting_id, stand)
    page = render_template(
        "pages/meetings/stays_out.html",
        meeting=meeting,
        definition=definition,
        stand=stand,
        form=form,
        wording=wording,
    )
    return page, form.status


@blueprint.route(f"{POINT}/tag-op", methods=["GET", "POST"])
@staff(*RUNNERS)
def take_up(meeting_id: int, item_id: int) -> Page:
    """A case that was held over is decided here after all."""
    meeting, definition, actor, stand = _point(meeting_id, item_id)
    if stand.case is None:
        abort(404)
    form = Form()
    if form.validate_on_submit():
        command = deciding.TakeUp(str(form.command_id.data), meeting_id, item_id)
        try:
            deciding.take_up(house(), command, actor, now())
        except MeetingError as error:
            tell(form, error)
        except CommandReused:
            sent_before(form)
        else:
            return _at(meeting_id, stand)
    page = render_template(
        "pages/meetings/take_up.html",
        meeting=meeting,
        definition=definition,
        stand=stand,
        form=form,
        wording=wording,
    )
    return page, form.status


@blueprint.route(f"{POINT}/notat", methods=["GET", "POST"])
@staff(*RUNNERS)
def note(meeting_id: int, item_id: int) -> Page:
    """What the minutes say of the point."""
    meeting, definition, actor, stand = _point(meeting_id, item_id)
    form = NoteForm(data={"note": stand.point.item.note})
    if form.validate_on_submit():
        text = str(request.form.get("note") or "")
        command = deciding.Note(str(form.command_id.data), meeting_id, item_id, text)
        try:
            deciding.note(house(), command, actor, now())
        except MeetingError as error:
            tell(form, error)
        except CommandReused:
            sent_before(form)
        else:
            flash(t("It is noted for the minutes."), "success")
            return _at(meeting_id, stand)
    page = render_template(
        "pages/meetings/note.html",
        meeting=meeting,
        definition=definition,
        stand=stand,
        form=form,
        wording=wording,
    )
    return page, form.status


def _point(meeting_id: int, item_id: int) -> tuple[Meeting, Definition, Actor, Stand]:
    """A point of an open meeting, as the one who runs it sees it; else 404."""
    meeting, definition, actor = run_by(meeting_id)
    if meeting.state != "open":
        abort(404)
    room = holding.room(read(), house(), meeting, actor)
    stand = next((one for one in room.stands if one.point.id == item_id), None)
    if stand is None:
        abort(404)
    return meeting, definition, actor, stand


def _back(meeting_id: int) -> Response:
    """To the next point that waits."""
    return redirect(url_for("meetings.hold", meeting_id=meeting_id), 303)


def _at(meeting_id: int, stand: Stand) -> Response:
    position = stand.point.item.position
    return redirect(url_for("meetings.hold", meeting_id=meeting_id, punkt=position), 303)
