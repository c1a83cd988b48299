"""The mails on an edition's way: drafted, submitted, received, asked, answered."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

import pool.identity as identity
import pool.journal as journal
import pool.outbox as outbox
from pool.cases.house import House
from pool.cases.letters import person_recipient, pool_data
from pool.clock import local_day
from pool.models.outbox import Message
from pool.models.summary import SummaryEdition, SummaryQuestion
from pool.outbox import Recipient
from pool.render.words import words
from pool.summary import hiding
from pool.summary.editions_people import (
    PURPOSE,
    event,
    secretaries,
    sent_to,
    subject_for,
    taken_back,
    whom_of,
)
from pool.summary.model import Summary, Text, from_json
from pool.summary.sentences import three

log = logging.getLogger(__name__)

ASKED = "summary.asked"
"""The kind of event in the stream ``system`` that says who asked a question."""

LINK_DAYS = 120
"""How long a link to an edition works (it is put in force when the mail is sent)."""

PAGE = "/styring/opgoerelser/{}"
"""The edition's page for colleagues."""


def pool_names(summary: Summary) -> Text:
    """The names of the summary's pools as one text per language."""
    ands = {"da": " og ", "en": " and "}
    return {
        lang: _joined([words(lang).text(one.name) for one in summary.pools], between)
        for lang, between in ands.items()
    }


def _joined(names: Sequence[str], between: str) -> str:
    return between.join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def drafted(session: Session, edition: SummaryEdition, now: datetime) -> None:
    """Tell the secretariat that a summary waits for their words."""
    for to in _house(session, edition):
        _put(session, edition, "drafted", to, now, {"as_of": edition.as_of, "link": _page(edition)})


def submitted(
    session: Session,
    house: House,
    edition: SummaryEdition,
    to: Sequence[Recipient],
    by: str,
    now: datetime,
) -> None:
    """Send the steering group their links, with the year in three sentences."""
    for one in to:
        told = submitted_data(session, house, edition, one, by, now)
        _put(session, edition, "submitted", one, now, told)


def once_more(
    session: Session,
    house: House,
    edition: SummaryEdition,
    to: Recipient,
    last: Message | None,
    *,
    by: str,
    reason: str,
    now: datetime,
) -> Message:
    """The submitted edition to one recipient, with a new link: again, after the mail ``last``, or
    for the first time. Raises the outbox's ``MessageStateError`` for one that is on its way."""
    told = submitted_data(session, house, edition, to, edition.submitted_by or by, now)
    if last is None:
        return _put(session, edition, "submitted", to, now, told)
    if last.state == "discarded":
        return _put(session, edition, "submitted", to, now, told, last.id)
    data = _data(edition, told)
    return outbox.resend(session, last, reason=reason, by=by, now=now, to_email=to.email, data=data)


def submitted_data(
    session: Session,
    house: House,
    edition: SummaryEdition,
    to: Recipient,
    by: str,
    now: datetime,
) -> dict[str, Any]:
    """What the mail with the link tells one recipient."""
    spoken = words(to.lang)
    hidden = hiding.hidden_cases(session, edition, to.person_id)
    summary = hiding.without(from_json(edition.figures), hidden, spoken)
    return {
        "contact": _contact(house, edition),
        "final": edition.edition == "final",
        "by": by,
        "sentences": list(three(summary, spoken)),
        "until": _until(now),
        "link": _link(edition, to),
    }


def received(
    session: Session, edition: SummaryEdition, which: str, by: str, note: str, now: datetime
) -> None:
    """Tell the secretariat that it was noted as received; ``which`` tells receipts apart."""
    for to in _house(session, edition):
        told = {"by": by, "note": note or None, "link": _page(edition)}
        _put(session, edition, "received", to, now, told, which)


def asked(
    session: Session, edition: SummaryEdition, question: SummaryQuestion, where: str, now: datetime
) -> None:
    """Tell the secretariat of a question."""
    for to in _house(session, edition):
        told = {
            "by": question.asked_by,
            "where": where,
            "question": question.question,
            "link": _page(edition),
        }
        _put(session, edition, "question", to, now, told, question.id)


def answered(
    session: Session,
    house: House,
    edition: SummaryEdition,
    question: SummaryQuestion,
    now: datetime,
) -> None:
    """Tell who asked, where they can still be reached."""
    to = _asker(session, edition, question)
    if to is None:
        return
    link = _link(edition, to)
    told = {
        "contact": _contact(house, edition),
        "question": question.question,
        "answer": question.answer,
        "link": _page(edition) if taken_back(session, link["subject"]) else link,
    }
    _put(session, edition, "answer", to, now, told, question.id)


def _house(session: Session, edition: SummaryEdition) -> list[Recipient]:
    found = secretaries(session, edition.pools)
    if not found:
        log.warning("nobody can work on summary %s: nobody is told", edition.id)
    return found


def _asker(
    session: Session, edition: SummaryEdition, question: SummaryQuestion
) -> Recipient | None:
    if question.asked_by_id is None:
        asked = journal.read(session, "system", kinds=[ASKED])
        whom = {one.data["question"]: one.data.get("by") for one in asked}.get(question.id)
        return next((one for one in sent_to(session, edition) if whom_of(one) == whom), None)
    person = identity.get(session, question.asked_by_id)
    return person_recipient(person) if person is not None and person.active else None


def _put(
    session: Session,
    edition: SummaryEdition,
    what: str,
    to: Recipient,
    now: datetime,
    data: Mapping[str, Any],
    which: object = None,
) -> Message:
    named = event(edition.id or 0, what if which is None else f"{what}:{which}")
    return outbox.put(
        session,
        event=named,
        template=f"summary-{what}",
        to=to,
        case_id=None,
        pool=edition.pools[0] if len(edition.pools) == 1 else None,
        data=_data(edition, data),
        now=now,
    )


def _data(edition: SummaryEdition, data: Mapping[str, Any]) -> dict[str, Any]:
    return {"pool_name": pool_names(from_json(edition.figures)), "year": edition.year, **data}


def _page(edition: SummaryEdition) -> dict[str, str]:
    return {"path": PAGE.format(edition.id)}


def _link(edition: SummaryEdition, to: Recipient) -> dict[str, str]:
    return {"purpose": PURPOSE, "subject": subject_for(edition.id or 0, to)}


def _until(now: datetime) -> date:
    return local_day(now + timedelta(days=LINK_DAYS))


def _contact(house: House, edition: SummaryEdition) -> Any:
    """Whom to ask: the first pool's contact. Raises KeyError where no pool has a definition."""
    pool = next((one for one in edition.pools if one in house.definitions), edition.pools[0])
    return pool_data(house.definitions.current(pool))["contact"]
