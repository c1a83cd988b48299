"""What is wrong with a plan's files, as sentences: English where they are shown as they are (a
terminal, a log), and in the reader's language by :func:`say`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pool.render.words import Words

TEXTS: Mapping[str, str] = {
    "no-such-line": ("There is no line %(line)s in the table, but the file beside it names one."),
    "no-sum": "The published sum of %(year)s is missing: give it under [sums].",
    "sum-too-small": (
        "The lines of %(year)s add up to %(lines)s, %(more)s more than the published sum of "
        "%(sum)s: correct a line, or the sum."
    ),
    "no-balancing": (
        "The lines of %(year)s add up to %(less)s less than the published sum: say under "
        "[balancing] with name and note what the difference is."
    ),
    "same-name": (
        "Lines %(first)s and %(second)s of %(year)s are both called %(name)s: give them different "
        "names, or add them together."
    ),
    "same-pool": (
        "Lines %(first)s and %(second)s of %(year)s are both the pool %(name)s: name one of them "
        "under [pools], or add them together."
    ),
    "no-column": "The table has no column %(names)s.",
    "no-utf8": "The table is not UTF-8: save it as CSV UTF-8.",
    "no-csv": "The table is no CSV file (%(error)s).",
    "line": "Line %(line)s of the table needs a number of its own and a name.",
    "amount": "Line %(line)s, %(column)s: %(value)s is no amount: write it like 10.000 or "
    "10.000,50.",
    "no-toml": "The file beside the table is no TOML (%(error)s).",
    "no-source": "Say under source where the figures stand: without it nobody can check them.",
    "sum": '[sums] %(year)s = %(value)s: write it as 2024 = "2.210.000".',
    "pool-line": "[pools] %(line)s: write the line's number and the pool's key.",
    "notes": "[[notes]] needs line, years and text.",
    "no-table": "%(name)s is to be a table: [%(name)s].",
    "no-text": "%(name)s is to be a text.",
    "no-pool": "There is no pool %(name)s: choose among %(known)s.",
    "is-there": (
        "The plan of %(year)s is there already and says something else: %(places)s. Nothing was "
        "changed; take it in as an adjusted plan, with --adjust and where that stands."
    ),
}


class Fault(str):
    """One sentence. ``code`` is a key of :data:`TEXTS`, ``params`` are texts."""

    code: str
    params: Mapping[str, str]

    def __new__(cls, code: str, **params: Any) -> Fault:
        told = {name: str(value) for name, value in params.items()}
        made = super().__new__(cls, TEXTS[code] % told if told else TEXTS[code])
        made.code, made.params = code, told
        return made


def say(fault: str, words: Words) -> str:
    """The sentence in the reader's language."""
    if not isinstance(fault, Fault):
        return fault
    return words.t(TEXTS[fault.code], **fault.params)
