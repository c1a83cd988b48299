"""The conditions a transition can have. Each is one small pure function that answers None, or the
obstacle: a code, what the sentence needs to know, and the roles that could remove it.

Guards that look at what was typed say nothing while nothing has been typed (``inputs`` None), but
where a case cannot pass whatever is typed, they say so at once.
"""

from __future__ import annotations

from collections.abc import Mapping

from workflows import guards_money, guards_more
from workflows.asking import Asking, Guard, Obstacle, in_force, once, people
from workflows.deficit import used
from workflows.vocabulary import DECIDING_ROLES

__all__ = ["CHECKS", "NEEDS_INPUT", "Asking", "Guard", "Obstacle", "in_force"]


# -- never to be switched off


def not_recused(asking: Asking) -> Obstacle | None:
    """Forvaltningsloven §§3-6: whoever has an interest takes no part at all."""
    if asking.who.person_id is None or asking.who.person_id not in asking.facts.recused:
        return None
    others = people(asking.transition.who)
    return Obstacle("recused", {"roles": others}, others)


def heard(asking: Asking) -> Obstacle | None:
    """Forvaltningsloven §19: the decision waits for the applicant's word."""
    if not asking.facts.open_hearings:
        return None
    return Obstacle("hearing-open", {}, asking.roles("applicant", "secretariat"))


def reasons_given(asking: Asking) -> Obstacle | None:
    """Forvaltningsloven §§22-24: no refusal and no part-grant without reasons."""
    if asking.inputs is None or str(asking.given("reasons") or "").strip():
        return None
    return Obstacle("no-reasons", {}, asking.oneself, "reasons")


# -- the application


def complete(asking: Asking) -> Obstacle | None:
    if asking.facts.complete:
        return None
    return Obstacle("incomplete", {}, asking.roles("applicant", "secretariat"))


def year_open(asking: Asking) -> Obstacle | None:
    state, year = asking.facts.year_state, asking.facts.year
    if state == "open":
        return None
    finance = asking.roles("finance")
    if state is None:
        return Obstacle("year-missing", {"year": year}, finance)
    if state == "closing":
        return Obstacle("year-closing", {"year": year}, finance)
    return Obstacle("year-closed", {"year": year})


def undecided(asking: Asking) -> Obstacle | None:
    return Obstacle("decided") if asking.facts.decided else None


def no_open_question(asking: Asking) -> Obstacle | None:
    if not asking.facts.open_questions:
        return None
    return Obstacle("question-open", {}, asking.doers("answer"))


def open_question(asking: Asking) -> Obstacle | None:
    if asking.facts.open_questions:
        return None
    return Obstacle("question-none", {}, asking.doers("ask"))


# -- the recommendation


def recommended(asking: Asking) -> Obstacle | None:
    if asking.facts.recommended or asking.facts.imported:
        return None
    return Obstacle("not-recommended", {}, asking.doers("recommend"))


def advice_amount(asking: Asking) -> Obstacle | None:
    """In full is all that was asked for, where that is known; a part is something, and less;
    to refuse is to give nothing."""
    advice, amount, asked = asking.given("advice"), asking.given("amount"), asking.facts.asked
    match advice:
        case "full" if asked is None and not amount:
            return Obstacle("no-amount-advised", {}, asking.oneself, "amount")
        case "full":
            return full_is_asked(asking) if asked is not None else None
        case "part" if not amount:
            return Obstacle("no-amount-advised", {}, asking.oneself, "amount")
        case "part" if asked is not None and amount >= asked:
            params = {"amount": amount, "asked": asked}
            return Obstacle("not-a-part", params, asking.oneself, "amount")
        case "refused" if amount:
            return Obstacle("refusal-of-an-amount", {}, asking.oneself, "amount")
    return None


# -- the decision


def amount_asked(asking: Asking) -> Obstacle | None:
    if asking.facts.asked or asking.facts.imported:
        return None
    return Obstacle("nothing-asked", {}, asking.roles("applicant"))


def amount_given(asking: Asking) -> Obstacle | None:
    if asking.inputs is None or asking.amount:
        return None
    return Obstacle("no-amount", {}, asking.oneself, "amount")


def full_is_asked(asking: Asking) -> Obstacle | None:
    typed, asked = asking.given("amount"), asking.facts.asked
    if typed is None or typed == asked or (asking.facts.imported and asked is None):
        return None
    return Obstacle("not-in-full", {"amount": typed, "asked": asked or 0}, asking.oneself, "amount")


def within_asked(asking: Asking) -> Obstacle | None:
    amount, asked = asking.amount, asking.facts.asked
    if amount is None or asked is None or amount <= asked:
        return None
    return Obstacle("more-than-asked", {"amount": amount, "asked": asked}, asking.oneself, "amount")


def part_is_less(asking: Asking) -> Obstacle | None:
    amount, asked = asking.amount, asking.facts.asked
    if asking.inputs is None or amount is None or asked is None or amount < asked:
        return None
    return Obstacle("not-a-part", {"amount": amount, "asked": asked}, asking.oneself, "amount")


def within_free(asking: Asking) -> Obstacle | None:
    """Advice: between the page and the hold others may take the money, or give some back. What is
    earmarked is for what it is earmarked for; until that is chosen, the most there is counts."""
    if asking.given("earmark") is not None:
        return guards_money.earmarked(asking)
    free = asking.facts.free
    if asking.inputs is None and asking.transition.input("earmark") is not None:
        free = max((free, *asking.facts.earmarks.values()))
    amount = asking.amount
    if amount is None:
        if free > 0:
            return guards_money.overtaking(asking)
        return Obstacle("pool-empty", {"free": free}, asking.roles("finance"))
    if amount <= free:
        return guards_money.overtaking(asking)
    field_name = "amount" if asking.given("amount") is not None else None
    return Obstacle(
        "not-enough", {"amount": amount, "free": free}, asking.roles("finance"), field_name
    )


def group_decided(asking: Asking) -> Obstacle | None:
    """The group disposes of the pool: its chair acts, or it is on record that it decided. Nothing
    is recorded of a group that was asked and did not carry it, nor past the meeting it sits in."""
    deciders = asking.roles(*DECIDING_ROLES)
    chair = bool(asking.who.roles & set(DECIDING_ROLES) & set(asking.transition.who))
    if asking.facts.at_meeting and (not chair or asking.given("record")):
        return Obstacle("at-meeting", {"roles": deciders}, deciders)
    if chair:
        return None
    if asking.facts.vote_failed:
        return Obstacle("vote-failed", {"roles": deciders}, deciders)
    if asking.inputs is None or asking.given("record"):
        return None
    return Obstacle(
        "not-by-group", {"roles": deciders}, once((*asking.oneself, *deciders)), "record"
    )


def unannounced(asking: Asking) -> Obstacle | None:
    if not asking.facts.decided:
        return Obstacle("undecided", {}, asking.doers("decide"))
    return Obstacle("announced") if asking.facts.announced else None


def record_evidence(asking: Asking) -> Obstacle | None:
    record = asking.given("record")
    if asking.inputs is None or not record or record.get("evidence"):
        return None
    return Obstacle("no-evidence", {}, asking.oneself, "record")


# -- the money


def held(asking: Asking) -> Obstacle | None:
    return None if asking.facts.held > 0 else Obstacle("not-held", {}, asking.doers("hold"))


def nothing_held(asking: Asking) -> Obstacle | None:
    if asking.facts.held == 0:
        return None
    removers = once((*asking.doers("post"), *asking.doers("void")))
    return Obstacle("still-held", {"amount": asking.facts.held}, removers)


def paid(asking: Asking) -> Obstacle | None:
    return None if asking.facts.paid > 0 else Obstacle("not-paid", {}, asking.doers("post"))


def nothing_paid(asking: Asking) -> Obstacle | None:
    if asking.facts.paid == asking.facts.returned:  # what came back is with the pool again
        return None
    return Obstacle("already-paid", {"paid": asking.facts.paid})


def other_person(asking: Asking) -> Obstacle | None:
    deciders = {asking.facts.decided_by, *asking.facts.decided_before} - {None}
    if asking.who.person_id not in deciders:
        return None
    return Obstacle("same-person", {"roles": asking.transition.who}, asking.transition.who)


def reference_given(asking: Asking) -> Obstacle | None:
    if asking.inputs is None or str(asking.given("reference") or "").strip():
        return None
    return Obstacle("no-reference", {}, asking.oneself, "reference")


def due_ahead(asking: Asking) -> Obstacle | None:
    due = asking.given("due_on")
    if due is None or due > asking.facts.today:
        return None
    return Obstacle("due-passed", {"day": due}, asking.oneself, "due_on")


def report_awaited(asking: Asking) -> Obstacle | None:
    return Obstacle("report-already") if asking.facts.report_received else None


def report_in(asking: Asking) -> Obstacle | None:
    if asking.facts.report_received:
        return None
    return Obstacle("report-missing", {}, asking.doers("report"))


def return_within_paid(asking: Asking) -> Obstacle | None:
    out = asking.facts.paid - asking.facts.returned
    if asking.inputs is None:
        return None if out > 0 else Obstacle("nothing-out")
    returned = asking.given("returned")
    if returned is None or 0 < returned <= out:
        return None
    if returned <= 0:
        return Obstacle("nothing-returned", {}, asking.oneself, "returned")
    return Obstacle(
        "more-than-paid", {"returned": returned, "out": out}, asking.oneself, "returned"
    )


def unspent_returned(asking: Asking) -> Obstacle | None:
    """What was paid is used, given back, or little enough to let go."""
    facts = asking.facts
    needed = used(facts)
    if needed is None:
        return None  # no report: another guard's business
    owed = facts.paid - facts.returned - needed
    if owed <= asking.definition.limits.waive_unspent:
        return None
    return Obstacle("unspent", {"owed": owed}, asking.doers("return"))


CHECKS: Mapping[str, Guard] = {
    "not-recused": not_recused,
    "heard": heard,
    "reasons-given": reasons_given,
    "complete": complete,
    "year-open": year_open,
    "undecided": undecided,
    "no-open-question": no_open_question,
    "open-question": open_question,
    "recommended": recommended,
    "advice-amount": advice_amount,
    "amount-asked": amount_asked,
    "amount-given": amount_given,
    "full-is-asked": full_is_asked,
    "within-asked": within_asked,
    "part-is-less": part_is_less,
    "within-free": within_free,
    "group-decided": group_decided,
    "record-evidence": record_evidence,
    "unannounced": unannounced,
    "held": held,
    "nothing-held": nothing_held,
    "paid": paid,
    "nothing-paid": nothing_paid,
    "other-person": other_person,
    "reference-given": reference_given,
    "due-ahead": due_ahead,
    "report-awaited": report_awaited,
    "report-in": report_in,
    "return-within-paid": return_within_paid,
    "unspent-returned": unspent_returned,
    **guards_more.CHECKS,
    **guards_money.CHECKS,
}
"""How each guard of ``vocabulary.GUARDS`` is judged."""

NEEDS_INPUT: Mapping[str, str] = {
    "reasons-given": "reasons",
    "advice-amount": "advice",
    "amount-given": "amount",
    "full-is-asked": "amount",
    "part-is-less": "amount",
    "group-decided": "record",
    "record-evidence": "record",
    "reference-given": "reference",
    "due-ahead": "due_on",
    "return-within-paid": "returned",
    **guards_more.NEEDS_INPUT,
    **guards_money.NEEDS_INPUT,
}
"""Guards that make sense only where the transition asks for this input."""
