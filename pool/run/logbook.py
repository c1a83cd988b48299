"""What the processes say: one line each on the console and in a file, with time and name."""

from __future__ import annotations

import contextlib
import sys
from logging import LogRecord, makeLogRecord
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TextIO

from pool.clock import local, now
from workflows import cpr

WIDTH = 8


class Logbook:
    """The console and ``logs/puljen.log`` in the data folder (4 files of 2 MB at most)."""

    def __init__(self, folder: Path, console: TextIO | None = None) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path = folder / "puljen.log"
        self._file = RotatingFileHandler(
            self.path, maxBytes=2_000_000, backupCount=3, encoding="utf-8"
        )
        self._console = console or sys.stdout

    @property
    def descriptor(self) -> int:
        """The file's, so that children can close it."""
        stream: TextIO = self._file.stream or self._file._open()
        return stream.fileno()

    def line(self, name: str, text: str, *, quiet: bool = False) -> None:
        """One line of the process ``name``; ``quiet`` ones go to the file only. What looks like a
        CPR number is masked, whoever said it."""
        moment, text = local(now()), cpr.mask(text)
        self._file.emit(_record(f"{moment:%Y-%m-%d %H:%M:%S} {name:<{WIDTH}} | {text}"))
        if not quiet:
            self.say(f"{moment:%H:%M:%S} {name:<{WIDTH}} | {text}")

    def close(self) -> None:
        self._file.close()

    def say(self, text: str) -> None:
        """Words for the person at the console alone."""
        with contextlib.suppress(OSError, ValueError):  # nobody reads it any more: the file does
            print(text, file=self._console, flush=True)


def _record(text: str) -> LogRecord:
    return makeLogRecord({"msg": text})
