"""The words a definition may use. Each name has one sentence saying what it does.

A definition can only combine these: a name not listed here is a fault in the file, and each
listed name is carried out by code (guards in ``guards``, inputs in ``inputs``, effects by the
casework, letters by the templates).
"""

from __future__ import annotations

from collections.abc import Mapping

from workflows.features import (
    ANNOUNCEMENT,
    BUILT_FEATURES,
    FEATURE_OF_EFFECT,
    FEATURE_OF_GUARD,
    FEATURE_OF_INPUT,
    FEATURES,
)

__all__ = [
    "ADVICE",
    "ALWAYS",
    "ALWAYS_UNFAVOURABLE",
    "ANNOUNCEMENT",
    "APPLICANT_KINDS",
    "BUILT_FEATURES",
    "CLOCKS",
    "CLOCK_DEADLINE",
    "DEADLINES",
    "DECIDING_ROLES",
    "EFFECTS",
    "EFFECT_GUARDS",
    "EFFECT_INPUTS",
    "FEATURES",
    "FEATURE_OF_EFFECT",
    "FEATURE_OF_GUARD",
    "FEATURE_OF_INPUT",
    "GUARDS",
    "INPUTS",
    "INPUT_NAMES",
    "LETTERS",
    "LETTER_EFFECTS",
    "MADE_WHERE",
    "MONEY_KINDS",
    "NEEDED_QUESTIONS",
    "NOTICES",
    "OUTCOMES",
    "QUESTION_TYPES",
    "RECEIPT",
    "RESERVED_QUESTIONS",
    "ROLES",
    "ROLE_NAMES",
    "ROLE_SUBJECTS",
    "SHOWN",
    "UNFORESEEN",
]

ROLES: Mapping[str, str] = {
    "applicant": "Whoever applied, or acts for them; no account.",
    "secretariat": "Screens, asks, writes letters, records what the group decided.",
    "member": "Sits in the working group; reads the cases.",
    "chair": "Leads the working group and decides in its name.",
    "steering": "Is briefed on how the pool was used.",
    "finance": "Opens years, adjusts budgets, pays.",
    "communications": "Tells the story of what was supported.",
    "auditor": "Reads everything, changes nothing.",
    "system": "The programme itself, when a due date falls.",
}

ROLE_NAMES: Mapping[str, Mapping[str, str]] = {
    "applicant": {"da": "ansøger", "en": "applicant"},
    "secretariat": {"da": "sekretariat", "en": "secretariat"},
    "member": {"da": "medlem af arbejdsgruppen", "en": "member of the working group"},
    "chair": {"da": "formand for arbejdsgruppen", "en": "chair of the working group"},
    "steering": {"da": "styregruppe", "en": "steering group"},
    "finance": {"da": "økonomi", "en": "finance"},
    "communications": {"da": "kommunikation", "en": "communications"},
    "auditor": {"da": "revisor", "en": "auditor"},
    "system": {"da": "systemet", "en": "the system"},
}
"""Roles as labels."""

ROLE_SUBJECTS: Mapping[str, Mapping[str, str]] = {
    "applicant": {"da": "ansøgeren", "en": "the applicant"},
    "secretariat": {"da": "sekretariatet", "en": "the secretariat"},
    "member": {"da": "et medlem af arbejdsgruppen", "en": "a member of the working group"},
    "chair": {"da": "arbejdsgruppens formand", "en": "the chair of the working group"},
    "steering": {"da": "styregruppen", "en": "the steering group"},
    "finance": {"da": "økonomimedarbejderen", "en": "the finance officer"},
    "communications": {"da": "kommunikationsmedarbejderen", "en": "the communications officer"},
    "auditor": {"da": "revisoren", "en": "the auditor"},
    "system": {"da": "systemet", "en": "the system"},
}
"""Roles as those who do something in a sentence."""

DECIDING_ROLES = ("chair",)
"""Who decides in the group's name without the group's decision being recorded first."""

GUARDS: Mapping[str, Mapping[str, str]] = {
    "not-recused": {
        "da": "Den, der handler, har ikke meldt nogen interesse i sagen. Gælder altid.",
        "en": "Who acts has declared no interest in the case. Always in force.",
    },
    "heard": {
        "da": "Ingen høring af ansøgeren er åben. Gælder altid ved delvis bevilling og afslag.",
        "en": "No hearing of the applicant is open. Always in force where part or refusal.",
    },
    "reasons-given": {
        "da": "Begrundelsen er skrevet. Gælder altid ved delvis bevilling og afslag.",
        "en": "Reasons are written. Always in force where part or refusal.",
    },
    "complete": {
        "da": "Alle svar, der skal være der, er der.",
        "en": "Every required answer is there.",
    },
    "year-open": {
        "da": "Regnskabsåret tager nye bevillinger.",
        "en": "The year in the books takes new grants.",
    },
    "undecided": {
        "da": "Der er ikke truffet nogen afgørelse.",
        "en": "No decision has been made.",
    },
    "no-open-question": {
        "da": "Ansøgeren skylder ikke svar.",
        "en": "The applicant owes no answer.",
    },
    "open-question": {
        "da": "Der er et åbent spørgsmål til ansøgeren.",
        "en": "A question to the applicant is open.",
    },
    "amount-asked": {
        "da": "Der er søgt om et beløb.",
        "en": "The application asks for an amount.",
    },
    "amount-given": {
        "da": "Afgørelsen nævner et beløb over nul.",
        "en": "The decision names an amount above nothing.",
    },
    "full-is-asked": {
        "da": "Beløbet, hvis der nævnes et, er det, der blev søgt om.",
        "en": "The amount, if one is named, is what was asked for.",
    },
    "within-asked": {
        "da": "Beløbet er ikke større end det, der blev søgt om.",
        "en": "The amount is no more than was asked for.",
    },
    "part-is-less": {
        "da": "Beløbet er mindre end det, der blev søgt om.",
        "en": "The amount is less than was asked for.",
    },
    "within-free": {
        "da": "Puljen har beløbet tilbage. Et råd: først reservationen i regnskabet prøver det.",
        "en": "The pool has the amount left, as advice: the ledger's hold is the check.",
    },
    "group-decided": {
        "da": "Formanden handler, eller det er skrevet ned, hvem der besluttede, hvor og hvornår.",
        "en": "The chair acts, or it is recorded who decided, where and when.",
    },
    "record-evidence": {
        "da": "Den registrerede beslutning er vedlagt dokumentation.",
        "en": "The recorded decision has evidence attached.",
    },
    "held": {
        "da": "Der er sat penge til side til sagen.",
        "en": "Money is set aside for the case.",
    },
    "nothing-held": {
        "da": "Der er ikke sat penge til side til sagen.",
        "en": "No money is set aside for the case.",
    },
    "paid": {
        "da": "Der er udbetalt penge.",
        "en": "Money was paid out.",
    },
    "nothing-paid": {
        "da": "Der er ikke udbetalt penge.",
        "en": "No money was paid out.",
    },
    "other-person": {
        "da": "Den, der betaler, er ikke den, der afgjorde.",
        "en": "Who pays is not who decided.",
    },
    "reference-given": {
        "da": "Betalingens bilagsnummer er skrevet.",
        "en": "The payment's reference in the accounts is given.",
    },
    "recommended": {
        "da": "Der er en indstilling til gruppen.",
        "en": "A recommendation to the group has been made.",
    },
    "advice-amount": {
        "da": "Indstillingens beløb passer til det, der indstilles til.",
        "en": "The amount recommended fits what is recommended.",
    },
    "unannounced": {
        "da": "Afgørelsen er truffet og endnu ikke meddelt.",
        "en": "The decision is made and not announced yet.",
    },
    "due-ahead": {
        "da": "Fristen ligger ude i fremtiden.",
        "en": "The date asked for lies ahead.",
    },
    "report-awaited": {
        "da": "Der er ikke modtaget nogen rapport endnu.",
        "en": "No report was received yet.",
    },
    "report-in": {
        "da": "Rapporten er modtaget.",
        "en": "The report was received.",
    },
    "return-within-paid": {
        "da": "Der kommer ikke mere tilbage, end der er udbetalt og stadig er ude.",
        "en": "No more comes back than was paid and is still out.",
    },
    "unspent-returned": {
        "da": "Det, der er udbetalt og ikke brugt, er kommet tilbage.",
        "en": "What was paid and not spent has come back.",
    },
}
"""Guards, with their sentence in the languages of the house: applicants may read the procedure."""

ALWAYS = ("not-recused",)
"""Guards of every transition, whether written in the file or not."""

ALWAYS_UNFAVOURABLE = ("heard", "reasons-given")
"""Guards of every decision that gives less than was asked for (§§19, 22)."""

EFFECTS: Mapping[str, str] = {
    "ask": "Writes the questions to the applicant, with a link for the answer.",
    "answer": "Writes the applicant's answers and closes the questions.",
    "recommend": "Writes what the group is advised to decide, with amount and reasons.",
    "decide": "Writes the decision with its outcome, amount, reasons and record.",
    "announce": "Makes the decision known: from now on it counts in public figures.",
    "hold": "Sets the granted amount aside in the ledger.",
    "void": "Releases what is held for the case, if anything is.",
    "post": "Turns what is held into a payment made.",
    "report": "Writes the applicant's report.",
    "return": "Books money that came back.",
    "withdraw": "Notes that the application was withdrawn, and why.",
    "lapse": "Notes that the case lapsed, and why.",
    "close": "Notes that nothing more is expected.",
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
}
"""Inputs an effect writes down, so that the transition must require them."""

LETTER_EFFECTS: Mapping[str, tuple[str, ...]] = {
    "question": ("ask",),
    "decision": ("decide", "announce"),
    "payment": ("post",),
    "withdrawn": ("withdraw",),
    "lapsed": ("lapse",),
    "closed": ("close",),
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
    "report": "The short report: held, participants, what worked, safety, links, spent.",
    "returned": "The amount that came back, øre.",
    "returned_on": "The day it came back.",
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
}

CLOCK_DEADLINE = "promise"

QUESTION_TYPES: Mapping[str, str] = {
    "text": "One line.",
    "long": "Several lines.",
    "choice": "One of the options.",
    "choices": "Any number of the options.",
    "yesno": "Yes or no.",
    "date": "A day.",
    "amount": "Kroner and øre.",
    "number": "A whole number.",
    "email": "An e-mail address.",
    "phone": "A telephone number.",
    "cvr": "A company's or association's number, eight digits.",
    "postcode": "A Danish postcode, four digits.",
    "budget": "Lines of post, text and amount.",
    "files": "Attached files.",
}

RESERVED_QUESTIONS: Mapping[str, tuple[str, ...]] = {
    "title": ("text",),
    "amount": ("amount",),
    "budget": ("budget",),
    "budget_line": ("text", "long"),
    "starts_on": ("date",),
    "ends_on": ("date",),
    "place": ("text", "choice"),
    "focus_area": ("choice",),
    "results": ("choices",),
    "outreach": ("text", "long"),
    "applicant_kind": ("choice",),
    "organisation": ("text",),
    "cvr": ("cvr",),
    "contact_name": ("text",),
    "email": ("email",),
    "phone": ("phone",),
    "address": ("text",),
    "files": ("files",),
}
"""Question keys with a meaning of their own, and the types they may have."""

NEEDED_QUESTIONS = ("title", "amount", "starts_on", "contact_name", "email", "phone")
"""Reserved questions without which a case cannot be handled."""

APPLICANT_KINDS = (
    "person", "group", "association", "housing", "institution", "municipal", "company",
)  # fmt: skip
"""What an applicant can be. ``person`` is taken where it was not asked."""

UNFORESEEN = "unforeseen"
"""The budget post whose share is limited."""

CLOCKS = ("running", "paused", "stopped")
MONEY_KINDS = ("none", "held", "paid")
OUTCOMES = ("full", "part", "refused")
ADVICE = OUTCOMES
"""What a recommendation can be to."""
SHOWN = ("always", "while-open")
"""When a pool stands on the public front page: always, or while its present year is open."""
MADE_WHERE = ("meeting", "mail", "phone", "written")
"""Where the group can have decided."""
