"""The mails and letters there are, and what each must be told (``template_data`` holds data to
it)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["letter", "notice", "link", "digest"]
"""``letter``: has effect in law or carries a decision; an unknown outcome is shown to a person.
``notice``: tells. ``link``: a personal link, left to expire when its outcome is unknown."""

_POOL = {"pool_name": "texts", "contact": "contact"}
"""``contact``: ``{"name": texts, "phone": str, "email": str, "hours": texts}``."""
CASE = _POOL | {"case_number": "str", "title": "str"}
"""What every message about a case is told."""
_STAFF = {"pool_name": "texts", "case_number": "str", "title": "str"}
_VOTE = _STAFF | {"proposal": "texts", "granted": "ore?", "entitled": "int"}
"""``granted``: the amount proposed; ``entitled``: how many may vote."""
_MEETING = _POOL | {
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


@dataclass(frozen=True, slots=True)
class Template:
    """``keys``: name → type. Types: ``str``, ``int`` , ``bool``, ``ore``, ``day`` (a date or ISO
    text), ``moment``, ``texts`` (``{"da": …, "en": …}``), ``lines`` (a list of str), ``waits``
    (of a digest: ``case``, ``wants``, ``due_on``, ``overdue``, ``href`` each), ``contact``,
    ``link``; a ``?`` at the end allows None. Every key must be there, but one whose type ends in
    ``~``.

    A ``link`` is ``{"purpose": str, "subject": str}``, for which a token is minted when the mail
    is sent, or ``{"path": "/…"}``, a page behind sign-in. On paper there is none.

    ``legal``: the Danish text follows after any other language.
    """

    keys: Mapping[str, str]
    legal: bool = False
    kind: Kind = "notice"
    digestible: bool = False
    """It can wait until a colleague's digest: it tells, and no day runs out."""


TEMPLATES: Mapping[str, Template] = {
    # to the applicant
    "receipt": Template(
        CASE | {"asked": "ore?", "answer_by": "day", "waiting": "bool~", "link": "link?"},
        legal=True,
        kind="letter",
    ),
    "draft-saved": Template(_POOL | {"link": "link", "until": "day"}, kind="link"),
    "draft-expiring": Template(
        _POOL | {"title": "str?", "link": "link", "until": "day"}, kind="link"
    ),
    "case-link": Template(CASE | {"link": "link", "until": "day"}, kind="link"),
    "question": Template(
        CASE | {"questions": "str", "answer_by": "day", "report": "bool~", "link": "link?"},
        legal=True,
        kind="letter",
    ),
    "question-reminder": Template(
        CASE | {"questions": "str", "answer_by": "day", "report": "bool~", "link": "link?"}
    ),
    "payee-wanted": Template(CASE | {"granted": "ore", "link": "link?"}),
    "payee-reminder": Template(CASE | {"granted": "ore", "link": "link?"}),
    "lapse-warning": Template(
        CASE
        | {
            "granted": "ore",
            "paid": "ore",
            "report_by": "day",
            "answer_by": "day",
            "link": "link?",
        },
        legal=True,
        kind="letter",
    ),
    "hearing": Template(
        CASE | {"facts": "str", "source": "str", "answer_by": "day", "link": "link?"},
        legal=True,
        kind="letter",
    ),
    "message-to-applicant": Template(CASE | {"text": "str", "by": "str", "link": "link?"}),
    "delayed": Template(
        CASE | {"reason": "str", "reasons": "texts~", "answer_by": "day", "link": "link?"},
        legal=True,
        kind="letter",
    ),
    "waiting": Template(CASE | {"asked": "ore?", "link": "link?"}, legal=True, kind="letter"),
    "decision-full": Template(
        CASE | {"granted": "ore", "report_by": "day?", "payee": "bool~", "link": "link?"},
        legal=True,
        kind="letter",
    ),
    "decision-part": Template(
        CASE
        | {
            "granted": "ore",
            "asked": "ore",
            "report_by": "day?",
            "payee": "bool~",
            "link": "link?",
        },
        legal=True,
        kind="letter",
    ),
    "decision-refused": Template(CASE | {"link": "link?"}, legal=True, kind="letter"),
    "payment": Template(
        CASE
        | {
            "amount": "ore",
            "paid_on": "day",
            "reference": "str",
            "report_by": "day?",
            "link": "link?",
            "advance": "bool~",
            "instalment": "int~",  # the part that was paid, of so many
            "instalments": "int~",
            "next_amount": "ore~",
            "next_on": "day~",
        }
    ),
    "changed": Template(  # a grant raised, lowered, or not paid to its end
        CASE
        | {
            "before": "ore",
            "granted": "ore",
            "guarantee": "bool~",
            "stopped": "bool~",
            "link": "link?",
        },
        legal=True,
        kind="letter",
    ),
    "payment-failed": Template(
        CASE | {"amount": "ore", "failed_on": "day", "link": "link?"}, legal=True, kind="letter"
    ),
    "report-due": Template(CASE | {"granted": "ore", "report_by": "day", "link": "link?"}),
    "report-reminder": Template(
        CASE | {"granted": "ore", "report_by": "day", "link": "link?"},
        legal=True,
        kind="letter",
    ),
    "withdrawn": Template(
        CASE | {"by_applicant": "bool", "reason": "str?"}, legal=True, kind="letter"
    ),
    "lapsed": Template(
        CASE
        | {
            "granted": "ore",
            "reason": "str?",
            "guidance": "texts",
            "owed": "ore~",
            "pay_by": "day~",
            "advance": "bool~",
            "late_report": "bool~",
        },
        legal=True,
        kind="letter",
    ),
    "closed": Template(
        CASE
        | {
            "granted": "ore",
            "spent": "ore?",
            "returned": "ore?",
            "approved": "bool~",
            "waived": "ore~",
            "written_off": "ore~",
            "paid": "ore~",
        }
    ),
    "claim": Template(
        CASE
        | {
            "paid": "ore",
            "spent": "ore?",
            "owed": "ore",
            "pay_by": "day",
            "reasons": "str",
            "guidance": "texts",
            "link": "link?",
        },
        legal=True,
        kind="letter",
    ),
    "report-returned": Template(
        CASE | {"reason": "str", "report_by": "day", "link": "link?"},
        legal=True,
        kind="letter",
    ),
    "vouchers-wanted": Template(
        CASE | {"one_in": "int", "vouchers_by": "day", "link": "link?"},
        legal=True,
        kind="letter",
    ),
    "reopened": Template(
        CASE | {"was": "str?", "granted": "ore", "answer_by": "day?", "link": "link?"},
        legal=True,
        kind="letter",
    ),
    "revoked": Template(CASE | {"granted": "ore", "link": "link?"}, legal=True, kind="letter"),
    "forwarded": Template(
        CASE
        | {
            "reason": "str",
            "new_number": "str",
            "new_pool": "texts",
            "new_contact": "contact",
            "answer_by": "day?",
            "link": "link?",
        },
        legal=True,
        kind="letter",
    ),
    "settled": Template(
        CASE
        | {
            "granted": "ore",
            "spent": "ore",
            "income": "ore",
            "covered": "ore",
            "paid_before": "ore",
            "to_pay": "ore",
            "owed": "ore",
            "paid_on": "day?",
            "reference": "str?",
            "guidance": "texts",
            "link": "link?",
        },
        legal=True,
        kind="letter",
    ),
    "suggestion-received": Template(CASE | {"answer_by": "day?", "link": "link?"}),
    "suggestion-answered": Template(
        CASE | {"answer": "str", "link": "link?"}, legal=True, kind="letter"
    ),
    "suggestion-taken-up": Template(
        CASE | {"became": "str", "became_title": "str", "initiative": "bool", "link": "link?"},
        legal=True,
        kind="letter",
    ),
    "applied-for-you": Template(  # to whom somebody else applied for
        CASE
        | {
            "helper": "str",
            "organisation": "str?",
            "asked": "ore?",
            "answer_by": "day?",
            "link": "link?",
        },
        legal=True,
        kind="letter",
    ),
    # to the secretariat and others of the house, whom no contact need be told
    "new-suggestion": Template(_STAFF | {"suggestion": "str", "link": "link?"}, digestible=True),
    "new-case": Template(
        _STAFF
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
        _STAFF | {"applicant": "str", "answer": "str", "link": "link?"}, digestible=True
    ),
    "hearing-answered": Template(
        _STAFF | {"applicant": "str", "answer": "str", "link": "link?"}, digestible=True
    ),
    "hearing-over": Template(
        _STAFF | {"applicant": "str", "answer_by": "day", "link": "link?"}, digestible=True
    ),
    "applicant-wrote": Template(
        _STAFF | {"applicant": "str", "text": "str", "link": "link?"}, digestible=True
    ),
    "vouchers-received": Template(
        _STAFF | {"applicant": "str", "files": "int", "link": "link?"}, digestible=True
    ),
    "applicant-withdrew": Template(
        _STAFF | {"applicant": "str", "reason": "str?", "link": "link?"}, digestible=True
    ),
    "payee-told": Template(
        _STAFF | {"applicant": "str", "payee": "str", "link": "link?"}, digestible=True
    ),
    "report-received": Template(
        _STAFF | {"applicant": "str", "granted": "ore", "spent": "ore?", "link": "link?"},
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
        _STAFF | {"applicant": "str", "granted": "ore", "link": "link?"}, digestible=True
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
        _STAFF
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
    "vote-stopped": Template(_STAFF | {"link": "link?"}),
    "vote-alone": Template(
        _STAFF
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
        _STAFF | {"answer_by": "day", "urgent": "bool", "link": "link?"}, digestible=True
    ),
    "overdue": Template(
        _STAFF | {"applicant": "str", "kind": "str", "due_on": "day", "link": "link?"}
    ),
    "promise-soon": Template(_STAFF | {"applicant": "str", "due_on": "day", "link": "link?"}),
    "message-failed": Template(
        _STAFF
        | {"applicant": "str", "subject": "str", "reply": "str", "unknown": "bool", "link": "link?"}
    ),
    "ring-or-print": Template(_STAFF | {"applicant": "str", "subject": "str", "link": "link?"}),
    "digest": Template(
        {"day": "day", "waiting": "waits", "more": "int", "notices": "lines", "link": "link"},
        kind="digest",
    ),
    "security-password": Template({"changed_at": "moment", "by_link": "bool"}),
    "security-role": Template({"changed_at": "moment", "given": "lines", "taken": "lines"}),
    "security-access": Template({"changed_at": "moment", "active": "bool"}),
    "security-locked": Template({"locked_at": "moment"}),
}
