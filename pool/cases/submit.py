"""Sending an application in: the draft becomes a case with a number, a promise and a receipt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, text
from sqlmodel import Session, col

import pool.files as files
import pool.identity as identity
import pool.journal as journal
from pool.cases import deadlines, letters
from pool.cases.commands import Result, Submission
from pool.cases.drafts import PURPOSE
from pool.cases.errors import Invalid, NotFound, PoolClosed
from pool.cases.fire import remember, seen_before
from pool.cases.house import House
from pool.cases.opening import opening, paying_year
from pool.clock import local_day
from pool.identity.actor import applicant as applicant_actor
from pool.models.case import Answer, Applicant, Case, CaseFile
from pool.models.draft import Draft, DraftFile
from workflows.definition import Definition
from workflows.facts import Facts
from workflows.planning import opening_plan
from workflows.questions import asked, check_answers, missing


@dataclass(frozen=True, slots=True)
class _Form:
    values: Mapping[str, Any]
    """Checked answers, only of questions that were asked."""
    raw: Mapping[str, Any]


def submit(house: House, command: Submission, now: datetime) -> Result:
    """Send in the draft. Raises :class:`Invalid` with every fault of the whole form,
    :class:`PoolClosed`, :class:`NotFound`.

    A repeat, with the same command or another, gets the case the draft became.
    """
    return house.database.write(lambda session: _submit(session, house, command, now))


def _submit(session: Session, house: House, command: Submission, now: datetime) -> Result:
    draft = session.execute(
        select(Draft)
        .where(col(Draft.id) == command.draft_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if draft is None:
        raise NotFound(f"draft {command.draft_id}")
    key = f"draft:{command.draft_id}"
    if first := seen_before(session, command.id, key, command.digest()):
        return first
    if draft.case_id is not None:
        case = session.get_one(Case, draft.case_id)
        return Result(draft.case_id, case.number, case.state, case.state_version, "submit", True)
    if draft.expires_at <= now:
        raise NotFound(f"draft {command.draft_id}")
    definition = house.definitions.version(session, draft.pool, draft.definition_version)
    state = opening(session, draft.pool, now)
    if state.closed is not None:
        raise PoolClosed(state.closed)
    form = _checked(definition, draft)
    case = _make_case(session, definition, draft, form, now)
    _move_files(session, draft, case, now)
    event = journal.write(
        session,
        f"case:{case.id}",
        "case.received",
        applicant_actor(str(form.values["contact_name"])),
        now=now,
        data={
            "case": case.id,
            "to": case.state,
            "state_version": case.state_version,
            "asked": case.asked,
            "pool": case.pool,
            "year": case.year,
            "definition": definition.version,
            "form": case.form,
        },
        personal={"title": case.title},
    )
    letters.receipt(session, definition, case, event=f"case:{case.id}:{event.n}", now=now)
    draft.case_id = case.id
    draft.raw = {}
    draft.done = []
    session.add(draft)
    identity.revoke_all(session, PURPOSE, f"draft:{draft.id}", now)
    assert case.id is not None
    result = Result(case.id, case.number, case.state, case.state_version, "submit")
    remember(session, command.id, key, command.digest(), result, now)
    return result


def _checked(definition: Definition, draft: Draft) -> _Form:
    short = draft.form == "short"
    every = check_answers(definition, draft.raw, [q.key for q in definition.questions])
    keys = [
        question.key
        for question in asked(definition, every.values, short=short)
        if question.type != "files"
    ]
    if "amount" not in keys:
        keys.insert(0, "amount")
    checked = check_answers(definition, draft.raw, keys)
    faults = checked.faults or missing(definition, checked.values, short=short)
    if faults:
        raise Invalid(tuple(faults))
    return _Form(values=checked.values, raw=draft.raw)


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


def _kind(values: Mapping[str, Any]) -> str:
    """Where the form did not ask: whoever writes for others is no private person."""
    return "group" if _text(values, "organisation") else "person"


def _make_case(
    session: Session, definition: Definition, draft: Draft, form: _Form, now: datetime
) -> Case:
    values = form.values
    applicant = Applicant(
        kind=_text(values, "applicant_kind") or _kind(values),
        name=str(values["contact_name"]),
        organisation=_text(values, "organisation"),
        cvr=_text(values, "cvr"),
        email=_text(values, "email"),
        phone=_text(values, "phone"),
        address=_text(values, "address"),
    )
    session.add(applicant)
    session.flush()
    assert applicant.id is not None
    starts_on = _day(values, "starts_on")
    year = paying_year(session, definition.key, starts_on, now)
    start = definition.start
    case = Case(
        number=next_number(session, definition, year),
        pool=definition.key,
        year=year,
        definition_version=definition.version,
        form=draft.form,
        lang=draft.lang,
        state=start.key,
        clock=start.clock,
        title=str(values["title"]),
        asked=values.get("amount"),
        applicant_id=applicant.id,
        starts_on=starts_on,
        ends_on=_day(values, "ends_on"),
        place=_text(values, "place"),
        focus_area=_text(values, "focus_area"),
        urgent=values.get("urgent") is True,
        received_at=now,
        changed_at=now,
    )
    session.add(case)
    session.flush()
    assert case.id is not None
    for position, question in enumerate(definition.questions):
        if question.key in values and values[question.key] is not None:
            session.add(
                Answer(
                    case_id=case.id,
                    question=question.key,
                    position=position,
                    value=values[question.key],
                )
            )
    today = local_day(now)
    facts = Facts(
        state=start.key,
        today=today,
        year=year,
        year_state="open",
        asked=case.asked,
        complete=True,
        received_on=today,
        starts_on=case.starts_on,
        ends_on=case.ends_on,
    )
    deadlines.apply(session, case, opening_plan(definition, facts, now), now)
    return case


def _move_files(session: Session, draft: Draft, case: Case, now: datetime) -> None:
    assert case.id is not None
    for link in session.execute(
        select(DraftFile).where(col(DraftFile.draft_id) == draft.id).order_by(col(DraftFile.id))
    ).scalars():
        session.add(
            CaseFile(case_id=case.id, file_id=link.file_id, purpose="application", added_at=now)
        )
        files.seal(session, [link.file_id], now)
        session.delete(link)
    session.flush()
