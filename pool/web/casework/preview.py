"""What a decision would send and cost, before it is made: judged by the same rules, made from the
same templates and data as the letter, and written nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from markupsafe import Markup

from pool.cases import announcing_drafts, letters
from pool.cases.announcing_drafts import DraftLetter
from pool.cases.fire import who
from pool.cases.letters_terms import Terms, terms_of
from pool.cases.view import CaseView
from pool.clock import local_day
from pool.identity.actor import Actor
from pool.models.case import Case
from pool.render.mail import Mail, body, mail
from pool.render.words import AUTHORITATIVE
from pool.web.casework import terms
from pool.web.casework.doing import tell
from pool.web.casework.wording import hindrances
from pool.web.context import now, read
from pool.web.forms import Form, field_errors_from_faults
from pool.web.language import speak
from workflows.definition import Transition
from workflows.explain import explain
from workflows.inputs import check_inputs


@dataclass(frozen=True, slots=True)
class Preview:
    """``letters`` by language, the recipient's first and then the authoritative one; ``left`` is
    what the pool would have, øre, below zero where it has too little."""

    letters: tuple[tuple[str, Markup], ...]
    mail: Mail
    amount: int
    free: int
    to: str | None
    earmarked: bool = False
    """``free`` is what is left of the earmark it comes out of."""

    @property
    def left(self) -> int:
        return self.free - self.amount


def make(
    view: CaseView, actor: Actor, chosen: Transition, form: Form, typed: Mapping[str, Any]
) -> Preview | None:
    """The preview; None where something that was typed keeps the letter from being made. Every
    fault and every reason why not stands on ``form`` afterwards."""
    words, moment = speak(), now()
    checked = check_inputs(view.definition, chosen.key, typed, today=local_day(moment))
    if checked.faults:
        field_errors_from_faults(form, checked.faults, words)
        return None
    values = checked.values
    found = explain(view.definition, view.facts, chosen.key, who(actor), values)
    tell(form, hindrances(found, view.definition, words))
    if view.case.state not in chosen.from_states:
        return None
    amount = {
        "full": view.case.asked or 0,
        "part": int(values.get("amount") or 0),
    }.get(str(chosen.outcome), 0)
    record = values.get("record") or {}
    return _letter(
        view,
        outcome=str(chosen.outcome),
        amount=amount,
        reasons=str(values.get("reasons") or ""),
        decided_on=record.get("made_on") or local_day(moment),
        signer=actor.name,
        given=terms.of_values(values),
        earmark=values.get("earmark"),
    )


def announced(view: CaseView) -> Preview | None:
    """The letter that announcing the case's decision sends; None where it has none."""
    made = view.decision
    if made is None or view.case.imported:
        return None
    message = announcing_drafts.draft_of(read(), view.case.id or 0)
    if message is not None:
        draft = announcing_drafts.letter_of(read(), view.definition, view.case, message, now())
        if draft is not None:
            return of_draft(view.case, view.applicant.email, draft, free=view.facts.free)
    return _letter(
        view,
        outcome=made.outcome,
        amount=made.amount,
        reasons=made.reasons,
        decided_on=made.made_on,
        signer=made.actor_name,
        given=terms_of(read(), view.definition, made),
    )


def _letter(
    view: CaseView,
    *,
    outcome: str,
    amount: int,
    reasons: str,
    decided_on: date,
    signer: str,
    given: Terms,
    earmark: int | None = None,
) -> Preview:
    template, data = letters.decision_letter(
        view.definition,
        view.case,
        view.applicant,
        outcome=outcome,
        amount=amount,
        reasons=reasons,
        decided_on=decided_on,
        report_by=letters.expected_report(view.definition, view.case, local_day(now())),
        signer=signer,
        terms=given,
    )
    free = view.facts.free if earmark is None else view.facts.earmarks.get(earmark, 0)
    shown = _shown(view.case, template, data, amount=amount, free=free, to=view.applicant.email)
    return replace(shown, earmarked=earmark is not None)


def of_draft(case: Case, to: str | None, draft: DraftLetter, *, free: int = 0) -> Preview:
    """A letter that waits for its decision to be announced, with its own words."""
    amount = int(draft.data.get("granted") or 0)
    return _shown(case, draft.template, draft.data, amount=amount, free=free, to=to)


def _shown(
    case: Case, template: str, data: Mapping[str, Any], *, amount: int, free: int, to: str | None
) -> Preview:
    shown = {**data, "link": None}  # the personal link is made when the mail is
    lang = case.lang
    langs = [lang] if lang == AUTHORITATIVE else [lang, AUTHORITATIVE]
    return Preview(
        letters=tuple((one, below(body(template, one, shown, folder="letters"))) for one in langs),
        mail=mail(template, lang, shown, legal=True),
        amount=amount,
        free=free,
        to=to,
    )


def below(letter: Markup, levels: int = 2) -> Markup:
    """The letter's headings so many levels down: on the page it stands under headings of its
    own."""
    lowered = str(letter)
    for level in (2, 1):
        lowered = lowered.replace(f"<h{level}>", f"<h{level + levels}>")
        lowered = lowered.replace(f"</h{level}>", f"</h{level + levels}>")
    return Markup(lowered)  # noqa: S704 - an escaping environment made it
