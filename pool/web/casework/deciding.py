"""Deciding: granting in full, in part, or refusing, on one page, with the letter in sight.

A chair decides here; the secretariat records what the group decided elsewhere.
"""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import RadioField

from pool.cases import access
from pool.cases.fire import who
from pool.cases.view import CaseView
from pool.identity.actor import Actor
from pool.web import kept
from pool.web.access import staff
from pool.web.casework import inputs, inputs_typed, preview, terms, wording
from pool.web.casework.doing import Outcome, carry_out, prepared
from pool.web.casework.done import said
from pool.web.casework.room import blueprint, find
from pool.web.context import today
from pool.web.forms import Form
from pool.web.language import speak, t
from workflows.definition import Definition, Transition
from workflows.explain import explain
from workflows.vocabulary import DECIDING_ROLES

GROUP = "decision"
RECORD = tuple(f"record-{part}" for part in inputs.PARTS["record"])
FIELDS = ("amount", "criterion", "reasons", *RECORD)
CHOICE = "valg"
"""Names in the address the decision that a link on the case's page chose."""


def ways(definition: Definition, roles: frozenset[str]) -> list[Transition]:
    """The ways to decide that these roles have, in whatever state a case is."""
    return [
        transition
        for transition in definition.transitions
        if transition.group == GROUP and roles & frozenset(transition.who)
    ]


def decision_form(view: CaseView, offered: list[Transition]) -> type[Form]:
    words = speak()
    wanted = [name for name in FIELDS if _asked(offered, name)]
    wanted += terms.names(view, offered)
    own = terms.own_fields(view, wanted)
    base = inputs.form_class(
        [name for name in wanted if name not in own],
        view.definition,
        words,
        files="What shows it: the mail or the minutes",
        more=own,
    )
    outcome = RadioField(
        "What was decided?",
        choices=inputs.choices((one.key, words.text(one.label)) for one in offered),
        validate_choice=False,
    )
    return type("DecisionForm", (base,), {"outcome": outcome})


def _asked(offered: list[Transition], name: str) -> bool:
    return any(one.input(name.split("-", 1)[0]) for one in offered)


@blueprint.route("/sager/<number>/afgoer", methods=["GET", "POST"])
@staff("secretariat", *DECIDING_ROLES)
def decide(number: str) -> tuple[str, int] | Response:
    view, actor = find(number)
    offered = ways(view.definition, actor.roles)
    if not offered:
        abort(404)
    must_record = not actor.roles & frozenset(DECIDING_ROLES)
    stands = inputs.defaults((*RECORD, *terms.names(view, offered)), view, today())
    form = decision_form(view, offered)(data=stands | {"outcome": request.args.get(CHOICE)})
    outcome = Outcome()
    shown: preview.Preview | None = None
    wish = request.form.get("do", "")
    offers = words_for(view, offered)
    if wish.startswith(terms.INSERT):
        terms.insert(view, form, wish, [*offers["phrases"], *offers["facts"]])
    elif form.validate_on_submit():
        chosen = next((one for one in offered if one.key == form["outcome"].data), None)
        carried = prepared(form)
        if chosen is None:
            form.fault(t("Choose one of the possibilities."), "outcome")
        elif carried is not None:
            raw = typed(form, chosen, must_record=must_record, evidence=carried)
            if unfinished(view, raw):
                form.fault(
                    t("A sentence still ends with “…”. Write the facts that decided instead."),
                    "reasons",
                )
            elif wish != "send":
                shown = preview.make(view, actor, chosen, form, raw)
            else:
                outcome = carry_out(view, actor, chosen.key, form, raw, carried)
                if outcome.result is not None:
                    said(view, chosen, _done(chosen))
                    return redirect(url_for("casework.case", number=number), 303)
    context = offers | {
        "posts": terms.posts(view, form),
        "acute": terms.acute(view),
        "inserted": wish.startswith(terms.INSERT),
        "view": view,
        "form": form,
        "preview": shown,
        "here": any(view.case.state in one.from_states for one in offered),
        "must_record": must_record,
        "later": not any(one.letter for one in offered),
        "advice": wording.ADVICE,
        "reads": lambda text: access.reads(actor.roles, text),
        "record_open": _typed_record(form),
        "blocked_ways": blocked(view, actor, offered),
        "meanwhile": wording.meanwhile(outcome.meanwhile, view.definition, speak()),
        "files_lost": files_lost(),
        "fields": inputs,
        "record": [name for name in RECORD if name in form],
    }
    return render_template("pages/casework/decide.html", **context), form.status


def _done(chosen: Transition) -> str:
    if chosen.letter is None:
        return t("Decided. Nobody outside is told until the decision is announced.")
    return t("Decided.")


def typed(
    form: Form, chosen: Transition, *, must_record: bool, evidence: tuple[Any, ...]
) -> dict[str, Any]:
    """What was typed and belongs to the decision chosen: what stands in a field that is not
    asked for it is left out, as the page says."""
    raw = inputs_typed.typed(form, chosen, demanded=["record"] if must_record else ())
    if chosen.outcome == "full":
        for name in ("amount", "criterion", "reasons"):
            raw.pop(name, None)
    elif chosen.outcome == "refused":
        raw.pop("amount", None)
    elif chosen.input(inputs.POSTS):
        terms.fill_amount(form, raw)
    if "record" in raw and evidence:
        raw["record"]["evidence"] = [one.sha256 for one in evidence]
    return raw


def _typed_record(form: Form) -> bool:
    """Whether the folded record has something in it, or something wrong."""
    return any(
        form[name].errors or (form[name].data and form[name].data != form[name].object_data)
        for name in (*RECORD, "files")
        if name in form
    )


def unfinished(view: CaseView, raw: dict[str, Any]) -> bool:
    """Whether a sentence of the pool was put in and its end, left open for the facts, never
    written."""
    reasons = str(raw.get("reasons") or "")
    openings = [
        " ".join(phrase.split("…")[0].split())[-40:]
        for option in view.definition.refusal_reasons
        for phrase in option.phrase.values()
        if "…" in phrase
    ]
    flat = " ".join(reasons.split())
    return any(f"{opening} …" in flat or f"{opening}…" in flat for opening in openings)


def blocked(view: CaseView, actor: Actor, offered: list[Transition]) -> list[dict[str, Any]]:
    """Which of the decisions cannot be made, and why."""
    words = speak()
    found = []
    for one in offered:
        explained = explain(view.definition, view.facts, one.key, who(actor))
        if not explained.allowed:
            found.append(
                {
                    "label": words.text(one.label),
                    "obstacles": wording.hindrances(explained, view.definition, words),
                }
            )
    return found


def words_for(view: CaseView, offered: list[Transition]) -> dict[str, Any]:
    """The pool's sentences in the letter's language, and when each field is asked for."""
    lang = view.case.lang
    return {
        "phrases": [
            {
                "key": option.key,
                "label": speak().text(option.label),
                "text": option.phrase.get(lang) or option.phrase["da"],
            }
            for option in view.definition.refusal_reasons
        ],
        "facts": terms.facts(view),
        "when_part": _when(offered, "part"),
        "when_asked": {
            name: "outcome=" + "|".join(one.key for one in offered if one.input(name))
            for name in (*terms.FIELDS, inputs.POSTS, inputs.INSTALMENTS)
        },
        "when_due": _when(offered, "part", "refused"),
    }


def _when(offered: list[Transition], *outcomes: str) -> str:
    return "outcome=" + "|".join(one.key for one in offered if one.outcome in outcomes)


def files_lost() -> bool:
    """Whether files came with this post and have to be chosen again; always said of a form that
    comes back after signing in, since nobody knows."""
    return kept.is_restored() or any(sent.filename for sent in request.files.getlist("files"))
