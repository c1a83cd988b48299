"""Conditions of hearing, screening, taking up again, postponing and deficit guarantees: the
second part of ``guards``."""

from __future__ import annotations

from collections.abc import Mapping

from workflows.asking import Asking, Guard, Obstacle, once
from workflows.calendar import add_working_days
from workflows.deficit import due


def no_open_hearing(asking: Asking) -> Obstacle | None:
    """One at a time. Of one whose day has passed nothing more is waited for."""
    if not asking.facts.open_hearings:
        return None
    return Obstacle("hearing-going-on", {}, asking.doers("hearing-answer"))


def open_hearing(asking: Asking) -> Obstacle | None:
    """Also after its day: what an applicant says late is still read."""
    if asking.facts.hearing_unended or asking.facts.open_hearings:
        return None
    return Obstacle("hearing-none", {}, asking.doers("hear"))


def checklist_done(asking: Asking) -> Obstacle | None:
    facts = asking.facts
    if facts.checklist_done or facts.imported or not asking.definition.checklist:
        return None
    return Obstacle("checklist-open", {}, asking.roles("secretariat"))


def other_pool(asking: Asking) -> Obstacle | None:
    """Forvaltningsloven §7: what came to the wrong place is sent on."""
    pools = asking.facts.other_pools
    if not pools:
        return Obstacle("no-other-pool")
    chosen = asking.given("to_pool")
    if chosen is None or chosen in pools:
        return None
    return Obstacle("unknown-pool", {}, asking.oneself, "to_pool")


def letter_unsent(asking: Asking) -> Obstacle | None:
    if asking.facts.letter_unsent:
        return None
    if not asking.facts.decided:
        return Obstacle("undecided", {}, asking.doers("decide"))
    return Obstacle("letter-gone", {}, ())


def letter_gone_out(asking: Asking) -> Obstacle | None:
    """What nobody was told yet is undone, not reopened: else both letters would leave. Of an
    imported decision none ever leaves."""
    if not asking.facts.letter_unsent or asking.facts.imported:
        return None
    return Obstacle("letter-resting", {}, asking.doers("undo"))


def was_heard(asking: Asking) -> Obstacle | None:
    """Forvaltningsloven §19: nothing counts against somebody who could not comment on it. Where
    stk. 2 makes an exception, it is written which."""
    if asking.facts.heard_since or asking.inputs is None:
        return None
    if str(asking.given("unheard") or "").strip():
        return None
    return Obstacle("not-heard", {}, once((*asking.oneself, *asking.doers("hear"))), "unheard")


def early_start_acute(asking: Asking) -> Obstacle | None:
    if not asking.given("early_start") or asking.facts.urgent:
        return None
    return Obstacle("early-start-not-acute", {}, asking.oneself, "early_start")


def by_post_adds_up(asking: Asking) -> Obstacle | None:
    posts, amount = asking.given("by_post"), asking.amount
    if not posts or amount is None:
        return None
    total = sum(posts.values())
    if total == amount:
        return None
    return Obstacle("posts-total", {"total": total, "amount": amount}, asking.oneself, "by_post")


def until_ahead(asking: Asking) -> Obstacle | None:
    until = asking.given("until")
    if until is None or until > asking.facts.today:
        return None
    return Obstacle("until-passed", {"day": until}, asking.oneself, "until")


def promised_later(asking: Asking) -> Obstacle | None:
    """A delay is told once, with a day that can be kept: no day that has passed, and none before
    the one that was promised. What falls on a day off becomes the next working day."""
    given, facts = asking.given("promised_on"), asking.facts
    if given is None:
        return None
    last = max(facts.today, facts.promised_on or facts.today)
    if add_working_days(given, 0) > last:
        return None
    params = {"day": last, "given": given}
    return Obstacle("promised-not-later", params, asking.oneself, "promised_on")


def no_open_vote(asking: Asking) -> Obstacle | None:
    if not asking.facts.open_ballot:
        return None
    return Obstacle("vote-open", {}, asking.roles("member", "chair"))


# -- deficit guarantees


def advance_within(asking: Asking) -> Obstacle | None:
    advance = asking.given("advance")
    if not advance:
        return None
    if asking.given("grant_type") != "deficit":
        return Obstacle("advance-of-fixed", {}, asking.oneself, "advance")
    amount = asking.amount
    if amount is None or advance < amount:
        return None
    params = {"advance": advance, "amount": amount}
    return Obstacle("advance-too-large", params, asking.oneself, "advance")


def advance_agreed(asking: Asking) -> Obstacle | None:
    facts = asking.facts
    if facts.paid:
        return Obstacle("already-paid", {"paid": facts.paid})
    return None if facts.advance else Obstacle("no-advance")


def something_due(asking: Asking) -> Obstacle | None:
    """Where nothing was paid and nothing is to be paid, the guarantee lapses instead."""
    if asking.facts.paid or asking.facts.spent is None or due(asking.facts):
        return None
    return Obstacle("no-deficit", {}, asking.doers("lapse"))


def reference_when_due(asking: Asking) -> Obstacle | None:
    if asking.inputs is None or not due(asking.facts):
        return None
    if str(asking.given("reference") or "").strip():
        return None
    return Obstacle("no-reference", {}, asking.oneself, "reference")


def all_returned(asking: Asking) -> Obstacle | None:
    """Where neither report nor accounts came nothing is shown to be used."""
    out = asking.facts.paid - asking.facts.returned
    if out <= asking.definition.limits.waive_unspent:
        return None
    return Obstacle("still-out", {"out": out}, asking.doers("return"))


def fixed_grant(asking: Asking) -> Obstacle | None:
    return None if asking.facts.grant_type == "fixed" else Obstacle("grant-is-guarantee")


def deficit_grant(asking: Asking) -> Obstacle | None:
    return None if asking.facts.grant_type == "deficit" else Obstacle("grant-is-fixed")


CHECKS: Mapping[str, Guard] = {
    "no-open-hearing": no_open_hearing,
    "open-hearing": open_hearing,
    "checklist-done": checklist_done,
    "other-pool": other_pool,
    "letter-unsent": letter_unsent,
    "letter-gone-out": letter_gone_out,
    "was-heard": was_heard,
    "early-start-acute": early_start_acute,
    "by-post-adds-up": by_post_adds_up,
    "promised-later": promised_later,
    "until-ahead": until_ahead,
    "no-open-vote": no_open_vote,
    "advance-within": advance_within,
    "advance-agreed": advance_agreed,
    "something-due": something_due,
    "reference-when-due": reference_when_due,
    "all-returned": all_returned,
    "fixed-grant": fixed_grant,
    "deficit-grant": deficit_grant,
}

NEEDS_INPUT: Mapping[str, str] = {
    "other-pool": "to_pool",
    "was-heard": "unheard",
    "early-start-acute": "early_start",
    "by-post-adds-up": "by_post",
    "promised-later": "promised_on",
    "until-ahead": "until",
    "advance-within": "advance",
    "reference-when-due": "reference",
}
