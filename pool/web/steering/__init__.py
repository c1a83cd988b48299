"""What became of the money: the pools and years a reader may see, a year's figures and grants,
and the transfers behind each figure."""

from pool.web.navigation import Item
from pool.web.steering import plan, views
from pool.web.steering.room import blueprint

navigation = (
    Item(
        "steering.index",
        "The money",
        order=20,
        first_for=frozenset({"steering", "communications"}),
    ),
)

__all__ = ["blueprint", "navigation", "plan", "views"]
