"""The chains of a made-up year: events of the journal, transfers of the ledger, each on the one
before, hashed as the real ones are."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select, text
from sqlmodel import Session, col

from pool import __version__
from pool.journal.canonical import data_text, event_hash, personal_digest, personal_text
from pool.ledger import chain
from pool.models.base import metadata
from pool.models.journal import GENESIS as JOURNAL_GENESIS
from pool.models.ledger import GENESIS, Transfer

CHUNK = 1_000
"""Cases whose rows are written at once."""


@dataclass(slots=True)
class Move:
    """A transfer to be made: sorted by ``at``, then as it came."""

    at: datetime
    kind: str
    from_id: int
    to_id: int
    amount: int
    on: date
    case_id: int | None = None
    decision_id: int | None = None
    cites: Move | None = None
    precision: str = "day"
    paid: str | None = None
    """The accounting system's reference, where a payment row goes with it."""
    id: int = 0


@dataclass(slots=True)
class Event:
    kind: str
    at: datetime
    on: date
    data: dict[str, Any]
    personal: dict[str, Any] | None = None
    who: str = "person"
    precision: str = "day"


@dataclass
class Ids:
    """The next free number of each table; explicit, since engines hand them out differently."""

    session: Session
    _next: dict[str, int] = field(default_factory=dict)

    def take(self, table: str) -> int:
        if table not in self._next:
            column = metadata.tables[table].columns["id"]
            self._next[table] = (self.session.execute(select(func.max(column))).scalar() or 0) + 1
        found = self._next[table]
        self._next[table] += 1
        return found

    def settle(self) -> None:
        """Let PostgreSQL's sequences go on after what was taken."""
        if self.session.get_bind().dialect.name != "postgresql":
            return
        for table, following in self._next.items():
            self.session.execute(
                text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :n, false)"),
                {"table": table, "n": following},
            )


class Rows:
    """Rows that wait to be written, and the two chains they make."""

    def __init__(self, session: Session, draw: random.Random, opening: datetime) -> None:
        self.session, self.draw = session, draw
        self.ids = Ids(session)
        self.rows: dict[str, list[dict[str, Any]]] = {}
        self.moves: list[Move] = []
        self.opening = self.until = opening

    def row(self, table: str, **values: Any) -> None:
        self.rows.setdefault(table, []).append(values)

    _ORDER = (
        *("person", "person_role", "applicant", "grant_case", "answer", "decision"),
        *("recusal", "report", "account", "journal_stream", "journal_event", "journal_personal"),
    )

    def write(self, tables: Iterable[str] = _ORDER) -> None:
        for table in tables:
            rows = self.rows.pop(table, None)
            if rows:
                self.session.execute(insert(metadata.tables[table]), rows)  # all of one shape

    def stream(self, key: str, events: list[Event], member: int) -> None:
        known = (
            self.session.execute(
                text("SELECT id FROM journal_stream WHERE key = :key"), {"key": key}
            ).scalar()
            if not key.startswith("case:")
            else None
        )
        if known is not None:
            return
        stream = self.ids.take("journal_stream")
        before = JOURNAL_GENESIS
        self.until = max(self.until, max(event.at for event in events))
        for n, event in enumerate(events, start=1):
            event_id = self.ids.take("journal_event")
            digest, salt, name = None, f"{self.draw.getrandbits(256):064x}", None
            if event.who == "person":
                name = "Medlem 1"
            elif event.who == "applicant":
                name = "Lene Bruun"
            words = personal_text(event.personal)
            if name is not None or event.personal:
                digest = personal_digest(salt, name, words)
                self.row("journal_personal", event_id=event_id, salt=salt, name=name, text=words)
            row: dict[str, Any] = {
                "n": n,
                "kind": event.kind,
                "actor_kind": event.who,
                "actor_id": member if event.who == "person" else None,
                "actor_roles": {"person": "chair", "applicant": "applicant"}[event.who],
                "effective_on": event.on,
                "effective_precision": event.precision,
                "recorded_at": event.at,
                "software": __version__,
                "data": data_text(event.data),
                "digest": digest,
                "prev_hash": before,
            }
            before = event_hash(stream=key, **row)
            self.row("journal_event", id=event_id, stream_id=stream, **row, hash=before)
        self.row("journal_stream", id=stream, key=key, head_n=len(events), head_hash=before)

    def transfer(self, book_id: int, year_id: int, member: int) -> None:
        """All moves in the order they were written, each on the one before."""
        last = self.session.execute(
            select(col(Transfer.n), col(Transfer.hash), col(Transfer.recorded_at))
            .where(col(Transfer.book_id) == book_id)
            .order_by(col(Transfer.n).desc())
            .limit(1)
        ).one_or_none()
        n, before, clock = (last[0], last[1], last[2]) if last else (0, GENESIS, self.opening)
        self.moves.sort(key=lambda move: move.at)
        actor = f"person:{member}"
        for move in self.moves:
            n += 1
            clock = max(clock, move.at)
            self.until = max(self.until, clock)
            move.id = self.ids.take("transfer")
            row: dict[str, Any] = {
                "book_id": book_id,
                "n": n,
                "year_id": year_id,
                "command_id": f"aar-{book_id}-{n}",
                "line": 1,
                "kind": move.kind,
                "from_id": move.from_id,
                "to_id": move.to_id,
                "amount": move.amount,
                "cites_id": move.cites.id if move.cites else None,
                "case_id": move.case_id,
                "decision_id": move.decision_id,
                "actor": actor,
                "effective_on": move.on,
                "precision": move.precision,
                "recorded_at": clock,
                "prev_hash": before,
            }
            row["canonical"] = chain.canonical(row)
            row["hash"] = before = chain.digest(row["canonical"])
            self.row("transfer", id=move.id, **row)
            if move.paid is not None:
                self.row(
                    "payment",
                    id=self.ids.take("payment"),
                    case_id=move.case_id,
                    decision_id=move.decision_id,
                    transfer_id=move.id,
                    amount=move.amount,
                    paid_on=move.on,
                    reference=move.paid,
                    recorded_at=clock,
                )
            if n % (CHUNK * 4) == 0:
                self.write(("transfer", "payment"))
        self.write(("transfer", "payment"))
