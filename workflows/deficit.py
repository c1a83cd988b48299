"""What a deficit guarantee comes to (*underskudsgaranti*): the deficit of the accounts, and never
more than was granted. Amounts are øre."""

from __future__ import annotations

from workflows.facts import Facts


def covered(granted: int, spent: int, income: int) -> int:
    """What the pool pays in all: what was spent and not earned, up to the grant."""
    return min(granted, max(spent - income, 0))


def used(facts: Facts) -> int | None:
    """What of the grant was used, by the report: what was spent, or of a deficit guarantee what
    it covers. None until there is a report."""
    if facts.spent is None:
        return None
    if facts.grant_type == "deficit":
        return covered(facts.granted, facts.spent, facts.income or 0)
    return facts.spent


def due(facts: Facts) -> int:
    """What is still to be paid of a deficit guarantee whose accounts are in; 0 where the advance
    was enough, or more than enough."""
    return max((used(facts) or 0) - (facts.paid - facts.returned), 0)


def unspent(facts: Facts) -> int:
    """What was paid, is still out, and was not used by the report; all that is out where there is
    none."""
    return max(facts.paid - facts.returned - (used(facts) or 0), 0)
