"""The steering group's summaries: made, written, submitted, asked about, received; and the door
its members come by, without a password."""

from pool.web.navigation import Item
from pool.web.summaries import (
    answering,
    door,
    listing,
    making,
    reading,
    renewing,
    replying,
    sending,
    writing,
)
from pool.web.summaries.room import blueprint

navigation = (Item("summaries.index", "Summaries", order=25),)

__all__ = [
    "answering",
    "blueprint",
    "door",
    "listing",
    "making",
    "navigation",
    "reading",
    "renewing",
    "replying",
    "sending",
    "writing",
]
