"""Taking up again what was decided: undo, reopen, revoke, a complaint; and forwarding."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pool.cases.effects import Firing

EFFECTS: Mapping[str, Callable[[Firing], None]] = {}
