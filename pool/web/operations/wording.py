"""What the machinery's keys are called in front of people."""

from __future__ import annotations

from pool.summary import Colleague, Condition
from pool.web.language import speak, t
from pool.web.roles import role_list
from workflows.definition import Definition

MESSAGES = {
    "queued": "In line",
    "leased": "Being made ready",
    "sending": "On its way to the mail server",
    "sent": "Taken by the mail server",
    "failed": "Refused by the mail server",
    "unknown": "Unknown whether it was taken",
    "waiting": "To be rung about or printed",
    "posted": "Rung about or posted",
    "draft": "Waits to be released",
    "superseded": "Replaced by another",
    "discarded": "Not to be sent",
    "kept": "Kept, never sent",
    "collected": "To be told in a digest, or told there",
}
"""A message's states, as labels, in the order of its way."""

DUTIES = {
    "due-dates": "Due dates of cases",
    "low-balances": "Warning of low balances",
    "openings": "Noticing that a pool is used up, or has money again",
    "waiting-list": "Taking cases off the waiting list",
    "snapshots": "Keeping how each day ended",
    "chain-heads": "Mailing the newest links of the chains, once a week",
    "summary-yearly": "The year's summary, drafted in December",
    "drafts": "Drafts that run out",
    "forget": "Forgetting old links and sign-ins",
    "fold": "Adding up the books anew",
    "digests": "Sending the digests",
    "ring-or-print": "Telling the secretariat what is to be rung about or printed",
}
"""Recurring work, as labels."""

QUEUES = {
    "links": "Links to sign in and to drafts",
    "letters": "Letters and notices",
    "digests": "Digests",
}
"""The queues of mail, as labels, in the order in which they go first."""


def duty(kind: str) -> str:
    """A kind of recurring work; one not known here by its key."""
    return t(DUTIES[kind]) if kind in DUTIES else kind


def attention(condition: Condition, *, mail: bool) -> list[str]:
    """What somebody must look at, a sentence each; empty where all is well."""
    words = speak()
    found = []
    if not mail:
        found.append(t("No mail server is set, so letters and mails wait."))
    if condition.paused_until:
        found.append(
            t(
                "Sending is paused until %(moment)s, because the mail server did not answer well.",
                moment=words.moment(condition.paused_until),
            )
        )
    if condition.troubled:
        found.append(
            words.plural(
                "%(n)s message was refused, or it is unknown whether it arrived.",
                "%(n)s messages were refused, or it is unknown whether they arrived.",
                condition.troubled,
            )
        )
    if condition.late:
        found.append(
            t(
                "Recurring work was due and was not begun: %(kinds)s. Are the workers running?",
                kinds=", ".join(duty(one.kind) for one in condition.late),
            )
        )
    if condition.given_up:
        found.append(
            words.plural(
                "%(n)s job was given up after several tries.",
                "%(n)s jobs were given up after several tries.",
                len(condition.given_up),
            )
        )
    if condition.fold and condition.fold.findings:
        found.append(
            words.plural(
                "The books do not add up: %(n)s thing does not agree.",
                "The books do not add up: %(n)s things do not agree.",
                condition.fold.findings,
            )
        )
    return found


def roles(colleague: Colleague, definitions: dict[str, Definition]) -> list[str]:
    """Somebody's roles, a line for all pools and one for each of the others."""
    lines = []
    for pool, held in sorted(colleague.roles.items(), key=lambda item: item[0] or ""):
        name = speak().text(definitions[pool].name) if pool in definitions else pool
        lines.append(f"{name}: {role_list(held)}" if pool else role_list(held))
    return lines
