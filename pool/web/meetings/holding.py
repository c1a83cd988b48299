"""A meeting while it is held: who is there, case by case on one screen, and closing it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from wtforms import TextAreaField

from pool.cases import access
from pool.cases.commands import Command, Result
from pool.cases.errors import CommandReused, NotFound
from pool.cases.view import CaseView, case_view
from pool.identity.actor import Actor
from pool.meetings import attendance, closing, deciding, holding
from pool.meetings.agenda import Point
from pool.meetings.errors import MeetingError
from pool.meetings.holding import Room, Stand
from pool.meetings.once import RUNS
from pool.models.meetings import Meeting
from pool.web.access import staff
from pool.web.casework import deciding as decisions
from pool.web.casework import inputs, inputs_typed, terms
from pool.web.casework import wording as case_wording
from pool.web.casework.doing import Outcome, attempt, sent_before
from pool.web.context import now, read, today
from pool.web.forms import Form
from pool.web.house import house
from pool.web.language import speak, t
from pool.web.meetings import wording
from pool.web.meetings.agenda import labels
from pool.web.meetings.calendar import Page, tell
from pool.web.meetings.room import MEETING, READERS, RUNNERS, blueprint, meeting_of, run_by
from workflows.definition import Transition
from workflows.vocabulary import DECIDING_ROLES


class CloseForm(Form):
    remarks = TextAreaField("What the minutes say besides the points")


@dataclass
class Deciding:
    """The decision's form of the point that is shown, and what came of it."""

    form: Form
    offered: list[Transition]
    view: CaseView
    outcome: Outcome
    alone: bool
    """Too few are there: the chair may decide what cannot wait."""


@blueprint.route(f"{MEETING}/fremmoede", methods=["GET", "POST"])
@staff(*RUNNERS)
def present(meeting_id: int) -> Page:
    """Who is there; the first time this opens the meeting."""
    meeting, definition, actor = run_by(meeting_id)
    if meeting.state in ("closed", "off"):
        abort(404)
    form = Form()
    if form.validate_on_submit():
        there = [int(v) for v in request.form.getlist("there") if v.isdecimal() and len(v) < 10]
        command = attendance.Present(str(form.command_id.data), meeting_id, tuple(sorted(there)))
        try:
            attendance.mark(house(), command, actor, now())
        except MeetingError as error:
            tell(form, error)
        except CommandReused:
            sent_before(form)
        else:
            return redirect(url_for("meetings.hold", meeting_id=meeting_id), 303)
    rows = attendance.listed(read(), meeting)
    people = (
        [(one.person_id, one.name, one.organisation, one.present) for one in rows]
        if meeting.state == "open"
        else [
            (one.id or 0, one.name, one.organisation, False)
            for one in attendance.entitled(read(), meeting.pool)
        ]
    )
    page = render_template(
        "pages/meetings/present.html",
        meeting=meeting,
        definition=definition,
        form=form,
        people=people,
        typed=set(request.form.getlist("there")) if form.errors else None,
        early=today() < meeting.held_on,
        wording=wording,
    )
    return page, form.status


@blueprint.route(f"{MEETING}/gennemgang", methods=["GET", "POST"])
@staff(*READERS)
def hold(meeting_id: int) -> Page:
    """The meeting, case by case: ``?punkt=`` is the number of the point that is shown."""
    meeting, definition, actor = meeting_of(meeting_id)
    if meeting.state not in ("open", "closed"):
        abort(404)
    room = holding.room(read(), house(), meeting, actor)
    asked = request.args.get("punkt", "")
    stand = room.at(int(asked) if asked.isdecimal() and len(asked) < 6 else None)
    if stand is None and asked:
        abort(404)
    may_run = bool(actor.roles & RUNS) and meeting.state == "open"
    deciding_here = _deciding(meeting, stand, actor) if stand and may_run else None
    if request.method == "POST":
        if deciding_here is None or stand is None:
            abort(404)
        if _decided(meeting_id, stand, deciding_here, actor):
            flash(t("Decided: %(number)s.", number=deciding_here.view.case.number), "success")
            return redirect(url_for("meetings.hold", meeting_id=meeting_id), 303)
        meeting = meeting_of(meeting_id)[0]
        room = holding.room(read(), house(), meeting, actor)
    page = render_template(
        "pages/meetings/hold.html",
        **_shown(meeting, room, stand, actor, deciding_here),
        definition=definition,
        may_run=may_run,
    )
    return page, deciding_here.form.status if deciding_here else 200


def _shown(
    meeting: Meeting,
    room: Room,
    stand: Stand | None,
    actor: Actor,
    deciding_here: Deciding | None,
) -> dict[str, Any]:
    """What the page needs. The point is taken anew: something may have happened to it."""
    if stand is not None:
        stand = room.at(stand.point.item.position) or stand
    form = deciding_here.form if deciding_here else None
    return {
        "meeting": meeting,
        "room": room,
        "stand": stand,
        "labels": labels(room),
        "elsewhere": _elsewhere(stand),
        "neighbours": _neighbours(room, stand),
        "form": form,
        "deciding": deciding_here,
        "meanwhile": case_wording.meanwhile(
            deciding_here.outcome.meanwhile, deciding_here.view.definition, speak()
        )
        if deciding_here
        else [],
        "blocked_ways": decisions.blocked(deciding_here.view, actor, deciding_here.offered)
        if deciding_here
        else [],
        **(_terms(deciding_here) if deciding_here else {}),
        "advice": case_wording.ADVICE,
        "fields": inputs,
        "reads": lambda text: access.reads(actor.roles, text),
        "wording": wording,
        "decimal": _decimal,
    }


def _decimal(number: float) -> str:
    """With one decimal, as the reader's language writes it."""
    text = f"{number:.1f}"
    return text if speak().lang == "en" else text.replace(".", ",")


def _elsewhere(stand: Stand | None) -> str | None:
    """What has become of a case that was postponed, withdrawn or asked about since it was put on
    the agenda; None of one that can be decided, or has been."""
    if stand is None or stand.case is None or stand.decidable or stand.decision is not None:
        return None
    case = stand.case
    definition = house().definitions.version(read(), case.pool, case.definition_version)
    return speak().text(definition.state(case.state).staff)


def _neighbours(room: Room, stand: Stand | None) -> tuple[Point | None, Point | None]:
    """The points before and after the one that is shown."""
    if stand is None:
        return None, None
    points = [one.point for one in room.stands]
    at = next(n for n, one in enumerate(points) if one.id == stand.point.id)
    return points[at - 1] if at else None, points[at + 1] if at + 1 < len(points) else None


def _deciding(meeting: Meeting, stand: Stand, actor: Actor) -> Deciding | None:
    """The form of the decision, made by the casework's own machinery, without its record: that
    is the meeting's. None where there is nothing to decide here."""
    if stand.case is None or stand.point.item.kind != "case":
        return None
    settled = stand.point.outcome is not None or not stand.decidable
    if settled and request.method != "POST":
        return None
    try:
        view = case_view(read(), house(), stand.case.id or 0, actor, now())
    except NotFound:
        return None
    offered = decisions.ways(view.definition, actor.roles)
    if not offered:
        return None
    alone = stand.count is not None and not stand.count.enough
    base = decisions.decision_form(view, offered)
    made = type("MeetingForm", (base,), {"cannot_wait": TextAreaField("Why it cannot wait")})
    chair = bool(actor.roles & frozenset(DECIDING_ROLES))
    form = made(data=inputs.defaults(terms.names(view, offered), view, today()))
    for name in (*decisions.RECORD, "files"):
        if name in form:
            del form[name]
    if not (alone and chair):
        del form["cannot_wait"]
    return Deciding(form, offered, view, Outcome(), alone)


def _terms(here: Deciding) -> dict[str, Any]:
    """The sentences to begin the reasons with, and on what terms it is granted, as the page of
    the case itself has them; opened where something was typed there, or is wrong."""
    form, view = here.form, here.view
    offers = decisions.words_for(view, here.offered)
    names = [name for name in terms.names(view, here.offered) if name in form]
    touched = any(
        form[name].errors or (form[name].data or "") != (form[name].object_data or "")
        for name in names
    )
    return {
        "facts_known": offers.pop("facts"),  # ``facts`` is a macro of the page
        **offers,
        "posts": terms.posts(view, form),
        "acute": terms.acute(view),
        "inserted": request.form.get("do", "").startswith(terms.INSERT),
        "terms_asked": bool(names),
        "terms_open": touched,
    }


def _decided(meeting_id: int, stand: Stand, here: Deciding, actor: Actor) -> bool:
    """Carry the decision out; what stood in the way is on the form."""
    form = here.form
    wish = request.form.get("do", "")
    if wish.startswith(terms.INSERT):
        offers = decisions.words_for(here.view, here.offered)
        terms.insert(here.view, form, wish, [*offers["phrases"], *offers["facts"]])
        return False
    if not form.validate_on_submit():
        return False
    chosen = next((one for one in here.offered if one.key == form["outcome"].data), None)
    if chosen is None:
        form.fault(t("Choose one of the possibilities."), "outcome")
        return False
    typed = decisions.typed(form, chosen, must_record=False, evidence=())
    if decisions.unfinished(here.view, typed):
        form.fault(
            t("A sentence still ends with “…”. Write the facts that decided instead."), "reasons"
        )
        return False
    command = Command(
        id=str(form.command_id.data),
        case_id=here.view.case.id or 0,
        action=chosen.key,
        state_version=inputs_typed.seen_version(form),
        inputs=typed,
    )
    why = str(form["cannot_wait"].data or "") if "cannot_wait" in form else ""
    if "cannot_wait" in form and not why.strip():
        form.fault(t("Write why the decision cannot wait for a meeting."), "cannot_wait")
        return False

    def work() -> Result:
        return deciding.decide(
            house(), meeting_id, stand.point.id, command, actor, now(), cannot_wait=why
        )

    try:
        here.outcome = attempt(
            here.view, form, work, amount="amount" if typed.get("amount") else None
        )
    except MeetingError as error:
        tell(form, error)
    return here.outcome.result is not None


@blueprint.route(f"{MEETING}/afslut", methods=["GET", "POST"])
@staff(*RUNNERS)
def close(meeting_id: int) -> Page:
    """The meeting is over."""
    meeting, definition, actor = run_by(meeting_id)
    if meeting.state != "open":
        abort(404)
    form = CloseForm(data={"remarks": meeting.remarks})
    if form.validate_on_submit():
        command = closing.Close(str(form.command_id.data), meeting_id, str(form.remarks.data or ""))
        try:
            closing.close(house(), command, actor, now())
        except MeetingError as error:
            tell(form, error)
        except CommandReused:
            sent_before(form)
        else:
            flash(t("The meeting is closed. The minutes are made and sent in a moment."), "success")
            return redirect(url_for("meetings.meeting", meeting_id=meeting_id), 303)
    room = holding.room(read(), house(), meeting, actor)
    page = render_template(
        "pages/meetings/close.html",
        meeting=meeting,
        definition=definition,
        form=form,
        left=[one for one in room.stands if one.waits],
        count=room.count,
        wording=wording,
    )
    return page, form.status
