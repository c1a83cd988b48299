"""A decision that has to wait until a day, and going on when the day has come.

The promised day of the answer stands still meanwhile, and the applicant is told before it passes,
with the reason and the new day (god forvaltningsskik).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from pool.cases.effects import Firing
from workflows.calendar import add_working_days, working_days_between
from workflows.planning import promise_day


def postpone(firing: Firing) -> None:
    until: date = firing.inputs["until"]
    firing.data |= {"until": until.isoformat(), "answer_by": answer_by(firing, until).isoformat()}


def answer_by(firing: Firing, until: date) -> date:
    """The day an answer can be expected when the case is taken up again on ``until``: as many
    working days are left then as are left now, and one at least."""
    promised = firing.case.promised_on
    if promised is None:
        promised = promise_day(firing.definition, firing.today)
    paused = working_days_between(firing.today, until)
    return max(add_working_days(promised, paused), add_working_days(until, 1))


def delay(firing: Firing) -> None:
    """The answer takes longer: the plan of the move promises the new day."""
    before = firing.case.promised_on
    firing.data |= {
        "promised_before": before.isoformat() if before else None,
        "answer_by": promised(firing).isoformat(),
    }


def promised(firing: Firing) -> date:
    """The day that is promised now: what falls on a day off becomes the next working day."""
    return add_working_days(firing.inputs["promised_on"], 0)


def resume(firing: Firing) -> None:
    """Taken up again; by the program itself when the day has come."""


EFFECTS: Mapping[str, Callable[[Firing], None]] = {
    "delay": delay,
    "postpone": postpone,
    "resume": resume,
}
