"""Decided now, announced later: the letter lies as a draft, to be read and edited, until the
decision is announced.

The draft is a message of the outbox in state ``draft`` with the event of the decision, made in the
decision's own unit of work. What the law demands of it (outcome, amount, reasons, guidance:
forvaltningsloven §§22-25) is taken anew from the decision when it goes; a person may give it a
first paragraph of their own and a last one. An undone or changed decision supersedes it.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

import pool.outbox as outbox
from pool.cases import letters
from pool.cases.effects import Firing
from pool.cases.errors import CaseError
from pool.clock import local_day
from pool.models.case import Applicant, Case, Decision
from pool.models.outbox import Message
from pool.render.mail import body
from pool.render.words import AUTHORITATIVE
from workflows.definition import Definition
from workflows.planning import Plan
from workflows.vocabulary import ANNOUNCEMENT

DECISIONS = ("decision-full", "decision-part", "decision-refused")
"""The letters that wait for an announcement; other drafts wait for ``letter_drafts``."""

OWN = ("opening", "closing")
"""The parts of a letter that a person may write: the first paragraph and the last one."""


class Edited(CaseError):
    """Somebody else has changed the draft since the page was opened."""


_FIRST = re.compile(r"</h1>\s*<p>(.*?)</p>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class DraftLetter:
    """A draft as it would go today. ``data`` is what the template is told; ``made`` the first
    paragraph as the program makes it, by language; ``own`` what a person wrote instead."""

    message: Message
    template: str
    data: Mapping[str, Any]
    made: Mapping[str, str]
    own: Mapping[str, Mapping[str, str]]

    @property
    def seen(self) -> str:
        """Changes with every edit: what a page was made from."""
        return _digest(self.own)

    def words(self, part: str, lang: str) -> str:
        """What stands there now: own words, else the made ones."""
        made = self.made if part == "opening" else {}
        return self.own.get(part, made).get(lang, "")


def languages(case: Case) -> tuple[str, ...]:
    """Of the letter: the applicant's, and the authoritative one."""
    return (case.lang,) if case.lang == AUTHORITATIVE else (case.lang, AUTHORITATIVE)


def on_move(firing: Firing, planned: Plan, event: str) -> None:
    """Keep a case's draft in step with a move just journaled as ``event``: a decision makes one,
    and a move that leaves the undisclosed decision behind without announcing it takes it back."""
    definition = firing.definition
    if not definition.has(ANNOUNCEMENT) or firing.command.quiet:
        return
    if "decide" in planned.effects and planned.letter is None:
        assert firing.decision is not None, "the effect `decide` made it"
        _take_back(firing)
        make(firing.session, definition, firing.case, firing.decision, event, firing.now)
    elif (
        definition.state(planned.from_state).undisclosed
        and not definition.state(planned.to_state).undisclosed
        and "announce" not in planned.effects
    ):
        _take_back(firing)


def _take_back(firing: Firing) -> None:
    for template in DECISIONS:
        outbox.supersede(firing.session, case_id=firing.case_id, template=template)


def release(firing: Firing, planned: Plan) -> bool:
    """Where this move announces a decision: let its draft go, with what it says today. False
    where there is none, and the letter is made as any other. Raises :class:`Edited` where it is
    not the letter that whoever announces it had before them (``Command.letter``)."""
    if "announce" not in planned.effects or firing.command.quiet:
        return False
    session, case = firing.session, firing.case
    applicant = letters.applicant_of(session, case)
    message, found = draft_of(session, firing.case_id), None
    if message is not None:
        found = _letter(session, firing.definition, case, applicant, message, firing.today)
    if firing.command.letter not in (None, found.seen if found else UNWRITTEN):
        raise Edited(str(firing.case_id))
    if message is None or found is None:
        return False
    to = letters.to_applicant(applicant, case)
    outbox.release(session, message, firing.now, data=found.data, to=to)
    return True


def draft_of(session: Session, case_id: int) -> Message | None:
    """The letter that waits for the case's decision to be announced."""
    return session.execute(
        select(Message)
        .where(
            col(Message.case_id) == case_id,
            col(Message.state) == "draft",
            col(Message.template).in_(DECISIONS),
            col(Message.person_id).is_(None),
        )
        .order_by(col(Message.id).desc())
        .limit(1)
    ).scalar_one_or_none()


def letter_of(
    session: Session, definition: Definition, case: Case, message: Message, now: datetime
) -> DraftLetter | None:
    """The draft as it would go now; None where it tells of a decision no longer in force, or of one
    that was announced and waits to be approved (``letter_drafts``)."""
    if not definition.state(case.state).undisclosed:
        return None
    applicant = letters.applicant_of(session, case)
    return _letter(session, definition, case, applicant, message, local_day(now))


def _letter(
    session: Session,
    definition: Definition,
    case: Case,
    applicant: Applicant,
    message: Message,
    today: date,
) -> DraftLetter | None:
    decision = session.get(Decision, case.decision_id) if case.decision_id else None
    if decision is None:
        return None
    template, data = letters.of_decision(session, definition, case, applicant, decision, today)
    if template != message.template:
        return None
    own = {part: message.data[part] for part in OWN if message.data.get(part)}
    made = {lang: _first(template, lang, data) for lang in languages(case)}
    return DraftLetter(message, template, {**data, **own}, made, own)


def _first(template: str, lang: str, data: Mapping[str, Any]) -> str:
    """The made letter's first paragraph as plain text."""
    found = _FIRST.search(body(template, lang, data, folder="letters"))
    plain = re.sub(r"<[^>]+>", "", found.group(1)) if found else ""
    return re.sub(r"[ \n\t]+", " ", html.unescape(plain)).strip()


def make(
    session: Session,
    definition: Definition,
    case: Case,
    decision: Decision,
    event: str,
    now: datetime,
) -> Message:
    """The draft of a decision, of its own ``event``."""
    applicant = letters.applicant_of(session, case)
    template, data = letters.of_decision(
        session, definition, case, applicant, decision, local_day(now)
    )
    return outbox.put(
        session,
        event=event,
        template=template,
        to=letters.to_applicant(applicant, case),
        case_id=case.id,
        pool=case.pool,
        data=data,
        now=now,
        document=template,
        draft=True,
    )


def _digest(own: Mapping[str, Mapping[str, str]]) -> str:
    plain = json.dumps({part: dict(own[part]) for part in sorted(own)}, sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()[:24]


UNWRITTEN = _digest({})
"""What is :attr:`DraftLetter.seen` of a letter without own words."""
