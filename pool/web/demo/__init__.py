"""The demonstration's own pages: one-click sign-ins, and the mailbox every mail arrives in.

They are registered in a database marked as a demonstration and nowhere else
(:data:`pool.web.factory.DEMO_BLUEPRINTS`).
"""

from pool.web.demo import mails, people
from pool.web.demo.room import blueprint
from pool.web.navigation import ASIDE, Item

navigation = (Item("demo.mailbox", "Mailbox", order=ASIDE),)

__all__ = ["blueprint", "mails", "navigation", "people"]
