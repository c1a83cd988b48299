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
        "da": "Nabopuljens bøger indlæses.",
        "en": "The neighbour's books are imported.",
    },
    "waiting-list": {
        "da": "Ansøgninger venter på penge, der kommer tilbage.",
        "en": "Applications wait for money that comes back.",
    },
    "carry-over": {
        "da": "Bevillinger flyttes til næste år.",
        "en": "Grants are moved into the next year.",
    },
}

BUILT_FEATURES = frozenset({"recommendation", "separate-announcement", "two-person-release"})
"""The features this version of the programme can switch on."""

ANNOUNCEMENT = "separate-announcement"
"""The feature by which a decision is made now and made known later."""

FEATURE_OF_GUARD: Mapping[str, str] = {
    "recommended": "recommendation",
    "advice-amount": "recommendation",
    "unannounced": ANNOUNCEMENT,
    "other-person": "two-person-release",
}
"""Guards that belong to a feature: absent where it is off."""

FEATURE_OF_EFFECT: Mapping[str, str] = {"recommend": "recommendation", "announce": ANNOUNCEMENT}
"""Effects that belong to a feature: absent where it is off."""

FEATURE_OF_INPUT: Mapping[str, str] = {"advice": "recommendation"}
"""Inputs that belong to a feature: absent where it is off."""
