"""The one line for the pages of a year: the sums are made by the database, and only what is matched
with nothing is read. :func:`~pool.books.agreement.compare` says the same at length."""

from __future__ import annotations

from sqlalchemy import Select, Subquery, case, func, select
from sqlmodel import Session, col

import pool.ledger as ledger
from pool.books import ours
from pool.books.agreement import Agreement, cancelled, differences_of, postings, read_files
from pool.models.books import Posting, PostingMatch
from pool.models.ledger import Transfer


def result(session: Session, pool: str, year: int) -> Agreement:
    """The one line. Seven queries, few rows. Raises :class:`~pool.ledger.UnknownYear`."""
    own = ledger.get_year(session, pool, year).id or 0
    sides = ours.sides(own)
    here = session.execute(select(func.coalesce(func.sum(sides.c.amount), 0))).scalar_one()
    explained, theirs = session.execute(
        select(
            func.count(col(Posting.explained)),
            func.coalesce(
                func.sum(case((col(Posting.explained).is_(None), col(Posting.amount)), else_=0)), 0
            ),
        ).where(col(Posting.pool) == pool, col(Posting.year) == year)
    ).one()
    pairs = _pairs(pool, year, sides)
    apart = session.execute(_apart(pairs)).scalar_one()
    free = postings(
        session,
        pool,
        year,
        col(Posting.explained).is_(None),
        col(Posting.id).not_in(select(pairs.c.posting)),
    )
    items = ours.items(session, own, col(Transfer.id).not_in(select(pairs.c.transfer)))
    netted = cancelled(items)
    differences = differences_of((), free, [one for one in items if one.id not in netted])
    kinds = [one.kind for one in differences]
    as_of, unread = read_files(session, pool, year)
    return Agreement(
        agrees=(
            as_of is not None and not differences and not apart and theirs == here and not unread
        ),
        ours=int(here),
        theirs=int(theirs),
        only_ours=kinds.count("ours"),
        only_theirs=kinds.count("theirs"),
        other_amount=kinds.count("amount") + int(apart),
        explained=int(explained),
        as_of=as_of,
        unread=unread,
    )


def _pairs(pool: str, year: int, sides: Subquery) -> Subquery:
    """Each posting and transfer that are matched, both amounts, and of how many postings the
    transfer is: a match is one of either side and several of the other."""
    return (
        select(
            col(PostingMatch.posting_id).label("posting"),
            col(PostingMatch.transfer_id).label("transfer"),
            col(Posting.amount).label("theirs"),
            sides.c.amount.label("ours"),
            func.count().over(partition_by=col(PostingMatch.transfer_id)).label("postings"),
        )
        .join(Posting, col(Posting.id) == col(PostingMatch.posting_id))
        .join(sides, sides.c.id == col(PostingMatch.transfer_id))
        .where(col(Posting.pool) == pool, col(Posting.year) == year)
        .subquery("pairs")
    )


def _apart(pairs: Subquery) -> Select[int]:
    """How many matches have another sum on the one side than on the other."""
    several = case((pairs.c.postings > 1, 1), else_=0)
    name = case((pairs.c.postings > 1, pairs.c.transfer), else_=pairs.c.posting)
    groups = (
        select(
            several.label("several"),
            func.sum(pairs.c.theirs).label("sum_theirs"),
            func.max(pairs.c.theirs).label("theirs"),
            func.sum(pairs.c.ours).label("sum_ours"),
            func.max(pairs.c.ours).label("ours"),
        )
        .group_by(several, name)
        .subquery("groups")
    )
    theirs = case((groups.c.several == 1, groups.c.sum_theirs), else_=groups.c.theirs)
    here = case((groups.c.several == 1, groups.c.ours), else_=groups.c.sum_ours)
    return select(func.count()).select_from(groups).where(theirs != here)
