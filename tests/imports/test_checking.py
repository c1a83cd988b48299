"""Every reason why a row cannot be brought in, found without doing anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from pool.imports import checking
from tests.imports.tables import GOOD, POOLS, SHIPPED, URBAN, checked, csv, one, told, xlsx


def test_the_shipped_file_has_no_fault() -> None:
    rows = checked(SHIPPED.read_bytes())
    assert {row.state for row in rows} == {"good"}
    grants = [row.values["granted"] for row in rows if row.values["decision"] == "approved"]
    assert (len(rows), len(grants), sum(grants)) == (38, 32, 70_470_000)
    assert len({row.identity for row in rows}) == 38
    assert sum(row.values["asked"] is None for row in rows) == 36
    assert sum(len(row.values["meeting"]) == 7 for row in rows) == 18
    nobody = [row for row in rows if row.values["applicant"] is None]
    assert {row.values["applicant_type"] for row in nobody} == {"person"}


def test_a_good_row() -> None:
    row = one(GOOD)
    assert (row.line, row.state, row.problems) == (2, "good", [])
    case = checking.case_of(URBAN, 2017, row.values)
    assert (case.title, case.applicant, case.asked, case.granted) == (
        "Gadefest",
        "Husum Juletræs Forening",
        1_000_000,
        1_000_000,
    )
    assert (case.made_on.isoformat(), case.precision, case.made_how) == (
        "2017-03-16",
        "day",
        "meeting",
    )


BAD = {
    ";Gadefest;A;forening;;10;bevilget;": [("meeting", "missing")],
    "16.03.2017;;;forening;;10;bevilget;": [("title", "missing"), ("applicant", "missing")],
    "16.03.2017;a;A;;;10;bevilget;": [("applicant_type", "missing")],
    "16.03.2017;a;A;klike;;10;bevilget;": [("applicant_type", "unknown-kind")],
    "16.03.2017;a;privatperson;forening;;10;bevilget;": [("applicant_type", "nobody-is-a-person")],
    "16.03.2017;a;A;forening;;10;;": [("decision", "missing")],
    "16.03.2017;a;A;forening;;10;måske;": [("decision", "decision-unknown")],
    "16.03.2017;a;A;forening;;;bevilget;": [("granted", "grant-without-amount")],
    "16.03.2017;a;A;forening;;0;bevilget;": [("granted", "grant-without-amount")],
    "16.03.2017;a;A;forening;10;;afslag;": [("reason", "refused-without-reasons")],
    "16.03.2017;a;A;forening;10;5;afslag;For dyrt": [("granted", "refusal-with-amount")],
    "16.03.2017;a;A;forening;10;5;bevilget;": [("reason", "part-without-reasons")],
    "16.03.2017;a;A;forening;;5;delvist bevilget;": [("reason", "part-without-reasons")],
    "16.03.2017;a;A;forening;5;5;delvist;Begge dele": [("decision", "no-part")],
    "16.03.2017;a;A;forening;5;10;bevilget;": [("granted", "more-than-asked")],
    "16.03.2017;a;A;forening;0;10;bevilget;": [("asked", "asked-zero")],
    "16.03.2017;a;A;forening;ti;10,5 kr. ca.;bevilget;": [
        ("asked", "amount-shape"),
        ("granted", "amount-shape"),
    ],
    "16.03.2013;a;A;forening;;10;bevilget;": [("meeting", "meeting-far")],
    "16.03.2071;a;A;forening;;10;bevilget;": [("meeting", "meeting-far")],
    "i går;a;A;forening;5;10;bevilget;": [
        ("meeting", "meeting-shape"),
        ("granted", "more-than-asked"),
    ],
    f"16.03.2017;{'x' * 40_000};A;forening;;10;bevilget;": [("title", "too-long")],
    f"16.03.2017;a;A;forening;10;;afslag;{'x' * 8_001}": [("reason", "too-long")],
}


@pytest.mark.parametrize("row", BAD, ids=range(len(BAD)))
def test_what_is_wrong_is_told_by_column(row: str) -> None:
    found = one(row)
    assert found.state == "bad"
    assert sorted(told(found)) == sorted(BAD[row])
    assert all(len(str(value)) <= 300 for value in found.values.values())


@pytest.mark.parametrize(
    "row",
    [
        "dec. 2016;a;privatperson;;;10;bevilget;",
        "marts 2018;a;A;bolig;;10;Bevilget.;",
        "16.03.2017;a;A;forening;20;10;bevilget;Kun teltet",
        "16.03.2017;a;A;forening;;10;delvist bevilget;Kun teltet",
        "16.03.2017;a;A;forening;10;0;Afslag;For dyrt",
    ],
)
def test_what_is_not_wrong(row: str) -> None:
    assert one(row).problems == []


def test_a_meeting_that_has_not_been_is_refused_and_this_month_is_not() -> None:
    row = "{};a;A;forening;;10;bevilget;"
    assert told(one(row.format("24.11.2026"), year=2026)) == [("meeting", "meeting-ahead")]
    assert told(one(row.format("2026-12"), year=2026)) == [("meeting", "meeting-ahead")]
    assert one(row.format("23.11.2026"), year=2026).state == "good"
    assert one(row.format("november 2026"), year=2026).state == "good"


def test_the_second_of_two_alike_names_the_line_of_the_first() -> None:
    again = GOOD.replace("Gadefest", " GADEFEST ").replace("10.000;bevilget", "5.000;bevilget")
    others = (GOOD.replace("16.03.2017", "marts 2017"), GOOD.replace("16.03", "16.04"))
    rows = checked(csv(GOOD, "", again + "Ikke nok", *others))
    assert [row.state for row in rows] == ["good", "bad", "bad", "good"]
    assert [row.line for row in rows] == [2, 4, 5, 6]
    for row in rows[1:3]:
        assert row.problems == [checking.problem("title", "double", line=2)]


@pytest.mark.parametrize(
    ("before", "after"),
    [("2017-03", "16.03.2017"), ("16.03.2017", "17.03.2017"), ("16.03.2017", "marts 2017")],
)
def test_a_day_put_right_within_the_month_is_the_same_case(before: str, after: str) -> None:
    first = one(GOOD.replace("16.03.2017", before))
    known = {first.identity: checking.Known(7, first.digest, first.values)}
    row = one(GOOD.replace("16.03.2017", after), known=known)
    assert (row.state, row.case_id) == ("conflict", 7)
    assert told(row) == [("meeting", "differs")]
    assert one(GOOD.replace("16.03.2017", "2017-04"), known=known).state == "good"


def test_more_than_the_year_has_is_refused_at_the_row_where_it_ends() -> None:
    rows = [f"16.03.2017;nr. {kr};A;forening;;{kr};bevilget;" for kr in (600, 300, 200, 100)]
    rows.insert(1, "16.03.2017;afslag;A;forening;9000;;afslag;For dyrt")
    found = checked(csv(*rows), free=100_000)
    assert [row.state for row in found] == ["good", "good", "good", "bad", "good"]
    assert found[3].problems == [
        checking.problem("granted", "not-enough", granted=20_000, left=10_000)
    ]


def test_what_was_brought_in_before_is_unchanged_or_a_conflict_that_shows_both() -> None:
    first = one(GOOD)
    known = {first.identity: checking.Known(7, first.digest, first.values)}
    # what is in the books already needs no money again
    same = one(GOOD.replace("Husum ", "HUSUM ").replace("HUSUM", "Husum"), known=known, free=0)
    assert (same.state, same.case_id, same.problems) == ("unchanged", 7, [])
    other = one(GOOD.replace(";10.000;10.000", ";10.000;9.000") + "Uden mad", known=known)
    assert (other.state, other.case_id) == ("conflict", 7)
    assert other.problems == [
        checking.problem("granted", "differs", before=1_000_000, now=900_000),
        checking.problem("reason", "differs", before=None, now="Uden mad"),
    ]


def test_an_empty_column_says_as_little_as_none() -> None:
    wide = csv(GOOD + ";;;", headings=csv().decode() + ";Sted;Indsatsområde;Hvordan")
    (row,) = checked(wide)
    assert row.digest == one(GOOD).digest


def test_what_else_a_row_can_tell() -> None:
    area, result, reason = URBAN.focus_areas[0], URBAN.results[:2], URBAN.refusal_reasons[0]
    headings = "Møde;Titel;Ansøger;Type;Bevilget;Afgørelse;Begrundelse;Kriterium;Eget initiativ"
    headings += ";Indsatsområde;Sted;Resultater;Hvordan"
    row = f"2017-03;a;A;kommunal;;afslag;Nej tak;{reason.label['da']};ja;{area.label['en'].upper()}"
    row += f';Husum Nord;"{result[1].key}; {result[0].label["da"]}";pr. mail'
    (found,) = checked(csv(row, headings=headings))
    assert found.problems == []
    case = checking.case_of(URBAN, 2017, found.values)
    assert (case.criterion, case.kind, case.focus_area, case.made_how, case.place) == (
        reason.key,
        "initiative",
        area.key,
        "mail",
        "Husum Nord",
    )
    assert case.results == (result[0].key, result[1].key)
    (bad,) = checked(csv(row.replace(area.label["en"].upper(), "Skovbrug"), headings=headings))
    assert told(bad) == [("focus_area", "option-unknown")]


def test_a_criterion_is_recognised_by_the_definitions_words_and_changes_no_digest() -> None:
    words = replace(URBAN.refusal_reasons[0], recognise=("kommerciel",))
    definition = replace(URBAN, refusal_reasons=(words, *URBAN.refusal_reasons[1:]))
    row = "16.03.2017;a;A;forening;10;;afslag;Der er et vist kommercielt sigte"
    before, after = one(row), one(row, definition=definition)
    assert checking.case_of(definition, 2017, after.values).criterion == words.key
    assert before.digest == after.digest


@pytest.mark.parametrize("pool", POOLS)
def test_the_shipped_reasons_find_their_criterion(pool: str) -> None:
    definition = POOLS[pool]
    words = {one.key: one.recognise for one in definition.refusal_reasons}
    for row in checked(SHIPPED.read_bytes(), definition=definition):
        case = checking.case_of(definition, 2017, row.values)
        if case.outcome == "approved":
            assert case.criterion is None
            continue
        every = [word for known in words.values() for word in known]
        mine = every if case.criterion is None else words[case.criterion]
        found = any(word.casefold() in case.reasons.casefold() for word in mine)
        assert found == (case.criterion is not None)


def test_days_and_numbers_of_a_workbook() -> None:
    headings = ["Møde", "Titel", "Ansøger", "Type", "Bevilget", "Afgørelse"]
    body = xlsx([headings, [date(2017, 3, 16), 2700, "=1+1", "forening", 12700.5, "ja"]])
    (row,) = checked(body)
    assert row.problems == []
    assert (row.values["meeting"], row.values["title"]) == ("2017-03-16", "2700")
    assert (row.values["applicant"], row.values["granted"]) == ("=1+1", 1_270_050)
