"""The sentences for faults of a definition's procedure and money (see ``wording_faults``)."""

from __future__ import annotations

from collections.abc import Mapping

PROCEDURE: Mapping[str, tuple[str, str]] = {
    "no-start": ("No state is the start.", "Write start = true in one of them."),
    "several-starts": (
        "%(other)s is the start already.",
        "Let only one state be the start.",
    ),
    "start-final": (
        "%(state)s is both start and end.",
        "Take one of the two away.",
    ),
    "start-clock": (
        "In %(state)s the applicant waits for an answer, so its clock must run.",
        'Write clock = "running".',
    ),
    "no-end": ("No state is an end.", "Write final = true in at least one of them."),
    "end-clock": (
        "%(state)s is an end, so nothing is waited for.",
        'Write clock = "stopped".',
    ),
    "unreachable": (
        "No way leads to %(state)s.",
        "Add a transition that leads there, or take the state away.",
    ),
    "trap": (
        "No way leads out of %(state)s, and it is no end.",
        "Add a transition from it, or write final = true.",
    ),
    "no-way-out": (
        "From %(state)s no end can be reached.",
        "Add a transition that leads on from it.",
    ),
    "leaves-end": (
        "%(state)s is an end, but %(transition)s leads out of it.",
        "Take it out of from; only undo, reopen and complain begin at an end.",
    ),
    "applicant-blind": (
        "The applicant cannot see the own case in %(state)s.",
        "Add applicant to see.",
    ),
    "edit-unseen": (
        "%(role)s may change the case in %(state)s without seeing it.",
        "Add it to see, or take it out of edit.",
    ),
    "actor-blind": (
        "%(role)s may do %(transition)s in %(state)s without seeing the case.",
        "Add it to see of that state, or take it out of who.",
    ),
    "pause-without-day": (
        "%(transition)s stops the clock in %(state)s without a day for the answer.",
        'Write deadlines.set = ["answer"], or ["resume"] where it is postponed.',
    ),
    "guard-needs-input": (
        "The guard %(guard)s looks at %(input)s, which is not asked for.",
        "Add %(input)s to the inputs, or take the guard away.",
    ),
    "effect-needs-input": (
        "The effect %(effect)s writes %(input)s down, which is not required.",
        "Add %(input)s to inputs.required.",
    ),
    "effect-needs-guard": (
        "The effect %(effect)s cannot be without the guard %(guard)s.",
        "Add %(guard)s to guards.",
    ),
    "letter-needs-effect": (
        "The letter %(letter)s tells of %(effect)s, which does not happen here.",
        "Add the effect, or choose another letter.",
    ),
    "outcome-without-decide": (
        "%(transition)s has an outcome, but decides nothing.",
        'Add "decide" to effects, or take outcome away.',
    ),
    "decide-without-outcome": (
        "%(transition)s decides, but does not say what.",
        'Write outcome = "full", "part" or "refused".',
    ),
    "decision-without-reasons": (
        "%(transition)s can be done without reasons (forvaltningsloven §§22-24).",
        "Add reasons to inputs.required.",
    ),
    "decision-without-letter": (
        "%(transition)s decides without telling the applicant in a letter.",
        'Write letter = "decision".',
    ),
    "decision-without-group": (
        "%(transition)s decides without the group.",
        "Add the guard group-decided, or let only the chair do it.",
    ),
    "part-without-amount": (
        "%(transition)s grants a part without saying how much.",
        "Add amount to inputs.required.",
    ),
    "part-without-guard": (
        "A part-grant cannot be without the guard %(guard)s.",
        "Add %(guard)s to guards.",
    ),
    "grant-without-hold": (
        "%(transition)s grants money without setting it aside.",
        'Add "hold" to effects.',
    ),
    "grant-incomplete": (
        "%(transition)s can grant money to an application that is not complete.",
        "Add the guard complete.",
    ),
    "refusal-holds": (
        "%(transition)s refuses and sets money aside.",
        'Take "hold" out of effects.',
    ),
    "no-grant": ("Nothing can be granted.", "Add a transition with outcome full or part."),
    "no-refusal": ("Nothing can be refused.", "Add a transition with outcome refused."),
    "nobody-to-tell": (
        "There is no communications officer to tell.",
        "Write communications_email in [pool], or add the role.",
    ),
}

ANNOUNCEMENT: Mapping[str, tuple[str, str]] = {
    "decided-in-the-open": (
        "%(transition)s decides, and leads to %(state)s, where everybody may know.",
        "Let it lead to a state with undisclosed = true.",
    ),
    "decision-told-early": (
        "%(transition)s tells of the decision before it is announced.",
        "Take letter and notices away here; write them where the effect is announce.",
    ),
    "undisclosed-end": (
        "%(state)s is an end, so its decision is never announced.",
        "Take final = true away, and add a transition with the effect announce.",
    ),
    "undisclosed-forever": (
        "From %(state)s no announcement can be reached.",
        "Add a transition from it with the effect announce.",
    ),
    "undisclosed-seen": (
        "%(role)s would know of the decision in %(state)s before it is announced.",
        "Take it out of see.",
    ),
    "undisclosed-text": (
        "The applicant reads in %(state)s that something has happened since %(before)s.",
        "Write the same text for applicant in both.",
    ),
    "undisclosed-clock": (
        "In %(state)s the clock is another than in %(before)s, and the applicant could tell.",
        "Write the same clock in both: the applicant waits until the announcement.",
    ),
    "undisclosed-buttons": (
        "The applicant can do something else in %(state)s than in %(before)s, and could tell.",
        "Let the same actions of the applicant be possible in both.",
    ),
    "undisclosed-deadline": (
        "%(transition)s sets or ends a due day in %(state)s, of which the applicant would be told.",
        "Take the due day out, or set it where the decision is announced.",
    ),
    "undisclosed-guard": (
        "Whether the applicant may %(transition)s hangs on %(guard)s, so that they could tell.",
        "Take the guard out, or do not let it begin in an undisclosed state.",
    ),
    "undisclosed-money": (
        "The effect %(effect)s is for a grant that is known, but in %(state)s it is not announced.",
        "Let it begin after the announcement.",
    ),
    "undisclosed-leaks": (
        "%(transition)s leads out of %(state)s without announcing the decision.",
        "Add the effect announce, or lead to another state with undisclosed = true.",
    ),
    "announce-astray": (
        "%(transition)s announces, but the way from %(state)s to %(target)s discloses nothing.",
        "Let it lead from a state with undisclosed = true to one without.",
    ),
    "announce-without-letter": (
        "%(transition)s announces a decision without telling the applicant in a letter.",
        'Write letter = "decision".',
    ),
    "announce-by-decision": (
        "%(transition)s decides and announces at once.",
        "Take one of the two effects away.",
    ),
}

MONEY: Mapping[str, tuple[str, str]] = {
    "money-jump": (
        "%(transition)s takes a case from %(state)s (money: %(before)s) to %(target)s (money: "
        "%(after)s), which no way leads to.",
        "Money goes from none to held, from held to paid or back to none, and from paid to held.",
    ),
    "money-unmoved": (
        "%(transition)s takes a case from %(state)s to %(target)s, but its money does not follow.",
        'Add "%(effect)s" to effects.',
    ),
    "money-astray": (
        "The effect %(effect)s does not fit the way from %(state)s to %(target)s.",
        "Change money in one of the states, or take the effect away.",
    ),
    "start-money": (
        "A new case has no money, but %(state)s says so.",
        'Write money = "none".',
    ),
    "end-held": (
        "%(state)s is an end where money stays set aside for ever.",
        'Write money = "none" or "paid", and let the way there release or pay it.',
    ),
    "held-stuck": (
        "Money set aside in %(state)s can neither be paid nor released.",
        "Add a transition with post or void.",
    ),
}
