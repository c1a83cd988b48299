"""One transfer as people read it: between which places, about which day, by whom, for which
decision, and what was written to the applicant of it. Amounts are øre."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from pool.cases import access
from pool.cases.house import House
from pool.identity.actor import Actor
from pool.models.case import Case, Decision
from pool.models.casework import DecisionEnd
from pool.models.identity import Person
from pool.models.journal import JournalEvent, JournalStream
from pool.models.ledger import Account, Book, BookYear, Transfer
from pool.models.outbox import Message
from workflows.definition import Definition


@dataclass(frozen=True, slots=True)
class Place:
    """An end of a transfer. ``kind`` is the account's; ``label`` names an earmark."""

    kind: str
    label: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """A transfer beside others: of the same command, or one that cites or is cited. ``book`` is a
    pool's key or the plan's."""

    book: str
    year: int
    n: int
    kind: str
    amount: int
    start: Place
    end: Place


@dataclass(frozen=True, slots=True)
class Letter:
    """Something written to the applicant of the decision. ``may_fetch``: the reader may have it,
    with the applicant's name and address on it."""

    message: Message
    may_fetch: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One transfer for one reader. ``case`` is None where it has none, or the reader stays out of
    it (``withheld``); ``may_open``: they may open the case, and the decision and its letters are
    theirs to follow. ``roles`` are the person's when they did it, as the journal has them."""

    transfer: Transfer
    line: Line
    beside: tuple[Line, ...]
    cites: Line | None
    cited_by: tuple[Line, ...]
    actor: str
    name: str | None
    roles: tuple[str, ...]
    withheld: bool = False
    case: Case | None = None
    may_open: bool = False
    decision: Decision | None = None
    letters: tuple[Letter, ...] = ()


def entry(
    session: Session, house: House, pool: str, n: int, definition: Definition, actor: Actor
) -> Entry | None:
    """Transfer number ``n`` of the pool's book; None where there is none, or where the reader may
    not know of the decision it moved for. A fixed number of queries."""
    rows = _lines(session, col(Book.key) == pool, col(Transfer.n) == n)
    if not rows:
        return None
    transfer, line = rows[0]
    case, decision = _about(session, transfer)
    if decision is not None and not _told(session, definition, decision, actor.roles):
        return None
    cites = _lines(session, col(Transfer.id) == transfer.cites_id)
    cited_by = _lines(session, col(Transfer.cites_id) == transfer.id)
    same = (col(Transfer.command_id) == transfer.command_id, col(Transfer.id) != transfer.id)
    beside = _lines(session, *same)
    kind, name, roles = _who(session, transfer)
    told = Entry(
        transfer=transfer,
        line=line,
        beside=tuple(one for _, one in beside),
        cites=cites[0][1] if cites else None,
        cited_by=tuple(one for _, one in cited_by),
        actor=kind,
        name=name,
        roles=roles,
    )
    if case is None or decision is None:
        return told
    if access.is_recused(session, case.id or 0, actor.person_id):
        return replace(told, withheld=True)
    may_open = access.may_see(session, house, case, actor)
    return replace(
        told,
        case=case,
        may_open=may_open,
        decision=decision,
        letters=_letters(session, case, decision, actor) if may_open else (),
    )


def _about(session: Session, transfer: Transfer) -> tuple[Case | None, Decision | None]:
    """Its case and decision: it has both or neither, but for a reverse of neither."""
    case = session.get(Case, transfer.case_id) if transfer.case_id else None
    return case, session.get(Decision, transfer.decision_id) if transfer.decision_id else None


def _told(
    session: Session, definition: Definition, decision: Decision, roles: Collection[str]
) -> bool:
    """Whether the reader may know of the decision: of one that is not announced yet those who may
    see such, of one that was undone before its letter went those who read what colleagues write."""
    if decision.announced_at is None and not access.knows_undisclosed(definition, roles):
        return False
    end = session.execute(
        select(col(DecisionEnd.how)).where(col(DecisionEnd.decision_id) == decision.id)
    ).scalar_one_or_none()
    return end != "undone" or access.reads(roles)


def _lines(session: Session, *which: ColumnElement[bool]) -> list[tuple[Transfer, Line]]:
    """The transfers that fit, with their book, year and places, in their order."""
    start, end = aliased(Account), aliased(Account)
    rows = session.execute(
        select(
            Transfer,
            col(Book.key),
            col(BookYear.year),
            col(start.kind),
            col(start.label),
            col(end.kind),
            col(end.label),
        )
        .join(Book, col(Book.id) == col(Transfer.book_id))
        .join(BookYear, col(BookYear.id) == col(Transfer.year_id))
        .join(start, col(start.id) == col(Transfer.from_id))
        .join(end, col(end.id) == col(Transfer.to_id))
        .where(*which)
        .order_by(col(Book.key), col(Transfer.n))
    )
    return [
        (
            row[0],
            Line(
                book=row[1],
                year=row[2],
                n=row[0].n,
                kind=row[0].kind,
                amount=row[0].amount,
                start=_place(row[3], row[4]),
                end=_place(row[5], row[6]),
            ),
        )
        for row in rows
    ]


def _place(kind: str, label: str) -> Place:
    return Place(kind, label if kind == "earmark" else None)


def _who(session: Session, transfer: Transfer) -> tuple[str, str | None, tuple[str, ...]]:
    """``person``, ``applicant`` or ``system``; a colleague's name and the roles they had. An
    applicant's name is nobody's business here."""
    kind, _, number = transfer.actor.partition(":")
    if kind != "person":
        return (kind if kind == "applicant" else "system"), None, ()
    person_id = int(number)
    name = session.execute(
        select(col(Person.name)).where(col(Person.id) == person_id)
    ).scalar_one_or_none()
    streams = [f"book-year:{transfer.year_id}", "system"]
    if transfer.case_id:
        streams.append(f"case:{transfer.case_id}")
    roles = session.execute(
        select(col(JournalEvent.actor_roles))
        .join(JournalStream, col(JournalStream.id) == col(JournalEvent.stream_id))
        .where(
            or_(*(col(JournalStream.key) == one for one in streams)),
            col(JournalEvent.actor_id) == person_id,
            col(JournalEvent.recorded_at) == transfer.recorded_at,
        )
        .limit(1)
    ).scalar_one_or_none()
    return "person", name, tuple((roles or "").split())


def _letters(session: Session, case: Case, decision: Decision, actor: Actor) -> tuple[Letter, ...]:
    """What was written to the applicant from the decision on, until the case's next one."""
    after = session.execute(
        select(col(Decision.recorded_at))
        .where(col(Decision.case_id) == case.id, col(Decision.number) > decision.number)
        .order_by(col(Decision.number))
        .limit(1)
    ).scalar_one_or_none()
    statement = (
        select(Message)
        .where(
            col(Message.case_id) == case.id,
            col(Message.letter).is_not(None) | col(Message.document_id).is_not(None),
            col(Message.date) >= decision.recorded_at,
        )
        .order_by(col(Message.id))
    )
    if after is not None:
        statement = statement.where(col(Message.date) < after)
    inside = access.reads(actor.roles)
    fetch = bool(actor.roles & access.SEES_CONTACT)
    return tuple(
        Letter(one, fetch)
        for one in session.execute(statement).scalars()
        if access.tells(actor.roles, one.template)
        and (one.state not in access.NEVER_SENT or inside)
    )
