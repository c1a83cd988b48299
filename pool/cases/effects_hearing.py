"""Hearing the applicant on facts from others (*partshøring*, forvaltningsloven §19).

The facts are sent with their source and a date; until the applicant has answered, or the date has
passed, or the hearing is called off, no decision can be made (guard ``heard``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from pool.cases.effects import Firing, attach
from pool.models.case import Case
from pool.models.casework import Hearing

CALLED_OFF = "called-off"
RAN_OUT = "ran-out"


def unended(session: Session, case_id: int) -> Hearing | None:
    """The hearing nobody has answered, called off or ended, its day passed or not."""
    return session.execute(
        select(Hearing).where(
            col(Hearing.case_id) == case_id,
            col(Hearing.answered_at).is_(None),
            col(Hearing.stopped_at).is_(None),
        )
    ).scalar_one_or_none()


def end(session: Session, hearing: Hearing, why: str, now: datetime) -> None:
    """It is over without an answer. ``why``: :data:`CALLED_OFF` or :data:`RAN_OUT`."""
    hearing.stopped_at = now
    hearing.stopped_because = why
    session.add(hearing)
    session.flush()


def run_out(session: Session, case: Case, now: datetime) -> Hearing | None:
    """End the (locked) case's hearing because its day has passed; None where none is open."""
    assert case.id is not None
    hearing = unended(session, case.id)
    if hearing is not None:
        end(session, hearing, RAN_OUT, now)
    return hearing


def leave_off(firing: Firing) -> None:
    """The case is at its end: nobody waits for comments any longer, and the next hearing, should
    it be taken up again, begins afresh."""
    hearing = unended(firing.session, firing.case_id)
    if hearing is not None:
        end(
            firing.session,
            hearing,
            CALLED_OFF if hearing.due_on >= firing.today else RAN_OUT,
            firing.now,
        )
        firing.data["hearing_ended"] = hearing.id


def hear(firing: Firing) -> None:
    before = run_out(firing.session, firing.case, firing.now)
    if before is not None:  # its day had passed, or the guard would have said no
        firing.data["ran_out"] = before.id
    hearing = Hearing(
        case_id=firing.case_id,
        facts=firing.inputs["facts"],
        source=firing.inputs["source"],
        due_on=firing.inputs["due_on"],
        sent_at=firing.now,
        sent_by=firing.actor.name,
    )
    firing.session.add(hearing)
    firing.session.flush()
    firing.data |= {"hearing": hearing.id, "due_on": hearing.due_on.isoformat()}
    firing.personal |= {"facts": hearing.facts, "facts_from": hearing.source}


def hearing_answer(firing: Firing) -> None:
    hearing = unended(firing.session, firing.case_id)
    assert hearing is not None, "the guard `open-hearing` was passed"
    hearing.answer = firing.inputs["answer"]
    hearing.answered_at = firing.now
    firing.session.add(hearing)
    firing.session.flush()
    attach(firing, "hearing")
    firing.data["hearing"] = hearing.id
    firing.personal["answer"] = hearing.answer


def hearing_stop(firing: Firing) -> None:
    hearing = unended(firing.session, firing.case_id)
    assert hearing is not None, "the guard `open-hearing` was passed"
    end(firing.session, hearing, CALLED_OFF, firing.now)
    firing.data["hearing"] = hearing.id


EFFECTS: Mapping[str, Callable[[Firing], None]] = {
    "hear": hear,
    "hearing-answer": hearing_answer,
    "hearing-stop": hearing_stop,
}
