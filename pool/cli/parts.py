"""What several commands need."""

from __future__ import annotations

from pool import settings as settings_room
from pool.db import Database, make_engine
from pool.run.errors import Refused
from pool.settings import Settings


def example(*lines: str) -> str:
    """The end of a ``--help``: how it is typed."""
    title = "Examples:" if len(lines) > 1 else "Example:"
    return "\b\n" + "\n".join([title, *(f"  {line}" for line in lines)])


def house_database(settings: Settings | None = None) -> Database:
    """The database of the settings in force. A SQLite file that is not there is not made."""
    settings = settings or settings_room.load()
    if settings.is_sqlite:
        path = settings.database_url.partition("///")[2]
        if path and not _is_file(path):
            raise Refused(
                f"There is no database {path} yet: run `puljen db upgrade` (or `puljen demo`), or "
                "name the right folder with PULJEN_DATA_DIR."
            )
    return Database(make_engine(settings.database_url))


def _is_file(path: str) -> bool:
    from pathlib import Path

    return Path(path).is_file()
