"""Beside the workflow: staying out of a case, notes, files."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import RadioField, StringField, TextAreaField

import pool.files as files
from pool.cases import access, notes, recusal
from pool.cases.errors import CommandReused, Invalid
from pool.cases.notes import HOW, MAY_NOTE
from pool.identity.actor import Actor
from pool.web import downloads
from pool.web.access import staff
from pool.web.casework import wording
from pool.web.casework.inputs import choices
from pool.web.casework.room import READERS, blueprint, find
from pool.web.context import now, read
from pool.web.forms import Form, field_errors_from_faults
from pool.web.house import house
from pool.web.language import speak, t

MAY_RECUSE = frozenset({"secretariat", "member", "chair", "finance"})
"""Who takes part in a case, and so can have to stay out of it (forvaltningsloven §3)."""

NO_TALK = "note"
"""Chosen where a note is about no talk."""


class RecusalForm(Form):
    ground = TextAreaField("What is your interest in the case?")


class NoteForm(Form):
    how = RadioField("What is it about?", validate_choice=False)
    whom = StringField("Whom was the talk with?")
    note = TextAreaField("Note")
    on = StringField("The day it is about")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, data={"how": NO_TALK} | kwargs.pop("data", {}), **kwargs)
        talks = [(key, t("A talk: %(how)s", how=t(wording.TALKED[key]).lower())) for key in HOW]
        self.how.choices = choices([(NO_TALK, t("Something to remember")), *talks])


@blueprint.route("/sager/<number>/inhabil", methods=["GET", "POST"])
@staff(*sorted(MAY_RECUSE))
def recuse(number: str) -> tuple[str, int] | Response:
    view, actor = find(number)
    if not actor.roles & MAY_RECUSE:
        abort(404)
    form = RecusalForm()
    if form.validate_on_submit():
        try:
            recusal.declare(house(), view.case.id or 0, str(form.ground.data or ""), actor, now())
        except Invalid as invalid:
            field_errors_from_faults(form, invalid.faults, speak())
        else:
            flash(
                t("You stay out of %(number)s. It is noted, and the case is closed to you.",
                  number=number),
                "success",
            )  # fmt: skip
            return redirect(url_for("casework.cases"), 303)
    return render_template("pages/casework/recuse.html", view=view, form=form), form.status


@blueprint.route("/sager/<number>/notat", methods=["GET", "POST"])
@staff(*sorted(MAY_NOTE))
def note(number: str) -> tuple[str, int] | Response:
    view, actor = find(number)
    if not actor.roles & MAY_NOTE:
        abort(404)
    form = NoteForm()
    if form.validate_on_submit():
        try:
            _write_down(form, view.case.id or 0, actor)
        except Invalid as invalid:
            field_errors_from_faults(form, invalid.faults, speak())
        except CommandReused:
            flash(t("The note was saved before, as it was then."), "info")
            return redirect(url_for("casework.case", number=number), 303)
        else:
            flash(t("The note is in the journal."), "success")
            return redirect(url_for("casework.case", number=number), 303)
    return render_template("pages/casework/note.html", view=view, form=form, talks=HOW), form.status


def _write_down(form: NoteForm, case_id: int, actor: Actor) -> None:
    """A note, or, where a way was chosen, a talk. Raises what the use cases raise."""
    text, command = str(form.note.data or ""), str(form.command_id.data)
    on = notes.day_of(str(form.on.data or ""))
    how = str(form.how.data or NO_TALK)
    if how == NO_TALK:
        notes.note(house(), command, case_id, text, actor, now(), on=on)
        return
    whom = str(form.whom.data or "")
    notes.talk(house(), command, case_id, text, actor, now(), whom=whom, how=how, on=on)


@blueprint.get("/sager/<number>/filer/<int:file_id>")
@staff(*READERS)
def attachment(number: str, file_id: int) -> Response:
    view, actor = find(number)
    found = next(
        (
            one.file
            for one in view.files
            if one.file.id == file_id and access.opens(actor.roles, one.purpose)
        ),
        None,
    )
    loaded = files.load(read(), file_id) if found is not None else None
    if found is None or loaded is None:
        abort(404)
    return downloads.send(loaded[1], found.name, found.media_type)
