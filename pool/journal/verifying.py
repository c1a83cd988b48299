"""Does the record still say what was written? Reads everything, changes nothing.

A chain without its newest events still fits together, and whoever may alter the schema can
compute a whole chain anew: heads kept elsewhere (``anchors``) find both out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from sqlmodel import Session, col, select

from pool.journal.canonical import personal_digest
from pool.journal.views import Head
from pool.journal.writing import ERASED, hash_of
from pool.models.journal import GENESIS, JournalEvent, JournalPersonal, JournalStream

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in the record that ought not to be. ``n`` is 0 where a whole stream is meant.

    ``code``: ``gap`` (a number is missing) · ``changed`` (an event differs from its hash) ·
    ``chain`` (an event does not follow the one before) · ``shortened`` (newest events missing)
    · ``head`` (the stream's head is not its newest event) · ``personal-changed`` ·
    ``personal-missing`` (gone without an erasure on record) · ``personal-extra`` · ``anchor``
    (not the event that was anchored) · ``anchor-missing``.
    """

    stream: str
    n: int
    code: str


@dataclass(slots=True)
class _Chain:
    """What has been read of one stream so far."""

    stream: str
    anchors: dict[int, set[str]]
    last: int = 0
    hash: str = GENESIS
    findings: list[Finding] = field(default_factory=list)
    missing: set[int] = field(default_factory=set)
    erased: set[int] = field(default_factory=set)

    def found(self, code: str, n: int) -> None:
        self.findings.append(Finding(self.stream, n, code))

    def take(self, event: JournalEvent, beside: JournalPersonal | None) -> None:
        if event.n != self.last + 1:
            self.found("gap", self.last + 1)
        elif event.prev_hash != self.hash:
            self.found("chain", event.n)
        if hash_of(self.stream, event) != event.hash:
            self.found("changed", event.n)
        if event.kind == ERASED:
            self.erased.update(_numbers(event))
        self._take_personal(event, beside)
        self.last, self.hash = event.n, event.hash
        if any(anchored != event.hash for anchored in self.anchors.pop(event.n, ())):
            self.found("anchor", event.n)

    def _take_personal(self, event: JournalEvent, beside: JournalPersonal | None) -> None:
        if beside is None:
            if event.digest is not None:
                self.missing.add(event.n)
        elif event.digest is None:
            self.found("personal-extra", event.n)
        elif personal_digest(beside.salt, beside.name, beside.text) != event.digest:
            self.found("personal-changed", event.n)

    def close(self, before: Head | None, after: Head | None) -> list[Finding]:
        """``before`` and ``after`` are the stream's head before and after reading: others may
        have written meanwhile."""
        for n in self.missing - self.erased:
            self.found("personal-missing", n)
        for n in self.anchors:
            self.found("anchor-missing", n)
        if before is not None and self.last < before.n:
            self.found("shortened", self.last + 1)
        elif after is None or not self._leads_to(after):
            self.found("head", self.last)
        return sorted(self.findings, key=lambda finding: (finding.n, finding.code))

    def _leads_to(self, head: Head) -> bool:
        return self.last < head.n or (self.last, self.hash) == (head.n, head.hash)


def _numbers(event: JournalEvent) -> set[int]:
    try:
        return {n for n in json.loads(event.data)["events"] if n < event.n}
    except (ValueError, KeyError, TypeError):
        return set()  # such an event is reported as changed


def verify(session: Session, anchors: Iterable[Head] = ()) -> list[Finding]:
    """Everything that is wrong with the journal, by stream and number; empty when all is well.

    ``anchors`` are heads kept elsewhere, of whatever age.
    """
    wanted: dict[str, dict[int, set[str]]] = {}
    for anchor in anchors:
        wanted.setdefault(anchor.stream, {}).setdefault(anchor.n, set()).add(anchor.hash)
    before = _heads(session)
    chains = []
    for stream, rows in groupby(_rows(session), key=lambda row: row[0]):
        chain = _Chain(stream, wanted.pop(stream, {}))
        for _, event, beside in rows:
            chain.take(event, beside)
        chains.append(chain)
    after = _heads(session)
    findings = []
    for chain in chains:
        findings += chain.close(before.pop(chain.stream, None), after.get(chain.stream))
    findings += [Finding(head.stream, 1, "shortened") for head in before.values() if head.n]
    findings += [Finding(stream, n, "anchor-missing") for stream, ns in wanted.items() for n in ns]
    return sorted(findings, key=lambda finding: (finding.stream, finding.n, finding.code))


def _heads(session: Session) -> dict[str, Head]:
    rows = session.exec(select(JournalStream.key, JournalStream.head_n, JournalStream.head_hash))
    return {key: Head(key, n, hashed) for key, n, hashed in rows}


def _rows(session: Session) -> Iterator[tuple[str, JournalEvent, JournalPersonal | None]]:
    """Every event with its stream, in order, a batch in memory at a time."""
    query = (
        select(JournalStream.key, JournalEvent, JournalPersonal)
        .join(JournalEvent, col(JournalEvent.stream_id) == col(JournalStream.id))
        .join(JournalPersonal, col(JournalPersonal.event_id) == col(JournalEvent.id), isouter=True)
        .order_by(col(JournalStream.id), col(JournalEvent.n))
        .execution_options(yield_per=_BATCH, populate_existing=True)
    )
    yield from session.exec(query)
