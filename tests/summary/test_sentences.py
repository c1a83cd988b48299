"""The year in sentences: true by construction, for no case, one and many, in both languages."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from pool.render.words import words
from pool.summary.model import (
    Before,
    Counts,
    Days,
    Deliverable,
    Grant,
    Money,
    PoolYear,
    Refusals,
    Request,
    Summary,
)
from pool.summary.sentences import draft, three

NBSP = "\u00a0"


def grant(**changed: Any) -> Grant:
    """A fixed sum of 5.000 kr., paid and reported."""
    values: dict[str, Any] = {
        "case_id": 1,
        "number": "BT-2024-1",
        "title": "Gadefest",
        "applicant": None,
        "applicant_kind": "group",
        "focus_area": None,
        "results": (),
        "place": None,
        "decided_on": date(2024, 3, 4),
        "precision": "day",
        "made_how": "meeting",
        "outcome": "full",
        "initiative": False,
        "member_unit": False,
        "imported": False,
        "asked": 500_000,
        "granted": 500_000,
        "returned": 0,
        "paid": 500_000,
        "held": 0,
        "purpose": "",
        "reported": True,
        "took_place": True,
        "participants": 40,
        "result": "",
    }
    return Grant(**values | changed)


def pool_year(**changed: Any) -> PoolYear:
    """An opened year without a case."""
    values: dict[str, Any] = {
        "pool": "urban-life",
        "name": {"da": "Bylivs- og tryghedspuljen", "en": "The urban life and safety pool"},
        "prefix": "BT",
        "year": 2024,
        "in_books": True,
        "source": "",
        "money": Money(budget=9_600_000, free=9_600_000),
        "counts": Counts(),
        "asked_granted": 0,
        "granted_of_known": 0,
        "grants": (),
        "refusals": (),
        "refused_asked": None,
        "breakdowns": (),
        "days": Days(),
        "course": (),
        "initiatives": 0,
        "initiatives_granted": 0,
        "member_units": 0,
        "member_units_granted": 0,
        "recusal_cases": 0,
        "recusals": 0,
        "outside_meeting": {},
        "imported": 0,
        "deliverable": None,
        "carried_over": 0,
        "goes_back": 9_600_000,
        "before": None,
    }
    one = PoolYear(**values | changed)
    given = one.money.appropriated or one.money.budget
    return replace(one, money=replace(one.money, appropriated=given))


def summary(*pools: PoolYear, edition: Any = "provisional") -> Summary:
    moment = datetime(2024, 12, 10, 9, 0, tzinfo=UTC)
    request = Request.make(tuple(one.pool for one in pools), 2024, edition, now=moment)
    return Summary(request, pools, ())


EMPTY = pool_year()
ONE = pool_year(
    counts=Counts(received=1, full=1),
    money=Money(
        budget=9_600_000, granted=500_000, disposed=500_000, paid=500_000, out=500_000,
        free=9_100_000,
    ),
    goes_back=9_100_000,
    grants=(grant(),),
)  # fmt: skip
MANY = pool_year(
    counts=Counts(received=12, full=5, part=3, granted_unknown=1, refused=2, dropped=1),
    money=Money(
        budget=9_600_000, earmarked=1_000_000, granted=4_500_000, returned=150_000,
        disposed=4_350_000, paid=4_000_000, held=500_000, out=3_850_000, free=4_250_000,
    ),
    goes_back=4_250_000,
    grants=(
        *(grant(case_id=n) for n in range(6)),
        grant(case_id=7, took_place=False, participants=None, returned=150_000, member_unit=True),
        grant(case_id=8, reported=False, took_place=None, participants=None, initiative=True),
        grant(case_id=9, paid=0, held=500_000, reported=False, took_place=None, participants=None),
    ),
    initiatives=1,
    member_units=1,
    refusals=(
        Refusals("too-few", {"da": "For få får gavn af det", "en": "Too few benefit"}, 2, 1, 0),
        Refusals("vague", {"da": "For uklart", "en": "Too vague"}, 1, 1, 0),
    ),
    before=Before(2023, Money(granted=3_000_000), Counts(received=9, full=8, refused=1)),
)  # fmt: skip
KNOWLEDGE = pool_year(
    pool="knowledge",
    name={"da": "Videnspuljen", "en": "The knowledge pool"},
    counts=Counts(received=1, full=1),
    money=Money(
        budget=500_000, granted=500_000, disposed=500_000, held=500_000,
    ),
    goes_back=0,
    grants=(grant(paid=0, held=500_000, reported=False, took_place=None, title="Temadag"),),
    deliverable=Deliverable(
        {"da": "Årets vidensarrangement eller produkt", "en": "The knowledge event or product"},
        done=(),
        under_way=("Temadag",),
    ),
)  # fmt: skip
EVERY = {
    "empty": (EMPTY,),
    "one": (ONE,),
    "many": (MANY,),
    "two pools": (MANY, KNOWLEDGE),
    "not opened": (pool_year(in_books=False, money=Money(), goes_back=0),),
}


def plain(text: str) -> str:
    return text.replace(NBSP, " ")


def told(*pools: PoolYear, edition: str = "provisional", lang: str = "da") -> tuple[str, ...]:
    return tuple(plain(each) for each in three(summary(*pools, edition=edition), words(lang)))


def test_a_year_without_a_case() -> None:
    assert told(EMPTY) == (
        "Der kom ingen ansøgninger til Bylivs- og tryghedspuljen for 2024.",
        "Budgettet er 96.000 kr.: intet er udbetalt; 96.000 kr. er til rest og går retur til"
        " kommunen, hvis de ikke bliver bevilget.",
        "Intet er uafklaret: ingen ansøgning venter på svar, og ingen bevilling venter på"
        " udbetaling.",
    )


def test_a_year_with_one_case_to_its_end() -> None:
    assert told(ONE, edition="final") == (
        "Der kom én ansøgning til Bylivs- og tryghedspuljen for 2024, og den har fået bevilget"
        " 5.000 kr.",
        "Budgettet er 96.000 kr.: 5.000 kr. er udbetalt; 91.000 kr. er tilbage og går retur til"
        " kommunen.",
        "Intet er uafklaret: alle bevillinger er udbetalt eller kommet tilbage,"
        " og ingen rapport mangler.",
    )


@pytest.mark.parametrize(
    ("counts", "end"),
    [
        (Counts(received=1, refused=1), "den har fået afslag."),
        (Counts(received=1, undecided=1), "den er ikke afgjort."),
        (
            Counts(received=1, dropped=1),
            "den blev trukket tilbage eller bortfaldt før en afgørelse.",
        ),
    ],
)
def test_one_case_that_was_not_granted(counts: Counts, end: str) -> None:
    assert told(replace(EMPTY, counts=counts))[0].endswith(end)


def test_a_year_with_many_and_what_is_open() -> None:
    assert told(MANY) == (
        "Der kom 12 ansøgninger til Bylivs- og tryghedspuljen for 2024: 9 har fået bevilget"
        " 45.000 kr. i alt, 2 har fået afslag, og 1 blev trukket tilbage eller bortfaldt før en"
        " afgørelse.",
        "Budgettet er 96.000 kr.: 40.000 kr. er udbetalt, 5.000 kr. er bevilget og ikke udbetalt,"
        " 10.000 kr. er øremærket og ikke bevilget, og 1.500 kr. er kommet tilbage eller"
        " bortfaldet; 42.500 kr. er til rest og går retur til kommunen, hvis de ikke bliver"
        " bevilget.",
        "Tallene kan stadig ændre sig: 5.000 kr. fra 1 bevilling er ikke registreret som udbetalt,"
        " og 1 rapport mangler.",
    )


def test_a_final_account_with_open_grants_says_so() -> None:
    last = told(MANY, edition="final")[2]
    assert last == (
        "Dette er den endelige opgørelse, men 5.000 kr. fra 1 bevilling er ikke registreret"
        " som udbetalt, og 1 rapport mangler."
    )
    assert "and yet 5.000 kr. of 1 grant" in told(MANY, edition="final", lang="en")[2]


def test_imported_cases_are_not_blamed_for_missing_reports() -> None:
    imported = replace(ONE, grants=(grant(imported=True, reported=False),), imported=1)
    assert "indlæste sager er ikke kendt" in told(imported)[2]


def test_what_went_back_and_what_was_carried_over() -> None:
    money = Money(budget=9_000_000, granted=9_000_000, disposed=9_000_000, paid=9_000_000,
                  out=9_000_000, appropriated=9_750_000)  # fmt: skip
    closed = replace(ONE, money=money, goes_back=600_000, carried_over=100_000)
    assert told(closed, edition="final")[1] == (
        "Der blev sat 97.500 kr. af, og budgettet er nu 90.000 kr.: 90.000 kr. er udbetalt;"
        " 6.000 kr. er gået retur til kommunen, 1.000 kr. er overført til året efter,"
        " og 500 kr. er flyttet til et andet regnskab."
    )
    spent = replace(money, appropriated=9_000_000)
    assert told(replace(closed, money=spent, goes_back=0, carried_over=0))[1].endswith(
        "; der er ikke mere at bevilge af."
    )


def test_a_year_whose_money_all_went_on_is_not_one_without_money() -> None:
    carried = replace(
        EMPTY, money=Money(appropriated=9_600_000), goes_back=0, carried_over=9_600_000
    )
    assert told(carried, edition="final")[1] == (
        "Der blev sat 96.000 kr. af, og budgettet er nu 0 kr.: intet er udbetalt;"
        " 96.000 kr. er overført til året efter."
    )
    nothing = replace(EMPTY, money=Money(), goes_back=0)
    assert told(nothing)[1] == "Der blev ikke sat penge af til 2024."


def test_what_makes_it_too_much_is_named() -> None:
    over = Money(budget=100_000, granted=300_000, disposed=300_000, held=300_000, free=-200_000,
                 appropriated=100_000)  # fmt: skip
    marked = replace(over, earmarked=50_000, free=-250_000)
    assert "der var bevilget 2.000 kr. mere end budgettet" in told(replace(ONE, money=over))[1]
    assert (
        "der var bevilget eller øremærket 2.500 kr. mere end budgettet"
        in told(replace(ONE, money=marked))[1]
    )


def test_own_initiatives_are_not_called_applications() -> None:
    counts = replace(MANY.counts, initiatives=2)
    assert told(replace(MANY, counts=counts))[0].startswith(
        "Der var 12 sager i Bylivs- og tryghedspuljen for 2024, heraf 2 egne initiativer:"
        " 9 har fået bevilget"
    )
    one = replace(ONE, counts=replace(ONE.counts, initiatives=1))
    assert told(one)[0] == (
        "Der var én sag i Bylivs- og tryghedspuljen for 2024, arbejdsgruppens eget initiativ,"
        " og den har fået bevilget 5.000 kr."
    )


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        (Counts(), "Der er ingen sager registreret for 2023."),
        (Counts(received=2, refused=2), "Året før, i 2023, blev der ikke bevilget noget."),
        (Counts(received=2, full=1, refused=1), "blev der givet 1 bevilling på 30.000 kr."),
    ],
)
def test_the_year_before_is_told_as_it_was(counts: Counts, sentence: str) -> None:
    before = Before(2023, Money(granted=3_000_000), counts)
    assert sentence in plain(draft(summary(replace(MANY, before=before)), words("da")))


def test_one_report_of_what_did_not_take_place() -> None:
    failed = replace(ONE, grants=(grant(took_place=False, participants=None),))
    text = plain(draft(summary(failed), words("da")))
    assert "Der er kommet rapport om 1 aktivitet, og den blev ikke gennemført." in text


def test_several_on_their_way_are_several_in_english() -> None:
    owed = Deliverable({"da": "Årets arrangement", "en": "The year's event"}, (), ("A", "B"))
    text = draft(summary(replace(ONE, deliverable=owed)), words("en"))
    assert "“A” and “B” were granted" in text


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize("edition", ["provisional", "final"])
@pytest.mark.parametrize("which", sorted(EVERY))
def test_a_draft_is_four_to_eight_whole_sentences(which: str, edition: str, lang: str) -> None:
    text = plain(draft(summary(*EVERY[which], edition=edition), words(lang)))
    paragraphs = text.split("\n\n")
    sentences = [
        each for one in paragraphs for each in re.split(r"(?<=[.])(?<!kr\.) (?=[A-ZÆØÅ0-9])", one)
    ]
    assert 4 <= len(sentences) <= 8, sentences
    assert "kr.." not in text
    assert "%" not in text
    assert all(one[0].isupper() or one[0].isdigit() for one in sentences)
    assert all(one.endswith(".") for one in sentences)


def test_a_draft_tells_of_reports_reasons_and_last_year() -> None:
    text = plain(draft(summary(MANY), words("da")))
    for sentence in (
        "De 9 bevillinger fordeler sig sådan: 5 gav hele det søgte beløb, 3 gav en del af det"
        " søgte, og for 1 er det ikke kendt, hvor meget der blev søgt om.",
        "Den hyppigste grund til afslag er »For få får gavn af det« (2 af 3).",
        "Året før, i 2023, blev der givet 8 bevillinger på 30.000 kr. i alt.",
        "Der er kommet rapport om 7 aktiviteter, og 6 af dem blev gennemført med 240 deltagere.",
        "1 bevilling var arbejdsgruppens eget initiativ, og 1 bevilling gik til et sted, hvor en"
        " fra arbejdsgruppen arbejder.",
    ):
        assert sentence in text


def test_a_draft_of_two_pools_tells_them_apart() -> None:
    text = plain(draft(summary(MANY, KNOWLEDGE), words("da")))
    assert "til Bylivs- og tryghedspuljen og Videnspuljen for 2024" in text
    assert (
        "Bevilget fra hver pulje: 45.000 kr. fra Bylivs- og tryghedspuljen"
        " og 5.000 kr. fra Videnspuljen." in text
    )
    assert "Årets vidensarrangement eller produkt: »Temadag« er bevilget" in text


def test_an_imported_record_is_not_said_to_be_unpaid() -> None:
    imported = grant(imported=True, paid=0, held=500_000, reported=False, outcome="granted")
    year = replace(
        ONE,
        counts=Counts(received=2, granted_unknown=2),
        money=replace(ONE.money, paid=0, out=0, held=500_000),
        grants=(imported, imported),
        imported=2,
    )
    text = plain(draft(summary(year), words("da")))
    assert "intet er registreret som udbetalt, og 5.000 kr. er bevilget og ikke registreret" in text
    assert "intet er udbetalt" not in text
    assert "Hvor meget der blev søgt om, er ikke kendt for nogen af bevillingerne." in text
    assert "rapport" not in text
