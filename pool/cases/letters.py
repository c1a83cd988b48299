"""Which messages a move of a case makes, and what they are told.

A message is a row in the same unit of work as the move; a worker makes the mail and the PDF of it.
Texts of the definition are frozen into it in every language, so that a later version of the pool's
file changes no letter.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

import pool.outbox as outbox
from pool.cases import access, effects_payments, opening
from pool.cases.effects import Firing
from pool.cases.letters_terms import Terms, of_payment, terms_of
from pool.clock import local_day
from pool.identity import people_with
from pool.models.case import Applicant, Case, Decision
from pool.models.identity import Person
from workflows import planning
from workflows.definition import Definition
from workflows.planning import Plan


def pool_data(definition: Definition) -> dict[str, Any]:
    """What every mail of a pool says of the pool."""
    contact = definition.contact
    return {
        "pool_name": dict(definition.name),
        "contact": {
            "name": dict(contact.name),
            "phone": contact.phone,
            "email": contact.email,
            "hours": dict(contact.hours),
        },
    }


def case_data(definition: Definition, case: Case) -> dict[str, Any]:
    return pool_data(definition) | {"case_number": case.number, "title": case.title}


def staff_data(definition: Definition, case: Case) -> dict[str, Any]:
    """As :func:`case_data`, for those who need not be told whom to ring."""
    return {
        "pool_name": dict(definition.name),
        "case_number": case.number,
        "title": case.title,
    }


def staff_link(case: Case) -> dict[str, str]:
    return {"path": f"/sager/{case.number}"}


def applicant_link(case: Case) -> dict[str, str]:
    return {"purpose": "case", "subject": f"case:{case.id}"}


def applicant_of(session: Session, case: Case) -> Applicant:
    applicant = session.get(Applicant, case.applicant_id)
    assert applicant is not None, "a foreign key"
    return applicant


def address_lines(applicant: Applicant) -> list[str]:
    """Name and address as they stand on a letter."""
    lines = [applicant.name]
    if applicant.organisation:
        lines.insert(0, applicant.organisation)
    if applicant.address:
        lines += [part.strip() for part in applicant.address.split(",") if part.strip()]
    return lines


def to_applicant(applicant: Applicant, case: Case) -> outbox.Recipient:
    return outbox.Recipient(
        name=applicant.name, email=applicant.email, lang=case.lang, person_id=None
    )


def staff(session: Session, case: Case, role: str) -> list[outbox.Recipient]:
    """People with ``role`` in the case's pool, without those who stay out of the case."""
    recused = access.locked_out(session, case.id or 0)
    return [
        person_recipient(person)
        for person in people_with(session, role, case.pool)
        if person.id not in recused
    ]


def day_text(value: date | None) -> str | None:
    """As it stands in a message's data."""
    return value.isoformat() if value else None


def expected_report(definition: Definition, case: Case, today: date) -> date:
    """The day the report will be due, as far as can be known before the money is paid."""
    return planning.report_day(
        definition, starts_on=case.starts_on, ends_on=case.ends_on, today=today
    )


def report_day(planned: Plan) -> date | None:
    """The day the report is due, where this move sets one."""
    for change in planned.deadlines:
        if change.kind == "report" and change.due_at is not None:
            return local_day(change.due_at)
    return None


def put(
    session: Session,
    case: Case,
    *,
    event: str,
    template: str,
    to: outbox.Recipient,
    data: Mapping[str, Any],
    now: datetime,
    letter: str | None = None,
) -> None:
    """One message about a case."""
    outbox.put(
        session,
        event=event,
        template=template,
        to=to,
        case_id=case.id,
        pool=case.pool,
        data=dict(data),
        now=now,
        document=letter,
    )


def _keep(firing: Firing, event: str, template: str, data: Mapping[str, Any]) -> None:
    """The letter of a decision that was made and told elsewhere: stored, never sent."""
    session, case = firing.session, firing.case
    told = {key: value for key, value in data.items() if key != "conditions"}
    outbox.put(
        session,
        event=event,
        template=template,
        to=to_applicant(applicant_of(session, case), case),
        case_id=case.id,
        pool=case.pool,
        data=told | imported_letter(session, case),
        now=firing.now,
        document="decision-imported",
        keep=True,
    )


def receipt(
    session: Session,
    definition: Definition,
    case: Case,
    *,
    event: str,
    now: datetime,
    by: int | None = None,
) -> None:
    """The receipt, with the case number and the promised day (god forvaltningsskik), and word to
    the secretariat; not to ``by``, the colleague who typed it in."""
    assert case.promised_on is not None
    applicant = applicant_of(session, case)
    put(
        session,
        case,
        event=event,
        template="receipt",
        to=to_applicant(applicant, case),
        data=case_data(definition, case)
        | {
            "asked": case.asked,
            "answer_by": case.promised_on.isoformat(),
            "waiting": opening.has_waiting_list(session, definition, case.year, now),
            "link": applicant_link(case),
        },
        now=now,
    )
    told = staff(session, case, "secretariat") if definition.sends("new-case") else []
    for recipient in told:
        if by is not None and recipient.person_id == by:
            continue
        put(
            session,
            case,
            event=event,
            template="new-case",
            to=recipient,
            data=staff_data(definition, case)
            | {
                "applicant": applicant.shown,
                "asked": case.asked,
                "answer_by": case.promised_on.isoformat(),
                "urgent": case.urgent,
                "link": staff_link(case),
            },
            now=now,
        )
    if definition.sends("members-new-case"):
        handled = {one.person_id for one in staff(session, case, "secretariat")} | {by}
        seen = access.seen_states(definition, {"member"})
        for recipient in staff(session, case, "member") if case.state in seen else ():
            if recipient.person_id in handled:
                continue  # told already, as who handles it
            put(
                session,
                case,
                event=event,
                template="members-new-case",
                to=recipient,
                data=staff_data(definition, case)
                | {
                    "answer_by": case.promised_on.isoformat(),
                    "urgent": case.urgent,
                    "link": staff_link(case),
                },
                now=now,
            )


def signed(definition: Definition, signer: str) -> dict[str, str]:
    """The group's signature, by language, with the name of who signs for it."""
    return {
        lang: f"{words}, {signer}" if signer else words
        for lang, words in definition.signature.items()
    }


def decision_letter(
    definition: Definition,
    case: Case,
    applicant: Applicant,
    *,
    outcome: str,
    amount: int,
    reasons: str,
    decided_on: date,
    report_by: date | None,
    signer: str,
    terms: Terms | None = None,
) -> tuple[str, dict[str, Any]]:
    """(template, data) of a decision's mail and letter; also what the preview is made of."""
    data = case_data(definition, case) | {
        "link": applicant_link(case),
        "recipient": address_lines(applicant),
        "decided_on": decided_on.isoformat(),
        "signature": signed(definition, signer),
        "guidance": dict(definition.guidance),
        "asked": case.asked,
        "reasons": reasons if outcome != "full" else (reasons or None),
    }
    if outcome != "refused":
        data |= {"granted": amount, "report_by": day_text(report_by)}
        data |= (terms or Terms()).told(definition)
        if effects_payments.asks(definition) and not definition.sends("payee-wanted"):
            data["payee"] = True
        if data["asked"] is None:
            data["asked"] = amount
    return f"decision-{outcome}", data


def of_decision(
    session: Session,
    definition: Definition,
    case: Case,
    applicant: Applicant,
    decision: Decision,
    today: date,
) -> tuple[str, dict[str, Any]]:
    """(template, data) of the letter of a decision that is made: when it is made, as a draft that
    waits for its announcement, and when it is announced."""
    return decision_letter(
        definition,
        case,
        applicant,
        outcome="full" if decision.outcome == "granted" else decision.outcome,
        amount=decision.amount,
        reasons=decision.reasons,
        decided_on=decision.made_on,
        report_by=expected_report(definition, case, today),
        signer="" if decision.imported else decision.actor_name,
        terms=terms_of(session, definition, decision),
    )


def of_move(firing: Firing, planned: Plan, event: str) -> None:
    """Queue the letter of a move."""
    session, case, definition = firing.session, firing.case, firing.definition
    applicant = applicant_of(session, case)
    base = case_data(definition, case)
    letter: str | None = None
    match planned.letter:
        case "question":
            template = "question"
            due = firing.inputs.get("due_on") or answer_day(planned)
            data = base | {
                "questions": firing.inputs["questions"],
                "answer_by": day_text(due),
                "report": firing.facts.report_received,
                "link": applicant_link(case),
            }
        case "hearing":
            template = "hearing"
            data = base | {
                "facts": firing.inputs["facts"],
                "source": firing.inputs["source"],
                "answer_by": day_text(firing.inputs["due_on"]),
                "link": applicant_link(case),
            }
        case "decision":
            decision = firing.decision
            assert decision is not None
            template, data = of_decision(
                session, definition, case, applicant, decision, firing.today
            )
            letter = template
        case "payment":
            template = "payment"
            data = base | {
                "amount": firing.data["amount"],
                "paid_on": firing.data["paid_on"],
                "reference": firing.inputs["reference"],
                "report_by": day_text(report_day(planned)),
                "link": applicant_link(case),
            }
            data |= of_payment(firing)
        case "withdrawn":
            template = "withdrawn"
            data = base | {
                "by_applicant": firing.actor.kind == "applicant",
                "reason": firing.inputs.get("reason"),
            }
        case other:
            raise KeyError(f"no letter called {other}")
    if firing.command.quiet:
        if letter is not None:
            _keep(firing, event, template, data)
        return
    if not definition.sends(template):
        return
    put(
        session,
        case,
        event=event,
        template=template,
        to=to_applicant(applicant, case),
        data=data,
        now=firing.now,
        letter=letter,
    )


def imported_letter(session: Session, case: Case) -> dict[str, Any]:
    """What the letter of an imported decision says besides: that it was made elsewhere, how
    exactly its day is known, and when it was entered here."""
    decision = session.get_one(Decision, case.decision_id)
    return {
        "granted": decision.amount,
        "asked": case.asked,
        "report_by": None,
        "reasons": decision.reasons or None,
        "precision": decision.made_precision,
        "entered_on": local_day(decision.recorded_at).isoformat(),
    }


def answer_day(planned: Plan) -> date | None:
    """The day an answer is due, where this move sets one."""
    for change in planned.deadlines:
        if change.kind == "answer" and change.due_at is not None:
            return local_day(change.due_at)
    return None


def person_recipient(person: Person) -> outbox.Recipient:
    """A colleague, told as they have chosen."""
    return outbox.Recipient(
        name=person.name,
        email=person.email,
        lang=person.language,
        person_id=person.id,
        notices=person.notices,
    )
