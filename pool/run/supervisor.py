"""Starting children in order, restarting those that die, stopping them in order."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import time
from collections import deque
from collections.abc import Sequence
from types import FrameType

from pool.run.child import Child, Spec, spawn
from pool.run.logbook import Logbook

DEATHS, WITHIN = 5, 60.0
"""So many deaths of one child within so many seconds stop the whole."""

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
READY_WITHIN = 60.0
WAIT_FOR_OTHERS = 15.0
LOOK_EVERY = 0.05


class Stopped(Exception):
    """The person, or the system, asked for an end while something was waited for."""


class KeepsDying(Exception):
    """A child that restarting does not help. ``str()`` says which, and its last words."""


class Supervisor:
    """Owns its children; single-threaded, so that forking is safe at any time."""

    def __init__(self, logbook: Logbook) -> None:
        self.log = logbook
        self._children: dict[str, Child] = {}
        self._deaths: dict[str, deque[float]] = {}
        self._due: dict[str, tuple[float, Spec]] = {}
        self._selector = selectors.DefaultSelector()
        self._asked = False
        self._hurry = False
        """An end was asked for again while stopping: nothing is waited for any more."""
        self._asked_at = 0.0
        self._stopping = False
        self._wake, self._waker = os.pipe()
        os.set_blocking(self._wake, False)
        os.set_blocking(self._waker, False)
        self._selector.register(self._wake, selectors.EVENT_READ)

    def __enter__(self) -> Supervisor:
        signal.set_wakeup_fd(self._waker, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._ask)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        return self

    def __exit__(self, *_: object) -> None:
        signal.set_wakeup_fd(-1)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        # One Ctrl-C may arrive twice (from the terminal and from `make`): a second later it is
        # meant.
        if self._asked and time.monotonic() - self._asked_at > 1.0:
            self._hurry = True
        self._asked, self._asked_at = True, time.monotonic()

    # Starting

    def run_once(self, spec: Spec) -> tuple[int, list[str]]:
        """Run ``spec`` to its end: (exit code, its last lines). Raises :class:`Stopped`."""
        child = self._spawn(spec)
        while True:
            code = _ended(child.pid)
            if code is not None:
                self._forget(child)
                return code, child.last_lines
            if self._asked:
                self._end([child])
                raise Stopped
            self._listen()

    def start(self, specs: Sequence[Spec]) -> None:
        """Start ``specs`` together and return once all are ready; those that say so themselves
        (they may wait for a Redis elsewhere) are given a while. Raises :class:`Stopped` or
        :class:`KeepsDying`."""
        for spec in specs:
            self._spawn(spec)
        begun = time.monotonic()
        while waited_for := [spec for spec in specs if not self._is_ready(spec.name)]:
            if time.monotonic() - begun > WAIT_FOR_OTHERS and not any(s.ready for s in waited_for):
                names = ", ".join(spec.name for spec in waited_for)
                self.log.line("puljen", f"not ready yet, but no reason to wait: {names}")
                return
            self._turn()
            if self._asked:
                raise Stopped

    def watch(self) -> None:
        """Keep the children alive until an end is asked for. Raises :class:`KeepsDying`."""
        while not self._asked:
            self._turn()

    def _is_ready(self, name: str) -> bool:
        return name in self._children and self._children[name].ready

    # Stopping

    def stop(self, order: Sequence[Sequence[str]]) -> None:
        """End the children in ``order``, each group together, then whatever is left."""
        if self._children:
            self.log.line("puljen", "stopping: what is in hand is finished first")
        self._stopping = True
        self._asked = True
        self._due.clear()
        for names in [*order, list(self._children)]:
            self._end([self._children[name] for name in names if name in self._children])

    def _end(self, children: list[Child]) -> None:
        begun = time.monotonic()
        for child in children:
            child.signal(signal.SIGTERM)
        left = {child.pid: child for child in children}
        forced: set[int] = set()
        while left:
            for pid, child in list(left.items()):
                if _ended(pid) is not None:
                    del left[pid]
                    self._forget(child)
                elif pid not in forced and (
                    self._hurry or time.monotonic() - begun > child.spec.grace
                ):
                    forced.add(pid)
                    self.log.line("puljen", f"{child.spec.name} did not stop: ended by force")
                    child.signal(signal.SIGKILL, group=True)
            if left:
                self._listen()

    # One turn of the loop

    def _turn(self) -> None:
        self._listen()
        for child in list(self._children.values()):
            code = _ended(child.pid)
            if code is not None:
                self._forget(child)
                self._died(child, code)
            elif not child.ready:
                self._ask_ready(child)
        for name, (moment, spec) in list(self._due.items()):
            if time.monotonic() >= moment:
                del self._due[name]
                self._spawn(spec)

    def _ask_ready(self, child: Child) -> None:
        if child.spec.ready is None:
            return
        if child.spec.ready():
            child.ready = True
        elif time.monotonic() - child.started > READY_WITHIN:
            self.log.line("puljen", f"{child.spec.name} is not ready after {READY_WITHIN:.0f} s")
            child.signal(signal.SIGKILL, group=True)

    def _died(self, child: Child, code: int) -> None:
        name, now = child.spec.name, time.monotonic()
        deaths = self._deaths.setdefault(name, deque(maxlen=DEATHS))
        deaths.append(now)
        how = (
            f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
        )
        recent = sum(1 for moment in deaths if now - moment <= WITHIN)
        if recent >= DEATHS:
            words = " / ".join(child.last_lines) or "it said nothing"
            raise KeepsDying(
                f"{name} {how}, the {DEATHS}th time within {WITHIN:.0f} s, so everything was "
                f"stopped; its last words: {words} (see {self.log.path})"
            )
        done = None
        if not child.ready and child.spec.on_false_start is not None:
            done = child.spec.on_false_start()
        pause = min(FIRST_PAUSE * 2 ** (recent - 1), LONGEST_PAUSE)
        self.log.line("puljen", f"{name} {how}; started again in {pause:.1f} s")
        if done:
            self.log.line("puljen", done)
        self._due[name] = (now + pause, child.spec)

    def _spawn(self, spec: Spec) -> Child:
        others = [c for child in self._children.values() for c in (child.output, child.notices)]
        child = spawn(
            spec,
            unused=[*others, self._wake, self._waker, self._selector_fd(), self.log.descriptor],
        )
        self._children[spec.name] = child
        self._selector.register(child.output, selectors.EVENT_READ, child)
        self._selector.register(child.notices, selectors.EVENT_READ, child)
        return child

    def _selector_fd(self) -> int:
        fileno = getattr(self._selector, "fileno", None)
        return int(fileno()) if fileno is not None else self._wake

    def _listen(self) -> None:
        """Wait a moment for a signal, a line or a notice, and write down what was said."""
        waiting = bool(self._due) or any(
            not c.ready and c.spec.ready is not None for c in self._children.values()
        )
        for key, _ in self._selector.select(LOOK_EVERY if waiting or self._stopping else 1.0):
            if key.fd == self._wake:
                with contextlib.suppress(BlockingIOError):
                    os.read(self._wake, 4096)
                continue
            child: Child = key.data
            if key.fd == child.notices:
                if os.read(key.fd, 16):
                    child.ready = True
                else:
                    self._selector.unregister(key.fd)
            else:
                self._write_down(child)

    def _write_down(self, child: Child) -> bool:
        """Log what ``child`` has written; False when there is no more to come now."""
        lines = child.read()
        if lines is None:
            with contextlib.suppress(KeyError):
                self._selector.unregister(child.output)
            return False
        for line in lines:
            if line:
                self.log.line(child.spec.name, line, quiet=child.spec.quiet(line))
        return bool(lines)

    def _forget(self, child: Child) -> None:
        while self._write_down(child):
            pass
        for descriptor in (child.output, child.notices):
            with contextlib.suppress(KeyError):
                self._selector.unregister(descriptor)
        child.close()
        self._children.pop(child.spec.name, None)


def _ended(pid: int) -> int | None:
    """The exit code of the child ``pid`` (negative: the signal that ended it), if it has ended."""
    done, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if done else None
