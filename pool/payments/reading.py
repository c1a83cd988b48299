"""Looking at payment lists, and taking their file out.

What a reader takes no part in is not shown: such a line is counted, and nothing more is told.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlmodel import Session, col

import pool.journal as journal
from pool import keys
from pool.cases import access
from pool.cases.house import House
from pool.identity.actor import Actor
from pool.models.case import Case
from pool.models.payments import Payee, PaymentItem, PaymentList
from pool.payments import once
from pool.payments.errors import Damaged, NoSuchList, NotNow, StaysOut
from pool.payments.lists import name
from workflows.definition import Transition

DOWNLOADERS = frozenset({"finance"})
"""Who takes the file out: it may name persons by CPR number."""
PAGE = 50


@dataclass(frozen=True, slots=True)
class Summary:
    """A list among others. ``amount`` is what its lines come to that were not dropped, øre.
    ``hidden`` lines are of cases the reader stays out of, and in none of the other figures."""

    list: PaymentList
    lines: int
    left: int
    amount: int
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A payment of a list, with its case, receiver and the move that pays it."""

    item: PaymentItem
    case: Case
    payee: Payee
    transition: Transition


@dataclass(frozen=True, slots=True)
class ListView:
    """A list as one reader sees it; ``hidden`` lines are of cases the reader stays out of, and
    ``hidden_left`` of them are neither paid nor dropped."""

    list: PaymentList
    lines: tuple[Line, ...]
    hidden: int
    hidden_left: int = 0

    @property
    def left(self) -> tuple[Line, ...]:
        """The lines that are neither paid nor dropped."""
        return tuple(line for line in self.lines if line.item.state == "listed")

    @property
    def total(self) -> int:
        """What is paid, or to be paid, by the lines the reader sees, øre."""
        return sum(line.item.amount for line in self.lines if line.item.state != "dropped")


@dataclass(frozen=True, slots=True)
class Earlier:
    """A line that stood in a list's file and was taken off before it was paid."""

    list: PaymentList
    item: PaymentItem


def all_lists(
    session: Session, pools: Collection[str], person_id: int | None, page: int = 1
) -> tuple[tuple[Summary, ...], int]:
    """The lists of these pools, the newest first, :data:`PAGE` a page; and how many there are.
    ``person_id``: who reads them, for what that person stays out of."""
    total = session.execute(
        select(func.count()).select_from(PaymentList).where(col(PaymentList.pool).in_(pools))
    ).scalar_one()
    rows = list(
        session.execute(
            select(PaymentList)
            .where(col(PaymentList.pool).in_(pools))
            .order_by(col(PaymentList.id).desc())
            .limit(PAGE)
            .offset((page - 1) * PAGE)
        ).scalars()
    )
    sums: dict[int, dict[str, tuple[int, int]]] = {}
    hidden: dict[int, int] = {}
    out = col(PaymentItem.case_id).in_(access.stays_out_of(person_id or 0)).label("stays_out")
    for list_id, state, stays_out, count, amount in session.execute(
        select(
            col(PaymentItem.list_id),
            col(PaymentItem.state),
            out,
            func.count(),
            func.sum(col(PaymentItem.amount)),
        )
        .where(col(PaymentItem.list_id).in_([row.id for row in rows]))
        .group_by(col(PaymentItem.list_id), col(PaymentItem.state), out)
    ):
        if stays_out:
            hidden[list_id] = hidden.get(list_id, 0) + count
        else:
            sums.setdefault(list_id, {})[state] = (count, int(amount))
    found = [_summary(row, sums.get(row.id or 0, {}), hidden.get(row.id or 0, 0)) for row in rows]
    return tuple(found), total


def _summary(row: PaymentList, sums: dict[str, tuple[int, int]], hidden: int) -> Summary:
    return Summary(
        row,
        hidden=hidden,
        lines=sum(count for count, _ in sums.values()),
        left=sums.get("listed", (0, 0))[0],
        amount=sum(amount for state, (_, amount) in sums.items() if state != "dropped"),
    )


def find(session: Session, pool: str, number: int) -> PaymentList:
    """Raises :class:`NoSuchList`."""
    found: PaymentList | None = session.execute(
        select(PaymentList).where(col(PaymentList.pool) == pool, col(PaymentList.number) == number)
    ).scalar_one_or_none()
    if found is None:
        raise NoSuchList(f"{pool}-{number}")
    return found


def view(session: Session, house: House, found: PaymentList, actor: Actor) -> ListView:
    """The list's lines as ``actor`` may see them, in their order."""
    lines, hidden, hidden_left = [], 0, 0
    rows = session.execute(
        select(PaymentItem, Case, Payee)
        .join(Case, col(Case.id) == col(PaymentItem.case_id))
        .join(Payee, col(Payee.id) == col(PaymentItem.payee_id))
        .where(col(PaymentItem.list_id) == found.id)
        .order_by(col(PaymentItem.id))
    ).all()
    for item, case, payee in rows:
        if not access.may_see(session, house, case, actor):
            hidden += 1
            hidden_left += item.state == "listed"
            continue
        definition = house.definitions.version(session, case.pool, case.definition_version)
        transition = definition.transition(item.action)
        assert transition is not None, "a version that was used never changes"
        lines.append(Line(item, case, payee, transition))
    return ListView(found, tuple(lines), hidden, hidden_left)


def earlier(session: Session, case_ids: Collection[int]) -> dict[int, Earlier]:
    """Of each case the newest line that stood in a file and was taken off again, where nothing
    was paid by a list since: the same money is on its way a second time."""
    rows = session.execute(
        select(PaymentItem, PaymentList)
        .join(PaymentList, col(PaymentList.id) == col(PaymentItem.list_id))
        .where(col(PaymentItem.case_id).in_(case_ids), col(PaymentItem.state) != "listed")
        .order_by(col(PaymentItem.id))
    ).all()
    found: dict[int, Earlier] = {}
    for item, of in rows:
        if item.state == "paid":
            found.pop(item.case_id, None)
        elif item.stopped:
            found[item.case_id] = Earlier(of, item)
    return found


def to_release(session: Session, pools: Collection[str], person_id: int) -> tuple[PaymentList, ...]:
    """The prepared lists of these pools that ``person_id`` could release, the oldest first: of
    another's making, without a payee they gave or a case they stay out of. One query; none
    where there are no pools."""
    if not pools:
        return ()
    barred = (
        select(col(PaymentItem.list_id))
        .join(Payee, col(Payee.id) == col(PaymentItem.payee_id))
        .where(
            col(PaymentItem.state) == "listed",
            or_(
                col(Payee.given_by_id) == person_id,
                col(PaymentItem.case_id).in_(access.stays_out_of(person_id)),
            ),
        )
    )
    return tuple(
        session.execute(
            select(PaymentList)
            .where(
                col(PaymentList.pool).in_(pools),
                col(PaymentList.state) == "prepared",
                col(PaymentList.prepared_by_id) != person_id,
                col(PaymentList.id).not_in(barred),
            )
            .order_by(col(PaymentList.id))
        ).scalars()
    )


def of_case(session: Session, case_id: int) -> tuple[PaymentList, PaymentItem] | None:
    """The list, and its line, on which the case's next payment stands."""
    row = session.execute(
        select(PaymentList, PaymentItem)
        .join(PaymentItem, col(PaymentItem.list_id) == col(PaymentList.id))
        .where(col(PaymentItem.case_id) == case_id, col(PaymentItem.state) == "listed")
    ).one_or_none()
    return (row[0], row[1]) if row else None


def take_out(
    house: House, command_id: str, list_id: int, actor: Actor, now: datetime
) -> tuple[str, bytes]:
    """(name, bytes) of a released list's file, the very bytes that were made at its release. Who
    took it out, and when, stands in the record each time, also where one press was sent twice.

    Raises :class:`NoSuchList`, :class:`NotNow`, :class:`StaysOut`, :class:`Damaged`,
    :class:`pool.keys.CannotOpen`.
    """
    contents = ["take-out", list_id]

    def work(session: Session) -> tuple[str, bytes]:
        found = once.locked(session, list_id, actor)
        if not actor.roles & DOWNLOADERS:
            raise NoSuchList(str(list_id))
        if found.sealed is None:
            raise NotNow(found.state)
        hidden = view(session, house, found, actor).hidden
        if hidden:
            raise StaysOut(hidden)
        body = keys.ring().open(found.sealed)
        if hashlib.sha256(body).hexdigest() != found.sha256:
            raise Damaged(name(found))
        if once.result_of(session, command_id, actor, contents) is None:
            once.remember(session, command_id, actor, contents, now)
        journal.write(
            session,
            "system",
            "payment-list.taken-out",
            actor,
            now=now,
            data={"list": found.id, "pool": found.pool, "number": found.number},
        )
        return f"betalingsliste-{name(found)}.csv", body

    return house.database.write(work)
