"""The mails and letters there are."""

from __future__ import annotations

from collections.abc import Mapping

from pool.outbox.template import CASE, POOL, Kind, Template
from pool.outbox.templates_house import TO_THE_HOUSE

__all__ = ["CASE", "TEMPLATES", "TO_APPLICANTS", "Kind", "Template"]

TO_APPLICANTS: Mapping[str, Template] = {
    "receipt": Template(
        CASE | {"asked": "ore?", "answer_by": "day", "waiting": "bool~", "link": "link?"},
        legal=True,
        kind="letter",
    ),
    "draft-saved": Template(POOL | {"link": "link", "until": "day"}, kind="link"),
    "draft-expiring": Template(
        POOL | {"title": "str?", "link": "link", "until": "day"}, kind="link"
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
}

TEMPLATES: Mapping[str, Template] = {**TO_APPLICANTS, **TO_THE_HOUSE}
