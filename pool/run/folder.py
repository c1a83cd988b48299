"""The data folder: there, writable, and one instance's at a time."""

from __future__ import annotations

import contextlib
import fcntl
import os
import tempfile
import time
from pathlib import Path

from pool.run.errors import Refused, system_reason

LONGEST = 400
"""Bytes of the folder's path: SQLite takes 512 in all, with the names of its own files."""

LOCK = "puljen.lock"
PATIENCE = 20.0
"""Seconds to wait for what is left of an instance that was killed."""


def claim(data_dir: Path, address: str) -> int:
    """Make ``data_dir`` this instance's own; returns the lock's descriptor, to be kept open.

    The lock is shared with every child, the embedded Redis included, so that the folder is
    free only when the last of them has ended. Raises :class:`Refused`.
    """
    _make(data_dir)
    lock = os.open(data_dir / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            pid, where = _holder(lock)
            if time.monotonic() > deadline or (pid is not None and _alive(pid)):
                os.close(lock)
                raise Refused(
                    f"Another puljen (process {pid or 'unknown'}{where}) is using the data folder "
                    f"{data_dir}: stop it first, or choose another folder with PULJEN_DATA_DIR."
                ) from None
            time.sleep(0.1)
    os.ftruncate(lock, 0)
    os.pwrite(lock, f"{os.getpid()} {address}\n".encode(), 0)
    return lock


def _make(data_dir: Path) -> None:
    length = len(os.fsencode(data_dir))
    if length > LONGEST:
        raise Refused(
            f"The path of the data folder is {length} bytes long and may be at most {LONGEST}: "
            "choose a shorter one with PULJEN_DATA_DIR."
        )
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=data_dir):
            pass
    except OSError as error:
        raise Refused(
            f"The data folder {data_dir} cannot be written to ({system_reason(error)}): give this "
            "user access to it, or choose another one with PULJEN_DATA_DIR."
        ) from error


def _holder(lock: int) -> tuple[int | None, str]:
    """(process, ", address") that the lock's file names; the file may be half written."""
    words = os.pread(lock, 400, 0).decode(errors="replace").split()
    with contextlib.suppress(ValueError, IndexError):
        return int(words[0]), f", {words[1]}"
    return None, ""


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
