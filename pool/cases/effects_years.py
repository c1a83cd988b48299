"""A grant carried over into the next year's money, and an application that waits for money to come back."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pool.cases.effects import Firing

EFFECTS: Mapping[str, Callable[[Firing], None]] = {}
