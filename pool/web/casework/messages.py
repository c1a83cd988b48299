"""What was sent about a case, sending it again, and what must be told by telephone or on paper."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import StringField, TextAreaField

import pool.outbox as outbox
from pool.cases import access, letter_drafts, letters, messages
from pool.cases.errors import CommandReused, Invalid
from pool.cases.messages import ROLE, Pending
from pool.cases.view import CaseView
from pool.clock import local_day
from pool.identity.actor import Actor
from pool.models.outbox import Message
from pool.outbox import queries
from pool.web import downloads, who
from pool.web.access import staff
from pool.web.casework import sending, wording
from pool.web.casework.doing import sent_before
from pool.web.casework.room import READERS, blueprint, find
from pool.web.context import now, read
from pool.web.forms import Form, field_errors_from_faults
from pool.web.house import house
from pool.web.language import speak, t
from pool.web.summaries.listing import waiting

PDF = "application/pdf"


class ResendForm(Form):
    reason = TextAreaField("Why is it sent again?")
    email = StringField("The applicant’s e-mail")


class ColleagueForm(Form):
    """A colleague's address is not corrected here."""

    reason = TextAreaField("Why is it sent again?")


class ToldForm(Form):
    """Only buttons."""


def _message(number: str, message_id: int) -> tuple[CaseView, Actor, Message]:
    """A message of the case, found through the case its reader may see."""
    view, actor = find(number)
    message = next((one for one in view.messages if one.id == message_id), None)
    if message is None:
        abort(404)
    return view, actor, message


def _of_secretariat(number: str, message_id: int) -> tuple[CaseView, Actor, Message]:
    view, actor, message = _message(number, message_id)
    if ROLE not in actor.roles:
        abort(404)
    return view, actor, message


@blueprint.get("/sager/<number>/breve/<int:message_id>")
@staff(*READERS)
def letter(number: str, message_id: int) -> Response:
    """The letter as it was sent: the very bytes. One that waits is made as it will be. With the
    applicant's name and address on it, it is for those who see these."""
    view, actor, message = _message(number, message_id)
    if not actor.roles & access.SEES_CONTACT:
        abort(404)
    kept = queries.document(read(), message)
    if kept is not None:
        return downloads.send(kept.body, kept.name, kept.media_type)
    if message.letter is None and ROLE not in actor.roles:
        abort(404)
    return downloads.send(_made(view, message), outbox.file_name(message), PDF)


def _made(view: CaseView, message: Message) -> bytes:
    other = message.template == messages.FOR_ANOTHER
    recipient = [message.to_name] if other else letters.address_lines(view.applicant)
    told = letter_drafts.told_on(message, local_day(now()))
    return outbox.letter_bytes(message, recipient, data=told)


@blueprint.route("/sager/<number>/beskeder/<int:message_id>", methods=["GET", "POST"])
@staff(ROLE)
def resend(number: str, message_id: int) -> tuple[str, int] | Response:
    view, actor, message = _of_secretariat(number, message_id)
    to_applicant = messages.to_applicant(message)
    email = messages.email_for(message, view.applicant)
    form = ResendForm(data={"email": email}) if to_applicant else ColleagueForm()
    trial = sending.Trial(view, actor) if sending.wished() else None
    shown = None
    if form.validate_on_submit():
        try:
            done = messages.resend(
                trial.house if trial else house(),
                str(form.command_id.data),
                view.case.id or 0,
                message_id,
                str(form.reason.data or ""),
                actor,
                now(),
                email=str(form.email.data or "") if to_applicant else "",
            )
        except Invalid as invalid:
            field_errors_from_faults(form, invalid.faults, speak())
        except CommandReused:
            sent_before(form)
        except outbox.MessageStateError:
            form.fault(t("It is still on its way, so it cannot be sent again yet."))
        else:
            if trial is None:
                flash(t("It is sent again."), "success")
                return redirect(url_for("casework.case", number=number), 303)
            shown = trial.shown(done)
            if isinstance(shown, Response):
                return shown
    return render_template(
        "pages/casework/resend.html",
        view=view,
        row=wording.message_row(message, speak()),
        form=form,
        sending=shown,
    ), form.status


@blueprint.get("/opgaver")
@staff(ROLE)
def tasks() -> str:
    """Letters to somebody without e-mail, and mails that did not get through."""
    return _tasks(ToldForm(formdata=None))


def _tasks(form: ToldForm) -> str:
    user, words = who.user(), speak()
    roles = user.by_pool(definition.key for definition in house().definitions.all())
    found = messages.tasks(read(), house(), person_id=user.person_id, roles=roles)

    def row(pending: Pending) -> dict[str, Any]:
        message = pending.message
        return {
            **wording.message_row(message, words),
            "number": pending.number,
            "phone": pending.phone if messages.to_applicant(message) else None,
            "to_applicant": messages.to_applicant(message),
            "title": message.data.get("title", ""),
        }

    return render_template(
        "pages/casework/tasks.html",
        tell=[row(one) for one in found.tell],
        troubled=[row(one) for one in found.troubled],
        asked=waiting(),
        form=form,
    )


@blueprint.route("/sager/<number>/beskeder/<int:message_id>/gjort", methods=["POST"])
@staff(ROLE)
def told(number: str, message_id: int) -> tuple[str, int] | Response:
    view, actor, message = _of_secretariat(number, message_id)
    form = ToldForm()
    if form.validate_on_submit():
        how: messages.How = "phone" if request.form.get("how") == "phone" else "paper"
        if how == "paper" and not messages.to_applicant(message):
            abort(404)  # a colleague is rung
        printed = None
        if how == "paper" and message.state in outbox.TELLABLE and message.document_id is None:
            printed = (outbox.file_name(message), _made(view, message))
        try:
            messages.told(
                house(),
                str(form.command_id.data),
                view.case.id or 0,
                message_id,
                how,
                printed,
                actor,
                now(),
            )
        except CommandReused:
            sent_before(form)
            return _tasks(form), form.status
        except outbox.MessageStateError:
            flash(t("Somebody else has noted it already."), "info")
        else:
            flash(t("Noted: %(name)s was told.", name=message.to_name), "success")
        if request.form.get("fra") == "sag":
            return redirect(url_for("casework.case", number=number), 303)
        return redirect(url_for("casework.tasks"), 303)
    return _tasks(form), form.status
