"""What stands in the way of a payment list."""

from __future__ import annotations

from collections.abc import Sequence


class PaymentsError(Exception):
    """Of everything this room refuses."""


class NoSuchList(PaymentsError, LookupError):
    """No such list or line, or not for this person."""


class NotNow(PaymentsError):
    """The list, or line, is in a state (``is_``) in which this cannot be done."""

    def __init__(self, is_: str) -> None:
        super().__init__(is_)
        self.is_ = is_


class ListMoved(PaymentsError):
    """Somebody was first: the page showed version ``seen``, the list is at ``now``."""

    def __init__(self, seen: int, now: int) -> None:
        super().__init__(f"version {seen} was seen, it is {now}")
        self.seen = seen
        self.now = now


class SamePerson(PaymentsError):
    """Who prepared a list cannot release it. The database refuses it too."""


class GavePayee(PaymentsError):
    """Who told where the money of these cases (by number) is to go does not release it. The
    database refuses it too."""

    def __init__(self, numbers: Sequence[str]) -> None:
        super().__init__(", ".join(numbers))
        self.numbers = tuple(numbers)


class StaysOut(PaymentsError):
    """The list has cases (``count``) that this person takes no part in: another does it."""

    def __init__(self, count: int) -> None:
        super().__init__(str(count))
        self.count = count


class PaymentsHeld(PaymentsError):
    """All payments are held, in the whole house, until somebody has compared."""


class NothingChosen(PaymentsError):
    """A list without payments."""


class CannotBePaid(PaymentsError):
    """Cases (by number) whose payment is not, or no longer, one that can go out."""

    def __init__(self, numbers: Sequence[str]) -> None:
        super().__init__(", ".join(numbers))
        self.numbers = tuple(numbers)


class Damaged(PaymentsError):
    """The kept file is not the one that was made: its bytes have another hash."""
