"""The sentences for faults of how a group works, and of hearing, postponing and taking up again
(see ``wording_faults``)."""

from __future__ import annotations

from collections.abc import Mapping

GROUP: Mapping[str, tuple[str, str]] = {
    "most-needless": (
        "The criterion %(name)s is answered by yes or no, so it has no scale.",
        'Take most away, or write type = "scale".',
    ),
    "feature-without-table": (
        "The feature %(name)s is on, but nothing says how it works.",
        "Write [%(table)s], or switch the feature off.",
    ),
    "feature-unused": (
        "The feature %(name)s is on, but no transition uses %(word)s.",
        "Use %(word)s in a transition, or switch the feature off.",
    ),
    "checklist-missing": (
        "The guard checklist-done looks at a checklist, but the pool has none.",
        "Write [checklist], or take the guard away.",
    ),
    "nobody-waits": (
        "Nobody has anything to do while a case is %(state)s, and it is no end.",
        'Write waits = ["…"] with whoever must act next.',
    ),
    "end-waits": (
        "%(state)s is an end, so nothing is waited for there.",
        "Take waits away, or final = true.",
    ),
    "waits-blind": (
        "In %(state)s something waits for %(role)s, who cannot see the case.",
        "Add it to see, or take it out of waits.",
    ),
    "input-needs-guard": (
        "%(input)s is asked for, but nothing judges it: the guard %(guard)s is missing.",
        "Add %(guard)s to guards, or take %(input)s away.",
    ),
    "by-post-without-posts": (
        "%(transition)s asks for amounts by post, but the pool has no posts.",
        "Write [budget_posts], or take by_post away.",
    ),
    "early-start-never": (
        "%(transition)s can permit an early start in acute cases, but no case is acute.",
        "Ask the question urgent, or take early_start away.",
    ),
    "guarantee-half": (
        "%(transition)s asks for one of grant_type and advance, which go together.",
        "Add the other one, or take both away.",
    ),
    "guarantee-paid-at-once": (
        "%(transition)s could pay a deficit guarantee before its accounts are in.",
        "Add the guard fixed-grant.",
    ),
    "instalments-at-once": (
        "%(transition)s could pay all instalments at once.",
        "Add the guard last-instalment.",
    ),
    "paid-past-list": (
        "%(transition)s pays without a payment list, by which all payments are to go.",
        "Add the guard by-list.",
    ),
    "changed-while-listed": (
        "%(transition)s could change what is on a payment list that is on its way.",
        "Add the guard not-listed.",
    ),
    "draw-without-report": (
        "%(transition)s draws for a spot check, but no report comes with it.",
        "Take draw away, or add it where the report is sent.",
    ),
    "closed-unchecked": (
        "%(transition)s could close a case whose spot check has not been made.",
        "Add the guard spot-check-done.",
    ),
    "accounts-without-posts": (
        "The reports have accounts by post, but the pool has no posts.",
        "Write [budget_posts], or switch the feature off.",
    ),
    "decision-unlocked": (
        "%(transition)s could decide a case while the group is voting on it.",
        "Add the guard no-open-vote.",
    ),
    "suggestion-without-start": (
        "The pool takes suggestions, but no state is where they begin.",
        'Write start = true and kind = "suggestion" in one of the states.',
    ),
    "suggestion-off": (
        "%(name)s is for suggestions, but the pool takes none.",
        "Write [suggestions] with its intro, or take this away.",
    ),
    "suggestion-money": (
        "%(state)s is for suggestions, which have no money.",
        'Write money = "none".',
    ),
    "suggestion-effect": (
        "The effect %(effect)s is nothing for a suggestion, which %(state)s is for.",
        "Use reply or take-up, or let it begin in another state.",
    ),
    "not-a-suggestion": (
        "The effect %(effect)s is for suggestions alone, and %(state)s is not for them.",
        'Let it begin in a state with kind = "suggestion".',
    ),
    "kinds-mixed": (
        "%(transition)s leads from %(state)s to %(target)s: one is for suggestions, one is not.",
        "Use the effect take-up: a suggestion becomes a case of its own.",
    ),
    "suggestion-budget": (
        "A suggestion has no budget, but its form asks for %(question)s.",
        'Take "suggestion" out of forms.',
    ),
    "suggestion-lacks": (
        "The form of suggestions does not ask for %(question)s.",
        'Write [questions.%(question)s] with "suggestion" in forms.',
    ),
}

AGAIN: Mapping[str, tuple[str, str]] = {
    "effect-sets-no-day": (
        "The effect %(effect)s makes the case wait, but for no day.",
        'Write deadlines.set = ["%(day)s"].',
    ),
    "effect-ends-no-day": (
        "After the effect %(effect)s nothing is waited for, but the due day stays.",
        'Write deadlines.cancel = ["%(day)s"].',
    ),
    "effect-without-letter": (
        "The applicant is not told of the effect %(effect)s.",
        'Write letter = "%(letter)s".',
    ),
    "again-to-end": (
        "%(transition)s takes a case up again and leads to %(state)s, which is an end.",
        "Let it lead to a state where the case can be decided.",
    ),
    "again-undecidable": (
        "After %(transition)s a case is %(state)s, from where it cannot be decided again.",
        "Let it lead to the start, or to a state before the decision.",
    ),
    "goes-on-after": (
        "After the effect %(effect)s nothing is left to do, but %(state)s is no end.",
        "Let it lead to a state with final = true.",
    ),
    "hearing-unanswered": (
        "The applicant can be heard in %(state)s, but cannot answer there.",
        "Add a transition of the applicant with the effect hearing-answer from it.",
    ),
    "postponed-forever": (
        "A case is postponed to %(state)s, and no way leads on.",
        "Add a transition with the effect resume from it.",
    ),
    "waiting-forever": (
        "A case waits for money in %(state)s, and no way leads on.",
        "Add a transition with the effect wait-over from it.",
    ),
    "resume-by-hand": (
        "%(transition)s lets a case go on from %(state)s only if somebody thinks of it.",
        "Add system to who.",
    ),
    "postponed-clock": (
        "%(transition)s postpones, but in %(state)s the clock runs on.",
        'Write clock = "paused".',
    ),
}
