"""What is held back, before somebody's eyes: what would leave, what is not to leave after all, and
letting go.

After an old copy of the database was put back only a person can say what left since it was made:
they compare with the mail server's log and the bank, discard what was sent before, and lift the
hold with a reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlmodel import Session, col

import pool.holds as holds
import pool.journal as journal
import pool.outbox as outbox
from pool.cases import access, once
from pool.cases.errors import Invalid, NotFound
from pool.cases.fire import lock
from pool.cases.house import House
from pool.identity.actor import Actor
from pool.identity.people import ADMIN
from pool.models.case import Case
from pool.models.holds import Hold
from pool.models.outbox import Message
from pool.models.payments import PaymentItem, PaymentList
from workflows import values
from workflows.questions import AnswerFault

READERS = frozenset({ADMIN, "finance", "chair"})
"""Who sees what is held back."""
LIFTERS: Mapping[holds.What, frozenset[str]] = {
    "messages": READERS,
    "payments": frozenset({"finance", "chair"}),
}
"""Who lets go of what: whoever keeps the people's list knows nothing of the bank."""

WOULD_LEAVE = ("queued", "leased")
"""States of messages that leave by themselves."""
PAGE = 50
LONGEST_REASON = 2000
_ROOM = "held"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks: their roles by pool, and those held anywhere."""

    person_id: int
    roles: Mapping[str, frozenset[str]]
    everywhere: frozenset[str]

    @property
    def keeps_house(self) -> bool:
        return ADMIN in self.everywhere


@dataclass(frozen=True, slots=True)
class Leaving:
    """A message that would leave. ``number`` is its case's, where the reader may see that."""

    message: Message
    case_id: int | None
    number: str | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A payment list that is not settled, and the øre on it that are not paid."""

    list: PaymentList
    lines: int
    amount: int


@dataclass(frozen=True, slots=True)
class Overview:
    """What would leave, as far as the reader may see it. ``counts``: by kind, of all;
    ``total``: how many are listed on all pages; ``beyond``: how many besides."""

    counts: Mapping[str, int]
    leaving: tuple[Leaving, ...]
    total: int
    beyond: int
    payments: tuple[Prepared, ...]


def overview(session: Session, house: House, reader: Reader, page: int = 1) -> Overview:
    """Messages in the order they would leave, and payment lists of the reader's pools. Of a case
    the reader stays out of there is a count alone."""
    counts = {
        str(row[0]): int(row[1])
        for row in session.execute(
            select(col(Message.kind), func.count())
            .where(col(Message.state).in_(WOULD_LEAVE))
            .group_by(col(Message.kind))
        )
    }
    shown = and_(col(Message.state).in_(WOULD_LEAVE), _shown(session, house, reader))
    total = session.execute(
        select(func.count())
        .select_from(Message)
        .outerjoin(Case, col(Case.id) == col(Message.case_id))
        .where(shown)
    ).scalar_one()
    rows = session.execute(
        select(Message, Case, _sees(session, house, reader))
        .outerjoin(Case, col(Case.id) == col(Message.case_id))
        .where(shown)
        .order_by(col(Message.next_try_at), col(Message.id))
        .limit(PAGE)
        .offset((max(page, 1) - 1) * PAGE)
    )
    leaving = tuple(
        Leaving(row[0], row[1].id, row[1].number) if row[1] and row[2] else
        Leaving(row[0], None, None)
        for row in rows
    )  # fmt: skip
    beyond = sum(counts.values()) - total
    return Overview(counts, leaving, total, beyond, _prepared(session, reader))


def _sees(session: Session, house: House, reader: Reader) -> ColumnElement[bool]:
    return access.visible(house.definitions.in_use(session), reader.person_id, reader.roles)


def _shown(session: Session, house: House, reader: Reader) -> ColumnElement[bool]:
    """Messages of cases the reader may see; the administrator those without a case too, and of
    other cases but those they stay out of."""
    sees = and_(col(Message.case_id).is_not(None), _sees(session, house, reader))
    if not reader.keeps_house:
        return sees
    out = access.stays_out_of(reader.person_id)
    return or_(sees, col(Message.case_id).is_(None), col(Message.case_id).not_in(out))


def _prepared(session: Session, reader: Reader) -> tuple[Prepared, ...]:
    pools = [
        key for key, roles in reader.roles.items() if not roles.isdisjoint(LIFTERS["payments"])
    ]
    if not pools:
        return ()
    out = access.stays_out_of(reader.person_id)
    rows = session.execute(
        select(PaymentList, func.count(col(PaymentItem.id)), func.sum(col(PaymentItem.amount)))
        .join(PaymentItem, col(PaymentItem.list_id) == col(PaymentList.id))
        .where(
            col(PaymentList.pool).in_(pools),
            col(PaymentList.state).in_(("prepared", "released")),
            col(PaymentItem.state) == "listed",
            col(PaymentItem.case_id).not_in(out),
        )
        .group_by(col(PaymentList.id))
        .order_by(col(PaymentList.id))
    )
    return tuple(Prepared(row[0], int(row[1]), int(row[2] or 0)) for row in rows)


def begin(
    house: House, command_id: str, what: holds.What, why: str, actor: Actor, now: datetime
) -> None:
    """Hold ``what`` from now on. Raises Invalid (field ``why``), NotFound for who may not, and
    CommandReused."""
    why = _reason(why, "why")
    said = once.digest(_ROOM, ["begin", what, why])

    def work(session: Session) -> None:
        _may(actor, what)
        if once.before(session, command_id, actor, said) is not None:
            return
        holds.hold(session, what, why, actor, now, how="page")
        once.remember(session, command_id, actor, said, {}, now)

    house.database.write(work)


def lift(
    house: House, command_id: str, what: holds.What, why: str, actor: Actor, now: datetime
) -> None:
    """Let ``what`` go on. Raises Invalid (field ``why``), NotFound for who may not,
    :class:`pool.holds.NotHeld` where somebody was first, and CommandReused."""
    why = _reason(why, "why")
    said = once.digest(_ROOM, ["lift", what, why])

    def work(session: Session) -> None:
        _may(actor, what)
        if once.before(session, command_id, actor, said) is not None:
            return
        holds.lift(session, what, why, actor, now)
        once.remember(session, command_id, actor, said, {}, now)

    house.database.write(work)


def discard(
    house: House,
    command_id: str,
    chosen: Iterable[int],
    reason: str,
    reader: Reader,
    actor: Actor,
    now: datetime,
) -> int:
    """Do not send these after all, while messages are held; how many that was. What a person
    did something about meanwhile is passed over.

    Raises Invalid (fields ``reason``, ``chosen``), NotFound for who may not or names what they
    may not see, :class:`pool.holds.NotHeld`, and CommandReused.
    """
    ids = sorted(set(chosen))
    reason = _reason(reason, "reason")
    if not ids:
        raise Invalid((AnswerFault("chosen", "required"),))
    said = once.digest(_ROOM, ["discard", ids, reason])

    def work(session: Session) -> int:
        _may(actor, "messages")
        first = once.before(session, command_id, actor, said)
        if first is not None:
            return int(first["done"])
        if holds.standing(session, "messages") is None:
            raise holds.NotHeld("messages")
        cases = session.execute(
            select(col(Message.case_id)).where(
                col(Message.id).in_(ids), col(Message.case_id).is_not(None)
            )
        ).scalars()
        for case_id in sorted({one for one in cases if one is not None}):
            lock(session, case_id)
        found = session.execute(
            select(Message)
            .outerjoin(Case, col(Case.id) == col(Message.case_id))
            .where(col(Message.id).in_(ids), _shown(session, house, reader))
            .order_by(col(Message.id))
            .execution_options(populate_existing=True)
        ).scalars().all()  # fmt: skip
        if len(found) != len(ids):
            raise NotFound("messages")
        gone: list[Message] = []
        for message in found:
            try:
                outbox.discard(session, message, reason=reason, by=actor.name)
            except outbox.MessageStateError:
                continue
            gone.append(message)
        _told(session, gone, reason, actor, now)
        once.remember(session, command_id, actor, said, {"done": len(gone)}, now)
        return len(gone)

    return house.database.write(work)


def _told(session: Session, gone: list[Message], reason: str, actor: Actor, now: datetime) -> None:
    """In each case's journal, and of what has no case in the house's."""
    personal = {"reason": reason}
    for message in sorted(gone, key=lambda one: (one.case_id or 0, one.id or 0)):
        if message.case_id is not None:
            journal.write(
                session,
                f"case:{message.case_id}",
                "case.message-discarded",
                actor,
                now=now,
                data={
                    "case": message.case_id,
                    "message": message.id,
                    "template": message.template,
                },
                personal=personal,
            )
    others = [message.id for message in gone if message.case_id is None]
    if others:
        journal.write(
            session,
            "system",
            "held-back.discarded",
            actor,
            now=now,
            data={"messages": others},
            personal=personal,
        )


def _may(actor: Actor, what: holds.What) -> None:
    if actor.person_id is None or actor.roles.isdisjoint(LIFTERS[what]):
        raise NotFound("held")


def _reason(typed: str, name: str) -> str:
    try:
        text = values.lines(typed, LONGEST_REASON)
    except values.Bad as bad:
        raise Invalid((AnswerFault(name, bad.code, bad.params),)) from bad
    if not text:
        raise Invalid((AnswerFault(name, "required"),))
    return text


def standing(session: Session) -> tuple[Hold, ...]:
    """The holds that stand, messages first."""
    return tuple(holds.all_standing(session))
