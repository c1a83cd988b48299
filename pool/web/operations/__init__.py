"""How the house fares, for its administrators: mail, recurring work, the books, versions, people.
Nothing is changed here."""

from pool.web.navigation import Item
from pool.web.operations import views
from pool.web.operations.views import blueprint

navigation = (Item("operations.index", "Operations", order=60),)

__all__ = ["blueprint", "navigation", "views"]
