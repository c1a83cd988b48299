"""What a reader may see of the two sides: nothing by which a case they stay out of could be told
(forvaltningsloven §§3-6). Sums and amounts stay, since the books must agree for everybody."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from pool.books import once
from pool.books.agreement import Comparison, Line, compare
from pool.books.matching import plain
from pool.cases import access
from pool.cases.house import House
from pool.identity.actor import Actor
from pool.models.books import Posting
from pool.models.case import Applicant, Case
from pool.models.payments import Payee

_SHORT = 4
"""Names shorter than this stand in too many texts by chance."""


@dataclass(frozen=True, slots=True)
class CaseOf:
    """A transfer's case. ``may_open``: whether the reader has its page."""

    number: str
    title: str
    may_open: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """``cases`` by id, but for those the reader stays out of; ``postings`` are the ids of those
    whose reference and text are withheld."""

    cases: Mapping[int, CaseOf]
    closed: frozenset[int]
    postings: frozenset[int]
    _marks: tuple[str, ...] = ()

    def withheld(self, case_id: int | None) -> bool:
        return case_id in self.closed

    def tells(self, words: Iterable[str]) -> bool:
        """Whether these cells name a case the reader stays out of."""
        return _names(words, self._marks)


def seen(
    session: Session,
    house: House,
    pool: str,
    compared: Comparison,
    *,
    person_id: int | None,
    roles: Collection[str],
) -> Seen:
    """For somebody with ``roles`` in the pool. Three queries."""
    closed = once.closed_to(session, person_id, pool)
    items = [one for group in compared.matched for one in group.items]
    items += compared.free_items
    ids = {one.case_id for one in items if one.case_id is not None}
    rows = session.execute(select(Case).where(col(Case.id).in_(ids | closed))).scalars().all()
    cases = {}
    for case in rows:
        if case.id in closed:
            continue
        version = house.definitions.version(session, case.pool, case.definition_version)
        may_open = case.state in access.seen_states(version, roles)
        cases[case.id or 0] = CaseOf(case.number, case.title, may_open)
    marks = _marks(session, [case for case in rows if case.id in closed])
    marks += [plain(one.reference) for one in items if one.case_id in closed and one.reference]
    return Seen(cases, closed, _hidden(compared, closed, marks), tuple(marks))


def stays_out_of(session: Session, house: House, actor: Actor, posting: Posting) -> bool:
    """Whether a posting is of a case the actor stays out of."""
    if not once.closed_to(session, actor.person_id, posting.pool):
        return False
    compared = compare(session, posting.pool, posting.year)
    told = seen(
        session, house, posting.pool, compared, person_id=actor.person_id, roles=actor.roles
    )
    return posting.id in told.postings


def _hidden(
    compared: Comparison, closed: Collection[int], marks: Collection[str]
) -> frozenset[int]:
    if not closed:
        return frozenset()
    hidden = {
        line.id
        for group in compared.matched
        if any(one.case_id in closed for one in group.items)
        for line in group.postings
    }
    lines: list[Line] = [*compared.free_postings, *compared.explained]
    lines += [line for group in compared.matched for line in group.postings]
    return frozenset(hidden | {one.id for one in lines if _names((one.reference, one.text), marks)})


def _marks(session: Session, cases: Sequence[Case]) -> list[str]:
    """What would tell which case it is: its number and title, who applied, who is paid."""
    if not cases:
        return []
    said = [word for case in cases for word in (case.number, case.title)]
    applicants = select(
        col(Applicant.organisation), col(Applicant.name), col(Applicant.for_name)
    ).where(col(Applicant.id).in_([case.applicant_id for case in cases]))
    payees = select(col(Payee.name), col(Payee.number)).where(
        col(Payee.case_id).in_([case.id for case in cases])
    )
    for statement in (applicants, payees):
        said += [word for row in session.execute(statement) for word in row if word]
    return [mark for word in said if len(mark := plain(word)) >= _SHORT]


def _names(words: Iterable[str], marks: Collection[str]) -> bool:
    texts = [plain(one) for one in words]
    return any(mark in text for mark in marks for text in texts)
