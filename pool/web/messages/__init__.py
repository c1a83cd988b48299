"""Every message of the house: what became of it, sending again, keeping back, and what is to be
printed and posted."""

from pool.web.messages import listing, printing, story
from pool.web.messages.room import blueprint
from pool.web.navigation import Item

navigation = (Item("messages.index", "Messages", order=32),)

__all__ = ["blueprint", "listing", "navigation", "printing", "story"]
