"""What the children will import, imported once before they are forked: they share it.

Measured: 260 to 290 MiB (PSS) for all processes at work, 334 where Redis' and Celery's late imports
were left to each; and two to three seconds of importing once instead of in five processes.
"""

from __future__ import annotations

import gc
from importlib import import_module
from importlib.util import find_spec

NAMES = (
    "granian.server",
    "multiprocessing.popen_fork",
    "pool.app",
    "pool.run.prepare",
    "worker.run",
    "worker.tasks",
    # What those import late, because most programs that import them never need it.
    "celery.apps.beat",
    "celery.apps.worker",
    "celery.concurrency.solo",
    "celery.worker.consumer",
    "kombu.transport.redis",
    "limits.storage.redis",
    "pool.render.letter",
    "templates",
)


def preload(database_url: str, *, demo: bool) -> None:
    """Import them. Opens nothing and starts no thread. Raises ImportError."""
    for name in NAMES:
        import_module(name)
    if database_url.startswith("sqlite"):
        import_module("sqlalchemy.dialects.sqlite.pysqlite")
        import_module("sqlite3.dbapi2")
    else:
        import_module("sqlalchemy.dialects.postgresql.psycopg")
        import_module("psycopg")
        if find_spec("psycopg_binary") is not None:
            import_module("psycopg_binary")
    from sqlalchemy.orm import configure_mappers

    from pool.app import preload as preload_pages
    from pool.render.words import languages, words
    from worker.app import app as celery
    from workflows.loading import load_all

    preload_pages(demo=demo)
    load_all()  # parsed once, and known again by their text
    for lang in languages():
        words(lang)
    if demo:
        import_module("aiosmtpd.smtp")
    configure_mappers()
    celery.finalize()
    gc.collect()
    gc.freeze()  # collections in the children leave the shared pages alone
