"""Cases near a case: what the same applicant got before, and what similar activities got.

Everything here is narrowed by ``pool.cases.access``: a case that its reader may not see is neither
listed nor counted, and a decision that is not announced is there only for who may know of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlmodel import Session, col

from pool.cases import access
from pool.cases.forwarding import ORIGIN as FORWARDED
from pool.cases.house import House
from pool.cases.recusal_hints import significant
from pool.models.case import Applicant, Case
from pool.models.ledger import Account, Transfer
from workflows.definition import Text

YEARS_BACK = 3
"""How many budget years before the case's own similar grants are looked for in."""
MOST = 5
"""Similar grants shown."""
_LOOKED_THROUGH = 400
"""Grants of the last years that are compared, newest first."""
_LISTED = 50
_ASCII_RUN = re.compile(r"[a-z0-9]{2,}")
_COMMON = frozenset(
    {
        *("og", "i", "på", "for", "til", "af", "med", "en", "et", "den", "det", "de", "der", "som"),
        *("ved", "om", "fra", "vores", "min", "the", "and", "of", "in", "at", "to", "a", "an"),
    }
)


@dataclass(frozen=True, slots=True)
class Near:
    """One such case. ``granted`` is None while nothing is decided; ``area`` and ``words`` say what
    it has in common with the case where that is why it is shown."""

    number: str
    pool: str
    pool_name: Text
    year: int
    title: str
    state_name: Text
    asked: int | None
    granted: int | None
    outcome: str | None
    area: bool = False
    words: tuple[str, ...] = ()


def of_applicant(
    session: Session,
    house: House,
    case: Case,
    applicant: Applicant,
    *,
    person_id: int | None,
    roles: Mapping[str, frozenset[str]],
) -> tuple[Near, ...]:
    """Other cases of the same applicant in all pools, newest first: the same e-mail address, CVR
    number or name of the organisation. What was sent on from or to another pool is the same
    application, and not another. Two queries."""
    same = _same(applicant)
    if not same:
        return ()
    rows = session.execute(
        select(Case, Applicant)
        .join(Applicant, col(Applicant.id) == col(Case.applicant_id))
        .where(
            or_(*same),
            col(Case.id) != case.id,
            access.visible(house.definitions.in_use(session), person_id, roles),
        )
        .order_by(col(Case.year).desc(), col(Case.id).desc())
        .limit(_LISTED * 4)
    ).all()
    return tuple(
        _near(session, house, other)
        for other, whom in rows
        if _is_same(applicant, whom) and not _sent_on(case, other) and not _sent_on(other, case)
    )[:_LISTED]


def _sent_on(first: Case, other: Case) -> bool:
    return other.origin_kind == FORWARDED and other.origin_id == first.id


def _same(applicant: Applicant) -> list[ColumnElement[bool]]:
    """The sieve of the database, no finer than :func:`_is_same`: the longest run of plain letters
    in the name is compared there, since the two engines know the other letters differently."""
    found: list[ColumnElement[bool]] = []
    if applicant.email:
        found.append(func.lower(col(Applicant.email)) == applicant.email.strip().lower())
    if applicant.cvr:
        found.append(col(Applicant.cvr) == applicant.cvr)
    if runs := _ASCII_RUN.findall(_flat(applicant.organisation)):
        found.append(col(Applicant.organisation).ilike(f"%{max(runs, key=len)}%"))
    return found


def _is_same(one: Applicant, other: Applicant) -> bool:
    if one.email and other.email and _flat(one.email) == _flat(other.email):
        return True
    if one.cvr and one.cvr == other.cvr:
        return True
    return bool(one.organisation) and _plain(one.organisation) == _plain(other.organisation)


def similar(
    session: Session,
    house: House,
    case: Case,
    *,
    person_id: int | None,
    roles: Mapping[str, frozenset[str]],
) -> tuple[Near, ...]:
    """Grants of the same pool in this and the :data:`YEARS_BACK` years before: of the same focus
    area or with a word of the title in common, and of between half and twice the amount asked
    for where that is known; none that came to nothing. Most in common first, then newest.
    Two queries."""
    wanted = [
        access.visible(house.definitions.in_use(session), person_id, roles),
        col(Case.pool) == case.pool,
        col(Case.id) != case.id,
        col(Case.granted) > 0,
        ~_taken_back(),
        col(Case.year).between(case.year - YEARS_BACK, case.year),
    ]
    if case.asked is not None:
        wanted.append(
            or_(
                col(Case.granted).between(case.asked // 2, case.asked * 2),
                col(Case.asked).between(case.asked // 2, case.asked * 2),
            )
        )
    rows = session.execute(
        select(Case)
        .where(*wanted)
        .order_by(col(Case.year).desc(), col(Case.id).desc())
        .limit(_LOOKED_THROUGH)
    ).scalars()
    title = telling_words(case.title)
    found: list[tuple[int, Near]] = []
    for other in rows:
        area = case.focus_area is not None and other.focus_area == case.focus_area
        words = tuple(sorted(title & telling_words(other.title)))
        if area or words:
            found.append((2 * len(words) + area, _near(session, house, other, area, words)))
    found.sort(key=lambda entry: -entry[0])  # stable: the newest stay first
    return tuple(near for _, near in found[:MOST])


def _taken_back() -> ColumnElement[bool]:
    """The grant came to nothing: withdrawn, lapsed or revoked, its money went back before any of
    it was paid."""
    of_case = col(Transfer.case_id) == col(Case.id)
    voided = select(col(Transfer.id)).where(of_case, col(Transfer.kind) == "void").exists()
    paid = select(col(Transfer.id)).where(of_case, col(Transfer.kind) == "post").exists()
    held = (
        select(col(Account.id))
        .where(
            col(Account.case_id) == col(Case.id),
            col(Account.kind) == "held",
            col(Account.balance) > 0,
        )
        .exists()
    )
    return and_(voided, ~paid, ~held)


def telling_words(title: str) -> frozenset[str]:
    """The words of a title in small letters, without those of every title."""
    return frozenset(
        word
        for word in re.findall(r"[^\W\d_]+", title.casefold())
        if len(word) > 2 and word not in _COMMON
    )


def _near(
    session: Session,
    house: House,
    case: Case,
    area: bool = False,
    words: tuple[str, ...] = (),
) -> Near:
    definition = house.definitions.version(session, case.pool, case.definition_version)
    return Near(
        number=case.number,
        pool=case.pool,
        pool_name=definition.name,
        year=case.year,
        title=case.title,
        state_name=definition.state(case.state).staff,
        asked=case.asked,
        granted=case.granted,
        outcome=case.outcome,
        area=area,
        words=words,
    )


def _flat(text: str | None) -> str:
    return " ".join((text or "").split()).casefold()


def _plain(name: str | None) -> frozenset[str]:
    """An organisation's name as compared: its telling words, in any order."""
    return significant(name)
