"""For developers: ``python -m pool.migrations "what changed"`` drafts the next revision, from
what the models have that the revisions so far do not. To be read and completed by hand."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from pool.db import make_engine
from pool.migrations.running import heads, make_config


def draft(message: str) -> None:
    """Write the next numbered revision into ``versions/``."""
    from alembic import command

    known = heads()
    number = f"{int(known[0]) + 1 if known else 1:04d}"
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{Path(folder) / 'draft.db'}")
        try:
            if known:  # without the guards: they are those of the models, not of the revisions
                with engine.begin() as connection:
                    command.upgrade(make_config(connection), "head")
            with engine.begin() as connection:
                command.revision(make_config(connection), message, autogenerate=True, rev_id=number)
        finally:
            engine.dispose()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    draft(sys.argv[1])
