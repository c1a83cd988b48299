"""One meeting before it is held: its page, its agenda made by hand, sent, and its papers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField, SelectField, StringField, TextAreaField

from pool.cases.errors import CommandReused
from pool.cases.house import House
from pool.identity.actor import Actor
from pool.meetings import agenda as agendas
from pool.meetings import attendance, closing, holding, mails, ordering, papers
from pool.meetings.agenda import Point
from pool.meetings.errors import CannotBe, MeetingError
from pool.meetings.once import RUNS
from pool.models.meetings import Meeting
from pool.web import downloads
from pool.web.access import staff
from pool.web.casework.doing import sent_before
from pool.web.casework.inputs import choices
from pool.web.casework.wording import ADVICE
from pool.web.context import now, read, today
from pool.web.forms import Form
from pool.web.house import house
from pool.web.language import speak, t
from pool.web.meetings import wording
from pool.web.meetings.calendar import Page, tell, version_of
from pool.web.meetings.room import MEETING, READERS, RUNNERS, blueprint, meeting_of, run_by

KINDS = f"<any({', '.join(papers.KINDS)}):kind>"


class AgendaForm(Form):
    """Every change of the agenda is a button of this one form."""

    version = HiddenField()
    title = StringField("A heading of your own")
    told = SelectField("A case the group is told of", validate_choice=False)
    note = TextAreaField("What the group is told")


@blueprint.get(MEETING)
@staff(*READERS)
def meeting(meeting_id: int) -> str:
    """The meeting as this reader sees it."""
    found, definition, actor = meeting_of(meeting_id)
    room = holding.room(read(), house(), found, actor)
    runs = bool(actor.roles & RUNS)
    return render_template(
        "pages/meetings/meeting.html",
        meeting=found,
        definition=definition,
        room=room,
        labels=labels(room),
        papers=papers.readable(read(), house(), found, actor),
        runs=runs,
        changed=runs and closing.changed_since_sent(read(), found),
        trouble=runs and papers.in_trouble(read(), found),
        may_open=found.state in ("planned", "called") and found.held_on <= today(),
        entitled=len(attendance.entitled(read(), found.pool)),
        wording=wording,
    )


def labels(room: holding.Room) -> dict[str, str]:
    """The words of the actions taken, as the cases' definitions have them."""
    found = {}
    for stand in room.stands:
        key = stand.point.outcome
        if stand.case is not None and key is not None:
            definition = house().definitions.version(
                read(), stand.case.pool, stand.case.definition_version
            )
            way = definition.transition(key)
            if way is not None:
                words = ADVICE.get(way.outcome or "")
                found[key] = t(words) if words else speak().text(definition.state(way.to).staff)
    return found


@blueprint.route(f"{MEETING}/dagsorden", methods=["GET", "POST"])
@staff(*RUNNERS)
def agenda(meeting_id: int) -> Page:
    """Put on, take off, order."""
    found, definition, actor = run_by(meeting_id)
    visible = agendas.seen(read(), house(), actor, found.pool)
    offered = agendas.between(read(), found, visible)
    form = AgendaForm(data={"version": str(found.version)})
    form.told.choices = choices(
        [("", t("Choose a case")), *((str(c.id), f"{c.number} {c.title}") for c, _ in offered)]
    )
    if form.validate_on_submit():
        moment = now()
        wish = _wish(form, meeting_id, actor, moment)
        try:
            if wish is not None:
                wish()
        except MeetingError as error:
            tell(form, error)
        except CommandReused:
            sent_before(form)
        else:
            if wish is not None:
                flash(t("The agenda is changed."), "success")
            return redirect(url_for("meetings.agenda", meeting_id=meeting_id), 303)
        found = _again(meeting_id)
        visible = agendas.seen(read(), house(), actor, found.pool)
    ready = agendas.ready(read(), house(), found, visible, now())
    context = {
        "meeting": found,
        "definition": definition,
        "form": form,
        "points": agendas.points(read(), found, visible),
        "ready": ready[: agendas.MOST],
        "more": len(ready) > agendas.MOST,
        "pressed": request.method == "POST",
        "typed": _typed_numbers(),
        "chosen": set(request.form.getlist("cases")),
        "before": found.state in ordering.BEFORE,
        "wording": wording,
    }
    return render_template("pages/meetings/agenda.html", **context), form.status


def _again(meeting_id: int) -> Meeting:
    return meeting_of(meeting_id)[0]


def _wish(
    form: AgendaForm, meeting_id: int, actor: Actor, moment: datetime
) -> Callable[[], None] | None:
    """What the pressed button asks for; None for none of ours."""
    what, _, which = request.form.get("do", "order").partition("-")
    head = (str(form.command_id.data), meeting_id, version_of(form))
    item = int(which) if which.isdecimal() and len(which) < 10 else 0
    doing: dict[str, tuple[Callable[[House, Any, Actor, datetime], None], Any]] = {
        "order": (ordering.order, ordering.Order(*head, tuple(_typed_numbers().items()))),
        "up": (ordering.move, ordering.Move(*head, item, -1)),
        "down": (ordering.move, ordering.Move(*head, item, 1)),
        "off": (ordering.take_off, ordering.TakeOff(*head, item)),
        "put": (ordering.put_on, ordering.PutOn(*head, tuple(_ids("cases")))),
        "heading": (ordering.heading, ordering.Heading(*head, str(form.title.data or ""))),
    }
    if what == "tell":
        chosen = str(form.told.data or "")
        case_id = int(chosen) if chosen.isdecimal() and len(chosen) < 10 else None
        return lambda: _tell(head, case_id, str(form.note.data or ""), actor, moment)
    if what not in doing:
        return None
    use_case, command = doing[what]
    return lambda: use_case(house(), command, actor, moment)


def _tell(
    head: tuple[str, int, int], case_id: int | None, note: str, actor: Actor, moment: datetime
) -> None:
    if case_id is None:
        raise CannotBe("told", "required")
    ordering.tell(house(), ordering.Tell(*head, case_id, note), actor, moment)


def _typed_numbers() -> dict[int, str]:
    """The numbers typed at the points, by the point's id."""
    found = {}
    for name, value in request.form.items():
        which = name.removeprefix("number-")
        if which != name and which.isdecimal() and len(which) < 10:
            found[int(which)] = value
    return found


def _ids(name: str) -> list[int]:
    return [int(v) for v in request.form.getlist(name) if v.isdecimal() and len(v) < 10]


class SendForm(Form):
    version = HiddenField()


@blueprint.route(f"{MEETING}/send", methods=["GET", "POST"])
@staff(*RUNNERS)
def send(meeting_id: int) -> Page:
    """Send the agenda to every member."""
    found, definition, actor = run_by(meeting_id)
    form = SendForm(data={"version": str(found.version)})
    if form.validate_on_submit():
        command = closing.SendAgenda(str(form.command_id.data), meeting_id, version_of(form))
        try:
            closing.send_agenda(house(), command, actor, now())
        except MeetingError as error:
            tell(form, error)
        except CommandReused:
            sent_before(form)
        else:
            flash(t("The agenda is being made and is sent in a moment."), "success")
            return redirect(url_for("meetings.meeting", meeting_id=meeting_id), 303)
        found = _again(meeting_id)
    visible = agendas.seen(read(), house(), actor, found.pool)
    points: tuple[Point, ...] = agendas.points(read(), found, visible)
    page = render_template(
        "pages/meetings/send.html",
        meeting=found,
        definition=definition,
        form=form,
        points=points,
        to=mails.recipients(read(), found.pool),
        wording=wording,
    )
    return page, form.status


@blueprint.get(f"{MEETING}/papir/{KINDS}/<int(max=9999):version>")
@staff(*READERS)
def paper(meeting_id: int, kind: str, version: int) -> Response:
    """A paper as it was sent, as this reader may have it."""
    found, _, actor = meeting_of(meeting_id)
    document = papers.for_reader(read(), house(), found, kind, version, actor)
    if document is None:
        abort(404)
    return downloads.send(document.body, document.name, document.media_type)
