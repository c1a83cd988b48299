"""Which heading is which field."""

from __future__ import annotations

import pytest

from pool.imports import columns
from pool.imports.columns import FIELDS, guess, heading_place, missing, plain


@pytest.mark.parametrize(
    ("headings", "found"),
    [
        (
            "Mødedato|Projektets titel|Ansøger|Ansøgertype|Ansøgt beløb (kr.)|Bevilget beløb|"
            "Afgørelse|Begrundelse",
            "meeting title applicant applicant_type asked granted decision reason",
        ),
        (
            "meeting|title|applicant|applicant_type|asked|granted|decision|reason",
            "meeting title applicant applicant_type asked granted decision reason",
        ),
        (
            "DATO|Aktivitet|Modtager|Type ansøger|Søgt kr.|Tilskud i kr.|Status|Bemærkninger",
            "meeting title applicant applicant_type asked granted decision reason",
        ),
        (
            "Afgørelse|Beløb|Indsatsområde|Sted|Resultater|Eget initiativ|Kriterium|Hvordan",
            "decision granted focus_area place results kind criterion how",
        ),
    ],
)
def test_headings_are_recognised(headings: str, found: str) -> None:
    given = headings.split("|")
    assert guess(given) == dict(zip(found.split(), given, strict=True))


def test_the_plain_word_wins_over_a_vague_one_and_each_heading_is_used_once() -> None:
    assert guess(["Dato", "Møde"]) == {"meeting": "Møde"}
    assert guess(["Beløb", "Bevilget beløb"])["granted"] == "Bevilget beløb"
    assert guess(["Ansøger og adresse", "Titel på projektet"]) == {
        "title": "Titel på projektet",
        "applicant": "Ansøger og adresse",
    }
    assert guess(["Journalnummer", ""]) == {}


def test_what_no_column_was_found_for() -> None:
    assert missing({}) == columns.REQUIRED
    assert missing(dict.fromkeys(columns.REQUIRED, "x") | {"granted": ""}) == ("granted",)


def test_the_line_of_the_headings() -> None:
    lines = [["Bydelspuljen", ""], ["pr. 1. maj"], ["Møde", "Titel", "Ansøger"], ["x", "y", "z"]]
    assert heading_place(lines) == 2
    assert heading_place([["a", "b"], ["c", "d"]]) == 0
    assert heading_place([]) == 0


def test_synonyms_are_as_headings_are_compared_and_belong_to_one_field() -> None:
    seen: dict[str, str] = {}
    for field in FIELDS:
        for synonym in field.synonyms:
            assert plain(synonym) == synonym
            assert synonym not in seen, (field.key, seen[synonym])
            seen[synonym] = field.key
