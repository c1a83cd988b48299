"""A child that ends when its parent does, however the parent ended."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time

_PR_SET_PDEATHSIG = 1
_LINUX = sys.platform == "linux"
# Looked up before any fork: a child has nothing left to import.
_libc = ctypes.CDLL(None, use_errno=True) if _LINUX else None


def to_parent(parent: int, *, will_exec: bool = False) -> None:
    """Have SIGTERM sent to this process when ``parent``, its parent, is gone.

    Linux does it itself, also across an ``exec``. Elsewhere a thread looks every second, which
    a program about to ``exec`` cannot keep.
    """
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM))
    elif not will_exec:
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()
    if os.getppid() != parent:  # it ended before this process could be tied to it
        os.kill(os.getpid(), signal.SIGTERM)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)
