"""What a definition may switch on. Off is how every feature begins, and off means absent: no state,
action, field, menu or mail of it."""

from __future__ import annotations

from collections.abc import Mapping

FEATURES: Mapping[str, Mapping[str, str]] = {
    "recommendation": {
        "da": "Der indstilles, før gruppen beslutter.",
        "en": "A committee recommends before the group decides.",
    },
    "votes": {
        "da": "Medlemmerne stemmer.",
        "en": "Members vote.",
    },
    "meetings": {
        "da": "Der besluttes på møder med dagsorden og krav om fremmøde.",
        "en": "Decisions are made at meetings with an agenda and a quorum.",
    },
    "criteria": {
        "da": "Ansøgningerne vurderes efter kriterier.",
        "en": "Applications are scored against criteria.",
    },
    "separate-announcement": {
        "da": "Afgørelser holdes tilbage, til de meddeles.",
        "en": "Decisions are kept until they are announced.",
    },
    "deficit-guarantee": {
        "da": "Støtten udbetales efter regnskabet og dækker højst underskuddet.",
        "en": "Grants paid after the accounts, up to the deficit.",
    },
    "conditions": {
        "da": "En bevilling kan gives på vilkår (med forbehold).",
        "en": "Money can be granted on conditions.",
    },
    "by-post": {
        "da": "En delvis bevilling fordeles på budgettets poster.",
        "en": "A part is granted by the posts of the budget.",
    },
    "postponement": {
        "da": "En afgørelse kan udsættes til en bestemt dag.",
        "en": "A decision can be postponed until a day.",
    },
    "bulk": {
        "da": "Mange sager kan behandles på én gang.",
        "en": "Many cases can be moved at once.",
    },
    "instalments": {
        "da": "Støtten udbetales i rater.",
        "en": "Grants paid in parts.",
    },
    "two-person-release": {
        "da": "Den, der afgør, må ikke frigive betalingen.",
        "en": "Who decides may not release the payment.",
    },
    "payment-file": {
        "da": "Betalinger sendes som en fil til økonomisystemet.",
        "en": "Payments leave as a file for the accounting system.",
    },
    "spot-check": {
        "da": "En del af rapporterne bliver set efter.",
        "en": "One in so many reports is looked into.",
    },
    "books": {
        "da": "Puljens bogføring afstemmes med økonomisystemets posteringer.",
        "en": "The pool's books are compared with the accounting system's postings.",
    },
    "waiting-list": {
        "da": "Ansøgninger venter på penge, der kommer tilbage.",
        "en": "Applications wait for money that comes back.",
    },
    "carry-over": {
        "da": "Bevillinger flyttes til næste år.",
        "en": "Grants are moved into the next year.",
    },
    "accounts-form": {
        "da": "Rapporten har et regnskab for hver post i budgettet.",
        "en": "The report has accounts of each post of the budget.",
    },
}

ANNOUNCEMENT = "separate-announcement"
"""The feature by which a decision is made now and made known later."""

FEATURE_OF_GUARD: Mapping[str, str] = {
    "recommended": "recommendation",
    "advice-amount": "recommendation",
    "unannounced": ANNOUNCEMENT,
    "other-person": "two-person-release",
    "no-open-vote": "votes",
    "by-post-adds-up": "by-post",
    "until-ahead": "postponement",
    "fixed-grant": "deficit-guarantee",
    "deficit-grant": "deficit-guarantee",
    "advance-within": "deficit-guarantee",
    "advance-agreed": "deficit-guarantee",
    "something-due": "deficit-guarantee",
    "reference-when-due": "deficit-guarantee",
    "instalments-add-up": "instalments",
    "more-instalments": "instalments",
    "last-instalment": "instalments",
    "by-list": "payment-file",
    "not-listed": "payment-file",
    "drawn-unchecked": "spot-check",
    "findings-given": "spot-check",
    "spot-check-done": "spot-check",
    "pool-short": "waiting-list",
    "next-year-open": "carry-over",
}
"""Guards that belong to a feature: absent where it is off."""

FEATURE_OF_EFFECT: Mapping[str, str] = {
    "recommend": "recommendation",
    "announce": ANNOUNCEMENT,
    "postpone": "postponement",
    "resume": "postponement",
    "pay-advance": "deficit-guarantee",
    "accounts": "deficit-guarantee",
    "settle": "deficit-guarantee",
    "claim-advance": "deficit-guarantee",
    "post-instalment": "instalments",
    "draw": "spot-check",
    "vouchers": "spot-check",
    "spot-check": "spot-check",
    "wait": "waiting-list",
    "wait-over": "waiting-list",
    "carry-over": "carry-over",
}
"""Effects that belong to a feature: absent where it is off."""

FEATURE_OF_INPUT: Mapping[str, str] = {
    "advice": "recommendation",
    "conditions": "conditions",
    "by_post": "by-post",
    "until": "postponement",
    "grant_type": "deficit-guarantee",
    "advance": "deficit-guarantee",
    "instalments": "instalments",
    "result": "spot-check",
    "findings": "spot-check",
}
"""Inputs that belong to a feature: absent where it is off."""

FEATURE_OF_LETTER: Mapping[str, str] = {
    "settled": "deficit-guarantee",
    "waiting": "waiting-list",
}
"""Letters that belong to a feature: absent where it is off."""

FEATURE_OF_DEADLINE: Mapping[str, str] = {
    "resume": "postponement",
    "accounts": "deficit-guarantee",
}
"""Due dates that belong to a feature: absent where it is off."""

FEATURE_OF_TABLE: Mapping[str, str] = {
    "assessment": "criteria",
    "meetings": "meetings",
    "votes": "votes",
    "spot_check": "spot-check",
}
"""Tables of a definition that say how a feature works: both are there, or neither."""

USED_BY: Mapping[str, tuple[str, ...]] = {
    "recommendation": ("recommend",),
    ANNOUNCEMENT: ("announce",),
    "two-person-release": ("other-person",),
    "votes": ("no-open-vote",),
    "conditions": ("conditions",),
    "by-post": ("by_post", "by-post-adds-up"),
    "postponement": ("postpone", "resume"),
    "deficit-guarantee": ("grant_type", "settle"),
    "instalments": ("instalments", "post-instalment", "last-instalment"),
    "payment-file": ("by-list", "not-listed"),
    "spot-check": ("draw", "spot-check", "spot-check-done"),
    "waiting-list": ("wait", "wait-over"),
    "carry-over": ("carry-over",),
}
"""What a procedure must use (guards, inputs, effects) where the feature is on."""
