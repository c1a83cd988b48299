"""Everything the casework can show has words, in Danish and English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import get_args

import pytest

from pool.cases.all_effects import EFFECTS
from pool.cases.effects_reports import REPAY, VOUCHERS
from pool.cases.messages import How
from pool.models.outbox import STATES
from pool.outbox.templates import TEMPLATES
from pool.render.words import words
from pool.web.casework import acting, inputs, listing, wording
from workflows.definition import Definition
from workflows.inputs import RECORD, REPORT
from workflows.vocabulary import DEADLINES, INPUTS, MADE_WHERE, RULE_DEADLINES

LISTS: Mapping[str, Iterable[str]] = {
    "events": [title for title, _ in wording.EVENTS.values()],
    "message states": [title for title, _ in wording.MESSAGES.values()],
    "templates": wording.TEMPLATES.values(),
    "deadlines": [*wording.DEADLINES.values(), *listing.DUE.values()],
    "how": [*wording.HOW.values(), *wording.TOLD.values()],
    "labels": inputs.LABELS.values(),
    "help": inputs.HELP.values(),
    "done": acting.DONE.values(),
    "yes and no": [text for _, text in inputs.YES_NO],
}
SAME = {"Alarm"}
"""Written alike in both languages."""


@pytest.mark.parametrize("name", sorted(LISTS))
def test_each_is_danish_too(name: str) -> None:
    danish = words("da")
    left = [text for text in LISTS[name] if danish.t(text) == text and text not in SAME]
    assert left == []


def test_every_kind_of_event_has_words(definitions: Mapping[str, Definition]) -> None:
    kinds = {
        f"case.{transition.key}"
        for definition in definitions.values()
        for transition in definition.transitions
    }
    kinds |= {"case.received", "case.note", "case.recusal", "case.told", "case.resend"}
    kinds |= {f"deadline.{kind}" for kind in DEADLINES if kind not in RULE_DEADLINES}
    assert kinds <= set(wording.EVENTS)


def test_every_mail_state_and_deadline_has_words() -> None:
    assert set(wording.TEMPLATES) == set(TEMPLATES)
    assert set(wording.MESSAGES) == set(STATES)
    kinds = set(DEADLINES) - set(RULE_DEADLINES) | {REPAY, VOUCHERS}
    assert set(wording.DEADLINES) == set(listing.DUE) == kinds
    assert set(wording.HOW) == {"system", *MADE_WHERE}
    assert set(wording.TOLD) == set(get_args(How))


def test_every_input_has_a_field_and_every_effect_a_word() -> None:
    # given by the program, or asked for on a page or in rows of its own
    elsewhere = {"becomes", "payee", "instalments", "earmark"}
    assert {name.split("-")[0] for name in inputs.LABELS} == set(INPUTS) - elsewhere
    assert set(inputs.PARTS["record"]) == set(RECORD) - {"evidence", "precision"}
    assert set(inputs.PARTS["report"]) == set(REPORT)
    # said by the decision page, beside another effect, or by a page of its own
    silent = {"decide", "hold", "void", "draw", "take-up", "payee"}
    assert set(acting.DONE) == set(EFFECTS) - silent


def test_tones_are_those_of_the_look(definitions: Mapping[str, Definition]) -> None:
    tones = {"new", "wait", "ok", "stop", "paid", "done", "void", "plain"}
    used = [*wording.EVENTS.values(), *wording.MESSAGES.values()]
    assert {tone for _, tone in used} <= tones
