"""Several threads doing the same thing at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Outcomes(Generic[T]):
    """What came of it: ``results`` of those that returned, ``errors`` of those that raised."""

    def __init__(self) -> None:
        self.results: list[T] = []
        self.errors: list[BaseException] = []


def together(threads: int, work: Callable[[], T]) -> Outcomes[T]:
    """Run ``work`` in so many threads, let go at once, and wait for all."""
    gate = threading.Barrier(threads)
    outcomes: Outcomes[T] = Outcomes()

    def run() -> None:
        gate.wait(30)
        try:
            outcomes.results.append(work())
        except BaseException as error:
            outcomes.errors.append(error)

    running = [threading.Thread(target=run) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return outcomes
