"""The casework's own words: what happened, what is asked for, why something cannot be done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from pool.cases import access
from pool.cases.fire import Meanwhile
from pool.clock import local_day
from pool.journal import EventView
from pool.models.outbox import Message
from pool.render.words import Words
from pool.web.casework.events import EVENTS as EVENTS
from pool.web.language import t
from pool.web.message_states import MESSAGES as MESSAGES
from pool.web.roles import role_list
from workflows import wording
from workflows.definition import Definition
from workflows.explain import Explanation

DEADLINES = {
    "resume": "Postponed until",
    "promise": "Answer promised by",
    "answer": "Applicant's answer due",
    "report": "Report due",
    "vouchers": "Vouchers due",
    "repay": "Money to be back by",
    "hearing": "Comments from the applicant until",
    "payee": "Who is to be paid, told by",
}

ADVICE = {"full": "Full grant", "part": "Part grant", "refused": "Refusal"}
"""What is recommended."""

HOW = {
    "system": "Decided here by the chair",
    "meeting": "At a meeting",
    "mail": "By mail",
    "phone": "By telephone",
    "written": "In writing",
}

GRANT_TYPES = {
    "fixed": "A fixed sum, paid when it is granted",
    "deficit": "A deficit guarantee: paid after the accounts, never more than the deficit",
}
"""How money can be granted."""

CHECK_RESULTS = {"good": "Good: the vouchers bear the accounts out", "remarks": "Remarks"}
"""What came of looking into accounts."""

TOLD = {"phone": "Told by telephone", "paper": "Printed and posted"}
"""How somebody without e-mail was told."""

TALKED = {
    "phone": "By telephone",
    "meeting": "At a meeting",
    "door": "At the door",
    "online": "Over a screen",
    "other": "In another way",
}
"""How a talk that was written down was held."""

TEMPLATES = {
    "receipt": "Receipt",
    "draft-saved": "Link to a draft",
    "draft-expiring": "A draft is about to be deleted",
    "case-link": "New link to the case",
    "question": "Question to the applicant",
    "hearing": "Hearing of the applicant",
    "message-to-applicant": "Message to the applicant",
    "delayed": "Notice of delay",
    "decision-full": "Decision: granted in full",
    "decision-part": "Decision: granted in part",
    "decision-refused": "Decision: refused",
    "payment": "Payment notice",
    "payment-failed": "A payment did not arrive",
    "payee-told": "Told where the money is to go",
    "report-due": "The report is due",
    "report-reminder": "Reminder of the report",
    "question-reminder": "Reminder of a question",
    "payee-wanted": "Asked where the money is to go",
    "payee-reminder": "Reminder to say where the money is to go",
    "lapse-warning": "Warning that the grant may lapse",
    "withdrawn": "Withdrawal confirmed",
    "lapsed": "Notice of lapse",
    "claim": "Money is asked back",
    "report-returned": "The report is to be made anew",
    "closed": "The case is closed",
    "suggestion-received": "Receipt for a suggestion",
    "suggestion-answered": "Answer to a suggestion",
    "suggestion-taken-up": "The suggestion became a case",
    "applied-for-you": "Told that somebody applied for them",
    "new-suggestion": "New suggestion",
    "new-case": "New application",
    "answer-received": "The applicant has answered",
    "hearing-answered": "Comments from the applicant",
    "hearing-over": "The hearing is over",
    "applicant-wrote": "The applicant has written",
    "applicant-withdrew": "The applicant withdrew",
    "report-received": "The report has come",
    "vouchers-wanted": "Vouchers are wanted",
    "vouchers-received": "Vouchers have come",
    "supported": "Newly supported activity",
    "low-balance": "The pool is running low",
    "waiting": "On the waiting list",
    "waiting-over": "Off the waiting list",
    "list-waits": "A payment list waits to be released",
    "pool-empty": "The pool is used up",
    "pool-refilled": "The pool has money again",
    "chain-heads": "The newest links of the chains",
    "alarm": "Alarm",
    "signin-reset": "Link to a new password",
    "vote-wanted": "A vote is wanted",
    "vote-reminder": "Reminder of a vote",
    "vote-result": "The result of a vote",
    "vote-stopped": "A vote was stopped",
    "vote-alone": "Decided by the chair alone",
    "agenda": "Agenda of a meeting",
    "minutes": "Minutes of a meeting",
    "meeting-off": "A meeting is called off",
    "reopened": "The case is taken up again",
    "revoked": "The grant is taken back",
    "changed": "Decision: the grant is changed",
    "forwarded": "Sent to another pool",
    "settled": "The accounts are settled",
    "support-ended": "No longer supported",
    "summary-drafted": "A summary is drafted",
    "summary-submitted": "A summary is submitted",
    "summary-question": "A question about a summary",
    "summary-answer": "The answer about a summary",
    "summary-received": "A summary is noted as received",
    "members-new-case": "Members told of a new application",
    "overdue": "A day has passed in a case",
    "promise-soon": "An answer is soon due",
    "message-failed": "A message did not get through",
    "ring-or-print": "Ring, or print and post a letter",
    "digest": "Digest",
    "security-password": "Told that the password was changed",
    "security-role": "A role was changed",
    "security-access": "Sign-in was opened or closed",
    "security-locked": "Sign-in was locked",
}
"""Every mail there is, as a line in the log of messages."""

_ELSEWHERE = frozenset({"title", "took_part", "stayed_out", "assessment", "vote"})
"""Parts of an event that stand in a section of their own."""


def event_title(kind: str, definition: Definition, words: Words) -> tuple[str, str]:
    """What happened, and the tone of its mark. A pool's own action says its label."""
    if kind in EVENTS:
        title, tone = EVENTS[kind]
        return t(title), tone
    action = definition.transition(kind.removeprefix("case."))
    return (words.text(action.label) if action else kind), "plain"


def by_whom(event: EventView, definition: Definition, reader: Iterable[str]) -> str:
    """Who did it, with the roles they had then; for a ``reader`` who reads no notes the roles."""
    if event.actor_kind == "system":
        return t("the system")
    if not access.reads(reader, "name"):
        roles = frozenset(event.actor_roles) & frozenset(definition.roles)
        return role_list(roles) or t("a colleague")
    name = event.actor_name or t("(name removed)")
    if event.actor_kind == "applicant":
        return f"{name} ({t('applicant')})"
    roles = frozenset(event.actor_roles) & frozenset(definition.roles)
    return f"{name} ({role_list(roles)})" if roles else name


def event_entry(
    event: EventView, definition: Definition, words: Words, reader: Iterable[str]
) -> dict[str, Any]:
    """A journal event for the ``timeline`` macro, as somebody with the roles ``reader`` may read
    it."""
    title, tone = event_title(event.kind, definition, words)
    data = event.data
    if event.kind == "case.told" and data.get("how") in TOLD:
        title = t(TOLD[data["how"]])
    if event.kind == "case.talk" and data.get("how") in TALKED:
        title = f"{title}: {t(TALKED[data['how']]).lower()}"
    if event.kind == "case.message" and data.get("side") == "applicant":
        title, tone = t("The applicant has written"), "new"
    if event.kind == "case.received" and data.get("kind") == "initiative":
        title = t("Own initiative of the group")
    if data.get("advice") in ADVICE:
        title = f"{title}: {t(ADVICE[data['advice']])}"
    if data.get("template") in TEMPLATES:
        title = f"{title}: {t(TEMPLATES[data['template']])}"
    if data.get("outcome") == "granted" and "changes" not in data:  # what was asked is not known
        title = t("Granted")
    amount = data.get("amount") or data.get("owed") or data.get("written_off")
    amount = amount or data.get("released")
    if isinstance(amount, int) and amount:
        title += f": {words.money(amount)}"
    if data.get("result") in CHECK_RESULTS:
        title = f"{title}: {t(CHECK_RESULTS[data['result']])}"
    lines = [
        _line(key, str(value))
        for key, value in (event.personal or {}).items()
        if value and key not in _ELSEWHERE and access.reads(reader, key)
    ]
    note = None
    if event.effective_on != local_day(event.recorded_at):
        monthly = event.effective_precision == "month"
        day = words.month(event.effective_on) if monthly else words.day(event.effective_on)
        note = t("About %(day)s", day=day)
    if (data.get("draw") or {}).get("drawn") and access.opens(reader, "voucher"):
        note = t("Drawn for a spot check.")
    if waived := data.get("waived"):
        note = t("%(amount)s was left, and let go of.", amount=words.money(waived))
    return {
        "title": title,
        "at": event.recorded_at,
        "by": by_whom(event, definition, reader),
        "tone": tone,
        "text": "\n".join(lines) or None,
        "note": note,
    }


def _line(key: str, value: str) -> str:
    if key == "reference":
        return t("Reference %(reference)s", reference=value)
    if key == "facts_from":
        return t("It comes from: %(source)s", source=value)
    if key == "whom":
        return t("With %(name)s", name=value)
    if key == "email":
        return t("Corrected e-mail: %(email)s", email=value)
    return value


def meanwhile(
    events: Iterable[Meanwhile], definition: Definition, words: Words
) -> list[dict[str, Any]]:
    """What others did first, for the ``timeline`` macro."""
    found = []
    for event in events:
        title, tone = event_title(event.kind, definition, words)
        amount = event.data.get("amount")
        if isinstance(amount, int) and amount:
            title += f": {words.money(amount)}"
        found.append(
            {"title": title, "at": event.recorded_at, "by": event.actor_name, "tone": tone}
        )
    return found


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Why not, in words: for the ``blocked`` macro. ``who`` could change it; ``field`` is the
    input it is about."""

    reason: str
    who: str
    field: str | None
    href: str = ""
    """The page where one puts it right, where that is another."""

    @property
    def sentence(self) -> str:
        """In one line. Who could change it goes without saying where it is one's own field."""
        if not self.who or self.field:
            return self.reason
        return f"{self.reason} {t('Can be changed by: %(who)s', who=self.who)}"


def hindrances(explanation: Explanation, definition: Definition, words: Words) -> list[Hindrance]:
    """Every reason why not."""
    found = []
    may_act = all(obstacle.code != "wrong-role" for obstacle in explanation.obstacles)
    for obstacle in explanation.obstacles:
        text, params = wording.obstacle(definition, obstacle, words.lang)
        who = ""
        if obstacle.removable_by:
            who = wording.roles(obstacle.removable_by, words.lang)
        href = ""
        if obstacle.code == "not-by-list" and may_act and definition.has("payment-file"):
            href = url_for("payments.new", pool_key=definition.key)
        found.append(Hindrance(words.t(text, **params), who, obstacle.field, href))
    return found


def due_days(due: Mapping[str, date], today: date, *, paused: bool) -> list[dict[str, Any]]:
    """The days something is due, each with whether it has passed and its icon. ``paused``: the
    case waits for the applicant."""
    return [
        {
            "label": t(DEADLINES[kind]) if kind in DEADLINES else kind,
            "on": on,
            "over": on < today,
            "icon": "warning" if on < today else "wait" if paused else "clock",
        }
        for kind, on in due.items()
    ]


def message_row(message: Message, words: Words, *, address: bool = True) -> dict[str, Any]:
    """One line of the log of messages. ``address``: whether the reader may see where it went."""
    state, tone = MESSAGES.get(message.state, (message.state, "plain"))
    if message.state == "posted" and message.reason in TOLD:
        state = TOLD[message.reason]
    name = t(TEMPLATES.get(message.template, message.template))
    if message.letter == "decision-imported":
        name = t("The decision, from the record")
    if message.resend_number:
        name = t("%(letter)s (sent again)", letter=name)
    return {
        "message": message,
        "name": name,
        "state": t(state),
        "tone": tone,
        "to": (message.to_email if address else None) or message.to_name,
    }
