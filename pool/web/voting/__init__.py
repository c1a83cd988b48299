"""The pages of a written procedure: proposing, voting (signed in, or by the link in a mail),
closing, and what the chair does with the result."""

from pool.web.voting import ballot, ending, link, proposing
from pool.web.voting.room import blueprint

__all__ = ["ballot", "blueprint", "ending", "link", "proposing"]
