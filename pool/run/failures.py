"""From an exception to the sentence a person reads."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError

from pool.cases.house import DefinitionChanged
from pool.migrations import MigrationError
from pool.run import checks
from pool.run.errors import Refused
from pool.settings import SettingsError, masked
from workflows.faults import DefinitionError


def sentence(error: BaseException) -> str | None:
    """What to tell the person, or ``None`` for a fault of the program's own."""
    if isinstance(error, Refused | SettingsError | DefinitionError):
        return str(error)
    if isinstance(error, DefinitionChanged):
        return f"{error}."
    if isinstance(error, MigrationError):
        return f"The database could not be brought up to date, and was left as it was: {error}."
    if isinstance(error, ImportError):
        return str(checks.missing_module(error))
    if isinstance(error, DBAPIError):
        return _database(error)
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}."
    return None


def _database(error: DBAPIError) -> str:
    lines = masked(str(error.orig)).strip().splitlines()
    reason = lines[0] if lines else type(error).__name__
    state = getattr(error.orig, "sqlstate", None)
    if "no such table" in reason or state == "42P01":
        return "The database has no tables of this version yet: run `puljen db upgrade` first."
    return (
        f"The database does not do as asked ({reason}): check PULJEN_DATABASE_URL, and that the "
        "database is there and this user may use it."
    )
