"""A suggestion sent twice by a double click is one suggestion, and both presses are told so."""

from __future__ import annotations

from pool.cases import submit
from tests.cases.test_races import together
from tests.support.house import World


def test_a_double_click_makes_one_suggestion(world: World) -> None:
    for seed in range(5):
        wish = submit.Suggested(
            f"twice-{seed}", "urban-life", "da",
            {"suggestion": "En bænk ved søen.", "place": "Her"},
        )  # fmt: skip
        results = together(
            *[lambda w=wish: submit.suggest(world.house, w, world.now)] * 2, seed=seed
        )
        assert sorted(one.repeated for one in results) == [False, True], results
        assert len({one.case_id for one in results}) == 1
