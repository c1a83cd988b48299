"""What the keys of a message are called, and its story as a timeline."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import url_for

from pool.cases import digests
from pool.cases.messages_log import Entry, Story
from pool.cases.recusal import STOOD_OUT
from pool.models.base import known
from pool.models.outbox import Message
from pool.web.casework import wording as casework
from pool.web.language import speak, t

KINDS = {
    "letter": "A letter",
    "notice": "A notice",
    "link": "A personal link",
    "digest": "A digest",
}

OUTCOMES = {
    "sent": ("Taken by the mail server", "ok"),
    "failed": ("Refused for good", "stop"),
    "later": ("Not taken now; tried again later", "wait"),
    "unknown": ("The line dropped at the very end: perhaps taken", "stop"),
    "unreachable": ("The mail server could not be reached", "wait"),
    "stopped": ("The program stopped before anything was sent", "wait"),
}
"""How one try ended, with its tone."""

_BY_HAND = {
    "posted": "Told or posted",
    "discarded": "Kept back",
    "superseded": "Replaced by another",
}


def timeline(story: Story) -> list[dict[str, Any]]:
    """All that happened to it, for the ``timeline`` macro, the newest first."""
    events = sorted(_events(story), key=lambda one: one["at"])
    return events[::-1]


def _events(story: Story) -> Iterator[dict[str, Any]]:
    message, full = story.entry.message, story.entry.full
    yield {
        "title": t("Put in line again") if message.resend_number else t("Written"),
        "at": message.date,
        "by": message.decided_by if full and message.resend_number else None,
        "text": message.reason if full and message.resend_number else None,
        "tone": "new",
    }
    if message.approved_at and full:
        at, by = message.approved_at, message.approved_by
        yield {"title": t("Approved"), "at": at, "by": by, "tone": "ok"}
    for one in story.attempts:
        title, tone = OUTCOMES[one.outcome]
        yield {"title": t(title), "at": one.ended_at, "text": one.reply, "tone": tone}
    if not story.attempts and message.state == "sent" and message.sent_at:
        # sent before tries were written down
        yield {
            "title": t("Taken by the mail server"),
            "at": message.sent_at,
            "text": message.last_reply,
            "tone": "ok",
        }
    if message.state == "posted" and message.sent_at:
        told = casework.TOLD.get(message.reason or "", _BY_HAND["posted"])
        by = message.decided_by if full else None
        yield {"title": t(told), "at": message.sent_at, "by": by, "tone": "ok"}
    for again in story.family:
        later = again.message
        if later.resend_number > message.resend_number:
            yield {"title": t("Sent again"), "at": later.date, "tone": "plain"}


def facts(entry: Entry, story: Story) -> list[tuple[str, Any]]:
    """What is known of it, as pairs for the ``facts`` macro. Moments and links are words."""
    message, words = entry.message, speak()
    rows: list[tuple[str, Any]] = [(t("Kind"), t(KINDS[message.kind]))]
    if entry.full:
        rows.append((t("To"), message.to_name))
    rows.append((t("E-mail"), message.to_email or t("none")))
    if message.state == "queued":
        rows.append((t("Is tried"), words.moment(message.next_try_at)))
    if message.attempts and message.state != "sent":
        rows.append((t("Tries"), str(message.attempts)))
    if message.last_reply and not story.attempts:
        rows.append((t("The mail server said"), message.last_reply))
    if entry.full and message.state in ("discarded", "superseded"):
        rows.append((t(_BY_HAND[message.state]), _by(message)))
    if message.state == "collected" and story.digest is None:
        rows.append((t("Digest"), t("Goes in the recipient’s next digest")))
    rows.append((t("Message-ID"), message.message_id))
    return rows


def _by(message: Message) -> str:
    reason = message.reason
    if reason in (digests.LEFT, digests.NOT_THEIRS, STOOD_OUT):  # no person's own words
        reason = t(reason)
    by = None if message.decided_by == "system" else message.decided_by
    return ": ".join(part for part in (by, reason) if part) or "–"


def others(story: Story) -> list[dict[str, Any]]:
    """The other messages of its row of resends."""
    words, own = speak(), known(story.entry.message.id)
    return [
        {
            "href": url_for("messages.message", message_id=one.message.id),
            "text": t("First sent") if not one.message.resend_number
            else t("Sent again, number %(n)s", n=one.message.resend_number),
            "note": words.moment(one.message.date),
            "state": t(casework.MESSAGES[one.message.state][0]),
        }
        for one in story.family
        if one.message.id != own
    ]  # fmt: skip
