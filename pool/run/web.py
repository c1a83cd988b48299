"""The web server's process: granian, speaking WSGI to the pool's pages."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from typing import Any

from pool.run import tether
from pool.settings import Settings

STOP_WITHIN = 20
"""Seconds a request in flight has at the end."""


def main(settings: Settings) -> None:
    """Serve until SIGTERM; requests in flight are answered first."""
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    server = Server(
        "pool.app:create_app",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.web_processes,
        blocking_threads=settings.web_threads,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.debug if settings.log_level == "DEBUG" else LogLevels.warning,
        respawn_failed_workers=settings.web_processes > 1,
        workers_kill_timeout=STOP_WITHIN,
    )
    server.serve(target_loader=_loader(os.getpid(), settings.log_level), wrap_loader=False)


def _loader(parent: int, level: str) -> Callable[[], Any]:
    def load() -> Any:
        """Runs in the process that answers requests, a child of granian's own."""
        tether.to_parent(parent)
        from pool.app import create_app
        from pool.web import logging

        logging.configure(level)
        return create_app()

    return load


def is_everyday(line: str) -> bool:
    """Whether ``line`` tells of a request that went as it should: for the file, not the console."""
    return line.startswith(("INFO ", "DEBUG "))


def answers(host: str, port: int, path: str = "/health", timeout: float = 1.0) -> bool:
    """Whether ``path`` is answered with 200 by the server listening there."""
    reach = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    try:
        with socket.create_connection((reach, port), timeout=timeout) as connection:
            name = f"[{reach}]" if ":" in reach else reach
            connection.sendall(
                f"GET {path} HTTP/1.1\r\nHost: {name}:{port}\r\nConnection: close\r\n\r\n".encode()
            )
            return connection.recv(64).split(b" ")[1:2] == [b"200"]
    except OSError:
        return False
