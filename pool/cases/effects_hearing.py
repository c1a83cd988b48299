"""Hearing the applicant on facts from others (forvaltningsloven §19)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pool.cases.effects import Firing

EFFECTS: Mapping[str, Callable[[Firing], None]] = {}
