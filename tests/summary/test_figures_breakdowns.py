"""Breakdowns: nobody can be picked out of a small group, also not by taking away the others."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from pool.summary.breakdowns import MOST, breakdowns
from pool.summary.cases import CaseRow
from pool.summary.figures import refusals, refused_asked
from pool.summary.labels import Labels
from pool.summary.model import Breakdown
from pool.summary.money import CaseMoney
from workflows.loading import load_all


@pytest.fixture(scope="module")
def labels() -> Labels:
    definition = load_all(None)["urban-life"]
    return Labels(definition, (definition,))


def row(case_id: int, **changed: Any) -> CaseRow:
    values: dict[str, Any] = {
        "id": case_id,
        "number": f"BT-2026-{case_id}",
        "title": "Gadefest",
        "kind": "application",
        "channel": "online",
        "asked": 100,
        "place": None,
        "focus_area": None,
        "version": 1,
        "received_at": datetime(2026, 1, 5, tzinfo=UTC),
        "promised_on": None,
        "ended": 0,
        "applicant_kind": "group",
        "organisation": None,
        "outcome": None,
        "criterion": None,
        "made_on": None,
        "precision": None,
        "made_how": None,
        "announced_at": None,
        "member_unit": None,
        "held": None,
        "participants": None,
        "worked": None,
        "safety": None,
    }
    return CaseRow(**values | changed)


def by(name: str, found: tuple[Breakdown, ...]) -> dict[str | None, int]:
    one = next(each for each in found if each.by == name)
    return {("rest" if group.rest else group.key): group.cases for group in one.groups}


def places(*sizes: int) -> list[CaseRow]:
    names = (f"Sted {n}" for n in range(len(sizes)))
    places = [name for name, size in zip(names, sizes, strict=True) for _ in range(size)]
    return [row(number, place=place) for number, place in enumerate(places)]


def test_no_refused_amount_is_left_over(labels: Labels) -> None:
    """A group of six with five grants: each of those stands in the list of grants."""
    made = date(2026, 1, 31)
    rows = [
        row(n, place="Hjørnet", asked=1_000 + n, outcome="full", made_on=made) for n in range(5)
    ]
    rows.append(row(5, place="Hjørnet", asked=777, outcome="refused", made_on=made))
    rows += [row(n, place="Husum") for n in range(6, 16)]
    one = next(each for each in breakdowns(rows, {}, {}, labels) if each.by == "place")
    told = {
        group.label["da"]: (group.cases, group.asked, group.asked_unknown) for group in one.groups
    }
    assert told == {"Hjørnet": (6, 5_010, 0), "Husum": (10, 0, 0)}


@pytest.mark.parametrize(
    ("amounts", "shown", "total"),
    [
        ({"a": [1, 2, 3, 4, 5], "b": [6, 7, 8, 9, 10]}, {"a": 15, "b": 40}, 55),
        ({"a": [1, 2, 3, 4, 5], "b": [6, 7, 8, 9]}, {"a": None, "b": None}, 45),
        ({"a": [1, 2, 3, 4, 5], "b": [None, None]}, {"a": 15, "b": None}, 15),
        ({"a": [1, 2, 3, 4, 5, None], "b": [6, None, None, None, None]}, dict.fromkeys("ab"), 21),
        ({"a": [1, 2], "b": [3, 4]}, dict.fromkeys("ab"), None),
        ({"a": [1]}, {"a": None}, None),
    ],
)
def test_few_refused_amounts_are_not_told(
    labels: Labels,
    amounts: dict[str, list[int | None]],
    shown: dict[str, int | None],
    total: int | None,
) -> None:
    rows = [
        row(n, outcome="refused", criterion=reason, asked=asked)
        for reason, several in amounts.items()
        for n, asked in enumerate(several)
    ]
    assert {one.key: one.asked for one in refusals(rows, labels)} == shown
    assert refused_asked(rows) == total


def test_small_groups_are_gathered(labels: Labels) -> None:
    assert by("place", breakdowns(places(7, 5, 3, 2), {}, {}, labels)) == {
        "sted 0": 7,
        "sted 1": 5,
        "rest": 5,
    }


def test_a_rest_that_is_too_small_takes_the_smallest_shown_group(labels: Labels) -> None:
    assert by("place", breakdowns(places(9, 7, 5, 2), {}, {}, labels)) == {
        "sted 0": 9,
        "sted 1": 7,
        "rest": 7,
    }


def test_what_is_left_of_one_group_is_no_breakdown(labels: Labels) -> None:
    # Two groups, the small one takes the other with it: nothing is left to tell apart.
    assert [one.by for one in breakdowns(places(9, 2), {}, {}, labels)] == []


def test_no_more_groups_than_can_be_read(labels: Labels) -> None:
    found = by("place", breakdowns(places(*[6] * (MOST + 4)), {}, {}, labels))
    assert len(found) == MOST + 1
    assert found["rest"] == 24


def test_a_place_has_one_spelling_and_the_commonest_label(labels: Labels) -> None:
    rows = [
        *(row(n, place="Husum  Nord") for n in range(3)),
        *(row(n, place="husum nord") for n in range(3, 5)),
        *(row(n) for n in range(5, 10)),
    ]
    one = next(each for each in breakdowns(rows, {}, {}, labels) if each.by == "place")
    assert [(group.key, group.label["da"], group.cases) for group in one.groups] == [
        ("husum nord", "Husum Nord", 5),
        (None, "Ikke oplyst", 5),
    ]


def test_a_case_with_several_results_is_once_in_each_and_once_in_the_rest(labels: Labels) -> None:
    rows = [row(n, outcome="full", made_on=date(2026, 1, 31)) for n in range(12)]
    results = dict.fromkeys(range(6), ("networks", "leisure"))
    results |= dict.fromkeys(range(6, 10), ("volunteering", "work-school"))
    money = {n: CaseMoney(granted=100, returned=10) for n in range(12)}
    found = breakdowns(rows, money, results, labels)
    one = next(each for each in found if each.by == "result")
    assert one.several
    assert [(group.key, group.cases, group.granted) for group in one.groups] == [
        ("leisure", 6, 600),
        ("networks", 6, 600),
        (None, 6, 600),
    ]
    assert one.groups[-1].rest
    assert one.groups[0].disposed == 540
    assert one.groups[0].label["da"] != "leisure"
    assert "month" not in [each.by for each in found]  # all in one month
