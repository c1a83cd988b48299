"""The pages of the working group's meetings. A pool whose definition has none has no page here,
and no entry in the menu."""

from pool.web.meetings import agenda, calendar, holding, points
from pool.web.meetings.room import any_pool, blueprint
from pool.web.navigation import Item

navigation = (Item("meetings.index", "Meetings", order=15, shown=any_pool),)

__all__ = ["agenda", "blueprint", "calendar", "holding", "navigation", "points"]
