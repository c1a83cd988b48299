"""What became of the money: the pools and years a reader may see, a year's figures and grants,
and the transfers behind each figure."""

from pool.web.navigation import Item
from pool.web.steering import (
    closing,
    plan,
    plan_adjusting,
    plan_end,
    plan_moving,
    plan_pools,
    plan_status,
    status,
    transfer,
    views,
    what_if,
)
from pool.web.steering.room import blueprint

navigation = (
    Item(
        "steering.index",
        "The money",
        order=20,
        first_for=frozenset({"steering", "communications"}),
    ),
)

__all__ = [
    "blueprint",
    "closing",
    "navigation",
    "plan",
    "plan_adjusting",
    "plan_end",
    "plan_moving",
    "plan_pools",
    "plan_status",
    "status",
    "transfer",
    "views",
    "what_if",
]
