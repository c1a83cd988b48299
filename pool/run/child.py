"""One supervised process: how it is made, what it says, how it ends."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NoReturn

from pool.run import tether

Notify = Callable[[], None]
"""Says *ready*."""

Main = Callable[[Notify], object]
"""What a child does, from its beginning to its end."""

LONGEST_LINE = 100_000

_RESET = (
    signal.SIGTERM,
    signal.SIGINT,
    signal.SIGHUP,
    signal.SIGCHLD,
    signal.SIGPIPE,
    signal.SIGQUIT,
)


@dataclass(frozen=True)
class Spec:
    """What a child is."""

    name: str
    main: Main
    """Run in the child, which ends when it returns. Called with a function that says *ready*."""
    ready: Callable[[], bool] | None = None
    """A real check, asked until it says yes; ``None``: the child says so itself."""
    grace: float = 10.0
    """Seconds between SIGTERM and SIGKILL."""
    quiet: Callable[[str], bool] = lambda _line: False
    """Which of its lines go to the log file only."""
    execs: bool = False
    """It becomes another program."""
    on_false_start: Callable[[], str | None] | None = None
    """Called when it ended before it was ever ready; returns what was done about it."""


@dataclass
class Child:
    """A running child."""

    spec: Spec
    pid: int
    output: int
    """The reading end of its standard output and error."""
    notices: int
    """The reading end of the pipe on which it says *ready*."""
    started: float = field(default_factory=time.monotonic)
    ready: bool = False
    partial: bytes = b""
    last_lines: list[str] = field(default_factory=list)

    def signal(self, number: signal.Signals, *, group: bool = False) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(-self.pid if group else self.pid, number)

    def read(self) -> list[str] | None:
        """The whole lines it wrote since the last call; ``None`` at the end."""
        try:
            chunk = os.read(self.output, 65536)
        except BlockingIOError:
            return []
        *lines, self.partial = (self.partial + chunk).split(b"\n")
        if self.partial and (not chunk or len(self.partial) > LONGEST_LINE):
            lines, self.partial = [*lines, self.partial], b""
        elif not chunk:
            return None
        texts = [line.decode(errors="replace").rstrip() for line in lines]
        self.last_lines = [*self.last_lines, *(t for t in texts if t)][-5:]
        return texts

    def close(self) -> None:
        os.close(self.output)
        os.close(self.notices)


def spawn(spec: Spec, *, unused: Iterable[int]) -> Child:
    """Fork ``spec``. ``unused`` are descriptors of the parent the child must not keep open."""
    output, its_output = os.pipe()
    notices, its_notices = os.pipe()
    os.set_blocking(output, False)
    os.set_blocking(notices, False)
    parent = os.getpid()
    sys.stdout.flush()
    sys.stderr.flush()
    # No signal may reach the child while it still has its parent's handlers.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _RESET)
    pid = os.fork()
    if pid == 0:
        for descriptor in (*unused, output, notices):
            with contextlib.suppress(OSError):
                os.close(descriptor)
        _live(spec, its_output, its_notices, parent)
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
    os.close(its_output)
    os.close(its_notices)
    return Child(spec, pid, output, notices)


def _live(spec: Spec, output: int, notices: int, parent: int) -> NoReturn:
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        for number in _RESET:
            ours = number is signal.SIGPIPE and not spec.execs
            signal.signal(number, signal.SIG_IGN if ours else signal.SIG_DFL)
        os.setsid()
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.close(output)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _RESET)
        tether.to_parent(parent, will_exec=spec.execs)
        sys.stdout = open(1, "w", buffering=1, closefd=False)  # noqa: SIM115 - the process's own
        sys.stderr = open(2, "w", buffering=1, closefd=False)  # noqa: SIM115
        spec.main(lambda: _say_ready(notices))
        code = 0
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else (0 if stop.code is None else 1)
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            logging.shutdown()
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _say_ready(notices: int) -> None:
    with contextlib.suppress(OSError):  # nobody is left to be told
        os.write(notices, b"1")
