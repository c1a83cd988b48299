"""The municipality's books beside ours, in the browser: upload of postings, how a file is read,
what matches, what does not, and why."""

from pool.web.books import files, hands, views
from pool.web.books.room import blueprint

__all__ = ["blueprint", "files", "hands", "views"]
