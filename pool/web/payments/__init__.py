"""Payment lists: prepared by one, released by another, taken out by finance, marked as paid."""

from pool.web.navigation import Item
from pool.web.payments import ending, listing, making
from pool.web.payments.room import any_pool, blueprint

navigation = (Item("payments.index", "Payment lists", order=17, shown=any_pool),)

__all__ = ["blueprint", "ending", "listing", "making", "navigation"]
