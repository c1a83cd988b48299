"""Why money of the plan is not moved, in codes; :mod:`pool.plan.wording` has the sentences."""

from __future__ import annotations

from typing import Any


class PlanError(Exception):
    """Nothing was changed. ``code`` is a key of ``wording.SENTENCES``, ``params`` what the
    sentence needs (amounts in øre), ``field`` the input it is about."""

    def __init__(self, code: str, field: str | None = None, **params: Any) -> None:
        super().__init__(f"{code} {params}" if params else code)
        self.code = code
        self.field = field
        self.params = params
