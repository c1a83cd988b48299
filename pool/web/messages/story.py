"""One message with all that became of it; sending it again, and keeping it back."""

from __future__ import annotations

from collections.abc import Callable
from email import message_from_bytes, policy
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import TextAreaField

import pool.outbox as outbox
from pool.cases import messages, messages_log
from pool.cases.errors import CommandReused, Invalid
from pool.cases.messages_log import Entry
from pool.models.outbox import Document, Message
from pool.outbox import queries
from pool.web import downloads, who
from pool.web.access import staff
from pool.web.casework.doing import sent_before
from pool.web.context import now, read
from pool.web.forms import Form, field_errors_from_faults
from pool.web.house import house
from pool.web.language import speak, t
from pool.web.messages import wording
from pool.web.messages.room import READERS, blueprint, find, row_of

_SENDABLE = ("sent", "posted", "failed", "unknown")


class ReasonForm(Form):
    reason = TextAreaField("Why?")


@blueprint.get("/beskeder/<int:message_id>")
@staff(*READERS)
def message(message_id: int) -> str:
    """Its story. The words of what it says are for who may read them."""
    entry, reader = find(message_id)
    told = messages_log.story(read(), reader, entry)
    one, opens = entry.message, messages_log.may_open(reader, entry)
    changes = messages_log.may_change(reader, entry)
    mail = read().get(Document, one.mail_id) if opens and one.mail_id else None
    again = one.state in _SENDABLE and (one.case_id is not None or one.kind != "link")
    return render_template(
        "pages/messages/message.html",
        row=row_of(entry),
        message=one,
        facts=wording.facts(entry, told),
        events=wording.timeline(told),
        others=wording.others(told),
        digest=row_of(told.digest) if told.digest else None,
        told=[row_of(other) for other in told.told],
        mail=_read_mail(mail.body) if mail else None,
        opens=opens,
        has_letter=one.case_id is not None and bool(one.letter or one.document_id),
        may_resend=changes and again,
        may_discard=changes and one.state in messages.KEPT_BACK,
    )


@blueprint.get("/beskeder/<int:message_id>/mail")
@staff(*READERS)
def mail(message_id: int) -> Response:
    """The mail as it was sent, its personal link masked: the very bytes that are kept."""
    entry, reader = find(message_id)
    kept = entry.message.mail_id
    if kept is None or not messages_log.may_open(reader, entry):
        abort(404)
    document = read().get_one(Document, kept)
    return downloads.send(document.body, document.name, document.media_type)


@blueprint.get("/beskeder/<int:message_id>/brev")
@staff(*READERS)
def letter(message_id: int) -> Response:
    """The letter as it was sent. One that has not left is opened on its case."""
    entry, reader = find(message_id)
    document = queries.document(read(), entry.message)
    if document is None or not messages_log.may_open(reader, entry):
        abort(404)
    return downloads.send(document.body, document.name, document.media_type)


@blueprint.route("/beskeder/<int:message_id>/send-igen", methods=["GET", "POST"])
@staff(*READERS)
def resend(message_id: int) -> tuple[str, int] | Response:
    """Send again what belongs to no case; of a case it is done there, where the address is put
    right too."""
    entry, one = _changeable(message_id)
    if entry.number is not None:
        address = url_for("casework.resend", number=entry.number, message_id=message_id)
        return redirect(address, 303)
    if one.kind == "link":
        abort(404)

    def act(form: ReasonForm) -> None:
        actor = who.current_actor(one.pool)
        reason, command = str(form.reason.data or ""), str(form.command_id.data)
        messages.resend_plain(house(), command, message_id, reason, actor, now())

    refused = t("It cannot be sent again as it is now.")
    return _done(entry, act, "send-again", t("It is sent again."), refused)


@blueprint.route("/beskeder/<int:message_id>/kasser", methods=["GET", "POST"])
@staff(*READERS)
def discard(message_id: int) -> tuple[str, int] | Response:
    """Keep back what has not left. Of what has, the message's own page tells what became of it."""
    entry, one = _changeable(message_id)
    refused = t("It has left, or is leaving, so it cannot be kept back.")
    if request.method == "GET" and one.state not in messages.KEPT_BACK:
        flash(refused, "warning")
        return redirect(url_for("messages.message", message_id=message_id), 303)

    def act(form: ReasonForm) -> None:
        actor = who.current_actor(one.pool)
        reason, command = str(form.reason.data or ""), str(form.command_id.data)
        if one.case_id is None:
            messages.discard_plain(house(), command, message_id, reason, actor, now())
        else:
            messages.discard(house(), command, one.case_id, message_id, reason, actor, now())

    return _done(entry, act, "keep-back", t("It is kept back and is not sent."), refused)


def _changeable(message_id: int) -> tuple[Entry, Message]:
    entry, reader = find(message_id)
    if not messages_log.may_change(reader, entry):
        abort(404)
    return entry, entry.message


def _done(
    entry: Entry, act: Callable[[ReasonForm], None], what: str, done: str, refused: str
) -> tuple[str, int] | Response:
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            act(form)
        except Invalid as invalid:
            field_errors_from_faults(form, invalid.faults, speak())
        except CommandReused:
            sent_before(form)
        except outbox.MessageStateError:
            form.fault(refused)
        else:
            flash(done, "success")
            return redirect(url_for("messages.message", message_id=entry.message.id), 303)
    return render_template(
        "pages/messages/reason.html", row=row_of(entry), what=what, form=form
    ), form.status


def _read_mail(body: bytes) -> dict[str, Any]:
    """Subject, text and the names of what goes with a kept mail."""
    kept = message_from_bytes(body, policy=policy.default)
    text = kept.get_body(("plain",))
    return {
        "subject": str(kept["Subject"] or ""),
        "text": str(text.get_content()) if text is not None else "",
        "enclosed": [part.get_filename() for part in kept.iter_attachments()],
    }
