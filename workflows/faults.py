"""What is wrong with a definition: where, why, and what to do about it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from workflows.wording_faults import FAULTS


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. ``code`` and ``params`` are for the catalogue (``wording.FAULTS``);
    ``message`` and ``remedy`` are the same in English."""

    file: str
    line: int
    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def message(self) -> str:
        return FAULTS[self.code][0] % self.params

    @property
    def remedy(self) -> str:
        return FAULTS[self.code][1] % self.params

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message} {self.remedy}"


class DefinitionError(ValueError):
    """A file that is no usable definition, with every fault found in it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name most like ``name``, or all of them where none is like it."""
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    return close[0] if close else ", ".join(names)
