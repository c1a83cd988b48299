"""Facts and people for the tests of the rules."""

from __future__ import annotations

from datetime import date
from typing import Any

from workflows.facts import Facts, Who

TODAY = date(2024, 10, 1)
SECRETARIAT, MEMBER, CHAIR, FINANCE = 1, 2, 3, 4

RECORD = {"made_on": TODAY, "made_where": "mail", "took_part": "A, B, C"}

BASE: dict[str, dict[str, Any]] = {
    "received": {"complete": True},
    "asked": {"complete": True, "open_questions": 1, "paused_on": TODAY},
    "screened": {"complete": True},
    "recommended": {"complete": True, "recommended": True},
    "decided-yes": {
        "complete": True, "recommended": True, "decided": True, "granted": 500_000,
        "held": 500_000,
    },
    "decided-no": {"complete": True, "recommended": True, "decided": True},
    "granted": {"complete": True, "decided": True, "granted": 500_000, "held": 500_000},
    "refused": {"complete": True, "decided": True},
    "paid": {
        "complete": True, "decided": True, "granted": 500_000, "paid": 500_000,
        "payment_standing": True,
    },
    "reported": {
        "complete": True, "decided": True, "granted": 500_000, "paid": 500_000,
        "report_received": True, "spent": 500_000,
    },
    "closed": {
        "complete": True, "decided": True, "granted": 500_000, "paid": 500_000,
        "report_received": True, "spent": 500_000,
    },
    "withdrawn": {"complete": True},
    "lapsed": {"complete": True},
    "forwarded": {"complete": True},
    "revoked": {"complete": True},
    "postponed": {"complete": True, "recommended": True, "paused_on": TODAY},
    "waiting": {"complete": True, "recommended": True, "paused_on": TODAY, "free": 0},
    "advanced": {
        "complete": True, "decided": True, "granted": 500_000, "held": 300_000, "paid": 200_000,
        "grant_type": "deficit", "advance": 200_000,
    },
    "claimed": {"complete": True, "decided": True, "granted": 500_000, "paid": 500_000},
    "accounted": {
        "complete": True, "decided": True, "granted": 500_000, "held": 300_000, "paid": 200_000,
        "grant_type": "deficit", "advance": 200_000, "report_received": True, "spent": 600_000,
        "income": 200_000,
    },
    "suggested": {"complete": True, "kind": "suggestion", "asked": None},
    "suggestion-answered": {"complete": True, "kind": "suggestion", "asked": None},
    "taken-up": {"complete": True, "kind": "suggestion", "asked": None},
}  # fmt: skip
"""What a case without anything unusual looks like in each state of the pools' procedures."""


def facts(state: str = "received", **changes: Any) -> Facts:
    known: dict[str, Any] = {
        "today": TODAY, "year": 2024, "year_state": "open", "asked": 500_000, "free": 9_600_000,
        "received_on": date(2024, 9, 20), "promised_on": date(2024, 10, 11),
        "starts_on": date(2024, 11, 1), "ends_on": date(2024, 11, 2),
        "checklist_done": True, "other_pools": frozenset({"knowledge", "elsewhere"}),
    }  # fmt: skip
    return Facts(state=state, **{**known, **BASE[state], **changes})


def who(role: str, person_id: int | None = None) -> Who:
    ids = {
        "secretariat": SECRETARIAT,
        "member": MEMBER,
        "chair": CHAIR,
        "finance": FINANCE,
        "applicant": None,
        "system": None,
    }
    return Who(person_id if person_id is not None else ids.get(role, 9), frozenset({role}))


INPUTS: dict[str, dict[str, Any]] = {
    "ask": {"questions": "Hvor mange kommer?", "due_on": date(2024, 10, 15)},
    "answer": {"answer": "Tres."},
    "screen": {},
    "recommend": {"advice": "part", "amount": 300_000, "reasons": "Fordi …"},
    "announce-grant": {},
    "announce-refusal": {},
    "grant": {"record": RECORD},
    "grant-part": {"amount": 300_000, "reasons": "Fordi …", "record": RECORD},
    "refuse": {"reasons": "Fordi …", "record": RECORD},
    "pay": {"reference": "B-17", "paid_on": TODAY},
    "report": {"report": {"held": True, "participants": 60, "worked": "Alt", "spent": 400_000}},
    "return": {"returned": 100_000, "returned_on": TODAY},
    "close": {},
    "withdraw": {},
    "lapse": {"reason": "Intet svar"},
    "hear": {"facts": "Pladsen er lejet ud", "source": "fsb", "due_on": date(2024, 10, 15)},
    "hearing-answer": {"answer": "Det passer ikke."},
    "hearing-stop": {"reason": "Oplysningen var forkert"},
    "forward": {"to_pool": "knowledge", "reason": "Det er viden"},
    "delay": {"reason": "Mange sager", "promised_on": date(2024, 11, 1)},
    "postpone": {"reason": "Der mangler et tilbud", "until": date(2024, 11, 1)},
    "resume": {},
    "undo": {"reason": "Tastefejl"},
    "reopen": {"reason": "Nye oplysninger"},
    "revoke": {"reasons": "Fordi …", "record": RECORD, "unheard": "Det var ikke nødvendigt."},
    "complaint": {"complaint": "Jeg er uenig.", "received_on": TODAY},
    "pay-advance": {"reference": "B-18", "paid_on": TODAY},
    "accounts": {
        "report": {"held": True, "participants": 60, "worked": "Alt", "spent": 600_000,
                   "income": 200_000},
    },
    "lapse-advance": {"reason": "Der kom intet regnskab"},
    "close-claimed": {},
    "payee": {
        "payee": {
            "way": "applicant", "number_kind": "cvr", "number": "64942212", "name": "Foreningen",
            "reference": "", "doubtful": False,
        },
    },
    "raise": {"amount": 600_000, "reasons": "Fordi …", "record": RECORD},
    "lower": {
        "amount": 400_000, "reasons": "Fordi …", "record": RECORD, "unheard": "Han bad om det.",
    },
    "stop-rest": {"reasons": "Fordi …", "record": RECORD, "unheard": "Han bad om det."},
    "stop-rest-late": {"reasons": "Fordi …", "record": RECORD, "unheard": "Han bad om det."},
    "payment-failed": {"reason": "Kontoen er lukket", "failed_on": TODAY},
    "payment-failed-late": {"reason": "Kontoen er lukket", "failed_on": TODAY},
    "settlement-failed": {"reason": "Kontoen er lukket", "failed_on": TODAY},
    "pay-again": {"reference": "B-21", "paid_on": TODAY},
    "return-undone": {"reason": "Det var en anden sags penge"},
    "ask-report": {"questions": "Hvad kostede maden?", "due_on": date(2024, 10, 15)},
    "answer-report": {"answer": "800 kr."},
    "lapse-unreported": {"reason": "Der kom ingen rapport"},
    "return-report": {"reason": "Beløbet har et nul for meget"},
    "return-accounts": {"reason": "Beløbet har et nul for meget"},
    "return-accounts-advance": {"reason": "Beløbet har et nul for meget"},
    "claim-unspent": {"amount": 100_000, "reasons": "Telt og scene blev ikke lejet"},
    "write-off": {"reason": "Foreningen er opløst"},
    "pay-instalment": {"reference": "B-20", "paid_on": TODAY},
    "vouchers": {},
    "spot-check": {"result": "remarks", "findings": "Et bilag mangler"},
    "wait": {},
    "wait-over": {},
    "carry-over": {},
    "settle": {"reference": "B-19", "paid_on": TODAY},
    "answer-suggestion": {"answer": "Tak, vi taler med gartneren."},
    "take-up": {"becomes": 7},
}  # fmt: skip
"""Inputs with which every action passes on its usual facts."""
