"""What a transition may ask for, do, write and make due: part of the ``vocabulary``, which offers
these names."""

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
    "withdraw": "Notes that the application was withdrawn, and why.",
    "lapse": "Notes that the case lapsed, and why.",
    "close": "Notes that nothing more is expected.",
    "hear": "Sends the applicant facts from others, to be commented on by a day (§19).",
    "hearing-answer": "Writes the applicant's comments and ends the hearing.",
    "hearing-stop": "Calls the hearing off, and why.",
    "postpone": "Notes until when the decision waits, and why.",
    "resume": "Ends the postponement.",
    "forward": "Makes the same case in another pool, with everything kept (§7).",
    "undo": "Takes a decision back before its letter went: the money, the letter, the decision.",
    "reopen": "Takes a decided or ended case up again: money released, the decision on record.",
    "revoke": "Takes an announced grant back, with reasons: money released.",
    "complain": "Notes a complaint over the decision or the handling.",
    "reply": "Writes the answer to a suggestion.",
    "take-up": "Notes the case that a suggestion has become.",
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
    "hear": ("no-open-hearing",),
    "hearing-answer": ("open-hearing",),
    "hearing-stop": ("open-hearing",),
    "postpone": ("undecided", "until-ahead"),
    "forward": ("undecided", "other-pool"),
    "undo": ("letter-unsent", "nothing-paid"),
    "reopen": ("nothing-paid", "letter-gone-out"),
    "revoke": ("nothing-paid", "group-decided", "heard", "was-heard", "reasons-given"),
    "pay-advance": ("held", "deficit-grant", "advance-agreed"),
    "accounts": ("deficit-grant", "report-awaited"),
    "settle": ("deficit-grant", "report-in", "something-due", "reference-when-due"),
    "claim-advance": ("deficit-grant", "paid", "report-awaited"),
}
"""Guards without which an effect would not know what to do."""

EFFECT_INPUTS: Mapping[str, tuple[str, ...]] = {
    "ask": ("questions",),
    "answer": ("answer",),
    "recommend": ("advice", "reasons"),
    "post": ("reference",),
    "report": ("report",),
    "return": ("returned",),
    "lapse": ("reason",),
    "hear": ("facts", "source", "due_on"),
    "hearing-answer": ("answer",),
    "hearing-stop": ("reason",),
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
}
"""Inputs an effect writes down, so that the transition must require them."""

LETTER_EFFECTS: Mapping[str, tuple[str, ...]] = {
    "question": ("ask",),
    "decision": ("decide", "announce"),
    "payment": ("post", "pay-advance"),
    "withdrawn": ("withdraw",),
    "lapsed": ("lapse",),
    "closed": ("close",),
    "hearing": ("hear",),
    "delayed": ("postpone",),
    "forwarded": ("forward",),
    "reopened": ("reopen",),
    "revoked": ("revoke",),
    "settled": ("settle",),
    "suggestion-answered": ("reply",),
    "suggestion-taken-up": ("take-up",),
}
"""The effect each letter tells of: one of these."""

INPUTS: Mapping[str, str] = {
    "advice": "What the group is advised to do: grant in full, in part, or refuse.",
    "amount": "The amount granted, or recommended, øre.",
    "reasons": "The reasons of the decision, as they stand in the letter; or of the advice.",
    "criterion": "Which of the pool's refusal reasons decided, for the year's summary.",
    "reason": "Why, in a few words.",
    "questions": "What the applicant is asked.",
    "answer": "The applicant's answer.",
    "due_on": "The day an answer is due.",
    "reference": "The payment's number in the municipality's accounts.",
    "paid_on": "The day the payment was made.",
    "record": "How the group decided: when, where, who took part, who stayed out, evidence.",
    "report": "The short report: held, participants, what worked, safety, links, spent, income.",
    "returned": "The amount that came back, øre.",
    "returned_on": "The day it came back.",
    "facts": "What others have told, which the applicant is to comment on.",
    "source": "Whom the facts come from.",
    "to_pool": "The pool it is sent to.",
    "conditions": "What the grant is on condition of, as it stands in the letter.",
    "by_post": "What is granted of each post of the budget, øre.",
    "grant_type": "A fixed sum, or a deficit guarantee.",
    "advance": "What is paid beforehand of a deficit guarantee, øre.",
    "early_start": "Whether what is acute may have begun before the decision.",
    "unheard": "Why the applicant was not heard first (§19, stk. 2).",
    "until": "The day until which the decision waits.",
    "complaint": "What the complaint says.",
    "received_on": "The day it was received.",
    "becomes": "The case a suggestion has become; given by the programme.",
    "note": "A remark for the journal.",
}

INPUT_NAMES: Mapping[str, Mapping[str, str]] = {
    "advice": {"da": "indstillingen", "en": "the recommendation"},
    "amount": {"da": "beløbet", "en": "the amount"},
    "reasons": {"da": "begrundelsen", "en": "the reasons"},
    "criterion": {"da": "kriteriet", "en": "the criterion"},
    "reason": {"da": "årsagen", "en": "the reason"},
    "questions": {"da": "spørgsmålet", "en": "the question"},
    "answer": {"da": "svaret", "en": "the answer"},
    "due_on": {"da": "svarfristen", "en": "the day the answer is due"},
    "reference": {"da": "bilagsnummeret", "en": "the payment's reference"},
    "paid_on": {"da": "betalingsdatoen", "en": "the day of the payment"},
    "record": {"da": "hvordan gruppen besluttede det", "en": "how the group decided"},
    "report": {"da": "rapporten", "en": "the report"},
    "returned": {"da": "beløbet, der er kommet tilbage", "en": "the amount that came back"},
    "returned_on": {"da": "dagen, pengene kom tilbage", "en": "the day the money came back"},
    "facts": {"da": "oplysningerne fra andre", "en": "the facts from others"},
    "source": {"da": "hvem oplysningerne kommer fra", "en": "whom the facts come from"},
    "to_pool": {"da": "puljen, sagen sendes til", "en": "the pool it is sent to"},
    "conditions": {"da": "vilkårene", "en": "the conditions"},
    "by_post": {"da": "fordelingen på poster", "en": "the amounts by post"},
    "grant_type": {"da": "støttens form", "en": "the kind of grant"},
    "advance": {"da": "forskuddet", "en": "the advance"},
    "early_start": {"da": "om det må være begyndt allerede", "en": "whether it may begin early"},
    "unheard": {"da": "hvorfor ansøgeren ikke er hørt", "en": "why the applicant was not heard"},
    "until": {"da": "dagen, der udsættes til", "en": "the day it is postponed until"},
    "complaint": {"da": "klagen", "en": "the complaint"},
    "received_on": {"da": "dagen, den blev modtaget", "en": "the day it was received"},
    "becomes": {"da": "den nye sag", "en": "the new case"},
    "note": {"da": "bemærkningen", "en": "the remark"},
}
"""Inputs inside a sentence."""

LETTERS: Mapping[str, str] = {
    "question": "We need to know more before the group can decide.",
    "decision": "The decision: in full, in part or refused, with reasons and guidance.",
    "payment": "The money is on its way, and a report is due.",
    "withdrawn": "The application is withdrawn.",
    "lapsed": "The application or grant has lapsed, and why.",
    "closed": "The report is received and the case is closed.",
    "hearing": "Facts from others, to be commented on before anything is decided.",
    "delayed": "The decision waits until a day, and why.",
    "forwarded": "The application belongs to another pool and has been sent there.",
    "reopened": "The case is taken up again, and why.",
    "revoked": "The grant is taken back, with reasons and guidance.",
    "settled": "The accounts are read: what is paid, or is to be paid back.",
    "suggestion-answered": "The answer to a suggestion.",
    "suggestion-taken-up": "A suggestion has become a case.",
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
}

CLOCK_DEADLINE = "promise"

RULE_DEADLINES: Mapping[str, str] = {"accounts": "report"}
"""Names of due dates that only rules use, and what is due then."""
