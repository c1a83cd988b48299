"""The mails to those who handle cases, vote, lead and look on, and to whoever signs in; whom no
contact need be told."""

from __future__ import annotations

from collections.abc import Mapping

from pool.outbox.template import CASE, POOL, STAFF, Template

_VOTE = STAFF | {"proposal": "texts", "granted": "ore?", "entitled": "int"}
"""``granted``: the amount proposed; ``entitled``: how many may vote."""
_MEETING = POOL | {
    "held_on": "day",
    "begins_at": "str",
    "ends_at": "str?",
    "place": "str?",
    "version": "int",
    "link": "link?",
}
_POOL_MONEY = {
    "pool_name": "texts",
    "year": "int",
    "free": "ore",
    "waiting_list": "bool",
    "link": "link?",
}
_SUMMARY = {"pool_name": "texts", "year": "int"}
"""``pool_name``: the names of all its pools."""

TO_THE_HOUSE: Mapping[str, Template] = {
    # to the secretariat and others of the house
    "new-suggestion": Template(STAFF | {"suggestion": "str", "link": "link?"}, digestible=True),
    "new-case": Template(
        STAFF
        | {
            "applicant": "str",
            "asked": "ore?",
            "answer_by": "day",
            "urgent": "bool",
            "link": "link?",
        },
        digestible=True,
    ),
    "answer-received": Template(
        STAFF | {"applicant": "str", "answer": "str", "link": "link?"}, digestible=True
    ),
    "hearing-answered": Template(
        STAFF | {"applicant": "str", "answer": "str", "link": "link?"}, digestible=True
    ),
    "hearing-over": Template(
        STAFF | {"applicant": "str", "answer_by": "day", "link": "link?"}, digestible=True
    ),
    "applicant-wrote": Template(
        STAFF | {"applicant": "str", "text": "str", "link": "link?"}, digestible=True
    ),
    "vouchers-received": Template(
        STAFF | {"applicant": "str", "files": "int", "link": "link?"}, digestible=True
    ),
    "applicant-withdrew": Template(
        STAFF | {"applicant": "str", "reason": "str?", "link": "link?"}, digestible=True
    ),
    "payee-told": Template(
        STAFF | {"applicant": "str", "payee": "str", "link": "link?"}, digestible=True
    ),
    "report-received": Template(
        STAFF | {"applicant": "str", "granted": "ore", "spent": "ore?", "link": "link?"},
        digestible=True,
    ),
    "supported": Template(
        CASE
        | {
            "applicant": "str",
            "granted": "ore",
            "focus_area": "texts?",
            "place": "texts?",
            "starts_on": "day?",
            "ends_on": "day?",
            "outreach": "str?",
            "link": "link?",
        }
    ),
    "support-ended": Template(
        STAFF | {"applicant": "str", "granted": "ore", "link": "link?"}, digestible=True
    ),
    "low-balance": Template(
        {"pool_name": "texts", "year": "int", "free": "ore", "limit": "ore", "link": "link?"}
    ),
    "list-waits": Template(
        {
            "pool_name": "texts",
            "list_name": "str",
            "payments": "int",
            "amount": "ore",
            "link": "link",
        }
    ),
    "pool-empty": Template(_POOL_MONEY),
    "pool-refilled": Template(_POOL_MONEY),
    "waiting-over": Template(
        STAFF
        | {
            "applicant": "str",
            "asked": "ore?",
            "free": "ore",
            "by_program": "bool",
            "link": "link?",
        }
    ),
    # a written procedure: to those who vote, and to who goes on with its result
    "vote-wanted": Template(
        _VOTE
        | {
            "applicant": "str",
            "asked": "ore?",
            "essentials": "lines",
            "recommended": "lines",
            "reasons": "str?",
            "terms": "lines",
            "free": "ore",
            "left": "ore",
            "by": "str",
            "until": "day",
            "needed": "int",
            "link": "link",
        },
        kind="link",
    ),
    "vote-reminder": Template(
        _VOTE | {"until": "day", "voted": "int", "needed": "int", "link": "link"}, kind="link"
    ),
    "vote-result": Template(
        _VOTE
        | {
            "quorate": "bool",
            "carried": "bool",
            "yes": "int",
            "no": "int",
            "abstain": "int",
            "needed": "int",
            "link": "link?",
        }
    ),
    "vote-stopped": Template(STAFF | {"link": "link?"}),
    "vote-alone": Template(
        STAFF
        | {"proposal": "texts", "granted": "ore?", "by": "str", "reason": "str", "link": "link?"}
    ),
    # a meeting's papers: to the working group and its secretariat
    "agenda": Template(_MEETING | {"lines": "lines"}),
    "minutes": Template(_MEETING),
    "meeting-off": Template(_MEETING),
    # the way of a summary: to the secretariat, to the steering group, and back
    "summary-drafted": Template(_SUMMARY | {"as_of": "day", "link": "link"}),
    "summary-submitted": Template(
        _SUMMARY
        | {
            "contact": "contact",
            "final": "bool",
            "by": "str",
            "sentences": "lines",
            "until": "day",
            "link": "link",
        }
    ),
    "summary-received": Template(_SUMMARY | {"by": "str", "note": "str?", "link": "link"}),
    "summary-question": Template(
        _SUMMARY | {"by": "str", "where": "str", "question": "str", "link": "link"}
    ),
    "summary-answer": Template(
        _SUMMARY | {"contact": "contact", "question": "str", "answer": "str", "link": "link"}
    ),
    "chain-heads": Template(
        {"counted_at": "moment", "pool_name": "texts?", "year": "int", "lines": "lines"}
    ),
    "alarm": Template({"found_at": "moment", "lines": "lines", "link": "link?"}),
    "signin-reset": Template({"link": "link", "minutes": "int"}, kind="link"),
    # to colleagues: what needs a hand, what they chose to have together, and their own sign-in
    "members-new-case": Template(
        STAFF | {"answer_by": "day", "urgent": "bool", "link": "link?"}, digestible=True
    ),
    "overdue": Template(
        STAFF | {"applicant": "str", "kind": "str", "due_on": "day", "link": "link?"}
    ),
    "promise-soon": Template(STAFF | {"applicant": "str", "due_on": "day", "link": "link?"}),
    "message-failed": Template(
        STAFF
        | {"applicant": "str", "subject": "str", "reply": "str", "unknown": "bool", "link": "link?"}
    ),
    "ring-or-print": Template(STAFF | {"applicant": "str", "subject": "str", "link": "link?"}),
    "digest": Template(
        {"day": "day", "waiting": "waits", "more": "int", "notices": "lines", "link": "link"},
        kind="digest",
    ),
    "security-password": Template({"changed_at": "moment", "by_link": "bool"}),
    "security-role": Template({"changed_at": "moment", "given": "lines", "taken": "lines"}),
    "security-access": Template({"changed_at": "moment", "active": "bool"}),
    "security-locked": Template({"locked_at": "moment"}),
}
