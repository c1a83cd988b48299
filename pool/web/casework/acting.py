"""The page of any action that is not a decision: asking, paying, closing, withdrawing …

One page for all of them, made from what the transition asks for.
"""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from pool import money
from pool.cases.effects_hearing import unended
from pool.cases.fire import who
from pool.cases.view import CaseView
from pool.identity.actor import Actor
from pool.render.words import Words
from pool.web import accounts
from pool.web.access import staff
from pool.web.casework import failing, inputs, inputs_typed, preview, sending, wording
from pool.web.casework.deciding import GROUP, files_lost
from pool.web.casework.doing import Outcome, carry_out, prepared
from pool.web.casework.done import said
from pool.web.casework.room import READERS, blueprint, find
from pool.web.context import read, today
from pool.web.language import speak, t
from workflows import deficit
from workflows.definition import STAY, Transition
from workflows.explain import explain

DONE = {
    "ask": "The question is asked, and the promised day of the answer waits.",
    "answer": "The answer is entered, and the promised day of the answer runs again.",
    "hear": "The applicant is asked to comment, and the decision waits.",
    "hearing-answer": "The comments are entered. The case can be decided.",
    "hearing-stop": "The hearing is called off.",
    "reply": "The suggestion is answered.",
    "recommend": "The recommendation is made.",
    "announce": "The decision is announced.",
    "post": "The payment is entered.",
    "payment-failed": "The payment is taken back in the books, and the money set aside anew.",
    "post-instalment": "The instalment is entered.",
    "raise": "The grant is raised.",
    "lower": "The grant is lowered.",
    "stop-rest": "The rest is not paid, and goes back to the pool.",
    "report": "The report is entered.",
    "return": "The money that came back is entered.",
    "return-undone": "The money that came back is taken out of the books again.",
    "close": "The case is closed.",
    "withdraw": "The application is withdrawn.",
    "lapse": "The case has lapsed.",
    "undo": "The decision is undone, and its letter is not sent.",
    "reopen": "The case is taken up again, and an answer is promised anew.",
    "revoke": "The grant is taken back.",
    "complain": "The complaint is noted.",
    "forward": "It is sent on to the other pool.",
    "delay": "The applicant is told, and the new day is promised.",
    "postpone": "The decision is postponed.",
    "resume": "The case goes on.",
    "pay-advance": "The advance is entered.",
    "accounts": "The accounts are entered.",
    "settle": "The grant is settled.",
    "carry-over": "The grant is carried over to the next year's money.",
    "wait": "It is on the waiting list.",
    "wait-over": "It is off the waiting list.",
    "claim-advance": "The grant has lapsed, and the advance is claimed back.",
    "vouchers": "The vouchers are entered.",
    "spot-check": "What came of the spot check is entered.",
    "return-report": "It is sent back, and the applicant is asked for it anew.",
    "claim-unspent": "The money is asked back.",
    "write-off": "It is written off, and the case is closed.",
    "claim": "The grant has lapsed, and what was paid is claimed back.",
}
"""What to say when it is done, by effect; of several the last one here."""
OF_REPORT = {"ask": "The question is asked.", "answer": "The answer is entered."}
"""The same of a question about the report, by which the case stays where it is."""

ANEW = frozenset({"raise", "lower"})
"""Effects by which the amount is the grant anew."""
WITH_FILES = frozenset({"raise", "lower", "stop-rest"}) | frozenset(
    {"answer", "report", "accounts", "hearing-answer", "vouchers"}
)
FINAL = frozenset({"withdraw", "lapse", "revoke", "forward", "stop-rest", "write-off"})
"""Effects after which there is no way back."""
RELEASING = frozenset({"stop-rest", "void", "undo", "reopen", "revoke", "claim", "claim-advance"})
"""Effects by which what is set aside goes back to the pool."""


@blueprint.route("/sager/<number>/goer/<action>", methods=["GET", "POST"])
@staff(*READERS)
def act(number: str, action: str) -> tuple[str, int] | Response:
    view, actor = find(number)
    transition = view.definition.transition(action)
    if transition is None or not actor.roles & frozenset(transition.who):
        abort(404)
    if "take-up" in transition.effects:
        return redirect(url_for("casework.becomes", number=number), 303)
    if "payee" in transition.effects:
        return redirect(url_for("casework.payee", number=number), 303)
    if transition.group == GROUP:
        address = url_for("casework.decide", number=number, valg=action)
        return redirect(address, 303)
    words = speak()
    effects = frozenset(transition.effects)
    posts = accounts.fields(view) if transition.input("report") else {}
    wanted = [name for name in inputs.names(transition) if not posts or name != "report-spent"]
    own: dict[str, Any] = {**posts}
    if "payment" in wanted:
        wanted.remove("payment")
        if len(view.facts.payments) > 1:
            wanted.insert(0, "payment")
            own["payment"] = failing.choice(view)
    if "report-held" in wanted and view.facts.grant_type == "deficit":
        wanted = list(dict.fromkeys([*wanted, "report-income"]))  # after it lapsed too
    make = inputs.form_class(
        wanted,
        view.definition,
        words,
        files="Attachments" if effects & WITH_FILES else None,
        more=own,
    )
    stands = inputs.defaults(wanted, view, today())
    if effects & ANEW:  # what it is changed from
        stands["amount"] = money.show(view.facts.granted, unit=False)
    if "claim-unspent" in effects and (left := deficit.unspent(view.facts)):
        stands["amount"] = money.show(left, unit=False)
    form = make(data=stands)
    if effects & ANEW:
        form["amount"].label.text = t("Granted in all from now on")
    if "claim-unspent" in effects:
        form["amount"].label.text = t("How much is to be paid back?")
    if "reply" in effects:
        form["answer"].label.text = t("Your answer")
    outcome = Outcome()
    shows = sending.offered(view, actor, transition)
    shown = None
    if sending.wished() and not shows:
        abort(404)
    if not accounts.summing() and form.validate_on_submit():
        carried = prepared(form)
        if carried is not None:
            typed = inputs_typed.typed(form, transition)
            if posts:
                typed.setdefault("report", {})["accounts"] = accounts.typed(form)
            if sending.wished():
                trial = sending.Trial(view, actor)
                tried = carry_out(view, actor, transition.key, form, typed, carried, at=trial.house)
                shown = trial.shown(tried.result)
                outcome.meanwhile = tried.meanwhile
            else:
                outcome = carry_out(view, actor, transition.key, form, typed, carried)
        if isinstance(shown, Response):
            return shown
        if outcome.result is not None:
            said(view, transition, _done(transition))
            return redirect(url_for("casework.case", number=number), 303)
    explanation = explain(view.definition, view.facts, action, who(actor))
    context: dict[str, Any] = {
        "view": view,
        "transition": transition,
        "heading": _heading(transition, actor, words),
        "form": form,
        "wanted": wanted,
        "fields": inputs,
        "lines": accounts.rows(view, form) if posts else [],
        "add_up": accounts.total,
        "preview": preview.announced(view) if "announce" in effects else None,
        "shows": shows,
        "sending": shown,
        "files_lost": "files" in form and files_lost(),
        "danger": bool(effects & FINAL),
        "rows": [*_rows(view, words), *_heard(view, effects), *_settled(view, effects, words)],
        "releases": view.money.held if effects & RELEASING else 0,
        "meanwhile": wording.meanwhile(outcome.meanwhile, view.definition, words),
        "closed": not explanation.allowed,
        "obstacles": wording.hindrances(explanation, view.definition, words),
    }
    return render_template("pages/casework/act.html", **context), form.status


def _done(transition: Transition) -> str:
    words = DONE | OF_REPORT if transition.to == STAY else DONE
    found = [text for effect, text in words.items() if effect in transition.effects]
    return t(found[-1]) if found else t("It is done.")


def _heading(transition: Transition, actor: Actor, words: Words) -> str:
    """The action; where it is the applicant's own, that it is done for them."""
    label = words.text(transition.label)
    if "applicant" in transition.who and "applicant" not in actor.roles:
        return t("%(action)s for the applicant", action=label)
    return label


def _rows(view: CaseView, words: Words) -> list[tuple[str, str]]:
    """What one wants to see while filling in the page."""
    case, sums = view.case, view.money
    rows = [(t("Applicant"), view.applicant.shown)]
    if case.granted:
        rows.append((t("Granted"), words.money(case.granted)))
    elif case.asked:
        rows.append((t("Asked for"), words.money(case.asked)))
    if sums.held:
        rows.append((t("Set aside"), words.money(sums.held)))
    if sums.paid:
        rows.append((t("Paid out"), words.money(sums.paid)))
    if view.facts.spent is not None:
        rows.append((t("Spent"), words.money(view.facts.spent)))
    if sums.returned:
        rows.append((t("Came back"), words.money(sums.returned)))
    if view.enquiry is not None:
        rows.append((t("The question"), view.enquiry.question))
    return rows


def _settled(view: CaseView, effects: frozenset[str], words: Words) -> list[tuple[str, str]]:
    """What the money of a deficit guarantee comes to, for whoever pays it."""
    facts = view.facts
    rows: list[tuple[str, str]] = []
    if "pay-advance" in effects and facts.advance:
        rows.append((t("Paid now"), words.money(facts.advance)))
    if "settle" in effects and facts.spent is not None:
        covered = deficit.used(facts) or 0
        owed = facts.paid - facts.returned - covered
        rows += [
            (t("What came in"), words.money(facts.income or 0)),
            (t("The guarantee covers"), words.money(covered)),
            (t("To be paid now"), words.money(deficit.due(facts))),
        ]
        if owed > 0:
            rows.append((t("To be paid back"), words.money(owed)))
    return rows


def _heard(view: CaseView, effects: frozenset[str]) -> list[tuple[str, str]]:
    """What the applicant is to comment on, for whoever enters the comments or calls it off."""
    if effects.isdisjoint({"hearing-answer", "hearing-stop"}):
        return []
    hearing = unended(read(), view.case.id or 0)
    if hearing is None:
        return []
    return [(t("What others have told"), hearing.facts), (t("Who told it"), hearing.source)]
