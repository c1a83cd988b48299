"""The floor of a page: granian and Flask with the server's own settings and nothing to do.

``python -m benchmarks.bare PORT`` serves it; :func:`running` does that for the length of a block.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.error import URLError
from urllib.request import urlopen

from flask import Flask

from pool.settings import Settings
from tests.support.processes import ROOT, clean_environment
from tests.support.stack import free_port

WITHIN = 30.0


def make_app() -> Flask:
    app = Flask("bare")

    @app.route("/", methods=["GET", "POST"])
    def page() -> str:
        return "<!doctype html><title>Bare</title><h1>Bare</h1>"

    return app


def serve(port: int) -> None:
    """As ``pool.run.web`` serves the pool's pages."""
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    defaults = Settings.model_fields
    Server(
        "benchmarks.bare:make_app",
        factory=True,
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        workers=defaults["web_processes"].default,
        blocking_threads=defaults["web_threads"].default,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.warning,
    ).serve()


@contextmanager
def running() -> Iterator[int]:
    """The port it answers on."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.bare", str(port)],
        cwd=ROOT,
        env=clean_environment(),
        stdin=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + WITHIN
        while not _answers(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the bare page is not served")
            time.sleep(0.05)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _answers(port: int) -> bool:
    with suppress(URLError, OSError), urlopen(f"http://127.0.0.1:{port}/", timeout=2) as answer:
        return bool(answer.status == 200)
    return False


if __name__ == "__main__":
    serve(int(sys.argv[1]))
