"""The command ``puljen``. Thin: reads what was typed, calls the use case, prints.

A failure is one sentence that says what to do; exit code 1 where what was asked is refused, 2
where it could not be tried.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import NoReturn

from pool.run import checks
from pool.run.errors import Refused


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Do what ``arguments`` (else the command line) say, and exit."""
    try:
        checks.python()
        from pool.cli import commands, failures
    except Refused as refusal:
        _give_up(str(refusal), 2)
    except ImportError as error:
        _give_up(str(checks.missing_module(error)), 2)
    try:
        code = commands.puljen.main(
            args=None if arguments is None else list(arguments),
            prog_name="puljen",
            standalone_mode=False,
        )
    except Exception as error:
        told = failures.explain(error)
        if told is None:
            raise
        _give_up(*told)
    sys.exit(code if isinstance(code, int) else 0)


def _give_up(sentence: str, code: int) -> NoReturn:
    sys.stderr.write(f"puljen: {sentence}\n")
    sys.exit(code)
