"""Many cases, one act: each in a unit of work of its own.

The id of each case's command follows from the whole act's own id, so that the same act done again
(a double click, a lost answer, a machine that stopped half way) does what is left and gives the
first result for the rest. What one case refuses stops no other.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pool.ledger as ledger
from pool.cases.commands import Command, Result
from pool.cases.errors import CaseError
from pool.cases.fire import fire
from pool.cases.house import House
from pool.identity.actor import Actor
from pool.outbox import MessageStateError

MOST = 100
"""Cases in one act."""

_NAMESPACE = uuid.UUID("8d5a3c0e-6a0f-4f57-9c35-6f1f4f6f2f10")


class TooMany(CaseError):
    """More than :data:`MOST` cases at once."""

    def __init__(self, wanted: int) -> None:
        super().__init__(f"{wanted} cases at once; at most {MOST}")
        self.wanted = wanted


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done to one case, as it was seen."""

    case_id: int
    action: str
    state_version: int
    inputs: Mapping[str, Any] = field(default_factory=dict)
    letter: str | None = None
    """As of a command: the letter that was seen."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one case went: ``result``, or ``error``: any refusal of the casework or the ledger."""

    order: Order
    result: Result | None = None
    error: Exception | None = None


def command_id(act_id: str, case_id: int) -> str:
    """Of one case's command within the act."""
    return str(uuid.uuid5(_NAMESPACE, f"{act_id}:{case_id}"))


def fire_each(
    house: House, act_id: str, orders: Sequence[Order], actor: Actor, now: datetime
) -> tuple[Outcome, ...]:
    """Carry the orders out one after the other, in their order, in the one pool of ``actor``: a
    case of another is not there (``NotFound``).

    Raises :class:`TooMany`, ValueError for an actor of no pool. What is no refusal (the database
    is gone) is raised where it happens: what was done until then stands, and the same act done
    again goes on from there.
    """
    if actor.pool is None:
        raise ValueError("many cases are handled with the roles of one pool")
    if len(orders) > MOST:
        raise TooMany(len(orders))
    found: list[Outcome] = []
    for order in orders:
        command = Command(
            id=command_id(act_id, order.case_id),
            case_id=order.case_id,
            action=order.action,
            state_version=order.state_version,
            inputs=order.inputs,
            letter=order.letter,
        )
        try:
            found.append(Outcome(order, result=fire(house, command, actor, now)))
        except (CaseError, ledger.LedgerError, MessageStateError) as error:
            found.append(Outcome(order, error=error))
    return tuple(found)
