"""Every effect of ``workflows.vocabulary.EFFECTS``, by name; a test holds the two together."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pool.cases import (
    effects,
    effects_again,
    effects_changed,
    effects_deficit,
    effects_hearing,
    effects_money,
    effects_payments,
    effects_postponed,
    effects_reports,
    effects_suggestion,
    effects_years,
)

EFFECTS: Mapping[str, Callable[[effects.Firing], None]] = {
    **effects.EFFECTS,
    **effects_money.EFFECTS,
    **effects_hearing.EFFECTS,
    **effects_again.EFFECTS,
    **effects_postponed.EFFECTS,
    **effects_deficit.EFFECTS,
    **effects_suggestion.EFFECTS,
    **effects_changed.EFFECTS,
    **effects_payments.EFFECTS,
    **effects_reports.EFFECTS,
    **effects_years.EFFECTS,
}
