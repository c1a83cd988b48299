"""The pages of letters that wait for a person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast, get_args

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response
from wtforms import HiddenField, TextAreaField

import pool.outbox as outbox
from pool.cases import announcing, letter_drafts
from pool.cases.announcing_drafts import DECISIONS, OWN, Edited, languages
from pool.cases.commands import Result
from pool.cases.errors import CommandReused, Invalid
from pool.cases.letter_drafts import Draft, Wish
from pool.cases.view import CaseView, case_view
from pool.clock import local_day
from pool.identity.actor import Actor
from pool.models.base import known
from pool.models.case import Case
from pool.models.outbox import Message
from pool.outbox.templates import TEMPLATES
from pool.render.mail import body, mail
from pool.render.words import words
from pool.web import who
from pool.web.access import staff
from pool.web.casework import preview, wording
from pool.web.casework.announcing import Difference, compared
from pool.web.casework.doing import sent_before
from pool.web.context import now, read
from pool.web.forms import Form, field_errors_from_faults
from pool.web.house import house
from pool.web.language import speak, t

blueprint = Blueprint("drafts", __name__)

ROLES = tuple(sorted(announcing.WRITES))
_LABELS = {
    "opening": "A first paragraph of your own",
    "closing": "A last paragraph of your own",
}
DONE = {
    "approve": "The letter is approved. It is not sent yet.",
    "send": "The letter is sent.",
    "approve-and-send": "The letter is approved and sent.",
}


class LetGoForm(Form):
    """The buttons; ``seen``: the words the page was made from."""

    seen = HiddenField()


class DiscardForm(Form):
    reason = TextAreaField("Why is the letter not sent?")


def any_pool() -> bool:
    """Whether the reader has a pool in which letters wait."""
    user = who.user()
    return any(
        one.messages.drafts and not user.roles_in(one.key).isdisjoint(announcing.WRITES)
        for one in house().definitions.all()
    )


def waiting() -> tuple[Draft, ...]:
    """What waits for the reader."""
    user = who.user()
    roles = user.by_pool(house().definitions.keys)
    return letter_drafts.waiting(read(), house(), user.person_id, roles)


@blueprint.get("/breve-til-godkendelse/")
@staff(*ROLES)
def index() -> str:
    return render_template(
        "pages/drafts/index.html",
        rows=[
            {
                **wording.message_row(one.message, speak()),
                "id": known(one.message.id),
                "case": one.case,
                "applicant": one.applicant.shown,
                "pool": one.definition.name,
                "date": one.message.date,
                "approved_by": one.message.approved_by,
                "own": bool(one.own),
            }
            for one in waiting()
        ],
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """A letter that waits, or that did: ``draft`` is None by then."""

    view: CaseView
    actor: Actor
    message: Message
    draft: Draft | None


def _find(message_id: int) -> _Found:
    """As its reader may see it; 404 where they may not know of it, or it never waited."""
    message = read().get(Message, message_id)
    case = read().get(Case, message.case_id) if message and message.case_id else None
    if message is None or case is None:
        abort(404)
    actor = who.current_actor(case.pool)
    if not actor.roles & announcing.WRITES:
        abort(404)
    view = case_view(read(), house(), known(case.id), actor, now())
    try:
        return _Found(view, actor, message, letter_drafts.find(read(), house(), case, message_id))
    except outbox.MessageStateError:
        return _Found(view, actor, message, None)


def _form(view: CaseView) -> type[Form]:
    spoken = languages(view.case)
    fields: dict[str, Any] = {"seen": HiddenField()}
    for part in OWN:
        for lang in spoken:
            label = t(_LABELS[part])
            shown = label if len(spoken) == 1 else f"{label} ({words(lang).name})"
            fields[f"{part}-{lang}"] = TextAreaField(shown)
    return type("WordsForm", (Form,), fields)


@blueprint.route("/breve-til-godkendelse/<int:message_id>", methods=["GET", "POST"])
@staff(*ROLES)
def draft(message_id: int) -> tuple[str, int] | Response:
    """The letter as it will be; its own words can be written here."""
    found = _find(message_id)
    view, one = found.view, found.draft
    if one is None and found.message.state == "draft" and found.message.template in DECISIONS:
        return redirect(url_for("casework.draft_letter", number=view.case.number), 303)
    spoken = languages(view.case)
    stands = {
        f"{part}-{lang}": one.words(part, lang) if one else "" for part in OWN for lang in spoken
    }
    form = _form(view)(data={**stands, "seen": one.seen if one else ""})
    if form.validate_on_submit():
        typed = {
            part: {lang: str(form[f"{part}-{lang}"].data or "") for lang in spoken} for part in OWN
        }
        done = _attempt(
            form,
            lambda: letter_drafts.edit(
                house(), str(form.command_id.data), known(view.case.id), message_id, typed,
                str(form["seen"].data or ""), found.actor, now(),
            ),
        )  # fmt: skip
        if done:
            flash(t("The letter’s words are saved."), "success")
            return redirect(url_for("drafts.draft", message_id=message_id), 303)
        if one is not None:
            form["seen"].data = one.seen
    return _page(found, form, LetGoForm(formdata=None)), form.status


@blueprint.route("/breve-til-godkendelse/<int:message_id>/send", methods=["POST"])
@staff(*ROLES)
def let_go(message_id: int) -> tuple[str, int] | Response:
    """Approve it, send it, or both."""
    found = _find(message_id)
    form = LetGoForm()
    wish = request.form.get("do", "")
    if wish not in get_args(Wish):
        abort(404)
    if form.validate_on_submit():
        done = _attempt(
            form,
            lambda: letter_drafts.let_go(
                house(), str(form.command_id.data), known(found.view.case.id), message_id,
                cast(Wish, wish), str(form["seen"].data or ""), found.actor, now(),
            ),
        )  # fmt: skip
        if done:
            flash(t(DONE[wish]), "success")
            there = wish == "approve"
            to = (
                url_for("drafts.draft", message_id=message_id) if there else url_for("drafts.index")
            )
            return redirect(to, 303)
    one = found.draft
    stands = {
        f"{part}-{lang}": one.words(part, lang) if one else ""
        for part in OWN
        for lang in languages(found.view.case)
    }
    plain = _form(found.view)(formdata=None, data={**stands, "seen": one.seen if one else ""})
    return _page(found, plain, form), form.status


@blueprint.route("/breve-til-godkendelse/<int:message_id>/kasser", methods=["GET", "POST"])
@staff(*ROLES)
def discard(message_id: int) -> tuple[str, int] | Response:
    found = _find(message_id)
    if found.draft is None and request.method == "GET":
        return redirect(url_for("drafts.draft", message_id=message_id), 303)
    form = DiscardForm()
    if form.validate_on_submit() and _attempt(
        form,
        lambda: letter_drafts.discard(
            house(), str(form.command_id.data), known(found.view.case.id), message_id,
            str(form.reason.data or ""), found.actor, now(),
        ),
    ):  # fmt: skip
        flash(t("The letter is not sent. Why stands in the case."), "success")
        return redirect(url_for("drafts.index"), 303)
    return render_template(
        "pages/drafts/discard.html",
        view=found.view,
        row=wording.message_row(found.message, speak()),
        message=found.message,
        form=form,
    ), form.status


def _attempt(form: Form, act: Callable[[], Result]) -> bool:
    """Whether it was done; else what stood in the way is on the form."""
    try:
        act()
    except Invalid as invalid:
        field_errors_from_faults(form, invalid.faults, speak())
    except Edited:
        form.fault(
            t("Somebody else changed the letter meanwhile. Read it as it is now, and press again.")
        )
    except letter_drafts.OwnDraft:
        form.fault(t("Somebody else has to approve this letter."))
    except letter_drafts.NotApproved:
        form.fault(t("Nobody has approved the letter as it stands now."))
    except outbox.MessageStateError:
        form.fault(t("Somebody else was first: the letter is as it says below."))
    except CommandReused:
        sent_before(form)
    else:
        return True
    return False


def _page(found: _Found, form: Form, go: LetGoForm) -> str:
    view, one, message = found.view, found.draft, found.message
    if one is not None:
        go["seen"].data = one.seen
    return render_template(
        "pages/drafts/draft.html",
        view=view,
        message=message,
        row=wording.message_row(message, speak()),
        waits=one is not None,
        form=form,
        fields=[f"{part}-{lang}" for part in OWN for lang in languages(view.case)],
        go=go,
        hindrance=_hindrance(one, found.actor) if one else None,
        differences=_differences(one) if one else [],
        to=view.applicant.email if one else message.to_email,
        shown=_shown(message),
        pdf="secretariat" in found.actor.roles,
        edits=[
            wording.event_entry(event, view.definition, speak(), ("secretariat",))
            for event in reversed(view.journal)
            if event.kind.startswith("case.draft-") and event.data.get("message") == message.id
        ],
    )


def _hindrance(one: Draft, actor: Actor) -> str | None:
    """Why the reader may not approve it."""
    if letter_drafts.may_approve(read(), one, actor):
        return None
    if one.message.written_by_id == actor.person_id:
        return t("You wrote words in this letter, so somebody else has to approve it.")
    return t("You made the move this letter tells of, so somebody else has to approve it.")


def _differences(one: Draft) -> list[Difference]:
    return [
        Difference(lang, part, compared("", one.words(part, lang)))
        for part in OWN
        for lang in languages(one.case)
        if one.words(part, lang)
    ]


def _shown(message: Message) -> dict[str, Any]:
    """The mail as its reader gets it; the personal link is made when it is sent."""
    told = letter_drafts.told_on(message, local_day(now()))
    data = {**told, **({"link": None} if "link" in told else {})}
    legal = TEMPLATES[message.template].legal
    sent = mail(message.template, message.lang, data, legal=legal)
    langs = [message.lang] + (["da"] if legal and message.lang != "da" else [])
    parts: list[tuple[str, Markup]] = [
        (lang, preview.below(body(message.template, lang, data))) for lang in langs
    ]
    return {"subject": sent.subject, "parts": parts, "text": sent.text}
