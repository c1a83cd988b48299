"""What a case wants of somebody: as SQL, so that inbox and lists ask once however many cases
there are, and as codes that pages put into words.

Each source is asked only of the pools where the reader has the role, and the feature is on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    and_,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased
from sqlmodel import col

from pool.cases import access
from pool.cases.assessments import FEATURE as CRITERIA
from pool.cases.assessments import GIVERS
from pool.clock import local_day
from pool.models.base import Utc
from pool.models.case import IMPORT, Case, Deadline, Enquiry, Payment
from pool.models.casework import Assessment, Correspondence
from pool.models.meetings import Ballot, Vote
from pool.models.outbox import Message
from pool.models.reports import SpotCheck
from workflows.definition import Definition, State, Transition
from workflows.vocabulary import ROLES

MOVE, VOTE, CONFIRM, ASSESS, WRITTEN, LATE, TELL, TROUBLE = (1 << bit for bit in range(8))
"""The state waits for a role of the reader; an open ballot lacks their vote; a vote is over and to
be confirmed; their assessment is missing; the applicant has written; what the applicant owes is
late; somebody without e-mail is to be told; a mail did not get through."""
CHECK = 1 << 8
"""The vouchers of accounts that were drawn have come, and are to be looked into."""
BACK = 1 << 9
"""A payment came back from the bank, and nothing was paid since."""
EVERY = (MOVE, VOTE, CONFIRM, ASSESS, WRITTEN, LATE, CHECK, BACK, TELL, TROUBLE)

_SECRETARIAT = frozenset({"secretariat"})
_CHAIR = frozenset({"chair"})
_PAYERS = frozenset({"secretariat", "finance"})
_CHECKERS = frozenset({"secretariat", "finance"})
SPOT_CHECK = "spot-check"
_OF_APPLICANT = ("answer", "report", "vouchers", "repay")
"""Deadlines that are the applicant's to keep."""
_ASIDE = frozenset(
    {
        *("ask", "void", "withdraw", "lapse", "forward", "undo", "reopen", "revoke", "postpone"),
        *("raise", "lower", "stop-rest", "payment-failed", "carry-over", "return-report"),
        *("write-off", "return-undone", "wait"),
    }
)
"""Effects of moves that are no next step: they end the case otherwise, or hold it up."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks, and when. ``roles`` by pool; ``definitions`` are all versions in use."""

    person_id: int
    roles: Mapping[str, frozenset[str]]
    definitions: tuple[Definition, ...]
    now: datetime

    def sees(self) -> ColumnElement[bool]:
        """The cases the reader may see."""
        return access.visible(self.definitions, self.person_id, self.roles)

    def pools(self, roles: frozenset[str], feature: str | None = None) -> list[str]:
        """The pools in which the reader has one of ``roles``, and some version has ``feature``."""
        found = {
            one.key
            for one in self.definitions
            if self.roles.get(one.key, frozenset()) & roles and (not feature or one.has(feature))
        }
        return sorted(found)


def waits(definition: Definition, state: State) -> frozenset[str]:
    """The roles that have something to do while a case is in ``state``: as its definition says;
    in one from before definitions said so, who can take the next step."""
    if any(one.waits for one in definition.states):
        return frozenset(state.waits)
    if state.final or state.clock == "paused":
        return frozenset()
    able: set[str] = set()
    for move in definition.leaving(state.key):
        if (
            move.target(state.key) != state.key
            and "applicant" not in move.who
            and _ASIDE.isdisjoint(move.effects)
        ):
            able |= set(move.who)
    return frozenset(able) & frozenset(ROLES) - {"applicant", "system"}


def next_step(
    definition: Definition,
    state: State,
    roles: Iterable[str],
    fails: frozenset[str] = frozenset(),
) -> Transition | None:
    """The move that ``roles`` are waited for with: the first in the file that goes on with the
    case, else the first that ends it as it should. None where there is none of theirs. ``fails``:
    guards that are known to stand in the way."""
    held = frozenset(roles)
    mine = [
        move
        for move in definition.leaving(state.key)
        if held & frozenset(move.who)
        and move.target(state.key) != state.key
        and _ASIDE.isdisjoint(move.effects)
        and fails.isdisjoint(move.guards)
    ]
    onward = (
        move
        for move in mine
        if move.outcome or "announce" in move.effects or not definition.state(move.to).final
    )
    return next(onward, mine[0] if mine else None)


def of(reader: Reader) -> Any | None:
    """A subquery of (``case_id``, ``mask``, ``at``): what each case wants of the reader, bits of
    :data:`EVERY`, and when that itself is due (UTC; null: as the case). Which cases they may see
    is for the caller to ask. None where nothing can be wanted of them."""
    parts = list(_parts(reader))
    if not parts:
        return None
    every = union_all(*parts).subquery("want")
    return (
        select(
            every.c.case_id,
            func.sum(every.c.bit.distinct()).label("mask"),
            func.min(every.c.at, type_=Utc).label("at"),
        )
        .group_by(every.c.case_id)
        .subquery("wanted")
    )


def codes(mask: int) -> tuple[int, ...]:
    """The bits of a mask, in their order."""
    return tuple(bit for bit in EVERY if mask & bit)


def _part(case_id: Any, bit: int, *where: ColumnElement[bool], at: Any = None) -> Any:
    due = cast(null(), Utc) if at is None else at
    return select(case_id.label("case_id"), literal(bit).label("bit"), due.label("at")).where(
        *where
    )


def _parts(reader: Reader) -> Iterator[Any]:
    yield from _moves(reader)
    yield from _of_secretariat(reader)
    yield from _of_payers(reader)
    yield from _votes(reader)
    yield from _assessments(reader)
    yield from _checks(reader)


def _in(pools: list[str]) -> ColumnElement[bool]:
    return col(Case.pool).in_(pools)


def _alive(reader: Reader) -> ColumnElement[bool]:
    """A past year read in from a record waits for nobody."""
    return or_(col(Case.channel) != IMPORT, col(Case.year) >= local_day(reader.now).year)


def _moves(reader: Reader) -> Iterator[Any]:
    ways = []
    for one in reader.definitions:
        held = reader.roles.get(one.key, frozenset())
        if one.has(CRITERIA):
            held -= {"member"}  # an assessment is what is wanted of them
        states = [state.key for state in one.states if held & waits(one, state)]
        for some, where in _by_report(one, held, states):
            ways.append(
                and_(
                    col(Case.pool) == one.key,
                    col(Case.definition_version) == one.version,
                    col(Case.state).in_(some),
                    *where,
                )
            )
    if ways:
        yield _part(col(Case.id), MOVE, or_(*ways), _alive(reader))


def _by_report(
    definition: Definition, held: frozenset[str], states: list[str]
) -> Iterator[tuple[list[str], list[ColumnElement[bool]]]]:
    """The states that wait for somebody with the roles ``held``, with the conditions under which
    they do. A report of which something is asked, whose vouchers are to be seen, or of which money
    is to come back waits for that; a claim that is paid back waits to be closed."""
    moves = {state.key: definition.leaving(state.key) for state in definition.states}
    asked = [
        key
        for key in states
        if any("ask" in move.effects and move.target(key) == key for move in moves[key])
    ]
    if plain := [key for key in states if key not in asked]:
        yield plain, []
    if asked:
        where = [~_open_question(), ~_still_due("repay")]
        if definition.has(SPOT_CHECK):
            where.append(~_drawn().exists())
        yield asked, where
    claimed = [
        key
        for key, leaving in moves.items()
        if key not in states
        and any("all-returned" in move.guards and held & frozenset(move.who) for move in leaving)
    ]
    if claimed:
        yield claimed, [~_still_due("repay")]


def _open_question() -> ColumnElement[bool]:
    return (
        select(col(Enquiry.id))
        .where(col(Enquiry.case_id) == col(Case.id), col(Enquiry.answered_at).is_(None))
        .exists()
    )


def _still_due(kind: str) -> ColumnElement[bool]:
    return (
        select(col(Deadline.id))
        .where(
            col(Deadline.case_id) == col(Case.id),
            col(Deadline.kind) == kind,
            col(Deadline.met_at).is_(None),
        )
        .exists()
    )


def _drawn() -> Any:
    """The draw of a case whose accounts are to be looked into still."""
    return select(col(SpotCheck.id)).where(
        col(SpotCheck.case_id) == col(Case.id),
        col(SpotCheck.drawn),
        col(SpotCheck.result).is_(None),
    )


def _checks(reader: Reader) -> Iterator[Any]:
    """Accounts to look into: their vouchers are here, or noted as seen."""
    pools = reader.pools(_CHECKERS, SPOT_CHECK)
    if pools:
        yield _part(
            col(Case.id),
            CHECK,
            _in(pools),
            col(Case.closed_at).is_(None),
            _drawn().exists(),
            ~_still_due("vouchers"),
        )


def _of_secretariat(reader: Reader) -> Iterator[Any]:
    pools = reader.pools(_SECRETARIAT)
    if not pools:
        return
    yield _part(
        col(Correspondence.case_id),
        WRITTEN,
        col(Correspondence.side) == "applicant",
        col(Correspondence.read_at).is_(None),
        _in(pools),
    ).join(Case, col(Case.id) == col(Correspondence.case_id))
    yield _part(
        col(Deadline.case_id),
        LATE,
        col(Deadline.kind).in_(_OF_APPLICANT),
        col(Deadline.met_at).is_(None),
        col(Deadline.due_at) < reader.now,
        _in(pools),
        _alive(reader),
    ).join(Case, col(Case.id) == col(Deadline.case_id))
    yield _part(col(Message.case_id), TELL, col(Message.state) == "waiting", _in(pools)).join(
        Case, col(Case.id) == col(Message.case_id)
    )
    again: Any = aliased(Message)
    newer = (
        select(again.id)
        .where(
            again.resend_of == func.coalesce(col(Message.resend_of), col(Message.id)),
            again.resend_number > col(Message.resend_number),
        )
        .exists()
    )
    yield _part(
        col(Message.case_id),
        TROUBLE,
        col(Message.state).in_(("failed", "unknown")),
        or_(col(Message.state) == "failed", col(Message.kind) != "link"),
        ~newer,
        _in(pools),
    ).join(Case, col(Case.id) == col(Message.case_id))


def _of_payers(reader: Reader) -> Iterator[Any]:
    if pools := reader.pools(_PAYERS):
        later: Any = aliased(Payment)
        newer = (
            select(later.id)
            .where(later.case_id == col(Payment.case_id), later.id > col(Payment.id))
            .exists()
        )
        yield _part(
            col(Payment.case_id),
            BACK,
            col(Payment.failed_at).is_not(None),
            ~newer,
            col(Case.closed_at).is_(None),
            _in(pools),
        ).join(Case, col(Case.id) == col(Payment.case_id))


def _votes(reader: Reader) -> Iterator[Any]:
    if pools := reader.pools(GIVERS, "votes"):
        voted = select(col(Vote.ballot_id)).where(col(Vote.person_id) == reader.person_id)
        yield _part(
            col(Ballot.case_id),
            VOTE,
            col(Ballot.state) == "open",
            col(Ballot.closes_at) > reader.now,
            col(Ballot.id).not_in(voted),
            _entitled(reader.person_id),
            at=col(Ballot.closes_at),
        ).join(Case, col(Case.id) == col(Ballot.case_id))
    if pools := reader.pools(_CHAIR, "votes"):
        later: Any = aliased(Ballot)
        newer = (
            select(later.id)
            .where(later.case_id == col(Ballot.case_id), later.number > col(Ballot.number))
            .exists()
        )
        yield _part(
            col(Ballot.case_id),
            CONFIRM,
            col(Ballot.state).in_(("carried", "lost", "not-quorate")),
            col(Ballot.decision_id).is_(None),
            col(Case.decision_id).is_(None),
            col(Case.closed_at).is_(None),
            ~newer,
            _in(pools),
        ).join(Case, col(Case.id) == col(Ballot.case_id))


def _entitled(person_id: int) -> ColumnElement[bool]:
    """The ballots in which ``person_id`` votes (:func:`pool.cases.open_ballots.voters`). The list
    is compared as text, for both engines write it alike but for spaces."""
    listed: Any = col(Ballot.inputs)["voters"].as_string()
    for sign, instead in ((" ", ""), ("[", ","), ("]", ",")):
        listed = func.replace(listed, sign, instead)
    found: ColumnElement[bool] = listed.like(f"%,{person_id},%")
    return found


def _assessments(reader: Reader) -> Iterator[Any]:
    ways = [
        and_(
            col(Case.pool) == one.key,
            col(Case.definition_version) == one.version,
            col(Case.state).in_(
                [
                    state.key
                    for state in one.states
                    if state.kind == "application"
                    and state.clock == "running"
                    and not state.start  # until it is looked at there is nothing to assess
                    and not state.final
                ]
            ),
        )
        for one in reader.definitions
        if one.has(CRITERIA)
        and one.assessment is not None
        and reader.roles.get(one.key, frozenset()) & GIVERS
    ]
    if ways:
        given = select(col(Assessment.case_id)).where(col(Assessment.person_id) == reader.person_id)
        yield _part(
            col(Case.id),
            ASSESS,
            or_(*ways),
            col(Case.decision_id).is_(None),
            col(Case.id).not_in(given),
            _alive(reader),
        )
