"""Where a case's money is to go, and a payment that failed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pool.cases.effects import Firing

EFFECTS: Mapping[str, Callable[[Firing], None]] = {}
