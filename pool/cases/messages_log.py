"""The log of messages over all cases, as one reader may see it.

The secretariat sees the messages of the cases it may see, and its pools' other messages. An
administrator sees that a message exists, its state and its address, and of a case that is not
theirs to see nothing more: neither what kind of letter it is nor whose case. Of a case somebody
stays out of they see nothing at all.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select
from sqlmodel import Session, col

from pool.cases import access, search
from pool.cases.messages import ROLE
from pool.cases.wants import Reader
from pool.clock import COPENHAGEN
from pool.models.case import Case
from pool.models.outbox import Message, MessageAttempt
from pool.outbox import queries
from workflows.definition import Definition

SIZE = 50
TELLS_NO_CASE = frozenset(
    {
        *("low-balance", "pool-empty", "pool-refilled", "meeting-off"),
        *("chain-heads", "alarm", "draft-saved", "draft-expiring"),
    }
)
"""Messages about no one case whose words name none either. The others (an agenda, a digest) may
tell of a case that their reader stays out of, and are opened by whom they went to alone."""

TROUBLE = "trouble"
"""Instead of a state: failed, or unknown whether it arrived, and not yet sent again."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What the log is narrowed to. ``since`` and ``until`` are days in Copenhagen, both with."""

    state: str | None = None
    kind: str | None = None
    template: str | None = None
    pool: str | None = None
    since: date | None = None
    until: date | None = None
    text: str = ""
    """Words: of the recipient, the address, the case's number, title and applicant, or what the
    message is called."""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """A message. ``full``: the reader may know what it is and whom it is to, else its kind, state
    and address alone. ``number`` and ``title`` are its case's, where they may see that."""

    message: Message
    full: bool
    number: str | None
    title: str | None


@dataclass(frozen=True, slots=True)
class Page:
    rows: tuple[Entry, ...]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // SIZE))


@dataclass(frozen=True, slots=True)
class Story:
    """All that is known of one message. ``family``: it and its resends, the first one first."""

    entry: Entry
    attempts: tuple[MessageAttempt, ...]
    family: tuple[Entry, ...]
    digest: Entry | None
    """The digest it went in."""
    told: tuple[Entry, ...] = ()
    """Of a digest: what went in it, as far as the reader may see it."""


@dataclass(frozen=True, slots=True)
class Looker:
    """Who reads the log: ``reader`` with their roles by pool, and whether they administer."""

    reader: Reader
    admin: bool
    names: Mapping[str, str] = field(default_factory=dict)
    """What each template is called in their language, for the search."""

    @property
    def mine(self) -> dict[str, frozenset[str]]:
        """The pools of which they are secretariat."""
        roles = self.reader.roles
        return {pool: held & {ROLE} for pool, held in roles.items() if ROLE in held}


def page_of(session: Session, looker: Looker, filters: Filters) -> Page:
    """The newest first. One query; two for a page that is not there."""
    statement = _base(looker, func.count().over()).where(*_narrow(looker, filters))
    ordered = statement.order_by(col(Message.id).desc()).limit(SIZE)
    page = max(1, filters.page)
    found = session.execute(ordered.offset((page - 1) * SIZE)).all()
    if not found and page > 1:
        page = 1
        found = session.execute(ordered).all()
    total = found[0][-1] if found else 0
    return Page(tuple(_entry(row) for row in found), total, page)


def find(session: Session, looker: Looker, message_id: int) -> Entry | None:
    """One message, where the reader may see that it exists."""
    row = session.execute(_base(looker).where(col(Message.id) == message_id)).one_or_none()
    return _entry(row) if row is not None else None


def story(session: Session, looker: Looker, entry: Entry) -> Story:
    """What became of it, try by try. Five queries at most."""
    message = entry.message
    digest = find(session, looker, message.digest_id) if message.digest_id else None
    told: tuple[Entry, ...] = ()
    if message.kind == "digest":
        told = _several(session, looker, queries.collected_in(session, message))
    return Story(
        entry,
        tuple(queries.attempts(session, message)),
        _several(session, looker, queries.family(session, message)),
        digest,
        told,
    )


def may_open(looker: Looker, entry: Entry) -> bool:
    """Whether the reader may read the message's words: those of a case they may see; else their
    own, or what can name no case."""
    message = entry.message
    if message.case_id is not None:
        return entry.number is not None
    if message.person_id is not None and message.person_id == looker.reader.person_id:
        return True
    return entry.full and message.template in TELLS_NO_CASE


def may_change(looker: Looker, entry: Entry) -> bool:
    """Whether the reader may send it again or keep it back."""
    message = entry.message
    if message.case_id is not None:
        return entry.number is not None
    return looker.admin or message.pool in looker.mine


def _several(session: Session, looker: Looker, ids: Collection[int]) -> tuple[Entry, ...]:
    if not ids:
        return ()
    statement = _base(looker).where(col(Message.id).in_(ids)).order_by(col(Message.id))
    return tuple(_entry(row) for row in session.execute(statement))


def _base(looker: Looker, *more: Any) -> Any:
    """(message, whether in full, the case's number and title, …) of all that may be seen."""
    theirs, bare = _theirs(looker), _caseless(looker)
    full = or_(theirs, bare)
    seen = full
    if looker.admin:
        out = access.stays_out_of(looker.reader.person_id)
        seen = or_(full, and_(col(Message.case_id).is_not(None), col(Message.case_id).not_in(out)))
    return (
        select(
            Message,
            case((full, 1), else_=0),
            case((theirs, col(Case.number))),
            case((theirs, col(Case.title))),
            *more,
        )
        .outerjoin(Case, col(Case.id) == col(Message.case_id))
        .where(seen)
    )


def _theirs(looker: Looker) -> ColumnElement[bool]:
    """It is of a case the reader may see."""
    reader = looker.reader
    return and_(
        col(Case.id).is_not(None),
        access.visible(reader.definitions, reader.person_id, looker.mine),
    )


def _caseless(looker: Looker) -> ColumnElement[bool]:
    none = col(Message.case_id).is_(None)
    if looker.admin:
        return none
    mine = looker.mine
    pools = col(Message.pool).in_(list(mine)) if mine else false()
    return and_(none, or_(pools, col(Message.person_id) == looker.reader.person_id))


def _entry(row: Any) -> Entry:
    return Entry(row[0], bool(row[1]), row[2], row[3])


def _narrow(looker: Looker, filters: Filters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    full = or_(_theirs(looker), _caseless(looker))
    if filters.state == TROUBLE:
        found.append(queries.is_troubled())
    elif filters.state:
        found.append(col(Message.state) == filters.state)
    if filters.kind:
        found.append(col(Message.kind) == filters.kind)
    if filters.template:
        found += [full, col(Message.template) == filters.template]
    if filters.pool:
        found.append(col(Message.pool) == filters.pool)
    if filters.since:
        found.append(col(Message.date) >= _midnight(filters.since))
    if filters.until:
        found.append(col(Message.date) < _midnight(filters.until + timedelta(days=1)))
    found += [_says(looker, word, full) for word in filters.text.split()[: search.MOST_WORDS]]
    return found


def _says(looker: Looker, word: str, full: ColumnElement[bool]) -> ColumnElement[bool]:
    """Who may not know what a message is finds it by its address alone."""
    low = search.normalised(word)
    called = [key for key, name in looker.names.items() if low in search.normalised(name)]
    inside: list[ColumnElement[bool]] = [
        col(Message.to_name).contains(one, autoescape=True)
        for one in {word, word.lower(), word.capitalize(), word.upper()}
    ]
    if called:
        inside.append(col(Message.template).in_(called))
    if looker.mine and search.has_words(word):
        inside.append(and_(_theirs(looker), search.matches(word, looker.mine)))
    address = func.lower(col(Message.to_email)).contains(word.lower(), autoescape=True)
    return or_(address, and_(full, or_(*inside)))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), COPENHAGEN)


def looker_of(
    person_id: int,
    roles: Mapping[str, frozenset[str]],
    definitions: tuple[Definition, ...],
    now: datetime,
    *,
    admin: bool,
    names: Mapping[str, str],
) -> Looker:
    """Who asks. ``roles`` by pool; ``definitions`` are all versions in use."""
    return Looker(Reader(person_id, roles, definitions, now), admin, names)
