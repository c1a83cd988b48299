"""The big pool's file with one feature switched off, as somebody would write it: made by taking
lines, words and tables away."""

from __future__ import annotations

import re

from tests.workflows.seeds import BIG
from workflows.definition import Definition
from workflows.loading import parse_text
from workflows.vocabulary import FEATURE_OF_MESSAGE

_LISTS = ("from", "guards", "effects", "inputs.", "deadlines.")


def drop_table(text: str, *names: str) -> str:
    """Without the tables of these names, and those inside them."""
    kept: list[str] = []
    out = False
    for line in text.split("\n"):
        if line.startswith("["):
            header = line.strip("[]")
            out = any(header == name or header.startswith(f"{name}.") for name in names)
        if not out:
            kept.append(line)
    return "\n".join(kept)


def drop_word(text: str, *words: str) -> str:
    """Without these words in the lists of transitions; a list that is empty then goes as well."""
    lines = []
    for line in text.split("\n"):
        if line.startswith(_LISTS):
            for word in words:
                line = re.sub(rf'"{re.escape(word)}"(, )?', "", line).replace(", ]", "]")
            if line.endswith("= []"):
                continue
        lines.append(line)
    return "\n".join(lines)


def _announced_at_once(text: str) -> str:
    text = drop_table(
        text, "states.decided-yes", "states.decided-no", "transitions.announce-grant",
        "transitions.announce-refusal",
    )  # fmt: skip
    text = drop_word(text, "decided-yes", "decided-no")
    text = text.replace(
        'to = "decided-yes"',
        'to = "granted"\nletter = "decision"\nnotices = ["communications"]\n'
        'deadlines.set = ["accounts"]',
    )
    return text.replace('to = "decided-no"', 'to = "refused"\nletter = "decision"')


def without(feature: str) -> Definition:
    """The big pool without ``feature``; its file has no fault (``parse_text`` raises)."""
    text = BIG.replace(f"{feature} = true\n", "", 1)
    for name, belongs in FEATURE_OF_MESSAGE.items():
        if belongs == feature:
            text = re.sub(rf'"{name}",\s*', "", text, count=1)
    match feature:
        case "recommendation":
            text = drop_table(text, "states.recommended", "transitions.recommend")
            text = drop_word(text, "recommended")
        case "separate-announcement":
            text = _announced_at_once(text)
        case "two-person-release":
            text = drop_word(text, "other-person")
        case "criteria":
            text = drop_table(text, "assessment")
        case "votes":
            text = drop_word(drop_table(text, "votes"), "no-open-vote")
        case "meetings":
            text = drop_table(text, "meetings")
        case "conditions":
            text = drop_word(text, "conditions")
        case "by-post":
            text = drop_word(text, "by_post", "by-post-adds-up")
        case "postponement":
            text = drop_table(
                text, "states.postponed", "transitions.postpone", "transitions.resume"
            )
            text = drop_word(text, "postponed")
        case "deficit-guarantee":
            text = drop_table(
                text, "states.advanced", "states.accounted", "transitions.pay-advance",
                "transitions.lapse-advance", "transitions.accounts", "transitions.settle",
                "transitions.settlement-failed", "transitions.return-accounts",
                "transitions.return-accounts-advance",
            )  # fmt: skip
            text = drop_word(
                text, "grant_type", "advance", "advance-within", "fixed-grant", "advanced",
                "accounted", "accounts",
            )  # fmt: skip
        case "instalments":
            text = drop_table(text, "transitions.pay-instalment")
            text = drop_word(text, "instalments", "instalments-add-up", "last-instalment")
        case "payment-file":
            text = drop_word(text, "by-list", "not-listed")
        case "spot-check":
            text = drop_table(text, "spot_check", "transitions.vouchers", "transitions.spot-check")
            text = drop_word(text, "draw", "spot-check-done")
        case "waiting-list":
            text = drop_table(text, "states.waiting", "transitions.wait", "transitions.wait-over")
            text = drop_word(text, "waiting")
        case "carry-over":
            text = drop_table(text, "transitions.carry-over")
        case "bulk" | "books" | "accounts-form":
            pass
        case other:
            raise KeyError(other)
    return parse_text(text, f"without-{feature}.toml")
