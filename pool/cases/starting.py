"""What the secretariat begins itself: an application that came on paper, by telephone or by mail
and is typed in for somebody; a suggestion that was told; the group's own initiative; and the case
that a suggestion becomes.

Each is a draft like any other, but without a link: who may go on with it follows from their
sign-in. It is sent in by ``submit``, with the colleague as actor.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import select
from sqlmodel import Session, col

from pool.cases import access, facts, forgetting, starting_once
from pool.cases.drafts import Opened, locked, open_draft
from pool.cases.errors import Invalid, NotFound, PoolClosed, TakenUp
from pool.cases.house import House
from pool.cases.opening import begun, opening
from pool.clock import local_day
from pool.identity import people_with
from pool.identity.actor import Actor
from pool.models.base import known
from pool.models.case import Case
from pool.models.draft import Draft
from pool.models.identity import Person
from workflows import values
from workflows.definition import SHORT, SUGGESTION, Definition
from workflows.questions import AnswerFault

ROLE: Final = "secretariat"
"""Who types in, and begins what the group starts itself."""

Kind = Literal["application", "suggestion", "initiative"]
CHANNELS: Final = ("paper", "phone", "mail")
"""How it came where it is typed in."""
GROUP: Final = "group"
"""The channel of an own initiative."""
LONGEST_AGO: Final = timedelta(days=366)
"""An older day of receipt is a slip of the pen."""
TITLE: Final = 80
"""A title made of what somebody wrote is no longer than this."""


@dataclass(frozen=True, slots=True)
class Start:
    """How something begins, as typed. ``channel`` one of :data:`CHANNELS` (an initiative has
    none); ``received_on`` empty: today; ``proposer``: who in the group proposes an initiative."""

    kind: Kind
    channel: str = ""
    received_on: str = ""
    proposer: str = ""
    lang: str = "da"


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A draft that a colleague has begun."""

    draft_id: int
    definition: Definition
    kind: Kind
    title: str
    began: str
    saved_at: datetime
    until: datetime
    origin: str | None
    """Number of the suggestion it comes out of."""


def first_words(text: str, most: int = TITLE) -> str:
    """The beginning of ``text`` as a title: its first line, cut at a word where it is long."""
    line = next((" ".join(one.split()) for one in text.splitlines() if one.strip()), "")
    if len(line) <= most:
        return line
    cut = line[: most - 1]
    if not line[most - 1].isspace() and " " in cut:
        cut = cut[: cut.rindex(" ")]
    return cut.rstrip(" ,;:.-–") + "…"


def kinds(definition: Definition) -> tuple[Kind, ...]:
    """What can be begun in a pool."""
    some: tuple[Kind, ...] = ("application", "initiative")
    return some if definition.suggestions is None else (*some, "suggestion")


def takes_suggestions(session: Session, definition: Definition) -> bool:
    """Suggestions ask for no money, so a pool takes them also while it has none; not before its
    first year was opened."""
    return definition.suggestions is not None and definition.key in begun(session)


def members(session: Session, pool: str) -> list[Person]:
    """Who sits in the pool's group, by name: those an initiative can come from."""
    found = {
        person.id: person for role in ("member", "chair") for person in people_with(
            session, role, pool
        )
    }  # fmt: skip
    return sorted(found.values(), key=lambda person: person.name)


def begin(
    house: House,
    pool: str,
    start: Start,
    actor: Actor,
    now: datetime,
    *,
    command_id: str | None = None,
    origin_id: int | None = None,
) -> int:
    """Begin a draft for ``actor``, of the pool's secretariat. ``origin_id``: the suggestion that
    it will take up when it is sent in; what the suggestion says stands in it already.
    ``command_id`` comes with the page: the same page sent again gets the same draft.

    Returns the draft's id. Raises :class:`Invalid` (fields ``received_on``, ``proposer``,
    ``channel``), :class:`PoolClosed` (never for want of money), :class:`TakenUp`,
    :class:`NotFound`, ``CommandReused`` (also where the draft is gone since), KeyError for
    no such pool.
    """
    if ROLE not in actor.roles or actor.person_id is None:
        raise NotFound(pool)
    definition = house.definitions.current(pool)
    if start.kind not in kinds(definition):
        raise NotFound(pool)
    about = _about(start, now)
    digest = starting_once.digest(pool, asdict(start), origin_id)

    def work(session: Session) -> int:
        first = starting_once.begun_before(session, command_id, actor, digest)
        if first is not None:
            return first
        check_open(session, definition, start.kind, now)
        raw: dict[str, Any] = {}
        if origin_id is not None:
            origin = access.load(session, house, origin_id, actor)
            still_open(session, house, origin)
            raw = carried_over(session, house, definition, origin, start.kind)
        if start.kind == "initiative":
            raw |= _own_contact(definition)
        draft = Draft(
            pool=pool,
            definition_version=definition.version,
            lang=start.lang,
            form=SUGGESTION if start.kind == SUGGESTION else SHORT,
            kind=start.kind,
            person_id=actor.person_id,
            origin_id=origin_id,
            raw=raw,
            done=[],
            created_at=now,
            saved_at=now,
            expires_at=now + timedelta(days=definition.limits.draft_days),
            **about,
        )
        session.add(draft)
        session.flush()
        draft_id = known(draft.id)
        starting_once.remember(session, command_id, actor, digest, draft_id, now)
        return draft_id

    return house.database.write(work)


def change(house: House, draft_id: int, start: Start, actor: Actor, now: datetime) -> None:
    """Correct how it came, when, or who proposes it. The kind stays. Raises as :func:`begin`."""
    about = _about(start, now)

    def work(session: Session) -> None:
        draft = locked(session, draft_id)
        check_mine(session, house, draft, actor)
        for name, value in about.items():
            setattr(draft, name, value)
        draft.lang = start.lang
        draft.saved_at = now
        session.add(draft)

    house.database.write(work)


def _about(start: Start, now: datetime) -> dict[str, Any]:
    """The draft's columns for how it begins; :class:`Invalid` with every fault."""
    faults: list[AnswerFault] = []
    found: dict[str, Any] = {"channel": GROUP, "received_on": None, "proposer": None}
    if start.kind == "initiative":
        found["proposer"] = " ".join(start.proposer.split())[:200]
        if not found["proposer"]:
            faults.append(AnswerFault("proposer", "required"))
    else:
        found["channel"] = start.channel
        if start.channel not in CHANNELS:
            faults.append(AnswerFault("channel", "required-choice"))
        try:
            found["received_on"] = _received(start.received_on, local_day(now))
        except Invalid as invalid:
            faults.extend(invalid.faults)
    if faults:
        raise Invalid(tuple(faults))
    return found


def _received(typed: str, today: date) -> date:
    try:
        day = values.day(typed) if typed.strip() else today
    except values.Bad as bad:
        raise Invalid((AnswerFault("received_on", bad.code, bad.params),)) from bad
    if day > today:
        raise Invalid((AnswerFault("received_on", "date-ahead"),))
    if day < today - LONGEST_AGO:
        raise Invalid((AnswerFault("received_on", "date-before", {"day": today - LONGEST_AGO}),))
    return day


def check_open(session: Session, definition: Definition, kind: str, now: datetime) -> None:
    """What came on paper is taken also when the pool is used up: it must have its answer."""
    if kind == SUGGESTION:
        if not takes_suggestions(session, definition):
            raise NotFound(definition.key)
        return
    closed = opening(session, definition.key, now).closed
    if closed is not None and closed.code != "empty":
        raise PoolClosed(closed)


def _own_contact(definition: Definition) -> dict[str, Any]:
    contact = definition.contact
    return {
        "contact_name": contact.name["da"],
        "email": contact.email,
        "phone": contact.phone,
        "applicant_kind": "municipal",
        "organisation": contact.name["da"],
    }


# -- out of a suggestion


def still_open(session: Session, house: House, origin: Case) -> None:
    """Raise :class:`TakenUp` for a suggestion that was answered or became a case."""
    definition = house.definitions.version(session, origin.pool, origin.definition_version)
    if origin.kind != SUGGESTION:
        raise NotFound(origin.number)
    if definition.state(origin.state).final:
        became = became_of(session, known(origin.id))
        raise TakenUp(became.number if became else None)


def became_of(session: Session, suggestion_id: int) -> Case | None:
    """The case a suggestion has become."""
    return session.execute(
        select(Case).where(
            col(Case.origin_id) == suggestion_id, col(Case.origin_kind) == SUGGESTION
        )
    ).scalars().first()  # fmt: skip


def carried_over(
    session: Session, house: House, definition: Definition, origin: Case, kind: str
) -> dict[str, Any]:
    """What the suggestion says, as if it had been typed into the form of the case it becomes:
    answers to the same questions, and its words as the description. The author's name and
    address go along where it is applied for in their name."""
    own = {"contact_name", "email", "phone"} if kind == "initiative" else set()
    raw: dict[str, Any] = {"title": origin.title.removesuffix("…")}
    for key, value in facts.answers(session, known(origin.id)).items():
        question = definition.question(key)
        if question is None or not (question.short or question.full) or key in own:
            continue
        raw[key] = ("yes" if value else "no") if isinstance(value, bool) else value
    said = facts.answers(session, known(origin.id)).get("suggestion")
    if said and definition.question("description") is not None:
        raw.setdefault("description", said)
    return raw


# -- going on


def check_mine(session: Session, house: House, draft: Draft, actor: Actor) -> None:
    """Any colleague of the pool's secretariat may go on, but not one who stays out of the
    suggestion it comes out of."""
    if draft.person_id is None or ROLE not in actor.roles or actor.pool not in (None, draft.pool):
        raise NotFound(f"draft {draft.id}")
    if draft.origin_id is not None:
        access.load(session, house, draft.origin_id, actor)


def open_entry(
    session: Session, house: House, draft_id: int, actor: Actor, now: datetime
) -> Opened:
    """A colleague's draft. Raises :class:`NotFound` for one that is not there, not theirs, or a
    resident's."""
    opened = open_draft(session, house, draft_id, now)
    check_mine(session, house, opened.draft, actor)
    return opened


def pool_of(session: Session, draft_id: int) -> str:
    """The pool of a colleague's draft. Raises :class:`NotFound`."""
    draft = session.get(Draft, draft_id)
    if draft is None or draft.person_id is None:
        raise NotFound(f"draft {draft_id}")
    return draft.pool


def origin_number(session: Session, draft_id: int) -> str:
    """Number of the suggestion a draft comes out of. Raises :class:`NotFound` where there is
    none."""
    number: str | None = session.execute(
        select(col(Case.number))
        .join(Draft, col(Draft.origin_id) == col(Case.id))
        .where(col(Draft.id) == draft_id)
    ).scalar_one_or_none()
    if number is None:
        raise NotFound(f"draft {draft_id}")
    return number


def unfinished(
    session: Session,
    house: House,
    roles: Mapping[str, frozenset[str]],
    person_id: int,
    now: datetime,
) -> tuple[Unfinished, ...]:
    """What colleagues have begun in the pools of which this person is the secretariat, the last
    touched first; without what comes out of a suggestion they stay out of. Two queries."""
    mine = {pool: held & {ROLE} for pool, held in roles.items() if ROLE in held}
    if not mine:
        return ()
    rows = session.execute(
        select(Draft, Person, Case)
        .join(Person, col(Person.id) == col(Draft.person_id))
        .outerjoin(Case, col(Case.id) == col(Draft.origin_id))
        .where(
            col(Draft.pool).in_(list(mine)),
            col(Draft.case_id).is_(None),
            col(Draft.expires_at) > now,
            col(Draft.origin_id).is_(None)
            | access.visible(house.definitions.in_use(session), person_id, mine),
        )
        .order_by(col(Draft.saved_at).desc(), col(Draft.id).desc())
        .limit(100)
    ).all()
    return tuple(
        Unfinished(
            draft_id=draft.id,
            definition=house.definitions.version(session, draft.pool, draft.definition_version),
            kind=draft.kind,
            title=str(
                draft.raw.get("title") or first_words(str(draft.raw.get("suggestion") or ""))
            ),
            began=person.name,
            saved_at=draft.saved_at,
            until=draft.expires_at,
            origin=case.number if case is not None else None,
        )
        for draft, person, case in rows
    )


def begun_from(session: Session, suggestion_id: int, now: datetime) -> Draft | None:
    """The draft somebody has begun out of a suggestion, the last touched."""
    return session.execute(
        select(Draft)
        .where(
            col(Draft.origin_id) == suggestion_id,
            col(Draft.case_id).is_(None),
            col(Draft.expires_at) > now,
        )
        .order_by(col(Draft.saved_at).desc())
        .limit(1)
    ).scalar_one_or_none()


def throw_away(house: House, draft_id: int, actor: Actor) -> None:
    """Delete a colleague's draft; a suggestion it came out of stays as it was. Raises
    :class:`NotFound`."""

    def work(session: Session) -> None:
        draft = locked(session, draft_id)
        check_mine(session, house, draft, actor)
        forgetting.forget(session, draft)

    house.database.write(work)
