"""What a summary says: the short form and the long one, never more than is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from pool import __version__
from pool.render.paper import Block, Chart, Facts, Heading, Paper, Para, Table
from pool.summary.model import Counts, Money, Request
from tests.support.summaries import ARABIC, make_grant, make_paper, make_pool, make_summary


def tables(paper: Paper) -> list[Table]:
    return [one for one in paper.blocks if isinstance(one, Table)]


def block(paper: Paper, block_id: str) -> Block:
    return next(one for one in paper.blocks if one.id == block_id)


def facts(paper: Paper, block_id: str) -> dict[str, object]:
    found = block(paper, block_id)
    assert isinstance(found, Facts)
    return {one.key: one.value for one in found.rows}


def column(table: Table, key: str) -> list[object]:
    place = [one.key for one in table.columns].index(key)
    return [row[place] for row in table.rows]


def words_of(paper: Paper) -> str:
    return "\n".join(one.text for one in paper.blocks if isinstance(one, Para))


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize("grants", [0, 1, 12, 26])
def test_a_small_year_is_told_briefly(grants: int, lang: str) -> None:
    paper = make_paper(make_summary(grants, refused=2), lang)
    assert paper.small
    assert not [one for one in paper.blocks if isinstance(one, Chart)]
    assert [one.id for one in tables(paper)] == ["grants", "refusals"], "grants come first"
    assert "days" not in [one.id for one in paper.blocks]


@pytest.mark.parametrize("lang", ["da", "en"])
def test_a_big_year_is_broken_down(lang: str) -> None:
    paper = make_paper(make_summary(40), lang)
    charts = [one for one in paper.blocks if isinstance(one, Chart)]
    assert [one.id for one in charts] == ["course", "focus_area", "result", "month"]
    assert all(one.table.rows and one.alt for one in charts)
    assert tables(paper)[-1].id == "grants", "and all the grants stand last"
    assert len(tables(paper)[-1].rows) == 40
    assert facts(paper, "days")["ninth"] == 25
    assert facts(paper, "asked")["asked_unknown"] == 6
    several = next(one for one in charts if one.id == "result")
    assert several.table.total is None, "its lines do not add up"


def test_what_was_asked_for_and_not_published_is_not_nothing() -> None:
    summary = make_summary(12)
    table = tables(make_paper(summary))[0]
    assert column(table, "asked").count(None) == 2
    assert table.total is not None
    assert table.note is not None
    assert "2 bevillinger" in table.note
    asked = [one.key for one in table.columns].index("asked")
    assert table.total[asked] == summary.pools[0].asked_granted
    refused = tables(make_paper(summary))[1]
    assert column(refused, "asked") == ["–", None], "two amounts are not told, the third not known"
    assert refused.total is not None
    assert refused.total[2] == "–"
    assert "færre end fem" in (refused.note or "")
    many = tables(make_paper(make_summary(12, refused=8)))[1]
    assert column(many, "asked") == [4_000_000, None]
    assert many.total is not None
    assert (many.total[2], many.note) == (4_000_000, None)


def test_a_month_is_not_made_into_a_day() -> None:
    table = tables(make_paper(make_summary(6)))[0]
    assert column(table, "decided") == [
        *(date(2024, 2, n) for n in range(1, 5)),
        "2024-02",
        date(2024, 2, 6),
    ]


def test_the_money_stands_with_last_year_beside() -> None:
    summary = make_summary(12)
    one = summary.pools[0]
    paper = make_paper(summary)
    told = facts(paper, "money")
    for key in ("budget", "earmarked", "granted", "returned", "disposed", "paid", "held", "free"):
        assert told[key] == getattr(one.money, key)
    assert told["goes_back"] == one.goes_back
    found = block(paper, "money")
    assert isinstance(found, Facts)
    assert found.before_label == "2023"
    assert {row.key: row.before for row in found.rows}["budget"] == 13_127_700
    assert facts(paper, "counts")["received"] == one.counts.received


def test_a_year_outside_the_books_has_no_money() -> None:
    summary = make_summary(1, several=True, in_books=False, money=Money())
    paper = make_paper(summary)
    assert isinstance(block(paper, "urban-life-money"), Para)
    assert isinstance(block(paper, "knowledge-money"), Facts)
    first = tables(paper)[0].rows[0]
    assert first[4:] == (None,) * 7, "not known, and not nothing"


def test_open_holds_are_named() -> None:
    paper = make_paper(make_summary(12))
    assert "Gadefest ved Voldparken (BT-2024-0012)" in words_of(paper)
    paid = tuple(make_grant(n, held=0, paid=950_000, reported=True) for n in (1, 2))
    settled = make_pool(2, refused=0, undecided=0)
    money = replace(settled.money, held=0, earmarked=0)
    settled = replace(settled, grants=paid, money=money, counts=Counts(2, 2))
    final = replace(make_summary(2, edition="final"), pools=(settled,))
    told = make_paper(final)
    assert told.subtitle.startswith("Endelig")
    assert "holds" not in [one.id for one in told.blocks]
    assert "ingen rapport mangler" in words_of(told)


def test_what_is_always_told() -> None:
    paper = make_paper(make_summary(3, several=True))
    told = facts(paper, "knowledge-always")
    assert told["deliverable"] == "Er sket: Viden om tryghed"
    assert told["recusals"] == 3
    assert told["recusal_cases"] == 2
    assert told["outside"] == 3
    assert told["initiatives"] == 1
    assert told["member_units_granted"] == make_grant(2).granted
    nothing = facts(make_paper(make_summary(0, outside_meeting={}, recusals=0)), "always")
    assert nothing["outside"] == 0
    assert nothing["recusals"] == 0


def test_the_group_speaks_for_itself() -> None:
    told = make_paper(make_summary(1), own_words="En\r\nlinje.\n\n\nEn til.\n\n")
    own = [one for one in told.blocks if isinstance(one, Para) and one.own]
    assert [(one.id, one.text) for one in own] == [("own-1", "En linje."), ("own-2", "En til.")]
    many = make_paper(make_summary(1), own_words="\n\n".join(f"Afsnit {n}." for n in range(90)))
    own = [one for one in many.blocks if isinstance(one, Para) and one.own]
    assert len(own) == 40
    assert own[-1].text.startswith("Afsnit 39. Afsnit 40.")
    assert own[-1].text.endswith("Afsnit 89.")
    assert "own-head" not in [one.id for one in make_paper(make_summary(1), own_words=" ").blocks]


def test_what_proves_it_is_printed() -> None:
    paper = make_paper(make_summary(1, axis="effective"), "en")
    stamp = dict(paper.stamp)
    assert (
        stamp["Fingerprint of the figures (SHA-256)"]
        == make_paper(make_summary(1, axis="effective")).stamp[4][1]
    )
    assert len(stamp["Fingerprint of the figures (SHA-256)"]) == 64
    assert stamp["Newest line of the books, urban-life"] == f"412 · {'ab' * 32}"
    assert stamp["Counted by"] == "the day it is about · 15 December 2024"
    assert stamp["Made by"] == f"Puljen {__version__}"
    assert "up to and with 15 December 2024, as it was known 16 December 2024" in words_of(paper)
    assert "written down by the end of" in words_of(make_paper(make_summary(1), "en"))


def test_a_summary_of_the_very_day_says_until_when() -> None:
    """At a quarter past six not all of that day has been written."""
    morning = datetime(2024, 12, 10, 5, 15, tzinfo=UTC)
    summary = make_summary(1)
    request = Request.make(("urban-life",), 2024, "provisional", now=morning)
    today = make_paper(replace(summary, request=request))
    assert "det, der var skrevet den 10. december 2024 kl. 06.15." in words_of(today)
    assert dict(today.stamp)["Opgjort efter"].endswith("10. december 2024 kl. 06.15")
    over = replace(request, known_at=datetime(2024, 12, 10, 22, 59, 59, tzinfo=UTC))
    told = make_paper(replace(summary, request=over))
    assert "ved udgangen af 10. december 2024" in words_of(told)
    assert dict(told.stamp)["Opgjort efter"].endswith("10. december 2024")


def test_a_small_pool_in_a_large_summary_has_no_details() -> None:
    big, few = make_pool(40), make_pool(3, pool="knowledge", prefix="VP")
    ids = {one.id for one in make_paper(replace(make_summary(), pools=(big, few))).blocks}
    assert {"urban-life-days", "urban-life-asked"} <= ids
    assert not {"knowledge-days", "knowledge-asked", "knowledge-course"} & ids


def test_what_went_out_of_the_budget_is_told_where_some_did() -> None:
    summary = make_summary(3)
    pool = summary.pools[0]
    assert "appropriated" not in facts(make_paper(summary), "money")
    money = replace(pool.money, appropriated=pool.money.budget + 500)
    pool = replace(pool, money=money, carried_over=200)
    told = facts(make_paper(replace(summary, pools=(pool,))), "money")
    assert (told["appropriated"], told["relinquished"]) == (money.budget + 500, 500)
    assert told["moved_on"] == 300


def test_own_initiatives_stand_under_the_applications() -> None:
    pool = make_pool(3)
    counted = replace(pool, counts=replace(pool.counts, initiatives=2))
    summary = make_summary(3)
    assert facts(make_paper(replace(summary, pools=(counted,))), "counts")["own"] == 2
    assert "own" not in facts(make_paper(summary), "counts")


def test_where_the_summary_stands() -> None:
    summary = make_summary(1)
    assert "Udkast" in words_of(make_paper(summary))
    assert "Forelagt" in words_of(make_paper(summary, state="submitted"))
    noted = make_paper(summary, state="received", received="Birgit, 18. december 2024.")
    assert "taget opgørelsen til efterretning. Birgit, 18. december 2024." in words_of(noted)


@pytest.mark.parametrize("grants", [3, 40])
def test_several_pools_come_together_first(grants: int) -> None:
    summary = make_summary(grants, several=True)
    paper = make_paper(summary, "en")
    assert paper.title == "The urban life and safety pool and the knowledge pool 2024"
    together = tables(paper)[0]
    assert together.id == "pools"
    assert together.total is not None
    assert together.total[6] == sum(one.money.granted for one in summary.pools)
    ids = [one.id for one in paper.blocks]
    ids += [one.table.id for one in paper.blocks if isinstance(one, Chart)]
    assert len(ids) == len(set(ids))
    assert all(len(one) <= 80 for one in ids)
    levels = [one.level for one in paper.blocks if isinstance(one, Heading)]
    assert levels[0] == 2
    assert set(levels) == {2, 3}


def test_a_private_person_is_not_named() -> None:
    table = tables(make_paper(make_summary(4)))[0]
    assert column(table, "applicant")[2] == "Privatperson"
    nameless = (make_grant(1, applicant=None, applicant_kind="group"),)
    nameless_pool = replace(make_pool(1), grants=nameless)
    group = tables(make_paper(replace(make_summary(1), pools=(nameless_pool,))))[0]
    assert column(group, "applicant") == ["Gruppe af beboere"]
    assert column(table, "title")[2] == ARABIC
    assert column(table, "focus_area")[:3] == ["Positive fællesskaber", "", "Trygt byliv"]
