"""Which messages a pool may switch on or off, and which letters may wait for a person: part of the
``vocabulary``, which offers these names.

What has effect in law is always sent, and so is what somebody asked for themselves (a link, a new
password) or writes by hand; neither is named here.
"""

from __future__ import annotations

from collections.abc import Mapping

_BEFORE: Mapping[str, str] = {
    "draft-expiring": "Tells the applicant that a draft is soon deleted.",
    "payment": "Tells the applicant that money was paid, and when a report is due.",
    "report-due": "Tells the applicant some days before that the report is due.",
    "closed": "Tells the applicant that the accounts are approved and the case closed.",
    "suggestion-received": "Tells whoever made a suggestion that it came.",
    "new-suggestion": "Tells the secretariat of a new suggestion.",
    "new-case": "Tells the secretariat of a new application.",
    "answer-received": "Tells the secretariat that an answer came.",
    "hearing-answered": "Tells the secretariat that a hearing was answered.",
    "hearing-over": "Tells the secretariat that a hearing ran out.",
    "applicant-wrote": "Tells the secretariat that the applicant wrote.",
    "vouchers-received": "Tells the secretariat that vouchers came.",
    "applicant-withdrew": "Tells the secretariat that the applicant withdrew.",
    "payee-told": "Tells the secretariat that the applicant said whom to pay.",
    "report-received": "Tells the secretariat that a report came.",
    "supported": "Tells the communications officer of a newly supported activity.",
    "support-ended": "Tells the communications officer that a support ended.",
    "low-balance": "Tells finance, secretariat and chair that little money is left.",
    "pool-empty": "Tells the secretariat that no money is left.",
    "pool-refilled": "Tells the secretariat that there is money again.",
    "list-waits": "Tells those who release payments that a list waits.",
    "waiting-over": "Tells the secretariat that a case came off the waiting list.",
    "vote-wanted": "Asks members for their vote.",
    "vote-reminder": "Reminds members of a vote that soon closes.",
    "vote-result": "Tells secretariat and chair how a vote went.",
    "vote-stopped": "Tells members that a vote was called off.",
    "vote-alone": "Tells members that the chair decided alone.",
    "agenda": "Sends a meeting's agenda to the group.",
    "minutes": "Sends a meeting's minutes to the group.",
    "meeting-off": "Tells the group that a meeting is off.",
}

_LATER: Mapping[str, str] = {
    "question-reminder": "Reminds the applicant some days before an answer is due.",
    "payee-wanted": "Asks the applicant, in a mail of its own, whom to pay.",
    "payee-reminder": "Reminds the applicant that nobody can be paid yet.",
    "members-new-case": "Tells the members of a new application.",
    "overdue": "Tells the secretariat that a day passed: answer, promise, report or payee.",
    "promise-soon": "Tells the secretariat that a promised day is near.",
    "message-failed": "Tells the secretariat that a message did not get through.",
    "ring-or-print": "Tells the secretariat of somebody who is to be rung or written to.",
}

OPTIONAL: Mapping[str, str] = {**_BEFORE, **_LATER}
"""Messages a pool switches on by naming them; each sentence says what it does."""

BEFORE = frozenset(_BEFORE)
"""Those that were sent before a file could choose: on where it has no ``[messages]``."""

FEATURE_OF_MESSAGE: Mapping[str, str] = {
    "list-waits": "payment-file",
    "waiting-over": "waiting-list",
    "vouchers-received": "spot-check",
    "vote-wanted": "votes",
    "vote-reminder": "votes",
    "vote-result": "votes",
    "vote-stopped": "votes",
    "vote-alone": "votes",
    "agenda": "meetings",
    "minutes": "meetings",
    "meeting-off": "meetings",
}

EFFECT_OF_MESSAGE: Mapping[str, str] = {
    "payee-wanted": "payee",
    "payee-reminder": "payee",
    "payee-told": "payee",
    "report-due": "report",
    "question-reminder": "ask",
}
"""Messages that mean nothing where no transition has the effect."""

DRAFTS: Mapping[str, str] = {
    "decision-full": "decision",
    "decision-part": "decision",
    "decision-refused": "decision",
    "changed": "changed",
    "revoked": "revoked",
    "reopened": "reopened",
    "lapsed": "lapsed",
    "claim": "claim",
    "settled": "settled",
    "forwarded": "forwarded",
    "withdrawn": "withdrawn",
    "suggestion-answered": "suggestion-answered",
}
"""Letters that may wait as drafts until a person lets them go → the letter's name in a transition.
Not those that give a day to answer by, or must be there before one: waiting would shorten it."""

APPROVALS: Mapping[str, str] = {
    "same": "Whoever wrote a draft may approve it.",
    "another": "Somebody else than who wrote or caused it approves it.",
}
