"""The conversation with the applicant on a case's page, and the page to write on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import TextAreaField

from pool.cases import access, conversation
from pool.cases.conversation import ANSWERS, MAY_WRITE, Entry
from pool.cases.errors import CommandReused, Invalid
from pool.cases.view import CaseView
from pool.identity.actor import Actor
from pool.models.base import LARGEST_ID
from pool.web.access import staff
from pool.web.apply.uploads import size_in_words
from pool.web.casework import sending
from pool.web.casework.doing import sent_before
from pool.web.casework.panels import Link, Panel
from pool.web.casework.room import blueprint, find
from pool.web.context import now, read
from pool.web.forms import Form, field_errors_from_faults
from pool.web.house import house
from pool.web.language import speak, t

TITLES = {
    "question": ("We asked the applicant", "wait"),
    "answer": ("The applicant answered", "new"),
    "hearing": ("We asked for comments on what others have told", "wait"),
    "hearing-answer": ("The applicant commented", "new"),
    "hearing-end": ("The hearing was called off", "void"),
    "message": ("We wrote to the applicant", "plain"),
}
"""What each contribution is called, with the tone of its mark."""
_READS = {"question": "questions", "hearing": "facts", "message": "text"}
"""What a contribution is called where the journal keeps it, if it is called otherwise."""


def rows(view: CaseView, actor: Actor) -> list[dict[str, Any]]:
    """The conversation for the ``conversation`` macro, as this reader may read it."""
    return [_row(view, entry, actor) for entry in conversation.thread(read(), view)]


def _row(view: CaseView, entry: Entry, actor: Actor) -> dict[str, Any]:
    title, tone = TITLES[entry.kind]
    shown = t(title)
    if entry.kind == "message" and entry.side == "applicant":
        shown, tone = t("The applicant has written"), "new"
    if entry.ran_out:
        shown, tone = t("No comments had come on the last day"), "wait"
    reads = access.reads(actor.roles, _READS.get(entry.kind, "answer"))
    return {
        "id": entry.id,
        "title": shown,
        "tone": tone,
        "at": entry.at,
        "by": entry.by if access.reads(actor.roles, "name") else "",
        "text": entry.text if reads else None,
        "notes": _notes(entry) if reads else [],
        "unread": entry.unread and entry.side == "applicant",
        "files": [
            {
                "name": one.file.name,
                "size": size_in_words(one.file.size),
                "href": url_for(
                    "casework.attachment", number=view.case.number, file_id=one.file.id
                ),
            }
            for one in entry.files
            if access.opens(actor.roles, one.purpose)
        ],
    }


def _notes(entry: Entry) -> list[str]:
    notes = []
    if entry.source:
        notes.append(t("It comes from: %(source)s", source=entry.source))
    if entry.open and entry.due_on:
        notes.append(t("No answer yet; wanted by %(day)s.", day=speak().day(entry.due_on)))
    elif entry.open:
        notes.append(t("No answer yet."))
    return notes


def data(view: CaseView, actor: Actor) -> Mapping[str, Any] | None:
    entries = rows(view, actor)
    if not entries:
        return None
    unread = [entry["id"] for entry in entries if entry["unread"]]
    may_mark = bool(unread) and bool(actor.roles & ANSWERS)
    return {
        "entries": entries,
        "form": WriteForm(formdata=None) if may_mark else None,
        "last": max(unread, default=0),
    }


def links(view: CaseView, actor: Actor) -> list[Link]:
    if not actor.roles & MAY_WRITE or view.case.imported:
        return []
    address = url_for("casework.write", number=view.case.number)
    return [Link(t("Write to the applicant"), address)]


PANEL = Panel(
    key="conversation",
    heading="The conversation with the applicant",
    place="main",
    template="pages/casework/panels/conversation.html",
    data=data,
    links=links,
)


class WriteForm(Form):
    text = TextAreaField("Message to the applicant")


@blueprint.route("/sager/<number>/skriv", methods=["GET", "POST"])
@staff(*sorted(MAY_WRITE))
def write(number: str) -> tuple[str, int] | Response:
    """Write to the applicant; or, with the button beside what came, mark it as read."""
    view, actor = find(number)
    if not actor.roles & MAY_WRITE:
        abort(404)
    form = WriteForm()
    shows, shown = sending.offered(view, actor), None
    if sending.wished() and not shows:
        abort(404)
    trial = sending.Trial(view, actor) if sending.wished() else None
    if form.validate_on_submit():
        back = url_for("casework.case", number=number)
        last = request.form.get("read", type=int)
        if last is not None and abs(last) > LARGEST_ID:
            abort(404)
        if last is not None:
            conversation.mark_read(house(), view.case.id or 0, last, actor, now())
            flash(t("It is marked as read."), "success")
            return redirect(back, 303)
        try:
            done = conversation.write(
                trial.house if trial else house(),
                str(form.command_id.data),
                view.case.id or 0,
                str(form.text.data or ""),
                actor,
                now(),
            )
        except Invalid as invalid:
            field_errors_from_faults(form, invalid.faults, speak())
        except CommandReused:
            sent_before(form)
        else:
            if trial is None:
                flash(_told(view), "success")
                return redirect(back, 303)
            shown = trial.shown(done)
            if isinstance(shown, Response):
                return shown
    return render_template(
        "pages/casework/write.html",
        view=view,
        form=form,
        entries=rows(view, actor),
        shows=shows,
        sending=shown,
        longest=conversation.LONGEST,
    ), form.status


def _told(view: CaseView) -> str:
    if view.applicant.email:
        return t("The message is sent to %(email)s.", email=view.applicant.email)
    return t(
        "The message is written. The applicant has no e-mail: it waits under “Tasks” to be told "
        "by telephone or printed."
    )
