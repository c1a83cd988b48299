"""What a transition may do, write and make due: part of the ``vocabulary``, which offers these
names."""

from __future__ import annotations

from collections.abc import Mapping

EFFECTS: Mapping[str, str] = {
    "ask": "Writes the questions to the applicant, with a link for the answer.",
    "answer": "Writes the applicant's answers and closes the questions.",
    "recommend": "Writes what the group is advised to decide, with amount and reasons.",
    "decide": "Writes the decision with its outcome, amount, reasons and record.",
    "announce": "Makes the decision known: from now on it counts in public figures.",
    "hold": "Sets the granted amount aside in the ledger.",
    "void": "Releases what is held for the case, if anything is.",
    "post": "Turns what is held into a payment made.",
    "pay-advance": "Pays the agreed advance of a deficit guarantee.",
    "report": "Writes the applicant's report.",
    "accounts": "Writes the applicant's report with the accounts of a deficit guarantee.",
    "settle": "Pays what the accounts leave to pay of a deficit guarantee; releases the rest.",
    "claim-advance": "Releases the rest of a deficit guarantee; the advance is to be paid back.",
    "return": "Books money that came back.",
    "return-undone": "Takes the newest money that came back out of the books again.",
    "withdraw": "Notes that the application was withdrawn, and why.",
    "lapse": "Notes that the case lapsed, and why.",
    "close": "Notes that nothing more is expected.",
    "hear": "Sends the applicant facts from others, to be commented on by a day (§19).",
    "hearing-answer": "Writes the applicant's comments and ends the hearing.",
    "hearing-stop": "Calls the hearing off, and why.",
    "delay": "Tells the applicant that the answer takes longer, and promises another day.",
    "postpone": "Notes until when the decision waits, and why.",
    "resume": "Ends the postponement.",
    "forward": "Makes the same case in another pool, with everything kept (§7).",
    "undo": "Takes a decision back before its letter went: the money, the letter, the decision.",
    "reopen": "Takes a decided or ended case up again: money released, the decision on record.",
    "revoke": "Takes an announced grant back, with reasons: money released.",
    "complain": "Notes a complaint over the decision or the handling.",
    "reply": "Writes the answer to a suggestion.",
    "take-up": "Notes the case that a suggestion has become.",
    "payee": "Writes who is to be paid and how; an earlier answer is kept.",
    "raise": "Makes a new decision that grants more, and sets the difference aside.",
    "lower": "Makes a new decision that grants less, and releases the difference.",
    "stop-rest": "Makes a new decision that grants what was paid, and releases the rest.",
    "payment-failed": "Takes a payment back in the books and sets its money aside anew, in "
    "the present year where its own is closed.",
    "post-instalment": "Pays the oldest instalment that is not paid.",
    "claim": "Notes that what was paid is to be paid back.",
    "claim-unspent": "Asks the applicant for what the report leaves, or the spot check takes away.",
    "write-off": "Notes what is to be paid back and is not waited for any more, and why.",
    "return-report": "Sends the report back to be made anew; the journal keeps what it said.",
    "draw": "Draws whether the report is looked into, one in so many.",
    "vouchers": "Keeps the vouchers of a report that was drawn.",
    "spot-check": "Writes what the spot check showed.",
    "wait": "Puts the case on the waiting list.",
    "wait-over": "Takes the case off the waiting list.",
    "carry-over": "Moves what is held into the next year's money, in one command.",
}

EFFECT_GUARDS: Mapping[str, tuple[str, ...]] = {
    "ask": ("no-open-question",),
    "answer": ("open-question",),
    "recommend": ("undecided", "advice-amount"),
    "decide": ("undecided",),
    "announce": ("unannounced",),
    "hold": ("year-open",),
    "post": ("held",),
    "report": ("report-awaited",),
    "return": ("return-within-paid",),
    "return-undone": ("return-standing",),
    "hear": ("no-open-hearing",),
    "hearing-answer": ("open-hearing",),
    "hearing-stop": ("open-hearing",),
    "delay": ("promised-later",),
    "postpone": ("undecided", "until-ahead"),
    "forward": ("undecided", "other-pool"),
    "undo": ("letter-unsent", "nothing-paid"),
    "reopen": ("nothing-paid", "letter-gone-out"),
    "revoke": ("nothing-paid", "group-decided", "heard", "was-heard", "reasons-given"),
    "pay-advance": ("held", "deficit-grant", "advance-agreed"),
    "accounts": ("deficit-grant", "report-awaited"),
    "settle": ("deficit-grant", "report-in", "something-due", "reference-when-due"),
    "claim-advance": ("deficit-grant", "paid", "report-awaited"),
    "raise": ("year-open", "raise-is-more", "within-free-more", "reasons-given", "group-decided"),
    "lower": (
        "lower-is-less", "lower-within-held", "heard", "was-heard", "reasons-given",
        "group-decided",
    ),
    "stop-rest": ("paid", "held", "heard", "was-heard", "reasons-given", "group-decided"),
    "payment-failed": ("paid", "payment-standing"),
    "post-instalment": ("held", "more-instalments"),
    "claim": ("paid", "report-awaited", "was-reminded", "heard"),
    "claim-unspent": ("report-in", "heard", "no-open-claim", "claim-within-out", "reasons-given"),
    "write-off": ("something-owed",),
    "return-report": ("report-in", "no-open-question", "none-returned"),
    "draw": ("report-awaited",),
    "vouchers": ("drawn-unchecked",),
    "spot-check": ("drawn-unchecked", "findings-given"),
    "wait": ("undecided", "pool-short"),
    "carry-over": ("held", "next-year-open"),
}  # fmt: skip
"""Guards without which an effect would not know what to do."""

EFFECT_INPUTS: Mapping[str, tuple[str, ...]] = {
    "ask": ("questions",),
    "answer": ("answer",),
    "recommend": ("advice", "reasons"),
    "post": ("reference",),
    "report": ("report",),
    "return": ("returned",),
    "return-undone": ("reason",),
    "lapse": ("reason",),
    "hear": ("facts", "source", "due_on"),
    "hearing-answer": ("answer",),
    "hearing-stop": ("reason",),
    "delay": ("reason", "promised_on"),
    "postpone": ("reason", "until"),
    "forward": ("to_pool", "reason"),
    "undo": ("reason",),
    "reopen": ("reason",),
    "revoke": ("reasons",),
    "complain": ("complaint", "received_on"),
    "reply": ("answer",),
    "take-up": ("becomes",),
    "pay-advance": ("reference",),
    "accounts": ("report",),
    "claim-advance": ("reason",),
    "payee": ("payee",),
    "raise": ("amount", "reasons"),
    "lower": ("amount", "reasons"),
    "stop-rest": ("reasons",),
    "payment-failed": ("reason", "failed_on"),
    "post-instalment": ("reference",),
    "claim": ("reason",),
    "claim-unspent": ("reasons",),
    "write-off": ("reason",),
    "return-report": ("reason",),
    "spot-check": ("result",),
}
"""Inputs an effect writes down, so that the transition must require them."""

LETTER_EFFECTS: Mapping[str, tuple[str, ...]] = {
    "question": ("ask",),
    "decision": ("decide", "announce"),
    "payment": ("post", "pay-advance", "post-instalment"),
    "withdrawn": ("withdraw",),
    "lapsed": ("lapse",),
    "closed": ("close", "write-off"),
    "hearing": ("hear",),
    "delayed": ("postpone", "delay"),
    "forwarded": ("forward",),
    "reopened": ("reopen",),
    "revoked": ("revoke",),
    "settled": ("settle",),
    "suggestion-answered": ("reply",),
    "suggestion-taken-up": ("take-up",),
    "changed": ("raise", "lower", "stop-rest"),
    "payment-failed": ("payment-failed",),
    "claim": ("claim-unspent",),
    "report-returned": ("return-report",),
    "waiting": ("wait",),
}
"""The effect each letter tells of: one of these."""

LETTERS: Mapping[str, str] = {
    "question": "We need to know more before the group can decide.",
    "decision": "The decision: in full, in part or refused, with reasons and guidance.",
    "payment": "The money is on its way, and a report is due.",
    "withdrawn": "The application is withdrawn.",
    "lapsed": "The application or grant has lapsed, and why.",
    "closed": "The report is received and the case is closed.",
    "hearing": "Facts from others, to be commented on before anything is decided.",
    "delayed": "The answer comes later than was promised: when, and why.",
    "forwarded": "The application belongs to another pool and has been sent there.",
    "reopened": "The case is taken up again, and why.",
    "revoked": "The grant is taken back, with reasons and guidance.",
    "settled": "The accounts are read: what is paid, or is to be paid back.",
    "suggestion-answered": "The answer to a suggestion.",
    "suggestion-taken-up": "A suggestion has become a case.",
    "changed": "The grant is raised or lowered, with reasons and guidance.",
    "payment-failed": "A payment did not arrive, and what is needed to pay again.",
    "claim": "Money is to be paid back: how much, why and by when, with guidance.",
    "report-returned": "The report is to be made anew, and why.",
    "waiting": "There is no money for it now; it waits for money that comes back.",
}

RECEIPT = "receipt"
"""The letter of every new case; no transition names it."""

NOTICES: Mapping[str, str] = {
    "communications": "Tells the communications officer of a newly supported activity.",
    "secretariat": "Tells the secretariat that the applicant has done something.",
}

DEADLINES: Mapping[str, str] = {
    "promise": "The promised day of the answer. Follows the state's clock, never written.",
    "answer": "The day an applicant's answer is due.",
    "report": "The day the report is due.",
    "accounts": "As report, where the grant is a deficit guarantee; else nothing.",
    "hearing": "The last day for comments on facts from others.",
    "resume": "The day a postponed case goes on.",
    "payee": "The day an applicant was to say whom to pay. Follows the grant, never written.",
}

CLOCK_DEADLINE = "promise"
PAYEE_DEADLINE = "payee"
OWN_DEADLINES = frozenset({CLOCK_DEADLINE, PAYEE_DEADLINE})
"""Due dates that follow from what happens to the case: no rule sets or cancels them."""

RULE_DEADLINES: Mapping[str, str] = {"accounts": "report"}
"""Names of due dates that only rules use, and what is due then."""
