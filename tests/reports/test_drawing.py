"""The draw of accounts: about one in ten, by a seed, and anybody can redo it."""

from __future__ import annotations

import hashlib
import random
from itertools import pairwise

import pytest

from pool.cases import effects_reports
from pool.models.reports import SpotCheck
from tests.reports import scene
from tests.support.house import World
from workflows.drawing import drawn


def test_it_is_what_its_description_says() -> None:
    digest = hashlib.sha256(b"6f1e BP-2026-7").hexdigest()
    for one_in in (1, 2, 3, 10):
        expected = int(digest[:16], 16) % one_in == 0
        assert drawn("6f1e", "BP-2026-7", one_in) is expected
    assert all(drawn(str(n), "BP-2026-7", 1) for n in range(20))
    with pytest.raises(ValueError, match="one in 0"):
        drawn("6f1e", "BP-2026-7", 0)


@pytest.mark.parametrize("one_in", [2, 10, 25])
def test_about_one_in_so_many_is_drawn(one_in: int) -> None:
    """20.000 seeded draws lie within four standard deviations: a fair draw misses that once in
    some sixteen thousand times, and this one always comes out the same."""
    chance = random.Random(2026)
    draws = 20_000
    hits = sum(
        drawn(f"{chance.getrandbits(128):032x}", f"BP-2026-{1 + n % 400}", one_in)
        for n in range(draws)
    )
    expected = draws / one_in
    spread = (draws * (1 / one_in) * (1 - 1 / one_in)) ** 0.5
    assert abs(hits - expected) < 4 * spread


def test_neighbours_and_seeds_are_drawn_by_themselves() -> None:
    """Neither the next number nor the next seed says anything about this one."""
    by_number = [drawn("seed", f"BP-2026-{n}", 10) for n in range(1, 4001)]
    by_seed = [drawn(str(n), "BP-2026-1", 10) for n in range(1, 4001)]
    for draws in (by_number, by_seed):
        after = [later for first, later in pairwise(draws) if first]
        assert 0.05 < sum(after) / len(after) < 0.15


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_it_can_be_redone_from_the_journal(
    district: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Real seeds: whatever comes out, the journal has all that is needed to draw again."""
    monkeypatch.setattr(effects_reports, "drawn", drawn)
    for _ in range(3):
        case_id = scene.paid(district)
        scene.tell(district, case_id, food="15.000", rent="6.000")
        told = scene.last(district, case_id, "case.report").data["draw"]
        row = scene.check_of(district, case_id)
        assert isinstance(row, SpotCheck)
        assert (row.seed, row.one_in, row.drawn) == (told["seed"], 10, told["drawn"])
        assert len(told["seed"]) == 32
        assert drawn(told["seed"], told["number"], told["one_in"]) is told["drawn"]
        assert told["number"] == district.case(case_id).number
