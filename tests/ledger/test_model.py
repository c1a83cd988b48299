"""Random histories: the real ledger against a dictionary, both refusing the same things."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

import pool.ledger as ledger
from pool.db import Database
from tests.ledger.histories import Pair

AMOUNTS = st.integers(0, 60)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                *("appropriate", "relinquish", "earmark", "unearmark", "announce", "announce"),
                *("decide", "hold", "hold", "hold", "void", "void", "void", "pay", "pay"),
                *("give_back", "give_back", "reverse", "tick"),
            ]
        ),
        AMOUNTS,
        st.integers(0, 1000),
    ),
    min_size=20,
    max_size=40,
)


def _pick(pool: Any, number: int) -> Any:
    choices = list(pool)
    return choices[number % len(choices)] if choices else None


def _some(pair: Pair, place: str, amount: int, number: int) -> int:
    """Mostly an amount that is there, now and then one that may be too much."""
    there = pair.model.money.get(place, 0)
    return amount if number % 5 == 0 or not there else 1 + amount % there


def _step(pair: Pair, step: str, amount: int, number: int) -> None:
    held, post = _pick(pair.held, number), _pick(pair.posts, number)
    mark, decision = _pick(pair.marks, number), _pick(pair.decisions, number)
    if step in ("appropriate", "relinquish"):
        pair.budget(step, amount)
    elif step == "earmark":
        pair.earmark(amount)
    elif step == "unearmark" and mark is not None:
        pair.unearmark(mark, _some(pair, f"mark:{mark}", amount, number))
    elif step == "decide":
        pair.decide()
    elif step == "announce" and decision is not None:
        pair.announce(decision)
    elif step == "hold":
        pair.hold(decision or pair.decide(), mark if number % 3 == 0 else None, amount)
    elif step == "void" and held is not None:
        pair.void(held, _some(pair, f"held:{held}", amount, number))
    elif step == "pay" and held is not None:
        pair.pay(held, _some(pair, f"held:{held}", amount, number))
    elif step == "give_back" and post is not None:
        place = f"paid:{pair.posts[post][2]}"
        pair.give_back(post, _some(pair, place, amount, number))
    elif step == "reverse" and pair.done:
        pair.reverse(_pick(pair.done, number))
    elif step == "tick":
        pair.tick(number % 7)


@contextmanager
def _unit(database: Database) -> Iterator[Session]:
    """A unit of work that is undone, so that every history begins with nothing."""
    with Session(database.engine.execution_options(puljen_begin="IMMEDIATE")) as session:
        yield session
        session.rollback()


@settings(
    max_examples=30,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_ledger_is_its_model(database: Database, steps: list[tuple[str, int, int]]) -> None:
    with _unit(database) as session:
        pair = Pair(session)
        pair.budget("appropriate", 200)
        for step in steps:
            _step(pair, *step)
        pair.agree()
        assert ledger.verify(session).faults == ()
