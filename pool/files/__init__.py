"""Files people hand in: told by content, freed of place data, kept in the database, served only
to be saved. Who may hand in or read one is asked elsewhere."""

from pool.files.kinds import ACCEPT, KINDS, Kind
from pool.files.refusals import CODES, MAX_BYTES, FileRefused
from pool.files.storing import (
    FileDamaged,
    FileSealed,
    Prepared,
    delete,
    describe,
    download_headers,
    load,
    prepare,
    seal,
    store,
)

__all__ = [
    "ACCEPT",
    "CODES",
    "KINDS",
    "MAX_BYTES",
    "FileDamaged",
    "FileRefused",
    "FileSealed",
    "Kind",
    "Prepared",
    "delete",
    "describe",
    "download_headers",
    "load",
    "prepare",
    "seal",
    "store",
]
