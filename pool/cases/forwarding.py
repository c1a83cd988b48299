"""Sending an application on to the pool it belongs to, with everything kept.

forvaltningsloven §7: what came to the wrong place is forwarded, not refused. The other pool gets a
case of its own: its own number, form and promise, the day of receipt of the first. Answers go along
by the key of their question where the other form has it and takes the value; the rest stand with
the first case and are shown from there, as are the notes. What the other pool requires besides
makes the new case incomplete: its secretariat asks and fills it in (``pool.cases.completing``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

import pool.journal as journal
from pool.cases import (
    activity,
    deadlines,
    effects_hearing,
    facts,
    following,
    letters,
    opening,
    search,
)
from pool.cases.effects import Firing
from pool.cases.errors import Invalid, PoolClosed
from pool.clock import local_day
from pool.models.base import known
from pool.models.case import Answer, Applicant, Case, CaseFile, Deadline, Enquiry
from pool.models.casework import Correspondence, Hearing, Rendering
from workflows.calendar import add_working_days, end_of_day_utc
from workflows.definition import SUGGESTION, Definition, Question
from workflows.facts import Facts
from workflows.planning import DeadlineChange, opening_plan
from workflows.questions import UNANSWERED, AnswerFault, check_answers, missing

ORIGIN = "forwarded"
"""The kind of a new case's link to the case it came out of."""
CHANNEL = "forward"
_WORDS = ("text", "long")


def forward(firing: Firing) -> None:
    """Make the case anew in the pool of ``inputs["to_pool"]``. Raises :class:`Invalid` where that
    pool takes no such case, :class:`PoolClosed` where it has no open year. One that is used up
    takes it, for it must have its answer."""
    session, old, now = firing.session, firing.case, firing.now
    target = _target(firing)
    new = _make_case(firing, target)
    case_id = known(new.id)
    carried = _answers(firing, target, new)
    _children(session, firing.case_id, case_id, now)
    _hearing(session, firing.case_id, new, now)
    search.refresh(session, new)
    firing.forwarded = new
    firing.data |= {"to_case": case_id, "to_pool": new.pool, "to_number": new.number}
    event = journal.write(
        session,
        f"case:{case_id}",
        "case.forwarded-here",
        firing.actor,
        now=now,
        data={
            "case": case_id,
            "to": new.state,
            "state_version": new.state_version,
            "asked": new.asked,
            "pool": new.pool,
            "year": new.year,
            "definition": target.version,
            "form": new.form,
            "from_case": firing.case_id,
            "from_pool": old.pool,
            "from_number": old.number,
            "answers": carried,
        },
        personal={"title": new.title, "reason": firing.inputs["reason"]},
    )
    following.recusals(session, firing.case_id, case_id, firing.actor, now)
    _tell(firing, target, new, f"case:{case_id}:{event.n}")


def _target(firing: Firing) -> Definition:
    pool = firing.inputs["to_pool"]
    unfit = Invalid((AnswerFault("to_pool", "option"),))
    if pool == firing.case.pool or pool not in firing.house.definitions:
        raise unfit
    target = firing.house.definitions.current(pool)
    if firing.case.kind == SUGGESTION and target.suggestion_start is None:
        raise unfit
    closed = opening.opening(firing.session, pool, firing.now).closed
    if closed is not None and closed.code != "empty":
        raise PoolClosed(closed)
    return target


def _make_case(firing: Firing, target: Definition) -> Case:
    from pool.cases.submit import next_number  # it fires moves, and this is part of one

    session, old, now = firing.session, firing.case, firing.now
    whom = letters.applicant_of(session, old)
    applicant = Applicant(**whom.model_dump(exclude={"id"}))
    session.add(applicant)
    session.flush()
    year = opening.paying_year(session, target.key, old.starts_on, now)
    start = target.start
    if old.kind == SUGGESTION:
        assert target.suggestion_start is not None, "asked for above"
        start = target.suggestion_start
    new = Case(
        number=next_number(session, target, year),
        pool=target.key,
        year=year,
        definition_version=target.version,
        form=_form(old, target),
        kind=old.kind,
        channel=CHANNEL,
        entered_by=old.entered_by,
        proposer=old.proposer,
        proposer_id=old.proposer_id,
        origin_id=old.id,
        origin_kind=ORIGIN,
        lang=old.lang,
        state=start.key,
        clock=start.clock,
        title=old.title,
        asked=old.asked,
        applicant_id=known(applicant.id),
        starts_on=old.starts_on,
        ends_on=old.ends_on,
        place=_place(firing.definition, target, old.place),
        focus_area=old.focus_area if _has_area(target, old.focus_area) else None,
        urgent=old.urgent,
        received_at=old.received_at,
        changed_at=now,
    )
    activity.touch(new, firing.actor, now)
    session.add(new)
    session.flush()
    today = local_day(now)
    planned = opening_plan(
        target,
        Facts(
            state=start.key,
            today=today,
            year=year,
            year_state="open",
            kind=new.kind,
            asked=new.asked,
            received_on=local_day(old.received_at),
            starts_on=new.starts_on,
            ends_on=new.ends_on,
        ),
        now,
    )
    deadlines.apply(session, target, new, planned, now)
    tomorrow = end_of_day_utc(add_working_days(today, 1))
    if start.clock == "running" and any(
        change.due_at is not None and change.due_at < tomorrow for change in planned.deadlines
    ):  # received so long ago that the pool's promise has passed: none can be made for the past
        again = (DeadlineChange("promise", tomorrow),)
        deadlines.apply(session, target, new, replace(planned, deadlines=again), now)
    return new


def _form(old: Case, target: Definition) -> str:
    if old.kind == SUGGESTION:
        return SUGGESTION
    small = old.asked is not None and old.asked <= target.limits.short_form
    return "short" if small else "full"


def _has_area(target: Definition, area: str | None) -> bool:
    return any(option.key == area for option in target.focus_areas)


def _place(first: Definition, target: Definition, place: str | None) -> str | None:
    """The place, where the other pool knows it: in words where it asks for words."""
    wanted = target.question("place")
    if not place or wanted is None:
        return None
    if wanted.options:
        return place if wanted.option(place) is not None else None
    words = first.place_in_words(place)
    return words["da"] if words else None


def carried(first: Definition, target: Definition, key: str, value: Any) -> Any | None:
    """The value of an answer as the other pool's form takes it; None where it has no such
    question, or another kind of it."""
    old, new = first.question(key), target.question(key)
    if old is None or new is None:
        return None
    if old.type == "choice" and new.type in _WORDS:
        option = old.option(str(value))
        return option.label["da"] if option else None
    if old.type != new.type and not (old.type in _WORDS and new.type in _WORDS):
        return None
    return check_answers(_alone(target, new), {key: value}, [key]).values.get(key)


def _alone(target: Definition, question: Question) -> Definition:
    """The pool with this question alone, asked whatever else was answered."""
    free = replace(question, asked_when=None, required_when=None)
    return replace(target, questions=(free,))


def _answers(firing: Firing, target: Definition, new: Case) -> int:
    taken = {
        key: value
        for key, given in facts.answers(firing.session, firing.case_id).items()
        if (value := carried(firing.definition, target, key, given)) is not None
    }
    fitting = together(target, taken, new.form)
    for place, question in enumerate(target.questions):
        if question.key in fitting:
            firing.session.add(
                Answer(
                    case_id=known(new.id),
                    question=question.key,
                    position=place,
                    value=fitting[question.key],
                )
            )
    firing.session.flush()
    return len(fitting)


def together(target: Definition, taken: Mapping[str, Any], form: str) -> Mapping[str, Any]:
    """Those of ``taken`` that go together by the other pool's own rules (its most, its year, its
    budget); the rest is to be answered anew there, or nobody could ever mend it."""
    fitting = dict(taken)
    while wrong := {
        fault.key.partition(".")[0]
        for fault in missing(target, fitting, form=form)
        if fault.code not in UNANSWERED
    } & set(fitting):
        if "amount" in wrong:
            wrong.add("budget")  # it adds up to the amount
        fitting = {key: value for key, value in fitting.items() if key not in wrong}
    return fitting


def _children(session: Session, old_id: int, new_id: int, now: datetime) -> None:
    """Files, answered questions, hearings, the conversation and renderings. A question that is
    open waits for nobody any more: it stands in the new conversation as what was written to the
    applicant, and the other pool asks its own. What the applicant wrote and nobody has read waits
    in the new case alone.
    """

    def rows(model: Any, *where: Any) -> list[Any]:
        return list(
            session.execute(
                select(model).where(col(model.case_id) == old_id, *where).order_by(model.id)
            ).scalars()
        )

    def copy(row: Any, **changed: Any) -> Any:
        again = type(row)(**row.model_dump(exclude={"id", "case_id"}) | changed, case_id=new_id)
        session.add(again)
        return again

    enquiries: dict[int | None, int | None] = {None: None}
    for one in rows(Enquiry, col(Enquiry.answered_at).is_not(None)):
        again = copy(one)
        session.flush()
        enquiries[one.id] = again.id
    for open_one in rows(Enquiry, col(Enquiry.answered_at).is_(None)):
        session.add(
            Correspondence(
                case_id=new_id,
                side="staff",
                text=open_one.question,
                author=open_one.asked_by,
                written_at=open_one.asked_at,
            )
        )
    for hearing in rows(Hearing):
        copy(hearing)
    for said in rows(Correspondence):
        copy(said)
        if said.side == "applicant" and said.read_at is None:
            said.read_at = now
            session.add(said)
    for rendering in session.execute(
        select(Rendering).where(col(Rendering.case_id) == old_id)
    ).scalars():
        copy(rendering)
    for link in rows(CaseFile, col(CaseFile.decision_id).is_(None)):
        copy(link, enquiry_id=enquiries.get(link.enquiry_id))
    session.flush()


def _hearing(session: Session, old_id: int, new: Case, now: datetime) -> None:
    """An open hearing goes on in the other pool, to its day; in the first it is over."""
    hearing = effects_hearing.unended(session, old_id)
    if hearing is None:
        return
    hearing.stopped_at, hearing.stopped_because = now, "called-off"
    session.add(hearing)
    due = end_of_day_utc(hearing.due_on)
    if due > now:
        session.add(Deadline(case_id=known(new.id), kind="hearing", due_at=due, act_at=due))
    session.flush()


def _tell(firing: Firing, target: Definition, new: Case, event: str) -> None:
    """The other pool's secretariat learns of it as of any new case; the applicant by the letter
    of the move."""
    session = firing.session
    whom = letters.applicant_of(session, new)
    if new.promised_on is None:
        return
    for recipient in letters.staff(session, new, "secretariat"):
        if recipient.person_id == firing.actor.person_id:
            continue
        letters.put(
            session,
            new,
            event=event,
            template="new-case",
            to=recipient,
            data=letters.staff_data(target, new)
            | {
                "applicant": whom.shown,
                "asked": new.asked,
                "answer_by": new.promised_on.isoformat(),
                "urgent": new.urgent,
                "link": letters.staff_link(new),
            },
            now=firing.now,
        )


def origin(session: Session, case: Case) -> Case | None:
    """The case this one was forwarded from."""
    if case.origin_kind != ORIGIN or case.origin_id is None:
        return None
    return session.get(Case, case.origin_id)


def origins(session: Session, case: Case) -> tuple[Case, ...]:
    """The cases this one was forwarded from, the nearest first."""
    found: list[Case] = []
    first = origin(session, case)
    while first is not None:
        found.append(first)
        first = origin(session, first)
    return tuple(found)


def successor(session: Session, case_id: int) -> Case | None:
    """The case in another pool that this one was forwarded as."""
    return session.execute(
        select(Case).where(col(Case.origin_id) == case_id, col(Case.origin_kind) == ORIGIN)
    ).scalar_one_or_none()


def left_behind(
    session: Session, first: Definition, case_id: int, new_id: int
) -> Mapping[str, Any]:
    """What was answered on the first form and did not go along, by question, in that form's
    order."""
    given, taken = facts.answers(session, case_id), facts.answers(session, new_id)
    return {key: value for key, value in given.items() if key not in taken and first.question(key)}
