"""Payment lists: prepared by one, released by another, kept as sent."""

from pool.payments.dropping import drop, drop_line
from pool.payments.due import FEATURE, Due, can_be_paid, with_lists
from pool.payments.errors import (
    CannotBePaid,
    Damaged,
    GavePayee,
    ListMoved,
    NoSuchList,
    NothingChosen,
    NotNow,
    PaymentsError,
    PaymentsHeld,
    SamePerson,
    StaysOut,
)
from pool.payments.lists import Chosen, name, prepare, release
from pool.payments.once import MAKERS, READERS
from pool.payments.paying import Outcome, mark_all, mark_line
from pool.payments.reading import (
    DOWNLOADERS,
    Earlier,
    ListView,
    Summary,
    all_lists,
    earlier,
    find,
    of_case,
    take_out,
    to_release,
    view,
)

__all__ = [
    "DOWNLOADERS",
    "FEATURE",
    "MAKERS",
    "READERS",
    "CannotBePaid",
    "Chosen",
    "Damaged",
    "Due",
    "Earlier",
    "GavePayee",
    "ListMoved",
    "ListView",
    "NoSuchList",
    "NotNow",
    "NothingChosen",
    "Outcome",
    "PaymentsError",
    "PaymentsHeld",
    "SamePerson",
    "StaysOut",
    "Summary",
    "all_lists",
    "can_be_paid",
    "drop",
    "drop_line",
    "earlier",
    "find",
    "mark_all",
    "mark_line",
    "name",
    "of_case",
    "prepare",
    "release",
    "take_out",
    "to_release",
    "view",
    "with_lists",
]
