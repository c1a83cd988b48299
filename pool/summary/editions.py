"""The way of a summary: made of the figures, given the group's own words, submitted to the
steering group, and noted as received (*taget til efterretning*).

Figures never change once made; words never change once submitted (the database refuses both).
What is asked and answered stands in :mod:`pool.summary.editions_questions`, the files in
:mod:`pool.summary.editions_files`, who may in :mod:`pool.summary.editions_people`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

import pool.journal as journal
import pool.ledger as ledger
from pool.cases.house import House
from pool.identity.actor import Actor
from pool.models.summary import SummaryEdition
from pool.outbox import Recipient
from pool.render.words import words
from pool.summary import editions_files as edition_files
from pool.summary import editions_mails as mails
from pool.summary.editions_errors import NobodyToTell, NotForYou, NotNow, WordsChanged
from pool.summary.editions_files import locked
from pool.summary.editions_once import plain, remember, seen_before
from pool.summary.editions_people import is_steering, may_manage, steering_group
from pool.summary.figures import collect
from pool.summary.model import Request, from_json, sha256, to_json
from pool.summary.sentences import draft

LONGEST_WORDS = 20_000
LONGEST_NOTE = 2_000

SUBMITTED, RECEIVED = "summary.submitted", "summary.received"
"""Kinds of events in the stream ``system``."""


@dataclass(frozen=True, slots=True)
class WriteWords:
    """Change the group's own words. ``version`` is the one the page showed."""

    edition_id: int
    version: int
    danish: str
    english: str


@dataclass(frozen=True, slots=True)
class Submit:
    """Send the edition to the steering group, with the words of ``version``."""

    id: str
    edition_id: int
    version: int


@dataclass(frozen=True, slots=True)
class Receive:
    """Note the edition as received, with a remark or none."""

    id: str
    edition_id: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Somebody of the steering group noted an edition as received. ``by`` is empty where the
    name was erased since; ``whom`` is who it was, as an id or the hash of an address."""

    by: str
    at: datetime
    note: str
    whom: str


def make(house: House, request: Request, *, key: str, actor: Actor, now: datetime) -> int:
    """Make an edition of what is asked for: figures, a draft of the words, and an errand for the
    files. Its id; the same ``key`` gives the same edition again, whatever it was asked for with.

    Raises :class:`NotForYou`, and what ``collect`` raises.
    """
    with house.database.read() as session:
        if not may_manage(session, actor, request.pools):
            raise NotForYou(", ".join(request.pools))
        known = _by_key(session, key)
        if known is not None:
            return known.id or 0
        prepared = prepare(session, house, request, key=key, by=actor.name, now=now)
    return house.database.write(lambda session: store(session, prepared, now)[0].id or 0)


def largest_first(session: Session, pools: Iterable[str], year: int) -> tuple[str, ...]:
    """Pools whose year is in the books, in the order they stand in a summary."""
    return tuple(sorted(pools, key=lambda pool: (-ledger.status(session, pool, year).budget, pool)))


def prepare(
    session: Session, house: House, request: Request, *, key: str, by: str, now: datetime
) -> dict[str, Any]:
    """The values of an edition that is not stored yet: read outside any unit of work, because
    counting a big year takes its time."""
    summary = collect(session, house, request)
    figures = to_json(summary)
    return {
        "key": key,
        "pools": list(request.pools),
        "year": request.year,
        "edition": request.edition,
        "axis": request.axis,
        "as_of": request.as_of,
        "known_at": request.known_at,
        "figures": figures,
        "sha256": sha256(figures),
        "own_words": draft(summary, words("da")),
        "own_words_en": draft(summary, words("en")),
        "created_at": now,
        "created_by": by,
    }


def store(session: Session, prepared: dict[str, Any], now: datetime) -> tuple[SummaryEdition, bool]:
    """Store a prepared edition in the caller's unit of work and have its files made: it, and
    whether it is new. Of two at once with the same key the second gets the first's."""
    known = _by_key(session, prepared["key"])
    if known is not None:
        return known, False
    edition = SummaryEdition(**prepared)
    try:
        with session.begin_nested():
            session.add(edition)
    except IntegrityError:
        known = _by_key(session, prepared["key"])
        if known is None:
            raise
        return known, False
    edition_files.start(session, edition, now)
    return edition, True


def _by_key(session: Session, key: str) -> SummaryEdition | None:
    return session.exec(select(SummaryEdition).where(col(SummaryEdition.key) == key)).one_or_none()


def write_words(house: House, command: WriteWords, actor: Actor, now: datetime) -> int:
    """Put the group's own words in; the new version. Saying what stands there already changes
    nothing, so a second click does no harm.

    Raises :class:`NoSuchEdition`, :class:`NotForYou`, :class:`NotNow`, :class:`CannotBe`,
    :class:`WordsChanged` when somebody wrote since ``version``.
    """
    danish = plain(command.danish, "danish", LONGEST_WORDS)
    typed = plain(command.english, "english", LONGEST_WORDS)

    def work(session: Session) -> int:
        edition = _managed(session, command.edition_id, actor)
        if edition.state != "draft":
            raise NotNow(edition.state)
        english = _theirs(edition, danish, typed)
        if (edition.own_words, edition.own_words_en) == (danish, english):
            return edition.version
        if edition.version != command.version:
            session.expunge(edition)  # it stays readable when the unit is taken back
            raise WordsChanged(edition)
        edition.own_words, edition.own_words_en = danish, english
        edition.version += 1
        edition.made = edition.wanted = 0
        session.add(edition)
        return edition.version

    return house.database.write(work)


def _theirs(edition: SummaryEdition, danish: str, english: str) -> str:
    """The English words, unless they are the draft nobody touched beside Danish ones somebody
    wrote: then the Danish stand in English too, and no machine's text is called the group's."""
    figures = from_json(edition.figures)
    untouched = english == draft(figures, words("en"))
    return "" if untouched and danish != draft(figures, words("da")) else english


def submit(
    house: House,
    command: Submit,
    actor: Actor,
    now: datetime,
    *,
    also: Sequence[Recipient] = (),
) -> None:
    """Send the edition to the steering group of all its pools, and to ``also``.

    From now on its words stand. Its files are made anew, as submitted. Raises
    :class:`NoSuchEdition`, :class:`NotForYou`, :class:`NotNow`, :class:`WordsChanged`,
    :class:`NobodyToTell`, ``CommandReused``.
    """

    def work(session: Session) -> None:
        edition = _managed(session, command.edition_id, actor)
        if seen_before(session, command, actor):
            return
        if edition.state != "draft":
            raise NotNow(edition.state)
        if edition.version != command.version:
            session.expunge(edition)  # it stays readable when the unit is taken back
            raise WordsChanged(edition)
        to = steering_group(session, edition.pools, also)
        if not to:
            raise NobodyToTell(str(edition.id))
        edition.state = "submitted"
        edition.submitted_at, edition.submitted_by = now, actor.name
        edition.version += 1
        edition_files.start(session, edition, now)
        session.add(edition)
        session.flush()
        mails.submitted(session, house, edition, to, actor.name, now)
        remember(session, command, actor, now)
        heads = from_json(edition.figures).heads
        journal.write(
            session,
            "system",
            SUBMITTED,
            actor,
            now=now,
            data={
                "edition": edition.id,
                "pools": edition.pools,
                "year": edition.year,
                "kind": edition.edition,
                "as_of": edition.as_of,
                "sha256": edition.sha256,
                "heads": [asdict(head) for head in heads],
            },
        )

    house.database.write(work)


def receive(house: House, command: Receive, actor: Actor, now: datetime) -> Receipt:
    """Somebody of the steering group notes it as received. The first one moves the edition;
    later ones are journaled beside. The secretariat is told. Each notes it once: a repeat gives
    the first receipt, and nothing is done.

    Raises :class:`NoSuchEdition`, :class:`NotForYou`, :class:`NotNow`, :class:`CannotBe`,
    ``CommandReused``.
    """
    note = plain(command.note, "note", LONGEST_NOTE)

    def work(session: Session) -> Receipt:
        edition = locked(session, command.edition_id)
        if not is_steering(session, actor, edition.pools):
            raise NotForYou(str(edition.id))
        if edition.state == "draft":
            raise NotNow(edition.state)
        seen_before(session, command, actor)  # another's command is refused
        first = receipt_of(session, edition, actor.key)
        if first is not None:
            return first
        if edition.state == "submitted":
            edition.state = "received"
            edition.received_at, edition.received_by = now, actor.name
            edition.received_note = note
            session.add(edition)
        remember(session, command, actor, now)
        mails.received(session, edition, command.id, actor.name, note, now)
        journal.write(
            session,
            "system",
            RECEIVED,
            actor,
            now=now,
            data={"edition": edition.id, "sha256": edition.sha256, "by": actor.key},
            personal={"note": note} if note else None,
        )
        return Receipt(actor.name, now, note, actor.key)

    return house.database.write(work)


def find(session: Session, edition_id: int) -> SummaryEdition | None:
    """The edition of that number."""
    return session.get(SummaryEdition, edition_id)


def every(session: Session) -> list[SummaryEdition]:
    """All editions, the newest first, without their figures (which are long)."""
    query = select(SummaryEdition).options(defer(SummaryEdition.figures, raiseload=True))  # type: ignore[arg-type]
    return list(session.exec(query.order_by(col(SummaryEdition.id).desc())))


def _managed(session: Session, edition_id: int, actor: Actor) -> SummaryEdition:
    edition = locked(session, edition_id)
    if not may_manage(session, actor, edition.pools):
        raise NotForYou(str(edition_id))
    return edition


def receipts(session: Session, edition: SummaryEdition) -> list[Receipt]:
    """Everybody who noted it as received, in that order, as the journal has it."""
    return [
        Receipt(
            event.actor_name or "",
            event.recorded_at,
            str(event.personal.get("note", "")),
            str(event.data.get("by") or f"person:{event.actor_id}"),
        )
        for event in journal.read(session, "system", kinds=[RECEIVED])
        if event.data["edition"] == edition.id
    ]


def receipt_of(session: Session, edition: SummaryEdition, whom: str) -> Receipt | None:
    """The receipt of one of the steering group, if they gave one."""
    return next((one for one in receipts(session, edition) if one.whom == whom), None)
