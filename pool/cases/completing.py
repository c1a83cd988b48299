"""Filling in what an application lacks: answers that are required and that nobody has given.

The form lets nobody send in less, so this is a case that was sent on from another pool, whose
form asked for less. The secretariat asks the applicant and writes down the answer
(forvaltningsloven §7, officialprincippet); what the applicant wrote is never changed here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

import pool.journal as journal
from pool import money
from pool.cases import access, activity, facts, search
from pool.cases.commands import Command, Result
from pool.cases.errors import Invalid, NotFound
from pool.cases.fire import actor_key, done, lock, seen_before
from pool.cases.house import House
from pool.identity.actor import Actor
from pool.models.case import Answer, Applicant, Case
from workflows import values
from workflows.definition import Definition, Question, State
from workflows.questions import UNANSWERED, AnswerFault, check_answers, missing, shown

_DANISH = "da"
_CONTACT = frozenset({"email", "phone", "address", "behalf_email", "behalf_phone"})


def _day(value: Any) -> date:
    return date.fromisoformat(value)


_OF_CASE: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
    "title": ("title", str),
    "amount": ("asked", int),
    "starts_on": ("starts_on", _day),
    "ends_on": ("ends_on", _day),
    "place": ("place", str),
    "focus_area": ("focus_area", str),
    "urgent": ("urgent", bool),
}
"""Reserved questions whose answers stand with the case itself too: its column, and as what."""
_OF_APPLICANT: Mapping[str, str] = {
    "applicant_kind": "kind",
    "contact_name": "name",
    "organisation": "organisation",
    "cvr": "cvr",
    "email": "email",
    "phone": "phone",
    "address": "address",
    "on_behalf_of": "for_name",
    "behalf_email": "for_email",
    "behalf_phone": "for_phone",
}


def may(state: State, actor: Actor) -> bool:
    """Whether ``actor`` may fill in while a case is in ``state``: as the definition says."""
    return bool(actor.roles & frozenset(state.edit) - {"applicant"})


def lacking(definition: Definition, case: Case, given: Mapping[str, Any]) -> tuple[Question, ...]:
    """The questions that must be answered and are not, in the form's order. Of an imported case
    none: what was not published is not known."""
    if case.imported:
        return ()
    keys = {
        fault.key for fault in missing(definition, given, form=case.form)
        if fault.code in UNANSWERED
    }  # fmt: skip
    return tuple(one for one in definition.questions if one.key in keys and one.type != "files")


def to_ask(definition: Definition, case: Case, given: Mapping[str, Any]) -> tuple[Question, ...]:
    """What is lacking, and the unanswered questions that hang on its answers."""
    keys = {question.key for question in lacking(definition, case, given)}
    while True:
        hanging = {
            one.key
            for one in definition.questions
            if one.key not in keys
            and one.type != "files"
            and one.asked_in(case.form)
            and values.blank(given.get(one.key))
            and one.asked_when is not None
            and one.asked_when.question in keys
        }
        if not hanging:
            return tuple(one for one in definition.questions if one.key in keys)
        keys |= hanging


def complete(
    house: House,
    command_id: str,
    case_id: int,
    raw: Mapping[str, Any],
    actor: Actor,
    now: datetime,
) -> Result:
    """Write down answers to what is lacking, as typed, by question; what is still blank may come
    later. ``raw`` says nothing about questions that are answered: they are passed over.

    Raises :class:`Invalid` (by question; every one that is lacking where nothing was typed) and
    :class:`NotFound`, also where ``actor`` may not edit the case in its state.
    """
    told = {key: value for key, value in raw.items() if not values.blank(value)}
    command = Command(command_id, case_id, "complete", None, told)

    def work(session: Session) -> Result:
        case = lock(session, case_id)
        definition = house.definitions.version(session, case.pool, case.definition_version)
        key = actor_key(actor, case_id)
        if not access.may_see(session, house, case, actor):
            raise NotFound(str(case_id))
        if first := seen_before(session, command_id, key, command.digest()):
            return first
        if not may(definition.state(case.state), actor):
            raise NotFound(str(case_id))
        filled = _checked(definition, case, facts.answers(session, case_id), told)
        _write(session, definition, case, filled)
        _tell(session, definition, case, filled, actor, now)
        activity.touch(case, actor, now)
        session.add(case)
        search.refresh(session, case)
        return done(session, case, command, actor, now)

    return house.database.write(work)


def _checked(
    definition: Definition, case: Case, given: Mapping[str, Any], told: Mapping[str, Any]
) -> dict[str, Any]:
    """The new answers; :class:`Invalid` with every fault."""
    keys = [question.key for question in to_ask(definition, case, given)]
    typed = {key: told[key] for key in keys if key in told}
    checked = check_answers(definition, {**given, **typed}, keys)
    faults = [fault for fault in checked.faults if fault.key.partition(".")[0] in typed]
    filled = {key: value for key, value in checked.values.items() if key in typed}
    if not faults and not filled:
        faults = list(checked.faults) or [AnswerFault("", "required")]
    if not faults:
        before = set(_amiss(definition, case, given))
        faults = [
            fault for fault in missing(definition, {**given, **filled}, form=case.form)
            if fault.code not in UNANSWERED and (fault.key, fault.code) not in before
        ]  # fmt: skip
    if faults:
        raise Invalid(tuple(faults))
    return filled


def _amiss(definition: Definition, case: Case, given: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(fault.key, fault.code) for fault in missing(definition, given, form=case.form)]


def _write(session: Session, definition: Definition, case: Case, filled: Mapping[str, Any]) -> None:
    whom = session.get_one(Applicant, case.applicant_id)
    for place, question in enumerate(definition.questions):
        key = question.key
        if key not in filled:
            continue
        value = filled[key]
        assert case.id is not None
        session.add(Answer(case_id=case.id, question=key, position=place, value=value))
        if key in _OF_CASE:
            column, as_what = _OF_CASE[key]
            setattr(case, column, as_what(value))
        elif key in _OF_APPLICANT:
            setattr(whom, _OF_APPLICANT[key], value)
            session.add(whom)


def _tell(
    session: Session,
    definition: Definition,
    case: Case,
    filled: Mapping[str, Any],
    actor: Actor,
    now: datetime,
) -> None:
    """Into the journal, how to reach people apart from what anybody in the group reads."""
    lines: dict[str, list[str]] = {"answers": [], "contact": []}
    for question in definition.questions:
        if question.key in filled:
            said = _in_words(definition, question, filled[question.key])
            where = "contact" if question.key in _CONTACT else "answers"
            lines[where].append(f"{question.label[_DANISH]} {said}")
    journal.write(
        session,
        f"case:{case.id}",
        "case.completed",
        actor,
        now=now,
        data={"case": case.id, "keys": sorted(filled)},
        personal={key: "\n".join(said) for key, said in lines.items() if said},
    )


def _in_words(definition: Definition, question: Question, value: Any) -> str:
    """In Danish, as all that stands in the record."""
    if question.type == "yesno":
        return "Ja" if value else "Nej"
    if question.type in ("choice", "choices"):
        return ", ".join(one.label[_DANISH] for one in shown(definition, question, value))
    if question.type == "amount":
        return money.show(value)
    if question.type == "budget":
        posts = {post.key: post.label[_DANISH] for post in definition.budget_posts}
        return "; ".join(
            f"{posts.get(row['post'], row['post'])} {row['text']}: {money.show(row['amount'])}"
            for row in value
        )
    return str(value)
