"""Sending in: what was written becomes a case with a number, a promise and a receipt."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

import pool.files as files
import pool.identity as identity
import pool.journal as journal
from pool.cases import (
    activity,
    deadlines,
    following,
    letters,
    letters_kinds,
    search,
    starting,
    waiting,
)
from pool.cases.commands import Command, Result, Submission
from pool.cases.drafts import PURPOSE, that_count, unnamed
from pool.cases.errors import Invalid, NotFound, PoolClosed
from pool.cases.fire import fire_in, lock, remember, seen_before
from pool.cases.house import House
from pool.cases.opening import opening, paying_year
from pool.clock import COPENHAGEN, local_day
from pool.identity.actor import Actor
from pool.identity.actor import applicant as applicant_actor
from pool.models.base import known
from pool.models.case import Answer, Applicant, Case, CaseFile
from pool.models.draft import Draft, DraftFile
from workflows.definition import SUGGESTION, Definition
from workflows.facts import Facts
from workflows.planning import opening_plan
from workflows.questions import asked, check_answers, missing

NAMELESS = "Ikke oplyst"
"""Stands for a name that was not given; Danish, as all that stands in the record."""


@dataclass(frozen=True, slots=True)
class Suggested:
    """A suggestion as it was typed on the public page. ``id`` as in :class:`Submission`."""

    id: str
    pool: str
    lang: str
    raw: Mapping[str, Any]

    def digest(self) -> str:
        body = json.dumps(
            ["suggest", self.pool, dict(self.raw)], sort_keys=True, ensure_ascii=False, default=str
        )
        return hashlib.sha256(body.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class _Coming:
    """What comes in: checked answers of the questions that were asked, and how it came."""

    definition: Definition
    form: str
    values: Mapping[str, Any]
    lang: str
    kind: str = "application"
    channel: str = "online"
    received_on: date | None = None
    proposer: str | None = None
    origin: Case | None = None
    staff: Actor | None = None
    """The colleague who typed it in."""

    @property
    def actor(self) -> Actor:
        return self.staff or applicant_actor(_name(self.values))

    def arrived(self, now: datetime) -> datetime:
        """``now``, or noon of an earlier day on which it was received."""
        if self.received_on is None or self.received_on == local_day(now):
            return now
        return datetime.combine(self.received_on, time(12), COPENHAGEN)


def submit(
    house: House, command: Submission, now: datetime, *, actor: Actor | None = None
) -> Result:
    """Send in the draft. ``actor``: the colleague who sends in what a colleague typed; None for
    the resident whose link it is. A suggestion it came out of is taken up in the same unit.

    Raises :class:`Invalid` with every fault of the whole form, :class:`PoolClosed`,
    :class:`NotFound`, and :class:`~pool.cases.errors.TakenUp` where somebody else was first.
    A repeat, with the same command or another, gets the case the draft became.
    """
    return house.database.write(lambda session: _submit(session, house, command, now, actor))


def suggest(house: House, command: Suggested, now: datetime) -> Result:
    """A suggestion from the public page, from anybody. Raises :class:`Invalid`, and
    :class:`NotFound` where the pool takes none. A repeat gets the first result."""

    def work(session: Session) -> Result:
        key = f"suggestion:{command.pool}"
        if first := seen_before(session, command.id, key, command.digest()):
            return first
        definition = house.definitions.current(command.pool)
        if not starting.takes_suggestions(session, definition):
            raise NotFound(command.pool)
        values = _checked(definition, SUGGESTION, command.raw)
        coming = _Coming(definition, SUGGESTION, values, command.lang, kind=SUGGESTION)
        result = _received(session, coming, now)
        remember(session, command.id, key, command.digest(), result, now)
        return result

    try:
        return house.database.write(work)
    except IntegrityError:  # a double click, and nothing to lock: the other press was first
        return house.database.write(work)


def _submit(
    session: Session, house: House, command: Submission, now: datetime, actor: Actor | None
) -> Result:
    draft = session.execute(
        select(Draft)
        .where(col(Draft.id) == command.draft_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if draft is None or (draft.person_id is None) != (actor is None):
        raise NotFound(f"draft {command.draft_id}")
    if actor is not None:
        starting.check_mine(session, house, draft, actor)
    key = f"draft:{command.draft_id}"
    if first := seen_before(session, command.id, key, command.digest()):
        return first
    if draft.case_id is not None:
        case = session.get_one(Case, draft.case_id)
        return Result(draft.case_id, case.number, case.state, case.state_version, "submit", True)
    if draft.expires_at <= now:
        raise NotFound(f"draft {command.draft_id}")
    definition = house.definitions.version(session, draft.pool, draft.definition_version)
    if actor is not None:
        starting.check_open(session, definition, draft.kind, now)
    else:
        current = house.definitions.current(draft.pool)
        state = opening(session, draft.pool, now, waits=waiting.states(current))
        if state.closed is not None:
            raise PoolClosed(state.closed)
    values = _checked(definition, draft.form, draft.raw)
    origin = None
    if draft.origin_id is not None:
        origin = lock(session, draft.origin_id)
        starting.still_open(session, house, origin)
    coming = _Coming(
        definition, draft.form, values, draft.lang, kind=draft.kind, channel=draft.channel,
        received_on=draft.received_on, proposer=draft.proposer, origin=origin, staff=actor,
    )  # fmt: skip
    result = _received(session, coming, now)
    _move_files(session, draft, result.case_id, now)
    draft.case_id = result.case_id
    draft.raw = {}
    draft.done = []
    session.add(draft)
    identity.revoke_all(session, PURPOSE, f"draft:{draft.id}", now)
    if origin is not None and actor is not None:
        taking = Command(
            id=f"{command.id}:take-up",
            case_id=known(origin.id),
            action="take-up",
            state_version=None,
            inputs={"becomes": result.case_id},
        )
        fire_in(session, house, taking, actor, now)
    remember(session, command.id, key, command.digest(), result, now)
    return result


def _checked(definition: Definition, form: str, raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """The answers to what is asked; :class:`Invalid` with every fault."""
    every = check_answers(definition, raw, [q.key for q in definition.questions])
    keys = [q.key for q in asked(definition, every.values, form=form) if q.type != "files"]
    if form != SUGGESTION and "amount" not in keys:
        keys.insert(0, "amount")
    checked = check_answers(definition, raw, keys)
    faults = that_count(form, (*checked.faults, *unnamed(definition, form, raw)))
    faults = faults or that_count(form, missing(definition, checked.values, form=form))
    if faults:
        raise Invalid(faults)
    return checked.values


def _received(session: Session, coming: _Coming, now: datetime) -> Result:
    """The case, its first event, and the receipt."""
    case = _make_case(session, coming, now)
    case_id = known(case.id)
    suggestion = case.kind == SUGGESTION
    told = {
        "kind": case.kind if case.kind != "application" else None,
        "channel": case.channel if case.channel != "online" else None,
        "proposer": case.proposer_id,
        "origin": case.origin_id,
    }
    event = journal.write(
        session,
        f"case:{case_id}",
        "case.suggested" if suggestion else "case.received",
        coming.actor,
        now=now,
        effective_on=coming.received_on,
        data={
            "case": case_id,
            "to": case.state,
            "state_version": case.state_version,
            "asked": case.asked,
            "pool": case.pool,
            "year": case.year,
            "definition": coming.definition.version,
            "form": case.form,
        }
        | {name: value for name, value in told.items() if value is not None},
        personal={"title": case.title},
    )
    if case.origin_id is not None:  # before anybody is told of it
        following.recusals(session, case.origin_id, case_id, coming.actor, now)
    named = f"case:{case_id}:{event.n}"
    by = coming.staff.person_id if coming.staff else None
    if suggestion:
        said = str(coming.values["suggestion"])
        letters_kinds.suggested(session, coming.definition, case, said, event=named, by=by, now=now)
    else:
        letters.receipt(session, coming.definition, case, event=named, now=now, by=by)
        letters_kinds.applied_for(session, coming.definition, case, event=named, now=now)
    return Result(case_id, case.number, case.state, case.state_version, "submit")


def next_number(session: Session, definition: Definition, year: int) -> str:
    """The next number of the pool's year. One statement counts and locks, the first time too."""
    last = session.execute(
        text(
            "INSERT INTO case_counter (pool, year, last) VALUES (:pool, :year, 1)"
            " ON CONFLICT (pool, year) DO UPDATE SET last = case_counter.last + 1 RETURNING last"
        ),
        {"pool": definition.key, "year": year},
    ).scalar_one()
    return f"{definition.prefix}-{year}-{last}"


def _day(values: Mapping[str, Any], key: str) -> date | None:
    value = values.get(key)
    return date.fromisoformat(value) if isinstance(value, str) and value else None


def _text(values: Mapping[str, Any], key: str) -> str | None:
    value = values.get(key)
    return str(value) if value not in (None, "") else None


def _name(values: Mapping[str, Any]) -> str:
    return _text(values, "contact_name") or NAMELESS


def _kind(values: Mapping[str, Any]) -> str:
    """Where the form did not ask: whoever writes for others is no private person."""
    return "group" if _text(values, "organisation") else "person"


def _make_applicant(session: Session, coming: _Coming) -> int:
    values = coming.values
    own = coming.kind == "initiative"  # the short form does not ask who that is from
    applicant = Applicant(
        kind=_text(values, "applicant_kind") or ("municipal" if own else _kind(values)),
        name=_name(values),
        organisation=_text(values, "organisation"),
        cvr=_text(values, "cvr"),
        email=_text(values, "email"),
        phone=_text(values, "phone"),
        address=_text(values, "address"),
        for_name=_text(values, "on_behalf_of"),
        for_email=_text(values, "behalf_email"),
        for_phone=_text(values, "behalf_phone"),
    )
    session.add(applicant)
    session.flush()
    return known(applicant.id)


def _make_case(session: Session, coming: _Coming, now: datetime) -> Case:
    values, definition = coming.values, coming.definition
    suggestion = coming.kind == SUGGESTION
    start = definition.suggestion_start if suggestion else definition.start
    assert start is not None, "a pool that takes suggestions has a state for them"
    starts_on = _day(values, "starts_on")
    year = paying_year(session, definition.key, starts_on, now)
    case = Case(
        number=next_number(session, definition, year),
        pool=definition.key,
        year=year,
        definition_version=definition.version,
        form=coming.form,
        kind=coming.kind,
        channel=coming.channel,
        entered_by=coming.staff.name if coming.staff else None,
        proposer=coming.proposer,
        proposer_id=_member(session, definition.key, coming.proposer),
        origin_id=coming.origin.id if coming.origin else None,
        origin_kind=SUGGESTION if coming.origin else None,
        lang=coming.lang,
        state=start.key,
        clock=start.clock,
        title=starting.first_words(str(values["suggestion"])) if suggestion else values["title"],
        asked=values.get("amount"),
        applicant_id=_make_applicant(session, coming),
        starts_on=starts_on,
        ends_on=_day(values, "ends_on"),
        place=_text(values, "place"),
        focus_area=_text(values, "focus_area"),
        urgent=values.get("urgent") is True,
        received_at=coming.arrived(now),
        changed_at=now,
    )
    session.add(case)
    session.flush()
    for position, question in enumerate(definition.questions):
        if question.key in values and values[question.key] is not None:
            session.add(
                Answer(
                    case_id=known(case.id),
                    question=question.key,
                    position=position,
                    value=values[question.key],
                )
            )
    search.write(case, session.get_one(Applicant, case.applicant_id), definition, values)
    activity.touch(case, coming.actor, now)
    today = local_day(now)
    facts = Facts(
        state=start.key,
        today=today,
        year=year,
        year_state="open",
        asked=case.asked,
        complete=True,
        received_on=coming.received_on or today,
        starts_on=case.starts_on,
        ends_on=case.ends_on,
        kind=case.kind,
    )
    deadlines.apply(session, definition, case, opening_plan(definition, facts, now), now)
    return case


def _member(session: Session, pool: str, name: str | None) -> int | None:
    """The member of the group who is called so, where just one is."""
    found = [person.id for person in starting.members(session, pool) if person.name == name]
    return found[0] if name and len(found) == 1 else None


def _move_files(session: Session, draft: Draft, case_id: int, now: datetime) -> None:
    for link in session.execute(
        select(DraftFile).where(col(DraftFile.draft_id) == draft.id).order_by(col(DraftFile.id))
    ).scalars():
        session.add(
            CaseFile(case_id=case_id, file_id=link.file_id, purpose="application", added_at=now)
        )
        files.seal(session, [link.file_id], now)
        session.delete(link)
    session.flush()
