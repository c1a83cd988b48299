"""The words a definition may use. Each name has one sentence saying what it does.

A definition can only combine these: a name not listed here is a fault in the file, and each
listed name is carried out by code (guards in ``guards``, inputs in ``inputs``, effects by the
casework, letters by the templates).
"""

from __future__ import annotations

from collections.abc import Mapping

from workflows.features import (
    ANNOUNCEMENT,
    FEATURE_OF_DEADLINE,
    FEATURE_OF_EFFECT,
    FEATURE_OF_GUARD,
    FEATURE_OF_INPUT,
    FEATURE_OF_LETTER,
    FEATURE_OF_TABLE,
    FEATURES,
    USED_BY,
)
from workflows.vocabulary_actions import (
    CLOCK_DEADLINE,
    DEADLINES,
    EFFECT_GUARDS,
    EFFECT_INPUTS,
    EFFECTS,
    LETTER_EFFECTS,
    LETTERS,
    NOTICES,
    OWN_DEADLINES,
    PAYEE_DEADLINE,
    RECEIPT,
    RULE_DEADLINES,
)
from workflows.vocabulary_guards import ALWAYS, ALWAYS_DECIDING, ALWAYS_UNFAVOURABLE, GUARDS
from workflows.vocabulary_inputs import INPUT_NAMES, INPUTS
from workflows.vocabulary_messages import (
    APPROVALS,
    DRAFTS,
    EFFECT_OF_MESSAGE,
    FEATURE_OF_MESSAGE,
    OPTIONAL,
)

__all__ = [
    "ADVICE",
    "ALWAYS",
    "ALWAYS_DECIDING",
    "ALWAYS_UNFAVOURABLE",
    "ANNOUNCEMENT",
    "APPLICANT_KINDS",
    "APPROVALS",
    "CASE_KINDS",
    "CHECK_RESULTS",
    "CLOCKS",
    "CLOCK_DEADLINE",
    "CRITERION_TYPES",
    "DEADLINES",
    "DECIDING_ROLES",
    "DRAFTS",
    "EFFECTS",
    "EFFECT_GUARDS",
    "EFFECT_INPUTS",
    "EFFECT_OF_MESSAGE",
    "FEATURES",
    "FEATURE_OF_DEADLINE",
    "FEATURE_OF_EFFECT",
    "FEATURE_OF_GUARD",
    "FEATURE_OF_INPUT",
    "FEATURE_OF_LETTER",
    "FEATURE_OF_MESSAGE",
    "FEATURE_OF_TABLE",
    "GRANT_TYPES",
    "GUARDS",
    "INPUTS",
    "INPUT_NAMES",
    "LEAVING_ENDS",
    "LETTERS",
    "LETTER_EFFECTS",
    "MADE_WHERE",
    "MAJORITIES",
    "MONEY_KINDS",
    "NEEDED_QUESTIONS",
    "NOTICES",
    "OPTIONAL",
    "OUTCOMES",
    "OWN_DEADLINES",
    "PAYEE_DEADLINE",
    "QUESTION_TYPES",
    "RECEIPT",
    "RESERVED_KEYS",
    "RESERVED_QUESTIONS",
    "ROLES",
    "ROLE_NAMES",
    "ROLE_SUBJECTS",
    "RULE_DEADLINES",
    "SHOWN",
    "STAYING_AT_ENDS",
    "SUGGESTION_QUESTIONS",
    "UNFORESEEN",
    "USED_BY",
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
    "suggestion": ("long",),
    "urgent": ("yesno",),
}
"""Question keys with a meaning of their own, and the types they may have."""

NEEDED_QUESTIONS = ("title", "amount", "starts_on", "contact_name", "email", "phone")
"""Reserved questions without which a case cannot be handled."""

SUGGESTION_QUESTIONS = ("suggestion", "contact_name", "email", "phone")
"""Reserved questions without which a suggestion cannot be handled."""

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
CASE_KINDS = ("application", "suggestion")
"""The kinds of case a state is for. (An own initiative is handled as an application.)"""
CRITERION_TYPES = ("scale", "yesno")
MAJORITIES = ("simple", "two-thirds", "unanimous")
GRANT_TYPES = ("fixed", "deficit")
"""A fixed sum, or a deficit guarantee: paid after the accounts, never more than the deficit."""
CHECK_RESULTS = ("good", "remarks")
"""What a spot check can show."""
RESERVED_KEYS = frozenset({"plan"})
"""Names no pool can have: the plan keeps a book of its own in the ledger."""
LEAVING_ENDS = frozenset({"undo", "reopen", "complain", "return", "return-undone"})
"""Effects of the only transitions that may begin at an end."""
STAYING_AT_ENDS = frozenset({"complain", "return", "return-undone"})
"""Those of them that leave the case at its end."""
