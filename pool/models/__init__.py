"""The tables, a file per aggregate. Importing this package makes ``base.metadata`` whole."""

from pool.models import (
    base,
    case,
    casework,
    definition,
    draft,
    files,
    identity,
    imports,
    journal,
    ledger,
    meetings,
    outbox,
    plan,
    schedule,
    summary,
)

__all__ = [
    "base",
    "case",
    "casework",
    "definition",
    "draft",
    "files",
    "identity",
    "imports",
    "journal",
    "ledger",
    "meetings",
    "outbox",
    "plan",
    "schedule",
    "summary",
]
