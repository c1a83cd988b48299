"""Cases that come out of a spreadsheet, in the browser: hand in the file, say what its columns
are, look at what would happen, let it happen, see what became of each line."""

from pool.web.imports import columns, run, start
from pool.web.imports.room import blueprint

__all__ = ["blueprint", "columns", "run", "start"]
