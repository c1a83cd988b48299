"""A worker that has gone deaf ends, so that the supervisor begins another; no other does."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import pytest

from worker.watch import EXIT_CODE, Watch


def watch(waiting: Callable[[Sequence[str]], int], ended: list[int]) -> Watch:
    return Watch(["mail"], waiting=waiting, end=ended.append, look_every=0.01, deaf_after=0.1)


def test_messages_that_nobody_takes_end_the_worker() -> None:
    ended: list[int] = []
    looking = watch(lambda _: 3, ended)
    looking.start()
    looking.join(5)
    assert ended == [EXIT_CODE]


@pytest.mark.parametrize("case", ["busy", "empty", "redis-away", "stopping"])
def test_a_worker_that_is_well_goes_on(case: str) -> None:
    ended: list[int] = []

    def waiting(_: Sequence[str]) -> int:
        if case == "redis-away":
            raise ConnectionError
        return 0 if case == "empty" else 3

    looking = watch(waiting, ended)
    if case == "busy":
        looking.begun()
    looking.start()
    if case == "stopping":
        looking.leave()
    time.sleep(0.4)
    assert ended == []
    looking.leave()
    looking.join(5)


def test_a_task_now_and_then_is_enough() -> None:
    ended: list[int] = []
    looking = watch(lambda _: 3, ended)
    looking.start()
    for _ in range(10):
        time.sleep(0.04)
        looking.begun()
        looking.done()
    assert ended == []
    looking.leave()
