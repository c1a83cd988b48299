"""Reading what a file says of messages, reminders and delays (see ``messaging``)."""

from __future__ import annotations

from typing import cast

from workflows import vocabulary as words
from workflows.messaging import Approval, Delay, Messages, Reminders
from workflows.nodes import Node


def messages(root: Node) -> Messages:
    """As before there was a choice, where the file has no table."""
    if not root.has("messages"):
        return Messages()
    node = root.table("messages")
    found = Messages(
        on=frozenset(node.names("on", required=True)),
        drafts=frozenset(node.names("drafts")),
        approval=cast(Approval, node.one_of("approval", words.APPROVALS, required=False) or "same"),
    )
    node.done()
    return found


def delay(root: Node) -> Delay | None:
    if not root.has("delay"):
        return None
    node = root.table("delay")
    found = Delay(
        warn_days=node.whole("warn_days", least=1, most=60),
        notice_days=node.whole("notice_days", 1, least=1, most=30),
        more_days=node.whole("more_days", 10, least=1, most=120),
        automatic=node.boolean("automatic", False),
        reason=node.text("reason", required=False),
    )
    node.done()
    return found


def reminders(root: Node) -> Reminders:
    standard = Reminders()
    node = root.table("reminders")
    found = Reminders(
        answer_before=node.whole("answer_before", standard.answer_before, least=1, most=60),
        payee_after=node.whole("payee_after", standard.payee_after, least=1, most=90),
    )
    node.done()
    return found
