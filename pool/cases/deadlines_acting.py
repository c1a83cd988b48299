"""What the worker does about a due day that nears or has passed: a line in the journal, word to
whom it concerns, and the next time it looks.

Each is called inside the unit of work that has claimed the due day, with the case locked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session, col

import pool.journal as journal
from pool.cases import activity, effects_hearing, letters, letters_hearing, letters_staff
from pool.cases.commands import Command
from pool.cases.deadline_times import next_act, notice_at
from pool.cases.deadlines import REMINDERS, end
from pool.cases.errors import Invalid, Refused
from pool.cases.fire import fire_in
from pool.cases.house import House
from pool.clock import local_day
from pool.identity.actor import SYSTEM
from pool.models.base import known
from pool.models.case import Case, Deadline, Enquiry
from pool.models.outbox import Message
from workflows.calendar import add_working_days, end_of_day_utc
from workflows.definition import Definition, Transition

REMIND_AGAIN = timedelta(days=14)
"""Between reminders of a report; so long the last of them, the lapse warning, leaves to answer."""
PAYEE_REMINDERS = 2
LOOK_AGAIN = timedelta(minutes=10)
"""Until the decision's letter has left: whom to pay is not asked before it."""
UNTOLD = ("draft", "queued", "leased", "sending")
"""States of a letter its recipient cannot have read."""
CLAIMS = frozenset({"claim", "claim-advance"})
"""Effects by which a grant that nobody reports on lapses."""


@dataclass(frozen=True, slots=True)
class Acting:
    """A due day that was claimed. ``times``: how often it has fired, this time with it."""

    session: Session
    house: House
    definition: Definition
    case: Case
    deadline_id: int
    kind: str
    due_at: datetime
    times: int
    now: datetime

    @property
    def case_id(self) -> int:
        return known(self.case.id)

    @property
    def due_on(self) -> date:
        return local_day(self.due_at)

    @property
    def early(self) -> bool:
        return self.now < self.due_at

    def write(self, kind: str, *, on_its_day: bool = False) -> str:
        """A line in the case's journal; returns the event that messages are named after."""
        event = journal.write(
            self.session,
            f"case:{self.case_id}",
            f"deadline.{kind}",
            SYSTEM,
            now=self.now,
            effective_on=self.due_on if on_its_day else None,
            data={"case": self.case_id, "due_on": self.due_on.isoformat()},
        )
        return f"case:{self.case_id}:{event.n}"

    def again(self, at: datetime, **more: Any) -> None:
        """Act once more at ``at``."""
        self.session.execute(
            update(Deadline).where(col(Deadline.id) == self.deadline_id).values(act_at=at, **more)
        )

    def go_on(self) -> None:
        """It was an early step: it counts for no reminder, and the next one is still to come."""
        at = next_act(self.definition, self.kind, self.due_at, self.now)
        self.again(at, fired=self.times - 1)

    def mail(self, template: str, event: str, **told: Any) -> None:
        """A mail to the applicant, where the pool sends it."""
        if not self.definition.sends(template):
            return
        letters.put(
            self.session,
            self.case,
            event=event,
            template=template,
            to=letters.to_applicant(letters.applicant_of(self.session, self.case), self.case),
            data=letters.case_data(self.definition, self.case)
            | {"link": letters.applicant_link(self.case)}
            | told,
            now=self.now,
        )

    def overdue(self, event: str, kind: str | None = None) -> None:
        letters_staff.overdue(
            self.session,
            self.house,
            self.case,
            kind=kind or self.kind,
            due_on=self.due_on,
            event=event,
            now=self.now,
        )


def act(acting: Acting) -> None:
    """Do what follows from a due day that has come, or nears."""
    match acting.kind:
        case "promise":
            _promise(acting)
        case "answer":
            _answer(acting)
        case "report":
            _report(acting)
        case "payee":
            _payee(acting)
        case "resume":
            acting.write("resume", on_its_day=True)
            _resume(acting)
        case "hearing":
            _end_hearing(acting, acting.write("hearing", on_its_day=True))
        case other:
            acting.write(other, on_its_day=True)


# -- the promised day of the answer


def _promise(acting: Acting) -> None:
    """The secretariat is warned while there is time. Where the pool's file says so and nobody acts,
    the applicant is told of a delay before the day passes, once a case: whoever waits longer still
    is owed a person's own reason."""
    if acting.early:
        notice = notice_at(acting.definition, acting.due_at)
        if notice is not None and acting.now >= notice:
            if not _delay(acting):
                acting.go_on()
            return
        acting.go_on()
        letters_staff.promise_soon(
            acting.session,
            acting.house,
            acting.case,
            due_on=acting.due_on,
            event=acting.write("promise-soon"),
            now=acting.now,
        )
        return
    event = acting.write("promise", on_its_day=True)
    if not _delay(acting):
        acting.overdue(event)


def _delay(acting: Acting) -> bool:
    """Tell of a delay and promise another day, as the pool's file says; whether it was done.

    What the rules refuse is refused before anything is written: the day is left to people then,
    who are told when it has passed.
    """
    rule, case = acting.definition.delay, acting.case
    move = _system_move(acting, "delay")
    if rule is None or not rule.automatic or rule.reason is None or move is None:
        return False
    told = journal.read(acting.session, f"case:{acting.case_id}")
    if any(one.kind == f"case.{move.key}" and one.actor_kind == "system" for one in told):
        return False
    first = max(acting.due_on, local_day(acting.now))
    inputs = {
        "reason": rule.reason["da"],
        "promised_on": add_working_days(first, rule.more_days),
    }
    command = Command(f"delay:{acting.deadline_id}", known(case.id), move.key, None, inputs)
    try:
        fire_in(acting.session, acting.house, command, SYSTEM, acting.now)
    except (Refused, Invalid):
        return False
    return True


def _system_move(acting: Acting, effect: str) -> Transition | None:
    """The move with ``effect`` that the program itself may make where the case is."""
    moves = acting.definition.leaving(acting.case.state)
    return next((one for one in moves if effect in one.effects and "system" in one.who), None)


# -- an answer that is waited for


def _answer(acting: Acting) -> None:
    if not acting.early:
        acting.overdue(acting.write("answer", on_its_day=True))
        return
    acting.go_on()
    enquiry = acting.session.execute(
        select(Enquiry).where(
            col(Enquiry.case_id) == acting.case_id, col(Enquiry.answered_at).is_(None)
        )
    ).scalar_one_or_none()
    if enquiry is None:
        return
    acting.mail(
        "question-reminder",
        acting.write("answer-soon"),
        questions=enquiry.question,
        answer_by=acting.due_on.isoformat(),
        report=acting.definition.state(acting.case.state).clock != "paused",
    )


# -- the report


def _report(acting: Acting) -> None:
    """Some days before, on the day, and twice more. The last of the reminders is a warning, where
    a grant without a report can be claimed back: what will happen, when, and that the applicant is
    heard first (forvaltningsloven §19). When its day has passed the secretariat is told."""
    told: dict[str, Any] = {
        "granted": acting.case.granted or 0,
        "report_by": acting.due_on.isoformat(),
    }
    if acting.early:
        acting.go_on()
        acting.mail("report-due", acting.write("report-soon"), **told)
        return
    if acting.times > REMINDERS:
        acting.overdue(acting.write("lapse"), "lapse")
        return
    event = acting.write("report", on_its_day=True)
    again = end_of_day_utc(local_day(acting.now) + REMIND_AGAIN)
    warns = _can_be_claimed(acting)
    if acting.times == REMINDERS and warns:
        acting.mail(
            "lapse-warning",
            event,
            **told,
            paid=_paid_out(acting),
            answer_by=local_day(again).isoformat(),
        )
    else:
        acting.mail("report-reminder", event, **told)
    if acting.times == 1:
        acting.overdue(event)
    if acting.times < REMINDERS or warns:
        acting.again(again)


def _can_be_claimed(acting: Acting) -> bool:
    return any(CLAIMS & set(move.effects) for move in acting.definition.leaving(acting.case.state))


def _paid_out(acting: Acting) -> int:
    """What was paid and has not come back, øre."""
    from pool.cases import facts

    found = facts.gather(acting.session, acting.definition, acting.case, acting.now)
    return found.paid - found.returned


# -- whom to pay


def _payee(acting: Acting) -> None:
    """Asked once the decision's letter has left; then reminded of, while nobody has told. As long
    as the letter rests, waits as a draft or is held back, the day to answer by moves with it."""
    waits = timedelta(days=acting.definition.reminders.payee_after)
    due_at = end_of_day_utc(local_day(acting.now) + waits)
    if _decision_untold(acting):
        later = max(acting.due_at, due_at)
        acting.again(acting.now + LOOK_AGAIN, due_at=later, fired=acting.times - 1)
        return
    told = {"granted": acting.case.granted or 0}
    asked = acting.definition.sends("payee-wanted")
    if asked and (acting.early or (acting.times == 1 and not _was_asked(acting))):
        acting.again(due_at, due_at=due_at, fired=acting.times - 1)
        acting.mail("payee-wanted", acting.write("payee-wanted"), **told)
        return
    if acting.early:
        acting.go_on()
        return
    event = acting.write("payee", on_its_day=True)
    acting.mail("payee-reminder", event, **told)
    if acting.times == 1:
        acting.overdue(event)
    if acting.times < PAYEE_REMINDERS:
        acting.again(end_of_day_utc(local_day(acting.now) + waits))


def _messages(acting: Acting, template: str, *more: Any) -> bool:
    found = select(col(Message.id)).where(
        col(Message.case_id) == acting.case_id, col(Message.template).like(template), *more
    )
    return acting.session.execute(found.limit(1)).first() is not None


def _decision_untold(acting: Acting) -> bool:
    return _messages(acting, "decision-%", col(Message.state).in_(UNTOLD))


def _was_asked(acting: Acting) -> bool:
    """In this case, or by the letter of a payment that failed."""
    return _messages(acting, "payee-wanted") or _messages(acting, "payment-failed")


# -- what was postponed, and hearings


def _resume(acting: Acting) -> None:
    """The day a postponed case waited for has come: it goes on, in the same unit of work."""
    move = _system_move(acting, "resume")
    if move is not None:
        command = Command(f"resume:{acting.deadline_id}", acting.case_id, move.key, None)
        fire_in(acting.session, acting.house, command, SYSTEM, acting.now)
    end(acting.session, acting.case, "resume", acting.now)


def _end_hearing(acting: Acting, event: str) -> None:
    """Its last day has passed: the applicant owes nothing more, and the case can be decided."""
    session, case, now = acting.session, acting.case, acting.now
    hearing = effects_hearing.run_out(session, case, now)
    end(session, case, "hearing", now)
    if hearing is None:
        return
    letters_hearing.ran_out(session, acting.definition, case, hearing, event=event, now=now)
    activity.touch(case, SYSTEM, now)
    session.add(case)
