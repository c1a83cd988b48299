"""The cases of the demonstration, told through the use cases a person would use.

Each is a list of steps on days before now; all steps of all cases are taken in the order of
time, as they would have been.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pool.identity as identity
from pool.cases import drafts, queries, recusal, submit
from pool.cases.commands import Command, Submission
from pool.cases.errors import CaseError
from pool.cases.fire import fire
from pool.cases.house import House
from pool.clock import local_day
from pool.demo.cases import CASES
from pool.identity.actor import Actor, applicant
from pool.models.case import Case
from pool.models.command import Command as CommandRow


@dataclass(frozen=True, slots=True)
class Step:
    """One thing somebody does, ``days`` before now. ``who`` is the part of the e-mail before the
    at-sign, or ``applicant``."""

    days: float
    key: str
    who: str
    action: str
    inputs: Mapping[str, Any] = field(default_factory=dict)


def tell(house: House, now: datetime) -> None:
    """Play every case up to now. Steps that were taken before are passed over."""
    steps = [
        (one["pool"], one["key"], one, Step(days, one["key"], who, action, inputs))
        for one in CASES
        for days, who, action, inputs in one["steps"]
    ]
    numbers: dict[str, int] = {}
    for pool, key, case, step in sorted(steps, key=lambda entry: -entry[3].days):
        at = now - timedelta(days=step.days)
        if step.action == "apply":
            numbers[key] = _apply(house, pool, key, case, at)
        elif step.action == "recuse":
            recusal.declare(
                house, numbers[key], step.inputs["ground"], _actor(house, step.who, pool), at
            )
        else:
            _act(house, numbers[key], step, pool, at)


def _resolve(inputs: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """Days given as numbers are days after ``at``."""
    found: dict[str, Any] = {}
    for name, value in inputs.items():
        if name.endswith("_on") and isinstance(value, int):
            found[name] = (local_day(at) + timedelta(days=value)).isoformat()
        elif isinstance(value, Mapping):
            found[name] = _resolve(value, at)
        else:
            found[name] = value
    return found


def _apply(house: House, pool: str, key: str, case: Mapping[str, Any], at: datetime) -> int:
    command_id = f"demo-{key}-apply"
    with house.database.read() as session:
        known = session.get(CommandRow, command_id)
        if known is not None and known.case_id is not None:
            return known.case_id
    raw = _resolve(case["answers"], at)
    draft_id, _token = drafts.start(
        house, pool, case.get("lang", "da"), {"amount": raw["amount"]}, at
    )
    drafts.save(house, draft_id, raw, at)
    return submit.submit(house, Submission(command_id, draft_id), at).case_id


def _act(house: House, case_id: int, step: Step, pool: str, at: datetime) -> None:
    with house.database.read() as session:
        case = session.get_one(Case, case_id)
        name = queries.applicant_name(session, case)
    actor = applicant(name) if step.who == "applicant" else _actor(house, step.who, pool)
    command = Command(
        id=f"demo-{step.key}-{step.action}-{int(step.days * 1440)}",
        case_id=case_id,
        action=step.action,
        state_version=None,
        inputs=_resolve(step.inputs, at),
    )
    try:
        fire(house, command, actor, at)
    except CaseError as error:
        raise RuntimeError(f"the demonstration's {step.key}, {step.action}: {error}") from error


def _actor(house: House, who: str, pool: str) -> Actor:
    with house.database.read() as session:
        person = identity.find_by_email(session, f"{who}@demo.example")
        assert person is not None, who
        return identity.actor(session, person, pool)
