"""What became of the money, and how the house itself fares: views over the mechanisms."""

from pool.summary.behind import Behind, CaseOf, behind
from pool.summary.condition import Colleague, Condition, condition
from pool.summary.steering import Grant, Overview, Refusals, Withheld, overview, years

__all__ = [
    "Behind",
    "CaseOf",
    "Colleague",
    "Condition",
    "Grant",
    "Overview",
    "Refusals",
    "Withheld",
    "behind",
    "condition",
    "overview",
    "years",
]
