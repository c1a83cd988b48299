"""Why the programs cannot be started, in words for the person who started them."""

from __future__ import annotations


class Refused(Exception):
    """A start that cannot work. ``str()`` is one sentence that says what to do."""


def system_reason(error: OSError) -> str:
    """The operating system's reason, without number and path."""
    return error.strerror or type(error).__name__
