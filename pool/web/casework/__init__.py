"""The pages of those who handle cases: the list, the case, deciding, and everything else that
moves one. Thin: what may be done is asked of ``workflows.explain``, done by ``pool.cases``."""

from pool.web.casework import acting, case, deciding, listing, messages, side
from pool.web.casework.room import blueprint
from pool.web.navigation import Item

navigation = (
    Item("casework.cases", "Cases", order=10),
    Item("casework.tasks", "Tasks", order=30),
)

__all__ = [
    "acting",
    "blueprint",
    "case",
    "deciding",
    "listing",
    "messages",
    "navigation",
    "side",
]
