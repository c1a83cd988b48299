"""The print queue: letters to print and post, all at once or one by one."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

import pool.outbox as outbox
from pool.cases import letters, messages
from pool.cases.errors import CommandReused, NotFound
from pool.cases.messages import ROLE, Pending
from pool.models.base import known
from pool.models.case import Applicant, Case
from pool.outbox import queries
from pool.web import downloads, who
from pool.web.access import staff
from pool.web.casework import wording as casework
from pool.web.context import now, read
from pool.web.forms import Form
from pool.web.house import house
from pool.web.language import speak, t
from pool.web.messages.room import blueprint

MOST = 50
"""Letters of one bundle: each takes some tenths of a second to make."""


class PostedForm(Form):
    """Only buttons and boxes."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    pending: Pending
    name: str
    body: bytes


def _waiting() -> list[Pending]:
    """The letters the signed-in secretariat is to print, the oldest first."""
    user = who.user()
    roles = user.by_pool(house().definitions.keys)
    found = messages.tasks(read(), house(), person_id=user.person_id, roles=roles)
    return [one for one in found.tell if messages.to_applicant(one.message)]


@blueprint.get("/beskeder/udskrift")
@staff(ROLE)
def queue() -> str:
    return _shown(PostedForm(formdata=None))


def _shown(form: PostedForm) -> str:
    words, found = speak(), _waiting()
    rows = [
        casework.message_row(one.message, words)
        | {"number": one.number, "title": one.message.data.get("title", "")}
        | {"at": one.message.date, "id": known(one.message.id), "phone": one.phone}
        for one in found
    ]
    return render_template("pages/messages/print.html", rows=rows, most=MOST, form=form)


@blueprint.get("/beskeder/udskrift/breve.zip")
@staff(ROLE)
def bundle() -> Response:
    """The letters as one file, a PDF each, in the order of the page. Nothing is noted by it."""
    found = _waiting()[:MOST]
    if not found:
        abort(404)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for place, one in enumerate(found, start=1):
            sheet = _made(one)
            entry = zipfile.ZipInfo(f"{place:02d} {sheet.name}", now().timetuple()[:6])
            packed.writestr(entry, sheet.body)
    return downloads.send(archive.getvalue(), t("Letters to post") + ".zip", "application/zip")


@blueprint.post("/beskeder/udskrift")
@staff(ROLE)
def posted() -> tuple[str, int] | Response:
    """Note the chosen ones as posted, with the PDF as it was printed; each in its own unit."""
    form = PostedForm()
    if not form.validate_on_submit():
        return _shown(form), form.status
    chosen = set(request.form.getlist("valgt")[:MOST])
    found = [one for one in _waiting() if str(one.message.id) in chosen]
    sheets = [_made(one) for one in found]
    done = sum(_note(sheet, str(form.command_id.data)) for sheet in sheets)
    if not chosen:
        form.fault(t("Choose the letters that are posted."))
        return _shown(form), 422
    said = speak().plural(
        "%(n)s letter is noted as posted.", "%(n)s letters are noted as posted.", done
    )
    flash(said, "success")
    return redirect(url_for("messages.queue"), 303)


def _note(sheet: _Sheet, command_id: str) -> bool:
    """Whether it was this press that noted it."""
    message = sheet.pending.message
    actor = who.current_actor(message.pool)
    own = str(uuid5(NAMESPACE_URL, f"{command_id}:{message.id}"))
    printed = (sheet.name, sheet.body)
    case_id, message_id = known(message.case_id), known(message.id)
    try:
        messages.told(house(), own, case_id, message_id, "paper", printed, actor, now())
    except (outbox.MessageStateError, CommandReused, NotFound):
        return False  # a colleague was first
    return True


def _made(one: Pending) -> _Sheet:
    message = one.message
    kept = queries.document(read(), message)
    if kept is not None:
        return _Sheet(one, kept.name, kept.body)
    return _Sheet(one, outbox.file_name(message), outbox.letter_bytes(message, _address(message)))


def _address(message: Any) -> list[str]:
    if message.template == messages.FOR_ANOTHER:
        return [message.to_name]
    case = read().get_one(Case, message.case_id)
    return list(letters.address_lines(read().get_one(Applicant, case.applicant_id)))
