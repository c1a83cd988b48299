"""Who is told of a move besides the applicant, and the one door for both."""

from __future__ import annotations

import pool.outbox as outbox
from pool.cases import (
    announcing_drafts,
    letters_again,
    letters_changed,
    letters_held,
    letters_kinds,
    letters_payments,
    letters_reports,
    letters_waiting,
)
from pool.cases.effects import Firing
from pool.cases.letters import (
    applicant_of,
    day_text,
    of_move,
    pool_data,
    put,
    staff,
    staff_data,
    staff_link,
)
from pool.identity import people_with
from pool.models.case import Answer
from workflows.planning import Plan


def announce(firing: Firing, planned: Plan, *, event_n: int) -> None:
    """Queue the letter and the notices of a move that has just been journaled as ``event_n``."""
    event = f"case:{firing.case_id}:{event_n}"
    letters_held.supersede(firing, planned)
    announcing_drafts.on_move(firing, planned, event)
    if planned.letter in letters_kinds.LETTERS:
        letters_kinds.of_move(firing, planned.letter, event)
    elif planned.letter in letters_changed.LETTERS:
        letters_changed.of_move(firing, planned, event)
    elif planned.letter in letters_reports.LETTERS:
        letters_reports.of_move(firing, planned, event)
    elif planned.letter in letters_payments.LETTERS:
        letters_payments.of_move(firing, event)
    elif planned.letter in letters_waiting.LETTERS:
        letters_waiting.of_move(firing, event)
    elif letters_again.mine(planned):
        letters_again.of_move(firing, planned, event)
    elif planned.letter is not None and not announcing_drafts.release(firing, planned):
        of_move(firing, planned, event)
    letters_held.hold_back(firing)
    if firing.command.quiet:
        return
    for notice in planned.notices:
        _notice(firing, notice, event)
    letters_again.after_move(firing, planned, event)
    letters_reports.after_move(firing, event)


def _notice(firing: Firing, notice: str, event: str) -> None:
    session, case, definition = firing.session, firing.case, firing.definition
    applicant = applicant_of(session, case)
    base = staff_data(definition, case) | {"applicant": applicant.shown, "link": staff_link(case)}
    if notice == "communications":
        outreach = session.get(Answer, (case.id, "outreach"))
        area = next((o for o in definition.focus_areas if o.key == case.focus_area), None)
        told = (
            pool_data(definition)
            | base
            | {
                "granted": case.granted or 0,
                "focus_area": dict(area.label) if area else None,
                "place": definition.place_in_words(case.place),
                "starts_on": day_text(case.starts_on),
                "ends_on": day_text(case.ends_on),
                "outreach": outreach.value if outreach else None,
            }
        )
        recipients = staff(session, case, "communications")
        nobody = not people_with(session, "communications", case.pool)
        if nobody and definition.communications_email:
            recipients = [
                outbox.Recipient(
                    name=definition.contact.name["da"],
                    email=definition.communications_email,
                    lang="da",
                    person_id=None,
                )
            ]
        template = "supported"
    elif notice == "secretariat":
        recipients = staff(session, case, "secretariat")
        match firing.transition.key:
            case "answer" | "answer-report":
                template = "answer-received"
                told = base | {"answer": firing.inputs["answer"]}
            case "hearing-answer":
                template = "hearing-answered"
                told = base | {"answer": firing.inputs["answer"]}
            case "report" | "accounts":
                template = "report-received"
                told = base | {
                    "granted": firing.facts.granted,
                    "spent": firing.inputs["report"]["spent"],
                }
            case "vouchers":
                template = "vouchers-received"
                told = base | {"files": len(firing.command.files)}
            case "payee":
                payee = letters_payments.told(firing)
                if payee is None:
                    return
                template, told = payee[0], base | payee[1]
            case "wait-over":
                template, more = letters_waiting.came_off(firing)
                told = base | more
            case "withdraw":
                if firing.actor.kind == "person":
                    return
                template = "applicant-withdrew"
                told = base | {"reason": firing.inputs.get("reason")}
            case other:
                raise KeyError(f"no notice to the secretariat of {other}")
    else:
        raise KeyError(f"no notice called {notice}")
    for recipient in recipients if definition.sends(template) else ():
        if firing.actor.person_id is not None and recipient.person_id == firing.actor.person_id:
            continue  # nobody is told what they have just done themselves
        put(
            session,
            case,
            event=event,
            template=template,
            to=recipient,
            data=told,
            now=firing.now,
        )
