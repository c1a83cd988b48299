"""Raising and lowering a grant that was announced: a new decision with its own transfers; instalments; ending what is left of a grant that is paid in part."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pool.cases.effects import Firing

EFFECTS: Mapping[str, Callable[[Firing], None]] = {}
