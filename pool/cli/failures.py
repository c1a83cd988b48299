"""What a failed command says, and its exit code."""

from __future__ import annotations

import click

from pool.run.failures import sentence
from workflows.faults import DefinitionError

REFUSED, UNTRIED = 1, 2


class NotDone(Exception):
    """What was asked is refused. ``str()`` is the sentence."""


def explain(error: Exception) -> tuple[str, int] | None:
    """(sentence, exit code) for what can happen to a person; ``None`` for a fault of ours."""
    if isinstance(error, NotDone):
        return str(error), REFUSED
    if isinstance(error, click.Abort):
        return "stopped.", UNTRIED
    if isinstance(error, click.UsageError):
        where = f" (see `{error.ctx.command_path} --help`)" if error.ctx else ""
        return f"{error.format_message()}{where}", UNTRIED
    if isinstance(error, click.ClickException):
        return error.format_message(), UNTRIED
    told = sentence(error)
    if told is None:
        return None
    return told, REFUSED if isinstance(error, DefinitionError) else UNTRIED
