"""What people of a made-up year are called, and what they write."""

from __future__ import annotations

import random
from collections.abc import Mapping

MEMBERS = (
    "Områdesekretariatet",
    "Socialforvaltningen, Borgercenter Nord",
    "fsb",
    "SAB Tingbjerg",
    "Københavns Politi, Station Bellahøj",
    "Kultur- og Fritidsforvaltningen, område nord",
)
"""Whom the group's members work for; some of these apply too."""

APPLICANTS: Mapping[str, tuple[str | None, ...]] = {
    "association": ("Foreningen Sceneskift", "Brønshøj Boldklub", "Haveforeningen Åløkken"),
    "person": (None,),
    "group": (None, "Naboerne i Voldparken", "نساء الحي"),
    "housing": ("Afdelingsbestyrelsen, Utterslevhuse", "fsb"),
    "institution": ("Bibliotekshuset", "Tingbjerg Skole"),
    "municipal": ("Klubben Ærøvej", "Områdesekretariatet"),
    "company": ("Cykelværkstedet ApS",),
}
PLACES = (
    *("Tingbjerg", "Husum Nord", "Voldparken", "Gadelandet", "Utterslevhuse", "Ruten"),
    *("Skolevangen 1", "Åkandevej", "Torvet ved Ærtebjerg"),
)
SENTENCES = (
    "Naboerne lærer hinanden at kende, og unge får noget at lave om aftenen.",
    "Alle kom, også dem fra den anden ende af vejen.\nVi gør det igen til næste år.",
    "Der blev talt på tværs: æbleskiver, øvelser og åbne døre.",
    "نلتقي في الساحة ونتحدث عن الأمان في الحي.",
    'Vi samlede 40 kg affald, "uden sure miner" & med kaffe.',
)
_WHAT = (
    *("Gadefest", "Åbent værksted", "Fodbold i skumringen", "Ældrecafé", "Lysvandring"),
    *("Sommerlejr for øens børn", "Teater i gården", "أمسية عربية في الحي", "Løbeklub"),
)
_WHERE = ("ved hjørnet", "på Ruten", "i Voldparken", "for alle", "i efterårsferien", "med æbler")
LONGEST = 200
"""Characters a title may have."""


def title(draw: random.Random, index: int) -> str:
    """A heading; one in fifty is as long as it may be, one in forty Arabic."""
    if index % 40 == 7:
        return f"مهرجان الجيران في تينغبيرغ {index}"
    short = f"{draw.choice(_WHAT)} {draw.choice(_WHERE)} {index}"
    if index % 50 == 11:
        return (short + ": " + "hygge, tryghed og fællesskab på tværs af gården, " * 5)[
            : LONGEST - 1
        ] + "!"
    return short
