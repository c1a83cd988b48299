"""What an applicant is told of the case: where it is, what happens now, what is to be done.

Only what is theirs to know: no journal, no colleague's note, no figure of the pool.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for

from pool.cases.view import CaseView
from pool.models.case import Decision
from pool.models.outbox import Message
from pool.outbox.letters import file_name
from pool.web.apply.shown import in_words
from pool.web.apply.uploads import size_in_words
from pool.web.language import speak, t
from workflows.definition import START

_GONE = frozenset({"draft", "superseded", "discarded"})
"""States of messages that never reached anybody."""
_ALSO = frozenset({"payment", "closed"})
"""Notices an applicant keeps like letters."""
_THEIRS = frozenset({"application", "answer", "report"})
"""Why files are in the case that the applicant handed in."""


def decision(view: CaseView) -> Decision | None:
    """The decision in force, once it is announced."""
    found = view.decision
    return found if found is not None and found.announced_at is not None else None


def may(view: CaseView, action: str) -> bool:
    """Whether the applicant can do this now."""
    explained = view.explained(action)
    return explained is not None and explained.allowed


def next_sentences(view: CaseView) -> list[str]:
    """What happens now, in the order it matters."""
    say: list[str] = []
    case, money = view.case, view.money
    if may(view, "answer"):
        due = view.enquiry.due_on if view.enquiry else None
        if due:
            say.append(t("We have asked you something. Please answer by %(day)s.", day=_day(due)))
        else:
            say.append(t("We have asked you something, and wait for your answer."))
        say.append(t("When we have it, we go on with your application."))
    elif view.state.clock == "running" and case.promised_on:
        say.append(t("You have an answer by %(day)s.", day=_day(case.promised_on)))
        say.append(t("If you have not heard from us by then, ring us."))
    made = decision(view)
    if made is not None and money.held and not money.paid:
        say.append(t("We are about to pay you the money, and tell you when it is done."))
    if may(view, "report"):
        due = view.due.get("report")
        if due:
            say.append(
                t("When it is over, tell us briefly how it went: by %(day)s.", day=_day(due))
            )
        else:
            say.append(t("When it is over, tell us briefly how it went."))
    if view.report is not None and not view.state.final:
        say.append(t("We read your report, and write to you when the case is closed."))
        unspent = money.paid - money.returned - view.report.spent
        if unspent > view.definition.limits.waive_unspent:
            amount = speak().money(unspent)
            say.append(
                t(
                    "%(amount)s was not spent and is to be paid back. Ring us and hear how.",
                    amount=amount,
                )
            )
    if view.state.final:
        if made is not None and made.outcome == "refused":
            say.append(t("The letter says why, and what you can do if you disagree."))
        say.append(t("You need do nothing more. You are welcome to apply again."))
    return say


def _day(day: Any) -> str:
    return speak().day(day)


def grant_rows(view: CaseView) -> list[tuple[str, str]]:
    """The money, as far as it is settled."""
    rows = []
    if view.case.asked is not None:
        rows.append((t("You asked for"), speak().money(view.case.asked)))
    made = decision(view)
    if made is not None:
        rows.append((t("You were granted"), speak().money(made.amount)))
        monthly = made.made_precision == "month"
        day = speak().month(made.made_on) if monthly else speak().day(made.made_on)
        rows.append((t("Decided on"), day))
    for payment in view.payments:
        rows.append(
            (
                t("Paid out"),
                t(
                    "%(amount)s on %(day)s",
                    amount=speak().money(payment.amount),
                    day=speak().day(payment.paid_on),
                ),
            )
        )
    if view.report is not None:
        rows.append((t("Spent"), speak().money(view.report.spent)))
    if view.money.returned:
        rows.append((t("Paid back"), speak().money(view.money.returned)))
    return rows


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to be saved as PDF."""

    name: str
    sent: datetime
    href: str


def letters_to_applicant(view: CaseView) -> list[Message]:
    """Messages that are letters to the applicant, newest first."""
    return [
        message
        for message in reversed(view.messages)
        if message.person_id is None
        and message.state not in _GONE
        and (message.kind == "letter" or message.template in _ALSO)
    ]


def letters(view: CaseView) -> list[Letter]:
    """The letters for the page."""
    return [
        Letter(
            _letter_name(message),
            message.date,
            url_for("applicant.letter", number=view.case.number, message_id=message.id),
        )
        for message in letters_to_applicant(view)
    ]


def _letter_name(message: Message) -> str:
    names = {
        "receipt": t("Receipt"),
        "question": t("Question to you"),
        "delayed": t("A new date for the answer"),
        "decision-full": t("Decision"),
        "decision-part": t("Decision"),
        "decision-refused": t("Decision"),
        "payment": t("Payment"),
        "report-reminder": t("Reminder of the report"),
        "withdrawn": t("The application is withdrawn"),
        "lapsed": t("The application or grant has lapsed"),
        "closed": t("The case is closed"),
    }
    return names.get(message.template) or file_name(message)


def events(view: CaseView) -> list[dict[str, Any]]:
    """The case's way, the newest first."""
    found = [_event(t("We received your application"), view.case.received_at)]
    for enquiry in view.enquiries:
        asked = t("We asked you something")
        found.append(_event(asked, enquiry.asked_at, "wait", enquiry.question))
        if enquiry.answered_at is not None:
            found.append(_event(t("You answered"), enquiry.answered_at, "plain", enquiry.answer))
    for one in view.decisions:
        if one.announced_at is not None:
            said = {
                "full": t("The working group granted all of it"),
                "part": t("The working group granted a part"),
                "granted": t("The working group gave support"),
                "refused": t("The working group refused the application"),
            }[one.outcome]
            found.append(
                _event(said, one.announced_at, "stop" if one.outcome == "refused" else "ok")
            )
    for payment in view.payments:
        found.append(_event(t("The money was paid out"), payment.recorded_at, "paid"))
    if view.report is not None:
        found.append(_event(t("We received your report"), view.report.received_at))
    made = decision(view)
    if view.case.closed_at is not None and not (made and made.outcome == "refused"):
        found.append(_event(speak().text(view.state.applicant), view.case.closed_at, "done"))
    return sorted(found, key=lambda event: event["at"])[::-1]


def _event(
    title: str, at: datetime, tone: str = "plain", text: str | None = None
) -> dict[str, Any]:
    return {"title": title, "at": at, "tone": tone, "text": text}


def application(view: CaseView) -> list[dict[str, Any]]:
    """What was sent in, part by part."""
    parts: dict[str, list[dict[str, Any]]] = {}
    for question, value in view.answers:
        parts.setdefault(question.step, []).append(
            {
                "label": speak().text(question.label),
                "value": in_words(view.definition, question, value, speak()),
            }
        )
    titles = {START: t("The amount")} | {
        step.key: speak().text(step.title) for step in view.definition.steps
    }
    return [
        {"title": titles.get(step, step), "rows": parts[step]} for step in titles if step in parts
    ]


def files(view: CaseView) -> list[dict[str, Any]]:
    """The files the applicant handed in."""
    return [
        {
            "name": one.file.name,
            "size": size_in_words(one.file.size),
            "href": url_for("applicant.file", number=view.case.number, file_id=one.file.id),
        }
        for one in view.files
        if one.purpose in _THEIRS
    ]


def own_file_ids(view: CaseView) -> frozenset[int]:
    """Files the applicant may fetch."""
    return frozenset(one.file.id or 0 for one in view.files if one.purpose in _THEIRS)
