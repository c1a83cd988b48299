"""What must be so before anything is started, each refusal with its remedy."""

from __future__ import annotations

import errno
import socket
import sys

from pool.run.errors import Refused, system_reason

SUPPORTED = ((3, 11), (3, 12))


def python(version: tuple[int, int] = sys.version_info[:2]) -> None:
    """Refuse a Python this program was not tested with."""
    if version not in SUPPORTED:
        raise Refused(
            f"This is Python {version[0]}.{version[1]}, and puljen needs 3.11 or 3.12: install "
            "one of them and start with it, for example `make run PYTHON=python3.12`."
        )


def port(host: str, number: int) -> None:
    """Refuse an address the web server could not listen on.

    Asked without ``SO_REUSEPORT``: with it two servers of one user would share the port.
    """
    try:
        _bind(host, number)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            free = next(
                (n for n in range(number + 1, min(number + 50, 65536)) if _free(host, n)), 0
            )
            other = f"PULJEN_PORT={free}" if free else "PULJEN_PORT"
            raise Refused(
                f"Port {number} is taken by another program: stop that one, or choose another "
                f"port with {other}."
            ) from error
        if error.errno == errno.EACCES:
            raise Refused(
                f"This user may not open port {number}: choose one above 1023 with PULJEN_PORT."
            ) from error
        raise Refused(
            f"The web server cannot listen on {host} ({system_reason(error)}): set PULJEN_HOST to "
            "an address of this machine."
        ) from error


def free_port(host: str = "127.0.0.1") -> int:
    """A port nobody listens on just now."""
    return _bind(host, 0)


def missing_module(error: ImportError) -> Refused:
    """The refusal for a package that is not there, or is there for another Python."""
    return Refused(
        f"A part of puljen is missing ({error}): run `make run` in its folder, or install it anew "
        "with `pip install puljen`."
    )


def _free(host: str, number: int) -> bool:
    try:
        _bind(host, number)
    except OSError:
        return False
    return True


def _bind(host: str, number: int) -> int:
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, number, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)
        found: int = probe.getsockname()[1]
        return found
