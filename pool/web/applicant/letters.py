"""The letters an applicant can save from the page of the case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from pool.cases.view import CaseView
from pool.models.outbox import Message
from pool.outbox.letters import file_name
from pool.web.language import t

_GONE = frozenset({"draft", "superseded", "discarded"})
"""States of messages that never reached anybody."""
_ALSO = frozenset({"payment", "closed"})
"""Notices an applicant keeps like letters."""


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
        "suggestion-answered": t("Answer to your suggestion"),
        "suggestion-taken-up": t("What comes of your suggestion"),
        "applied-for-you": t("Letter to the person you applied for"),
        "question": t("Question to you"),
        "hearing": t("Something to comment on"),
        "delayed": t("A new date for the answer"),
        "waiting": t("On the waiting list"),
        "decision-full": t("Decision"),
        "decision-part": t("Decision"),
        "decision-refused": t("Decision"),
        "payment": t("Payment"),
        "payment-failed": t("The payment did not arrive"),
        "report-reminder": t("Reminder of the report"),
        "question-reminder": t("We are still waiting for your answer"),
        "payee-wanted": t("Where is the money to go?"),
        "payee-reminder": t("Where is the money to go?"),
        "lapse-warning": t("The grant may lapse"),
        "vouchers-wanted": t("We would like to see your vouchers"),
        "withdrawn": t("The application is withdrawn"),
        "lapsed": t("The application or grant has lapsed"),
        "reopened": t("The case is taken up again"),
        "revoked": t("The grant is taken back"),
        "changed": t("The grant is changed"),
        "forwarded": t("Sent to another pool"),
        "settled": t("The accounts are settled"),
        "claim": t("Money is to be paid back"),
        "report-returned": t("The report is to be made anew"),
        "closed": t("The case is closed"),
    }
    return names.get(message.template) or file_name(message)
