"""Accounts by the posts of the budget, the draw for a spot check, what a check found, and a grant nobody reported on."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pool.cases.effects import Firing

EFFECTS: Mapping[str, Callable[[Firing], None]] = {}
