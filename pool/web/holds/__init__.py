"""What is held back after an old database was put back: looked at, discarded, let go."""

from pool.web.holds import views
from pool.web.holds.views import blueprint
from pool.web.navigation import Item

navigation = (Item("holds.index", "Held back", order=61, shown=views.any_standing),)

__all__ = ["blueprint", "navigation", "views"]
