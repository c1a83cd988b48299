"""``kill -9`` in the middle of a unit of work, at a step that has a name."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping
from typing import Any

import pool.journal as journal
import pool.ledger as ledger
from pool.cases import deadlines, facts, fire, notices, once
from pool.cases.house import House
from pool.db import Database, make_engine
from pool.plan import closing, heads

Step = Callable[[], None]
"""Arms this process: when it comes to the step, it kills itself."""


def _die(*_: Any, **__: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def before(room: Any, name: str) -> Step:
    return lambda: setattr(room, name, _die)


def after(room: Any, name: str) -> Step:
    def arm() -> None:
        whole = getattr(room, name)

        def and_die(*args: Any, **kwargs: Any) -> Any:
            whole(*args, **kwargs)
            _die()

        setattr(room, name, and_die)

    return arm


OF_A_MOVE: Mapping[str, Step] = {
    "locked": after(fire, "lock"),
    "explained": after(facts, "gather"),
    "money moved": after(fire, "plan"),
    "before the journal": before(journal, "write"),
    "journaled": after(journal, "write"),
    "deadlines set": after(deadlines, "apply"),
    "letter queued": after(notices, "announce"),
    "remembered": after(fire, "remember"),
    "committed": after(Database, "write"),
}
"""The steps of a move of a case."""

OF_CARRYING: Mapping[str, Step] = {
    "released": after(ledger, "void"),
    "out of the old year": after(ledger, "relinquish"),
    "in the new year": after(ledger, "appropriate"),
    "held anew": after(ledger, "hold"),
    **OF_A_MOVE,
}
"""As well, where a grant is carried over."""

OF_THE_YEAR: Mapping[str, Step] = {
    "locked": after(ledger, "lock_years"),
    "not seen before": after(once, "before"),
    "before the journal": before(journal, "write"),
    "journaled": after(journal, "write"),
    "remembered": after(once, "remember"),
    "committed": after(Database, "write"),
}
"""The steps of each part of a year's end."""

OF_TURNING: Mapping[str, Step] = {
    **OF_THE_YEAR,
    "before the year is turned": before(ledger, "set_year_state"),
    "year turned": after(ledger, "set_year_state"),
}
"""As well, where the year's state changes."""

OF_GIVING_BACK: Mapping[str, Step] = {
    **OF_THE_YEAR,
    "what is there is known": after(closing, "standing"),
    "before it goes back": before(ledger, "relinquish"),
    "gone back": after(ledger, "relinquish"),
}
"""As well, where the rest is given back."""

OF_CLOSING: Mapping[str, Step] = {**OF_TURNING, "heads mailed": after(heads, "mail")}
"""As well, where the year is closed for good."""


def killed(url: str, house: House, work: Callable[[House], object], step: Step) -> bool:
    """Do ``work`` in a forked process that kills itself at ``step``. Whether it did: a step that
    the work does not come to lets it end by itself.

    The caller's engine must be disposed of before: a connection is not to be shared."""
    pid = os.fork()
    if pid == 0:
        code = 7
        try:
            step()
            work(House(Database(make_engine(url)), house.definitions, house.base_url))
            code = 0
        finally:
            os._exit(code)
    status = os.waitpid(pid, 0)[1]
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, status
    return os.WIFSIGNALED(status)
