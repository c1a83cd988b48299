"""The letters there are, and what each must be told (types as in ``templates``)."""

from __future__ import annotations

from collections.abc import Mapping

from pool.outbox.templates import CASE

_LETTER = CASE | {
    "recipient": "lines",  # name, organisation and address as they stand on the letter
    "decided_on": "day",
    "signature": "texts",  # who signs: the group
    "guidance": "texts",  # klagevejledning, forvaltningsloven §25
}
_OWN = {"opening": "texts~", "closing": "texts~"}
"""A letter's own words (``pool.cases.announcing``): the first paragraph in the place of the made
one, and a last one. All that the law demands stands between them and comes from the decision."""
_TERMS = {
    "posts": "posts~",
    "guarantee": "bool~",
    "advance": "ore~",
    "early_start": "bool~",
    "instalments": "instalments~",
}
"""On what terms money is granted. ``posts``: a list of ``{"label": texts, "amount": ore}``;
``guarantee``: a deficit guarantee; ``advance``: what of it is paid beforehand; ``instalments``: a
list of ``{"amount": ore, "due_on": day}``, with ``n`` and ``of`` where some are paid already."""
LETTERS: Mapping[str, Mapping[str, str]] = {
    "decision-full": _LETTER
    | _OWN
    | _TERMS
    | {
        "granted": "ore",
        "asked": "ore",
        "reasons": "str?",
        "conditions": "str?",
        "report_by": "day?",
    },
    "decision-part": _LETTER
    | _OWN
    | _TERMS
    | {
        "granted": "ore",
        "asked": "ore",
        "reasons": "str",
        "conditions": "str?",
        "report_by": "day?",
    },
    "decision-refused": _LETTER | _OWN | {"asked": "ore?", "reasons": "str"},
    "decision-imported": _LETTER
    | {
        "granted": "ore",
        "asked": "ore?",
        "reasons": "str?",
        "report_by": "day?",
        "precision": "str",  # "day", or "month": the day is then not known
        "entered_on": "day",
    },
    "reopened": _LETTER | {"was": "str?", "granted": "ore", "reasons": "str", "answer_by": "day?"},
    "revoked": _LETTER | {"granted": "ore", "reasons": "str"},
    "changed": _LETTER
    | {
        "before": "ore",
        "granted": "ore",
        "reasons": "str",
        "conditions": "str?",
        "report_by": "day?",
        "guarantee": "bool~",
        "stopped": "bool~",
        "kept": "ore~",
        "came_back": "ore~",
        "coming": "ore~",
        "instalments": "instalments~",
    },
}
"""The letters sent as PDF with a mail. Reasons are due with every part-grant and refusal
(forvaltningsloven §§22–24): there the data cannot lack them."""
