"""What a row may tell, and by which headings it is found.

Labels and helps are English texts of the catalogue. A heading is taken for a field where it is one
of its synonyms, Danish or English, whatever its case, blanks and signs (``Bevilget beløb (kr.)``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """``label`` and ``help`` are msgids; ``synonyms`` plain, as :func:`plain` makes them."""

    key: str
    label: str
    help: str
    synonyms: tuple[str, ...]
    required: bool = False


FIELDS: tuple[Field, ...] = (
    Field(
        "meeting",
        "Meeting",
        "The day the group decided, or the month: 16.03.2017, 2017-03, marts 2017.",
        (
            "meeting", "meeting date", "date of meeting", "decided on", "decision date", "date",
            "møde", "mødedato", "møde dato", "dato for møde", "beslutningsdato", "afgørelsesdato",
            "besluttet", "behandlet", "dato",
        ),
        required=True,
    ),
    Field(
        "title",
        "What it is for",
        "The activity's name, at most 200 characters.",
        (
            "title", "project", "project title", "activity", "name of project", "event",
            "titel", "projekt", "projekttitel", "projektets titel", "projektnavn",
            "projektets navn", "aktivitet", "arrangement", "formål", "indsats",
        ),
        required=True,
    ),
    Field(
        "applicant",
        "Applicant",
        "Who applied. Write “privatperson” for a private person whose name is not told.",
        (
            "applicant", "applicant name", "organisation", "organization", "applied by",
            "ansøger", "ansøgers navn", "ansøgernavn", "forening", "modtager",
            "tilskudsmodtager", "hvem",
        ),
        required=True,
    ),
    Field(
        "applicant_type",
        "Kind of applicant",
        "Association, group, private person, housing organisation, institution, municipal unit "
        "or company.",
        (
            "applicant type", "type of applicant", "kind of applicant", "applicant kind", "type",
            "ansøgertype", "type ansøger", "ansøger type", "slags ansøger",
        ),
        required=True,
    ),
    Field(
        "asked",
        "Asked for",
        "Kroner. Leave it empty where it is not known: empty is not 0.",
        (
            "asked", "asked for", "amount asked", "amount applied for", "applied", "requested",
            "amount requested",
            "ansøgt", "ansøgt beløb", "ansøgt om", "søgt", "søgt beløb", "ansøgningsbeløb",
            "søgt om", "beløb ansøgt",
        ),
    ),
    Field(
        "granted",
        "Granted",
        "Kroner. Empty or 0 where it was refused.",
        (
            "granted", "amount granted", "grant", "awarded", "amount awarded", "amount",
            "bevilget", "bevilget beløb", "bevilling", "bevilliget", "tilskud", "tildelt",
            "tildelt beløb", "støtte", "støttebeløb", "beløb", "beløb bevilget",
        ),
        required=True,
    ),
    Field(
        "decision",
        "Decision",
        "Granted or refused.",
        (
            "decision", "outcome", "result of decision", "status",
            "afgørelse", "beslutning", "udfald", "indstilling og beslutning",
        ),
        required=True,
    ),
    Field(
        "reason",
        "Reason",
        "Needed where it was refused, or less was granted than asked for.",
        (
            "reason", "reasons", "grounds", "reason for refusal", "explanation",
            "begrundelse", "afslagsgrund", "begrundelse for afslag", "årsag", "bemærkning",
            "bemærkninger",
        ),
    ),
    Field(
        "criterion",
        "Criterion",
        "The refusal reason of the pool that it stands on. Else it is recognised by the reason's "
        "words, where it can be.",
        ("criterion", "refusal reason", "kriterium", "afslagskriterium"),
    ),
    Field(
        "kind",
        "Own initiative",
        "Yes where the group began it itself; else it is an application.",
        (
            "kind", "own initiative", "initiative", "kind of case",
            "eget initiativ", "initiativ", "egen aktivitet", "sagstype",
        ),
    ),
    Field(
        "focus_area",
        "Focus area",
        "One of the pool's focus areas, by its name.",
        ("focus area", "theme", "area of focus", "indsatsområde", "tema", "fokusområde"),
    ),
    Field(
        "place",
        "Place",
        "Where it took place.",
        ("place", "location", "venue", "where", "sted", "lokation", "hvor", "adresse"),
    ),
    Field(
        "results",
        "Results",
        "Results of the plan's theory of change, by their names, with a semicolon between.",
        ("results", "result", "outcomes", "resultater", "resultat", "effekt", "virkning"),
    ),
    Field(
        "how",
        "How it was decided",
        "Meeting, mail, telephone or in writing. Empty: at a meeting.",
        (
            "how", "how decided", "made how", "how it was decided",
            "hvordan", "besluttet hvordan", "beslutningsform", "behandlingsform",
        ),
    ),
)  # fmt: skip
"""In the order of a page."""

BY_KEY: Mapping[str, Field] = {field.key: field for field in FIELDS}
REQUIRED = tuple(field.key for field in FIELDS if field.required)


def plain(heading: str) -> str:
    """Without case, what stands in brackets, units and signs: ``Bevilget beløb (kr.)`` →
    ``bevilget beløb``."""
    text = re.sub(r"[(\[].*?[)\]]", " ", heading.casefold().replace("_", " "))
    text = re.sub(r"[^\w ]+", " ", text)
    text = re.sub(r"\b(kr|dkk|kroner|i)\b", " ", text)
    return re.sub(r"\s+", " ", text).strip()


def guess(headings: Iterable[str]) -> dict[str, str]:
    """Field → heading, for those that can be told. No heading is taken for two fields.

    A field's synonyms are tried in their order, so that the plain word for it wins over a vague
    one (``dato``); then headings that begin with one (``Ansøger og adresse``).
    """
    free = {heading: plain(heading) for heading in headings}
    found: dict[str, str] = {}
    ranked = sorted(
        (rank, place, field.key, synonym)
        for place, field in enumerate(FIELDS)
        for rank, synonym in enumerate(field.synonyms)
    )
    for whole in (True, False):
        for _, _, key, synonym in ranked:
            if key in found:
                continue
            for heading, text in free.items():
                fits = text == synonym if whole else text.startswith(f"{synonym} ")
                if fits:
                    found[key] = heading
                    del free[heading]
                    break
    return {field.key: found[field.key] for field in FIELDS if field.key in found}


def heading_place(lines: Sequence[Sequence[str]]) -> int:
    """Which of the first lines has the headings: the one most fields are guessed from, where at
    least three are; else the first. Above a table there may be its name and a date."""
    counts = [len(guess([cell for cell in line if cell])) for line in lines]
    most = max(counts, default=0)
    return counts.index(most) if most >= 3 else 0


def missing(mapping: Mapping[str, str]) -> tuple[str, ...]:
    """Required fields that no column was chosen for."""
    return tuple(key for key in REQUIRED if not mapping.get(key))
