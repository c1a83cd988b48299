"""What stands between a pool's year and its end, for whoever closes it.

Every hold with its case and since when; what is merely worth knowing before; the rest that would go
back. Which cases are named follows ``pool.cases.access``: the others are counted, with their money,
for the year cannot be closed over them. Amounts are øre.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, func, select
from sqlmodel import Session, col

import pool.journal as journal
import pool.ledger as ledger
from pool.cases import access, facts, money, search, waiting
from pool.cases.fire import who
from pool.cases.house import House
from pool.identity.actor import Actor
from pool.models.base import known
from pool.models.case import Applicant, Case, Decision, Enquiry, Report
from pool.models.ledger import Account, Transfer
from pool.plan.closing import BEGUN, CLOSED, undecided
from pool.plan.closing_shapes import Hold, Standing, Turn, Unnamed, Worth
from workflows.definition import Definition, Transition
from workflows.explain import explain

PAYS = frozenset({"post", "post-instalment", "pay-advance", "settle"})
LETS_GO = frozenset({"lapse", "stop-rest"})
CARRIES = frozenset({"carry-over"})
"""Effects of the moves that resolve a hold: it is paid, it is released, it is carried over."""
ENDS_WAITING = frozenset({"wait-over", "decide", "withdraw", "lapse"})
"""Effects of the moves by which an application that waits for money comes to its answer."""
BY_LIST = frozenset({"not-by-list", "on-list"})
"""Obstacles of a payment that goes by a payment list."""
NEXT = frozenset({"next-year-missing"})
"""What is missing while the next year is not open: the page says that once, for all of them."""
CLAIMS = frozenset({"claim", "claim-advance"})
"""Effects that ask money back as well: no part of letting go of many holds at once."""


def standing(
    session: Session, house: House, pool: str, year: int, actor: Actor, now: datetime
) -> Standing | None:
    """None where the year is not in the books. A fixed number of queries, and for each case with
    held money, or waiting for some, those its facts take: what it offers is what can be done."""
    found = money.year(session, pool, year)
    if found is None:
        return None
    knows = _knows(session, house, pool, actor)
    status = ledger.status(session, pool, year, undisclosed=knows)
    holds, unnamed = _holds(session, house, found.id, pool, actor, now)
    worth, unseen = _worth(session, house, pool, year, actor, now)
    following = money.year(session, pool, year + 1)
    return Standing(
        year_id=found.id,
        state=found.state,
        begun=turn(session, found.id, BEGUN) if found.state != "open" else None,
        closed=turn(session, found.id, CLOSED) if found.state == "closed" else None,
        status=status,
        holds=holds,
        unnamed=unnamed,
        worth=worth if found.state != "closed" else (),
        unseen=unseen,
        undecided=session.execute(
            select(func.count()).select_from(Case).where(*undecided(pool, year))
        ).scalar_one(),
        free=status.free,
        earmarked=status.earmarked,
        head=_head(session, pool, found.id) if found.state == "closed" else None,
        next_open=following is not None and following.state == "open",
    )


def turn(session: Session, year_id: int, kind: str) -> Turn | None:
    """The last time the year's journal has an event of ``kind``."""
    events = journal.read(session, f"book-year:{year_id}", kinds=(kind,))
    return Turn(events[-1].actor_name or "", events[-1].recorded_at) if events else None


def _head(session: Session, pool: str, year_id: int) -> ledger.Head | None:
    """As the journal of the year's end has it: the book has gone on since."""
    events = journal.read(session, f"book-year:{year_id}", kinds=(CLOSED,))
    if not events or "hash" not in events[-1].data:
        return None
    return ledger.Head(pool, int(events[-1].data["n"]), str(events[-1].data["hash"]))


def _knows(session: Session, house: House, pool: str, actor: Actor) -> bool:
    """Whether the reader may know of decisions that are not announced, in every version in use."""
    return all(
        access.knows_undisclosed(one, actor.roles)
        for one in house.definitions.in_use(session)
        if one.key == pool and any(state.undisclosed for state in one.states)
    )


def _visible(session: Session, house: House, pool: str, actor: Actor) -> Select[Any]:
    mine = access.visible(house.definitions.in_use(session), actor.person_id, {pool: actor.roles})
    return select(col(Case.id)).where(mine)


def _holds(
    session: Session, house: House, year_id: int, pool: str, actor: Actor, now: datetime
) -> tuple[tuple[Hold, ...], Unnamed]:
    parents = {
        known(row[0]): str(row[1])
        for row in session.execute(
            select(col(Account.id), col(Account.label)).where(
                col(Account.year_id) == year_id, col(Account.kind) == "earmark"
            )
        )
    }
    held: dict[int, list[Account]] = defaultdict(list)
    for account in session.execute(
        select(Account)
        .where(
            col(Account.year_id) == year_id,
            col(Account.kind) == "held",
            col(Account.balance) > 0,
        )
        .order_by(col(Account.id))
    ).scalars():
        held[account.case_id or 0].append(account)
    since = {
        row[0]: (row[1], row[2])
        for row in session.execute(
            select(col(Transfer.case_id), col(Transfer.effective_on), col(Transfer.precision))
            .where(col(Transfer.year_id) == year_id, col(Transfer.kind) == "hold")
            .order_by(col(Transfer.n).desc())
        )
    }
    rows = session.execute(
        select(Case, Applicant, Decision)
        .join(Applicant, col(Applicant.id) == col(Case.applicant_id))
        .outerjoin(Decision, col(Decision.id) == col(Case.decision_id))
        .where(
            col(Case.id).in_(
                select(col(Account.case_id)).where(
                    col(Account.year_id) == year_id,
                    col(Account.kind) == "held",
                    col(Account.balance) > 0,
                )
            ),
            col(Case.id).in_(_visible(session, house, pool, actor)),
        )
        .order_by(col(Case.id))
        .options(search.WITHOUT)
    ).all()
    holds = []
    for case, applicant, decision in rows:
        accounts = held.pop(known(case.id))
        definition = house.definitions.version(session, pool, case.definition_version)
        day, precision = since[case.id]
        moves = _moves(definition, case, actor, PAYS | LETS_GO | CARRIES)
        able, by_list = _able(session, definition, case, actor, now, moves)
        holds.append(
            Hold(
                case=case,
                applicant=applicant.shown,
                definition=definition,
                amount=sum(one.balance for one in accounts),
                since=day,
                precision=precision,
                accounts=len(accounts),
                earmarks=tuple(
                    dict.fromkeys(
                        parents[one.parent_id] for one in accounts if one.parent_id in parents
                    )
                ),
                announced=decision is not None and decision.announced_at is not None,
                pays=_with(able, PAYS),
                lets_go=tuple(
                    move for move in _with(able, LETS_GO) if CLAIMS.isdisjoint(move.effects)
                ),
                carries=_with(able, CARRIES),
                by_list=by_list,
                has_moves=bool(moves),
            )
        )
    return tuple(holds), _others(session, house, pool, actor, held)


def _others(
    session: Session, house: House, pool: str, actor: Actor, held: Mapping[int, list[Account]]
) -> Unnamed:
    """``held`` by the cases that are not named."""
    quiet: set[int] = set()
    if held and not _knows(session, house, pool, actor):
        quiet.update(
            session.execute(
                select(col(Case.id))
                .join(Decision, col(Decision.id) == col(Case.decision_id))
                .where(col(Case.id).in_(held), col(Decision.announced_at).is_(None))
            ).scalars()
        )
    told = sum(one.balance for key, some in held.items() if key not in quiet for one in some)
    return Unnamed(len(held), told, len(quiet))


def _moves(
    definition: Definition, case: Case, actor: Actor, effects: frozenset[str]
) -> tuple[Transition, ...]:
    """The moves out of the case's state that the actor's roles may make."""
    return tuple(
        move
        for move in definition.leaving(case.state)
        if effects & frozenset(move.effects) and actor.roles & frozenset(move.who)
    )


def _able(
    session: Session,
    definition: Definition,
    case: Case,
    actor: Actor,
    now: datetime,
    moves: tuple[Transition, ...],
) -> tuple[tuple[Transition, ...], bool]:
    """Those of ``moves`` that the case's own page would offer now (a carrying over as well that
    lacks but the next year), and whether one of the others
    is a payment that only lacks its payment list."""
    if not moves:
        return (), False
    gathered = facts.gather(session, definition, case, now)
    found = [(move, explain(definition, gathered, move.key, who(actor))) for move in moves]
    by_list = any(
        PAYS & frozenset(move.effects)
        and not said.allowed
        and BY_LIST.issuperset(one.code for one in said.obstacles)
        for move, said in found
    )
    able = tuple(
        move
        for move, said in found
        if said.allowed
        or (
            CARRIES & frozenset(move.effects)
            and NEXT.issuperset(one.code for one in said.obstacles)
        )
    )
    return able, by_list


def _with(moves: tuple[Transition, ...], effects: frozenset[str]) -> tuple[Transition, ...]:
    return tuple(move for move in moves if effects & frozenset(move.effects))


def _answers(definition: Definition, case: Case, actor: Actor) -> tuple[Transition, ...]:
    """The moves by which the actor ends the waiting."""
    return tuple(
        move
        for move in definition.leaving(case.state)
        if ENDS_WAITING & frozenset(move.effects)
        and move.target(case.state) != case.state
        and actor.roles & frozenset(move.who)
    )


def _worth(
    session: Session, house: House, pool: str, year: int, actor: Actor, now: datetime
) -> tuple[tuple[Worth, ...], int]:
    question = exists().where(
        col(Enquiry.case_id) == col(Case.id), col(Enquiry.answered_at).is_(None)
    )
    report = exists().where(col(Report.case_id) == col(Case.id))
    out = (
        select(func.coalesce(func.sum(col(Account.balance)), 0))
        .where(col(Account.case_id) == col(Case.id), col(Account.kind) == "paid")
        .correlate(Case)
        .scalar_subquery()
    )
    held = select(col(Account.case_id)).where(
        col(Account.case_id).is_not(None), col(Account.kind) == "held", col(Account.balance) > 0
    )
    of_year = (
        col(Case.pool) == pool,
        col(Case.year) == year,
        col(Case.closed_at).is_(None),
        col(Case.kind) != "suggestion",
    )
    mine = col(Case.id).in_(_visible(session, house, pool, actor))
    unseen = session.execute(
        select(func.count()).select_from(Case).where(*of_year, ~mine, col(Case.id).not_in(held))
    ).scalar_one()
    rows = session.execute(
        select(Case, col(Decision.announced_at), question, report, out)
        .outerjoin(Decision, col(Decision.id) == col(Case.decision_id))
        .where(*of_year, mine)
        .order_by(col(Case.id))
        .options(search.WITHOUT)
    )
    found = []
    for case, announced_at, asked, reported, paid in rows:
        definition = house.definitions.version(session, pool, case.definition_version)
        moves: tuple[Transition, ...] = ()
        if case.state in waiting.states(definition):
            code = "waiting"
            answers = _answers(definition, case, actor)
            moves, _ = _able(session, definition, case, actor, now, answers)
        elif case.decision_id is None:
            code = "question" if asked else "undecided"
        elif announced_at is None and case.outcome == "refused":
            code = "unannounced"
        elif asked:
            code = "question"
        elif paid and not reported:
            code = "unreported"
        else:
            continue
        left = case.decision_id is None or (announced_at is None and case.outcome == "refused")
        found.append(Worth(code, case, definition, moves, left))
    return tuple(found), int(unseen)
