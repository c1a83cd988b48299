"""One's own case, its letters and files."""

from __future__ import annotations

from flask import abort, render_template
from werkzeug.wrappers import Response

import pool.files as files
from pool.cases.view import CaseView
from pool.outbox import queries as outbox
from pool.outbox.letters import PDF, file_name, letter_bytes
from pool.web import accounts, downloads
from pool.web.access import applicant
from pool.web.applicant import letters as kept_letters
from pool.web.applicant import mine as told
from pool.web.applicant import talk
from pool.web.applicant.reach import mine
from pool.web.applicant.room import blueprint
from pool.web.context import read


@blueprint.get("/min-sag/<number>")
@applicant
def case(number: str) -> str:
    """Where the case is, what happens now, and everything so far."""
    view = mine(number)
    made = told.decision(view)
    return render_template(
        "pages/applicant/case.html",
        definition=view.definition,
        suggestion=view.case.kind == "suggestion",
        number=view.case.number,
        title=view.case.title,
        state_text=view.state.applicant,
        state_key=view.definition.public_state(view.case.state).key,
        next_sentences=told.next_sentences(view),
        went_on_as=told.went_on_as(view),
        can_answer=told.may(view, told.answer_action(view)),
        can_comment=told.may(view, "hearing-answer"),
        conversation=talk.rows(view),
        can_report=told.may_report(view),
        can_tell_payee=told.may_tell_payee(view),
        asks_payee=told.asks_payee(view),
        can_send_vouchers=told.may(view, "vouchers"),
        accounts=accounts.shown(view),
        accounts_total=accounts.total(accounts.shown(view)),
        can_withdraw=told.may(view, "withdraw"),
        question=view.enquiry.question if view.enquiry else None,
        rows=told.grant_rows(view),
        reasons=made.reasons if made else "",
        guided=made is not None and made.outcome != "full",
        letters=kept_letters.letters(view),
        events=told.events(view),
        application=told.application(view),
        files=told.files(view),
    )


@blueprint.get("/min-sag/<number>/breve/<int:message_id>")
@applicant
def letter(number: str, message_id: int) -> Response:
    """A letter as PDF: as it was sent, or set from the same words where it went as a mail."""
    view = mine(number)
    message = next((m for m in kept_letters.letters_to_applicant(view) if m.id == message_id), None)
    if message is None:
        abort(404)
    stored = outbox.document(read(), message)
    if stored is not None:
        return downloads.send(stored.body, stored.name, stored.media_type)
    return downloads.send(letter_bytes(message, _lines(view)), file_name(message), PDF)


def _lines(view: CaseView) -> list[str]:
    """Name and address, as on an envelope."""
    whom = view.applicant
    lines = [whom.organisation or "", whom.name, *(whom.address or "").split(",")]
    return [line.strip() for line in lines if line.strip()]


@blueprint.get("/min-sag/<number>/filer/<int:file_id>")
@applicant
def file(number: str, file_id: int) -> Response:
    """A file the applicant handed in, to be saved."""
    if file_id not in told.own_file_ids(mine(number)):
        abort(404)
    found = files.load(read(), file_id)
    if found is None:
        abort(404)
    stored, data = found
    return downloads.send(data, stored.name, stored.media_type)
