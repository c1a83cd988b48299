"""Postings and transfers brought together: by themselves, by a person, and apart again; and a
posting that belongs to nothing of ours, explained.

A match is a posting and one or several transfers, or a transfer and several postings. Each step is
in the journal of the year, with ids and øre; words people write stand beside it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlmodel import Session, col

import pool.journal as journal
from pool.books import agreement, once, seeing
from pool.books.errors import BooksError
from pool.books.matching import Group
from pool.cases.house import House
from pool.identity.actor import Actor
from pool.models.books import Posting, PostingMatch
from workflows.values import Bad, lines

Pair = tuple[int, int]
"""A posting and a transfer."""
BATCH = 50
"""Matches in one unit of work: few enough that nobody waits for their cases."""
LONGEST_WORDS = 500


def match(house: House, *, pool: str, year: int, actor: Actor, now: datetime) -> int:
    """Make every match that needs nobody. How many there were. A pair that a person undid is
    not made again. Safe to run twice, and by two at once."""
    once.allowed(house, pool, actor)
    with house.database.read() as session:
        own = once.year_id(session, pool, year)
        seen = agreement.compare(session, pool, year)
        barred = undone(session, own)
    found = agreement.propose(seen.free_postings, seen.free_items, barred)
    return sum(
        _link(house, pool, year, found[at : at + BATCH], actor, now)
        for at in range(0, len(found), BATCH)
    )


def undone(session: Session, own: int) -> frozenset[tuple[int, int]]:
    """Pairs (posting, transfer) a person took apart."""
    events = journal.read(session, f"book-year:{own}", kinds=["books.unmatched"])
    return frozenset((pair[0], pair[1]) for event in events for pair in event.data["pairs"])


def _link(
    house: House, pool: str, year: int, groups: Sequence[Group], actor: Actor, now: datetime
) -> int:
    """One unit; what somebody else matched or explained meanwhile is passed over."""
    once.allowed(house, pool, actor)

    def unit(session: Session) -> int:
        own = once.year_id(session, pool, year)
        once.lock_all(session, own, [one for group in groups for one in group.transfers])
        free = _free(session, groups)
        for group in free:
            _store(session, group.pairs(), group.how, actor, now)
        if free:
            pairs = [list(pair) for group in free for pair in group.pairs()]
            once.note(session, own, "matched", actor, now, {"pairs": pairs, "how": "itself"})
        return len(free)

    return house.database.write(unit)


def _free(session: Session, groups: Sequence[Group]) -> list[Group]:
    postings = {one for group in groups for one in group.postings}
    transfers = {one for group in groups for one in group.transfers}
    open_ = set(
        session.execute(
            select(col(Posting.id)).where(
                col(Posting.id).in_(postings),
                col(Posting.explained).is_(None),
                col(Posting.id).not_in(select(col(PostingMatch.posting_id))),
            )
        ).scalars()
    )
    met = set(
        session.execute(
            select(col(PostingMatch.transfer_id)).where(
                col(PostingMatch.transfer_id).in_(transfers)
            )
        ).scalars()
    )
    return [
        group
        for group in groups
        if open_.issuperset(group.postings) and met.isdisjoint(group.transfers)
    ]


def _store(
    session: Session,
    pairs: Iterable[tuple[int, int]],
    how: str,
    actor: Actor,
    now: datetime,
) -> None:
    for posting, transfer in pairs:
        session.add(
            PostingMatch(
                posting_id=posting,
                transfer_id=transfer,
                how=how,
                matched_at=now,
                matched_by=actor.name,
            )
        )
    session.flush()


def pair(
    house: House,
    command_id: str,
    *,
    pool: str,
    year: int,
    postings: Collection[int],
    transfers: Collection[int],
    actor: Actor,
    now: datetime,
    seen: Collection[Pair] = (),
) -> int:
    """A person says that these are the same money: one posting and several transfers, or one
    transfer and several postings. Returns what the sums differ by (theirs less ours, øre): the
    difference stays one.

    ``seen`` are pairs (posting, transfer) that stood when the person chose: what is chosen may be
    part of such a match while its sums differ, and the others join that match.

    Raises :class:`BooksError`: ``nothing-chosen``, ``one-side`` (several of both), ``one-match``
    (with the matches they are part of it would be several of both), ``taken`` (somebody matched,
    explained or took apart one of them first), ``no-posting``, ``no-transfer``, ``stays-out``.
    """
    some, others = sorted(set(postings)), sorted(set(transfers))
    if not some or not others:
        raise BooksError("nothing-chosen")
    if min(len(some), len(others)) > 1:
        raise BooksError("one-side")
    onto = _touching(seen, some, others)
    some = sorted({*some, *(posting for posting, _ in onto)})
    others = sorted({*others, *(transfer for _, transfer in onto)})
    if min(len(some), len(others)) > 1:
        raise BooksError("one-match")

    def work(session: Session, own: int) -> dict[str, Any]:
        found = agreement.compare(session, pool, year)
        items = {one.id: one for group in found.matched for one in group.items}
        items |= {one.id: one for one in found.free_items}
        rows = {one.id: one for one in agreement.postings(session, pool, year)}
        if not rows.keys() >= set(some):
            raise BooksError("no-posting")
        if not items.keys() >= set(others):
            raise BooksError("no-transfer")
        closed = once.closed_to(session, actor.person_id, pool)
        if any(items[one].case_id in closed for one in others):
            raise BooksError("stays-out")
        standing = {pair for group in found.matched if group.difference for pair in group.pairs()}
        free = {one.id for one in found.free_postings}, {one.id for one in found.free_items}
        met = {one for one, _ in onto}, {one for _, one in onto}
        if _touching(standing, some, others) != onto or not (
            free[0] | met[0] >= set(some) and free[1] | met[1] >= set(others)
        ):
            raise BooksError("taken")
        pairs = [(one, other) for one in some for other in others if (one, other) not in onto]
        if not pairs:
            raise BooksError("nothing-chosen")
        _store(session, pairs, "hand", actor, now)
        theirs = sum(rows[one].amount for one in some)
        here = sum(items[one].amount for one in others)
        data = {"pairs": [list(one) for one in pairs], "how": "hand"}
        once.note(session, own, "matched", actor, now, data | {"theirs": theirs, "ours": here})
        return {"difference": theirs - here}

    wish: dict[str, Any] = {"pair": [some, others]}
    if onto:
        wish["onto"] = sorted(onto)
    told = once.run(
        house,
        command_id,
        wish,
        actor,
        now,
        pool=pool,
        year=year,
        work=work,
        cases=lambda session: once.cases_of(session, others),
    )
    return int(told["difference"])


def _touching(
    pairs: Collection[Pair], postings: Collection[int], transfers: Collection[int]
) -> set[Pair]:
    """Of ``pairs`` the whole matches of which one of these is a part."""
    some, others = set(postings), set(transfers)
    found: set[Pair] = set()
    while more := {one for one in pairs if one[0] in some or one[1] in others} - found:
        found |= more
        some |= {one for one, _ in more}
        others |= {one for _, one in more}
    return found


def undo(house: House, command_id: str, posting_id: int, actor: Actor, now: datetime) -> None:
    """Take the match of a posting apart, all of it. Raises :class:`BooksError`:
    ``not-matched``, ``stays-out``, ``meanwhile`` (it was matched otherwise at this moment)."""
    with house.database.read() as session:
        row = posting_of(session, posting_id)
        before = _whole(session, posting_id)
    transfers = {transfer for _, transfer in before}

    def work(session: Session, own: int) -> dict[str, Any]:
        pairs = _whole(session, posting_id)
        if not pairs:
            raise BooksError("not-matched")
        if {transfer for _, transfer in pairs} - transfers:
            raise BooksError("meanwhile")
        closed = once.closed_to(session, actor.person_id, row.pool)
        if closed.intersection(once.cases_of(session, transfers)):
            raise BooksError("stays-out")
        unlink(session, transfers)
        data = {"pairs": [list(one) for one in pairs]}
        once.note(session, own, "unmatched", actor, now, data)
        return {}

    once.run(
        house,
        command_id,
        {"undo": posting_id},
        actor,
        now,
        pool=row.pool,
        year=row.year,
        work=work,
        cases=lambda session: once.cases_of(session, transfers),
    )


def _whole(session: Session, posting_id: int) -> list[tuple[int, int]]:
    """All pairs of the match a posting is part of."""
    mine = select(col(PostingMatch.transfer_id)).where(col(PostingMatch.posting_id) == posting_id)
    rows = session.execute(
        select(col(PostingMatch.posting_id), col(PostingMatch.transfer_id))
        .where(col(PostingMatch.transfer_id).in_(mine))
        .order_by(col(PostingMatch.id))
    )
    return [(one[0], one[1]) for one in rows]


def unlink(session: Session, transfers: Collection[int]) -> None:
    """Delete the matches of these transfers, and of the postings they were matched with."""
    postings = select(col(PostingMatch.posting_id)).where(
        col(PostingMatch.transfer_id).in_(list(transfers))
    )
    ids = list(
        session.execute(
            select(col(PostingMatch.id)).where(
                or_(
                    col(PostingMatch.transfer_id).in_(list(transfers)),
                    col(PostingMatch.posting_id).in_(postings),
                )
            )
        ).scalars()
    )
    session.execute(
        delete(PostingMatch)
        .where(col(PostingMatch.id).in_(ids))
        .execution_options(synchronize_session=False)
    )


def explain(
    house: House, command_id: str, posting_id: int, words: str, actor: Actor, now: datetime
) -> None:
    """Say why a posting belongs to nothing of ours (another project's, a fee): from then on it
    counts no more. Raises :class:`BooksError`: ``explain-words``, ``explain-long``,
    ``explain-matched``, ``explained`` (somebody else was first), ``stays-out``."""
    try:
        said = lines(words, LONGEST_WORDS)
    except Bad as error:
        raise BooksError("explain-long", longest=LONGEST_WORDS) from error
    if not said:
        raise BooksError("explain-words")

    def check(session: Session, row: Posting) -> None:
        if row.explained is not None:
            raise BooksError("explained")
        if _whole(session, posting_id):
            raise BooksError("explain-matched")

    values = {"explained": said, "explained_by": actor.name, "explained_at": now}
    _tell(house, command_id, posting_id, "explained", check, values, {"why": said}, actor, now)


def unexplain(house: House, command_id: str, posting_id: int, actor: Actor, now: datetime) -> None:
    """Take an explanation back. Raises :class:`BooksError` (``not-explained``)."""

    def check(_session: Session, row: Posting) -> None:
        if row.explained is None:
            raise BooksError("not-explained")

    values = {"explained": None, "explained_by": None, "explained_at": None}
    _tell(house, command_id, posting_id, "unexplained", check, values, {}, actor, now)


def _tell(
    house: House,
    command_id: str,
    posting_id: int,
    what: str,
    check: Any,
    values: dict[str, Any],
    personal: dict[str, str],
    actor: Actor,
    now: datetime,
) -> None:
    with house.database.read() as session:
        row = posting_of(session, posting_id)

    def work(session: Session, own: int) -> dict[str, Any]:
        found = posting_of(session, posting_id)
        if seeing.stays_out_of(session, house, actor, found):
            raise BooksError("stays-out")
        check(session, found)
        session.execute(
            update(Posting)
            .where(col(Posting.id) == posting_id)
            .values(**values)
            .execution_options(synchronize_session=False)
        )
        data = {"posting": posting_id, "amount": found.amount}
        once.note(session, own, what, actor, now, data, personal or None)
        return {}

    once.run(
        house,
        command_id,
        {what: posting_id, **personal},
        actor,
        now,
        pool=row.pool,
        year=row.year,
        work=work,
    )


def posting_of(session: Session, posting_id: int) -> Posting:
    """Raises :class:`BooksError` (``no-posting``)."""
    found: Posting | None = session.execute(
        select(Posting)
        .where(col(Posting.id) == posting_id)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if found is None:
        raise BooksError("no-posting")
    return found
