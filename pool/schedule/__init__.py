"""Due times and recurring work, in rows: a second beat, a sleep or a restart does no harm."""

from pool.schedule.jobs import (
    LEASE,
    MAX_ATTEMPTS,
    LeaseLost,
    cancel,
    claim_due,
    ensure,
    fail,
    finish,
    forget_done,
    given_up,
    go_on,
    pending,
    revive,
)
from pool.schedule.recurring import Daily, Every, Spec, due_recurring, state_of_recurring

__all__ = [
    "LEASE",
    "MAX_ATTEMPTS",
    "Daily",
    "Every",
    "LeaseLost",
    "Spec",
    "cancel",
    "claim_due",
    "due_recurring",
    "ensure",
    "fail",
    "finish",
    "forget_done",
    "given_up",
    "go_on",
    "pending",
    "revive",
    "state_of_recurring",
]
