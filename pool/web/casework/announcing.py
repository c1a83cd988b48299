"""Decisions that wait to be announced: their letters, given own words, and sent together."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any
from uuid import uuid4

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField, TextAreaField

import pool.outbox as outbox
from pool.cases import announcing, announcing_drafts
from pool.cases.announcing import Waiting
from pool.cases.announcing_drafts import DraftLetter
from pool.cases.bulk_firing import MOST, Order, fire_each
from pool.cases.errors import CommandReused, Invalid
from pool.cases.view import CaseView
from pool.identity.actor import Actor
from pool.models.case import Case
from pool.render.words import words
from pool.web import who
from pool.web.access import staff
from pool.web.casework import preview, wording
from pool.web.casework.bulk_words import Results, results
from pool.web.casework.doing import sent_before
from pool.web.casework.room import blueprint, find
from pool.web.context import now, read
from pool.web.forms import Form, field_errors_from_faults
from pool.web.house import house
from pool.web.language import speak, t
from workflows.definition import Definition
from workflows.vocabulary import ANNOUNCEMENT

ROLES = tuple(sorted(announcing.WRITES))
ALIKE = 0.4
"""From this share of common words on a paragraph is shown as changed, below as another one."""
_CHOSEN = re.compile(r"(\d{1,9})\.(\d{1,9})(?:\.([0-9a-f]{24}))?")


class AnnounceForm(Form):
    """The choice stands in plain checkboxes."""


class DiscardForm(Form):
    reason = TextAreaField("Why do you throw the words away?")


# -- all of a pool at once


@blueprint.route("/meddel/<pool_key>", methods=["GET", "POST"])
@staff(*ROLES)
def announcements(pool_key: str) -> tuple[str, int] | Response:
    """Choose, see every letter, confirm; each case is announced in a unit of its own."""
    definitions = house().definitions
    if pool_key not in definitions or not definitions.current(pool_key).has(ANNOUNCEMENT):
        abort(404)
    actor = who.current_actor(pool_key)
    if not actor.roles & announcing.WRITES:
        abort(404)
    found = announcing.waiting(read(), house(), pool_key, actor)
    form = AnnounceForm()
    picked = _picked() if request.method == "POST" else None
    step, done = "choose", None
    if form.validate_on_submit():
        if not picked:
            form.fault(t("Choose at least one decision."))
        elif len(picked) > MOST:
            form.fault(t("Choose %(most)s at the most.", most=MOST))
        elif request.form.get("do") == "send" and all(one.letter for one in picked.values()):
            done = _announce(pool_key, str(form.command_id.data), picked, actor)
            step = "done"
        elif request.form.get("do") != "change":
            step = "preview"
            form.command_id.data = str(uuid4())  # what is confirmed is this page
    chosen = [one for one in found if picked is None or one.case.id in picked]
    return render_template(
        "pages/casework/announcements.html",
        form=form,
        pool=definitions.current(pool_key),
        step=step,
        rows=[_row(one, one in chosen) for one in found],
        previews=[_previewed(one) for one in chosen] if step == "preview" else [],
        totals=totals(chosen),
        done=done,
    ), form.status


@dataclass(frozen=True, slots=True)
class Picked:
    """How a ticked case was seen: its version, and its letter where that was shown."""

    version: int
    letter: str | None


def _picked() -> dict[int, Picked]:
    """Of the boxes that were ticked, by case id."""
    matches = [_CHOSEN.fullmatch(value) for value in request.form.getlist("valgt")]
    return {int(one[1]): Picked(int(one[2]), one[3]) for one in matches if one}


def _announce(pool_key: str, act_id: str, picked: Mapping[int, Picked], actor: Actor) -> Results:
    """Each chosen case by the move that announces it, with the letter that was seen. A case that
    is not waiting any more is asked for by the move it was waiting for, and says itself why not."""
    orders = []
    for case_id, one in picked.items():
        case = read().get(Case, case_id)
        if case is None or case.pool != pool_key:
            continue
        definition = house().definitions.version(read(), case.pool, case.definition_version)
        move = announcing.announces(definition, case.state)
        action = move.key if move is not None else _announced_by(definition, case.outcome)
        orders.append(Order(case_id, action, one.version, letter=one.letter))
    return results(fire_each(house(), act_id, orders, actor, now()), wanted=len(picked))


def _announced_by(definition: Definition, outcome: str | None) -> str:
    """The announcing move that such a decision had: the same act done again says the same."""
    moves = [one for one in definition.transitions if "announce" in one.effects]
    fitting = [
        one for one in moves if (outcome == "refused") == (definition.state(one.to).money == "none")
    ]
    return (fitting or moves)[0].key


def totals(chosen: Sequence[Waiting]) -> dict[str, int]:
    """Of what is chosen: how many, granted and refused, what is granted in all, and how many have
    no e-mail."""
    return {
        "all": len(chosen),
        "granted": sum(one.decision.outcome != "refused" for one in chosen),
        "refused": sum(one.decision.outcome == "refused" for one in chosen),
        "amount": sum(one.decision.amount for one in chosen),
        "by_hand": sum(not one.applicant.email for one in chosen),
    }


def _row(one: Waiting, picked: bool) -> dict[str, Any]:
    return {
        "value": f"{one.case.id}.{one.case.state_version}",
        "picked": picked,
        "number": one.case.number,
        "title": one.case.title,
        "applicant": one.applicant.shown,
        "state": one.definition.state(one.case.state).staff,
        "amount": one.decision.amount,
        "decided_on": one.decision.made_on,
        "own": bool(one.message and any(one.message.data.get(p) for p in announcing_drafts.OWN)),
        "email": one.applicant.email,
    }


def _previewed(one: Waiting) -> dict[str, Any]:
    draft = None
    if one.message is not None:
        draft = announcing_drafts.letter_of(read(), one.definition, one.case, one.message, now())
    row = _row(one, True)
    return {
        **row,
        "value": f"{row['value']}.{draft.seen if draft else announcing_drafts.UNWRITTEN}",
        "case": one.case,
        "preview": preview.of_draft(one.case, one.applicant.email, draft) if draft else None,
        "difference": differences(one.case, draft) if draft else [],
    }


# -- one letter


@dataclass(frozen=True, slots=True)
class Difference:
    """A paragraph that a person wrote: ``pieces`` of (what, words), what being ``same``, ``gone``
    or ``new`` beside the made text."""

    lang: str
    part: str
    pieces: tuple[tuple[str, str], ...]


def differences(case: Case, draft: DraftLetter) -> list[Difference]:
    """How the draft differs from the letter the program makes, by paragraph and language."""
    found = []
    for part in announcing_drafts.OWN:
        for lang in announcing_drafts.languages(case):
            made = draft.made.get(lang, "") if part == "opening" else ""
            stands = draft.words(part, lang)
            if " ".join(made.split()) != " ".join(stands.split()):
                found.append(Difference(lang, part, compared(made, stands)))
    return found


def compared(made: str, stands: str) -> tuple[tuple[str, str], ...]:
    """Word by word; where they have little in common, the one whole and then the other."""
    old, new = made.split(), stands.split()
    pieces: list[tuple[str, str]] = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < ALIKE:
        return tuple((what, " ".join(some)) for what, some in (("gone", old), ("new", new)) if some)
    for what, a, b, c, d in matcher.get_opcodes():
        if what == "equal":
            pieces.append(("same", " ".join(old[a:b])))
            continue
        if a < b:
            pieces.append(("gone", " ".join(old[a:b])))
        if c < d:
            pieces.append(("new", " ".join(new[c:d])))
    return tuple(pieces)


def _letter(number: str) -> tuple[CaseView, Actor, DraftLetter]:
    """The case's draft, for who may read and edit it."""
    view, actor = find(number)
    if not actor.roles & announcing.WRITES:
        abort(404)
    message = announcing_drafts.draft_of(read(), view.case.id or 0)
    draft = None
    if message is not None:
        draft = announcing_drafts.letter_of(read(), view.definition, view.case, message, now())
    if draft is None:
        abort(404)
    return view, actor, draft


def _field(part: str, lang: str) -> str:
    return f"{part}-{lang}"


def _letter_form(case: Case) -> type[Form]:
    spoken = announcing_drafts.languages(case)
    labels = {"opening": t("First paragraph"), "closing": t("Last paragraph, after the guidance")}
    fields: dict[str, Any] = {"seen": HiddenField()}
    for part in announcing_drafts.OWN:
        for lang in spoken:
            label = labels[part] if len(spoken) == 1 else f"{labels[part]} ({words(lang).name})"
            fields[_field(part, lang)] = TextAreaField(label)
    return type("LetterForm", (Form,), fields)


@blueprint.route("/sager/<number>/brevudkast", methods=["GET", "POST"])
@staff(*ROLES)
def draft_letter(number: str) -> tuple[str, int] | Response:
    view, actor, draft = _letter(number)
    spoken = announcing_drafts.languages(view.case)
    stands = {
        _field(part, lang): draft.words(part, lang)
        for part in announcing_drafts.OWN
        for lang in spoken
    }
    form = _letter_form(view.case)(data={**stands, "seen": draft.seen})
    if form.validate_on_submit():
        typed = {
            part: {lang: str(form[_field(part, lang)].data or "") for lang in spoken}
            for part in announcing_drafts.OWN
        }
        try:
            announcing.edit(
                house(),
                str(form.command_id.data),
                view.case.id or 0,
                draft.message.id or 0,
                typed,
                actor,
                now(),
                seen=str(form["seen"].data or ""),
            )
        except Invalid as invalid:
            field_errors_from_faults(form, invalid.faults, speak())
        except announcing_drafts.Edited:
            form["seen"].data = draft.seen
            form.fault(
                t(
                    "Somebody else changed the letter meanwhile; it stands below as it is now. "
                    "What you typed is kept, and you can press again."
                )
            )
        except outbox.MessageStateError:
            form.fault(t("The letter is no draft any more: the decision was announced or undone."))
        except CommandReused:
            sent_before(form)
        else:
            flash(t("The letter’s words are saved."), "success")
            return redirect(url_for("casework.draft_letter", number=number), 303)
    return render_template(
        "pages/casework/draft_letter.html",
        view=view,
        form=form,
        fields=[_field(part, lang) for part in announcing_drafts.OWN for lang in spoken],
        preview=preview.of_draft(view.case, view.applicant.email, draft),
        differences=differences(view.case, draft),
        edits=_edits(view),
    ), form.status


def _edits(view: CaseView) -> list[dict[str, Any]]:
    """Who changed the letter, and when, newest first."""
    kinds = ("case.letter-edited", "case.letter-discarded")
    return [
        wording.event_entry(event, view.definition, speak(), ("secretariat",))
        for event in reversed(view.journal)
        if event.kind in kinds
    ]


@blueprint.route("/sager/<number>/brevudkast/kasser", methods=["GET", "POST"])
@staff(*ROLES)
def discard_letter(number: str) -> tuple[str, int] | Response:
    view, actor, draft = _letter(number)
    form = DiscardForm()
    if form.validate_on_submit():
        try:
            announcing.discard(
                house(),
                str(form.command_id.data),
                view.case.id or 0,
                draft.message.id or 0,
                str(form.reason.data or ""),
                actor,
                now(),
            )
        except Invalid as invalid:
            field_errors_from_faults(form, invalid.faults, speak())
        except outbox.MessageStateError:
            form.fault(t("The letter is no draft any more: the decision was announced or undone."))
        except CommandReused:
            sent_before(form)
        else:
            flash(t("The words are thrown away; the letter is as the program makes it."), "success")
            return redirect(url_for("casework.draft_letter", number=number), 303)
    return render_template(
        "pages/casework/discard_letter.html",
        view=view,
        form=form,
        differences=differences(view.case, draft),
    ), form.status
