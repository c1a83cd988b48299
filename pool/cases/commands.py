"""What a person asks for, as frozen values. Web, worker and command line build the same ones."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pool import keys
from pool.files import Prepared


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return value


def _unreadable(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """``inputs`` with a digest by the house's key in the place of a CPR number: of so few numbers
    a plain digest would tell which it is."""
    payee = inputs.get("payee")
    if not isinstance(payee, Mapping) or payee.get("number_kind") != "cpr":
        return inputs
    return {
        **inputs,
        "payee": {**payee, "number": keys.ring().digest(str(payee.get("number") or ""))},
    }


@dataclass(frozen=True, slots=True)
class Command:
    """Move a case: ``action`` is a transition of its definition, ``inputs`` what it asks for, as
    typed or as values (both are checked by ``workflows.inputs``).

    ``id`` comes with the page (a uuid): a repeated command returns the first result.
    ``state_version`` is the one the page was made from; None skips the comparison (worker).
    """

    id: str
    case_id: int
    action: str
    state_version: int | None
    inputs: Mapping[str, Any] = field(default_factory=dict)
    quiet: bool = False
    """It happened elsewhere, long ago: its letter is kept and nobody is told."""
    files: tuple[Prepared, ...] = ()
    """Files that come with it (evidence, an answer's enclosures), already checked and stripped."""
    meeting_id: int | None = None
    """The meeting a decision was made at."""
    ballot_id: int | None = None
    """The ballot a decision confirms."""
    payment_item_id: int | None = None
    """The line of a released payment list that it pays."""
    letter: str | None = None
    """What the page showed of the draft that goes when a decision is announced (``seen`` of
    ``pool.cases.announcing_drafts``); None where it showed none."""

    def digest(self) -> str:
        """sha256 of the contents. The version seen is left out: a page opened anew and sent
        again with the same id and words is the same wish."""
        body = json.dumps(
            [
                self.action,
                self.case_id,
                _plain(_unreadable(self.inputs)),
                [prepared.sha256 for prepared in self.files],
            ],
            sort_keys=True,
            ensure_ascii=False,
        )
        return hashlib.sha256(body.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Submission:
    """Send in a draft. ``id`` as in :class:`Command`."""

    id: str
    draft_id: int

    def digest(self) -> str:
        return hashlib.sha256(f"submit {self.draft_id}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a command: stored with it, returned again for a repeat."""

    case_id: int
    number: str
    state: str
    state_version: int
    action: str
    repeated: bool = False

    def stored(self) -> dict[str, Any]:
        return {
            "case_id": self.case_id,
            "number": self.number,
            "state": self.state,
            "state_version": self.state_version,
            "action": self.action,
        }
