"""The applicant's side of the conversation: reading it, writing to the secretariat, and commenting
on what others have told (forvaltningsloven §19)."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, request, url_for
from flask_wtf.file import MultipleFileField
from wtforms import TextAreaField

from pool.cases import conversation
from pool.cases.conversation import Entry
from pool.cases.effects_hearing import unended
from pool.cases.errors import CommandReused, Invalid, NotFound
from pool.cases.view import CaseView
from pool.files import ACCEPT
from pool.web.access import public
from pool.web.applicant.acting import ActForm, Page, carried_out, done, not_now, sent_before
from pool.web.applicant.reach import acting, mine, subject
from pool.web.applicant.room import blueprint
from pool.web.apply import fields, spoken, uploads
from pool.web.context import now, read, site
from pool.web.forms import field_errors_from_faults
from pool.web.house import house
from pool.web.language import speak, t
from workflows.inputs import LONGEST

TITLES = {
    "question": ("We asked you something", "wait"),
    "answer": ("You answered", "plain"),
    "hearing": ("We asked you to comment on what others have told", "wait"),
    "hearing-answer": ("You commented", "plain"),
    "hearing-end": ("You need not comment any more", "void"),
    "message": ("We wrote to you", "new"),
}
"""What each contribution is called, with the tone of its mark."""


def rows(view: CaseView) -> list[dict[str, Any]]:
    """The conversation for the ``conversation`` macro, the oldest first."""
    return [_row(view, entry) for entry in conversation.thread(read(), view)]


def _row(view: CaseView, entry: Entry) -> dict[str, Any]:
    title, tone = TITLES[entry.kind]
    shown = t(title)
    if entry.kind == "message" and entry.side == "applicant":
        shown, tone = t("You wrote to us"), "plain"
    if entry.ran_out:
        shown, tone = t("The last day for comments has passed"), "void"
    notes = []
    if entry.source:
        notes.append(t("It comes from: %(source)s", source=entry.source))
    if entry.open and entry.due_on:
        notes.append(t("Please answer by %(day)s.", day=speak().day(entry.due_on)))
    return {
        "title": shown,
        "tone": tone,
        "at": entry.at,
        "by": entry.by if entry.kind == "message" and entry.side == "staff" else "",
        "text": entry.text,
        "notes": notes,
        "unread": False,
        "files": [
            {
                "name": one.file.name,
                "size": uploads.size_in_words(one.file.size),
                "href": url_for("applicant.file", number=view.case.number, file_id=one.file.id),
            }
            for one in entry.files
        ],
    }


class WriteForm(ActForm):
    """A message to the secretariat."""

    text = TextAreaField("Your message")


@blueprint.route("/min-sag/<number>/skriv", methods=["GET", "POST"])
@public  # to whoever holds the link, or posts from a page of this case: see reach.mine
def write(number: str) -> Page:
    """Write to the secretariat, whatever state the case is in."""
    view = mine(number)
    switched = spoken.switch()
    form = WriteForm(view=view)
    if request.method == "POST" and switched is None and form.validate() and _sent(view, form):
        return done(view, t("Thank you. We have your message."))
    page = render_template(
        "pages/applicant/write.html",
        definition=view.definition,
        number=number,
        title=view.case.title,
        entries=rows(view),
        form=form,
        summary=fields.summary(form),
        longest=conversation.LONGEST,
    )
    return page, 200 if switched else form.status


def _sent(view: CaseView, form: WriteForm) -> bool:
    if not site().throttle.hit("case-message", subject(view)):
        form.fault(t("Too many messages in a short while. Wait a little, or ring us."))
        return False
    try:
        conversation.write(
            house(),
            str(form.command_id.data),
            view.case.id or 0,
            str(form.text.data or ""),
            acting(view),
            now(),
        )
    except Invalid as invalid:
        field_errors_from_faults(form, invalid.faults, speak())
    except CommandReused:
        sent_before(form)
    except NotFound:
        abort(404)
    else:
        return True
    return False


class HearingForm(ActForm):
    """Comments on what others have told, and what should go with them."""

    answer = TextAreaField("Your comments")
    files = MultipleFileField("Files to go with it")


@blueprint.route("/min-sag/<number>/hoering", methods=["GET", "POST"])
@public  # to whoever holds the link, or posts from a page of this case: see reach.mine
def hearing(number: str) -> Page:
    """What others have told, and room for comments; the decision waits for them."""
    view = mine(number)
    switched = spoken.switch()
    form = HearingForm(view=view)
    explained = view.explained("hearing-answer")
    open_now = explained is not None and explained.allowed
    if request.method == "GET" and not open_now:
        sentence = t("There is nothing to comment on just now. You can always write to us.")
        return not_now(view, sentence)
    if request.method == "POST" and switched is None and form.validate():
        sent = uploads.taken("files")
        inputs: dict[str, Any] = {"answer": form.answer.data}
        if sent.refused:
            for sentence in sent.refused:
                form.fault(sentence, "files")
        elif carried_out(view, form, "hearing-answer", inputs, sent.prepared):
            return done(view, t("Thank you. We have your comments."))
    page = render_template(
        "pages/applicant/hearing.html",
        definition=view.definition,
        number=number,
        title=view.case.title,
        heard=unended(read(), view.case.id or 0),
        form=form,
        summary=fields.summary(form),
        accept=ACCEPT,
        longest=LONGEST["answer"],
    )
    return page, 200 if switched else form.status
