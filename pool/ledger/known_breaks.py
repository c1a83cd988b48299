"""Breaks that somebody has looked into and cannot mend: the chain is what it is, and keeps saying
so. Acknowledged by an event of the journal, a break is told and no longer an alarm.

What is acknowledged is that very break, by what is wrong and by how much: if the same account
differs by another amount tomorrow, or the same row is changed again, that is a new one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session

import pool.journal as journal
from pool.identity.actor import Actor
from pool.ledger.verification import Fault, verify
from pool.models.base import metadata

EVENT = "ledger.acknowledged"


GUARD = "guard-"
"""How the codes of missing and altered guards begin."""


class NoSuchBreak(LookupError):
    """Nothing is wrong there, or something else is."""


class CanBeMended(ValueError):
    """A guard that is missing is put back, not acknowledged: until it is, anything may happen."""


@dataclass(frozen=True, slots=True)
class Known:
    """Who acknowledged a break, when and why."""

    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Sorted:
    """What is wrong: ``new`` is for an alarm, ``known`` was acknowledged."""

    new: tuple[Fault, ...]
    known: tuple[tuple[Fault, Known], ...]


def faults_of(session: Session, findings: Iterable[journal.Finding]) -> tuple[Fault, ...]:
    """The journal's findings in the form of the ledger's."""
    return tuple(
        Fault(f"journal {one.stream}/{one.n}", one.code, stands=_stands(session, one))
        for one in findings
    )


def _stands(session: Session, finding: journal.Finding) -> str:
    """The event and its words as they stand now; nothing where it is gone."""
    event, beside = metadata.tables["journal_event"], metadata.tables["journal_personal"]
    stream = metadata.tables["journal_stream"]
    rows = session.execute(
        select(event, beside.c.salt, beside.c.name, beside.c.text)
        .join(stream, stream.c.id == event.c.stream_id)
        .outerjoin(beside, beside.c.event_id == event.c.id)
        .where(stream.c.key == finding.stream, event.c.n == finding.n)
    ).all()
    return hashlib.sha256(repr([tuple(row) for row in rows]).encode()).hexdigest() if rows else ""


def sort(session: Session, faults: Iterable[Fault]) -> Sorted:
    """Which of ``faults`` are known."""
    known = _known(session)
    new, old = [], []
    for fault in faults:
        if (digest := _digest(fault)) in known:
            old.append((fault, known[digest]))
        else:
            new.append(fault)
    return Sorted(tuple(new), tuple(old))


def acknowledge(
    session: Session,
    *,
    where: str,
    code: str,
    reason: str,
    actor: Actor,
    now: datetime,
    faults: Iterable[Fault] | None = None,
) -> tuple[Fault, ...]:
    """Note every break called ``code`` at ``where`` as known, with the reason why nothing more can
    be done. ``faults`` are those a reader has found, with anchors perhaps; found anew unless told.

    Returns what was acknowledged; one that was before is passed over. Raises
    :class:`NoSuchBreak`, :class:`CanBeMended`, and ValueError without a reason.
    """
    if not reason.strip():
        raise ValueError("a break is acknowledged with a reason")
    if faults is None:
        faults = (*verify(session).faults, *faults_of(session, journal.verify(session)))
    meant = [fault for fault in faults if (fault.where, fault.code) == (where, code)]
    if not meant:
        raise NoSuchBreak(f"{where} {code}")
    if code.startswith(GUARD):
        raise CanBeMended(where)
    known = _known(session)
    new = tuple(fault for fault in meant if _digest(fault) not in known)
    for fault in new:
        journal.write(
            session,
            "system",
            EVENT,
            actor,
            now=now,
            data={"break": _digest(fault)},
            personal={"reason": reason.strip(), "what": str(fault)},
        )
    return new


def _digest(fault: Fault) -> str:
    """The break in the record, whose chained part takes no words."""
    return hashlib.sha256(f"{fault.where}|{fault.code}|{fault.key}".encode()).hexdigest()


def _known(session: Session) -> Mapping[str, Known]:
    return {
        str(event.data["break"]): Known(
            by=event.actor_name or event.actor_kind,
            at=event.recorded_at,
            reason=str(event.personal.get("reason") or ""),
        )
        for event in journal.read(session, "system", kinds=(EVENT,))
    }
