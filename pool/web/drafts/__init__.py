"""Letters that wait until somebody has read them: given own words, approved, sent or discarded."""

from pool.web.drafts import views
from pool.web.drafts.views import blueprint
from pool.web.navigation import Item

navigation = (Item("drafts.index", "Letters to approve", order=31, shown=views.any_pool),)

__all__ = ["blueprint", "navigation", "views"]
