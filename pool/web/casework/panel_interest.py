"""On the case's page: who may have an interest in it (hints), and the question to the reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for

from pool.cases import recusal, recusal_hints
from pool.cases.view import CaseView
from pool.identity.actor import Actor
from pool.web.casework.panels import Link, Panel
from pool.web.casework.recusing import ANSWERS, WHY, AnswerForm
from pool.web.context import read
from pool.web.language import t


def data(view: CaseView, actor: Actor) -> Mapping[str, Any] | None:
    """The hints for who settles; to everybody else the one about themselves. Nothing where the
    case is over."""
    if view.state.final or not actor.roles & recusal.READING:
        return None
    settles = bool(actor.roles & recusal.SETTLES)
    hints = recusal_hints.hints(read(), view.case, view.applicant, view.journal)
    mine = next((one for one in hints if one.person_id == actor.person_id), None)
    others = [one for one in hints if settles and one.person_id != actor.person_id]
    lifted = [
        pair
        for pair in view.recused
        if settles and pair[1].id != actor.person_id and pair[0].lifted_at is None
    ]
    asked = mine if mine is not None and mine.answer is None else None
    if asked is None and not others and not lifted:
        return None
    return {
        "asked": asked,
        "others": others,
        "lifted": lifted,
        "why": WHY,
        "answers": ANSWERS,
        "form": AnswerForm(formdata=None) if asked else None,
        "left": recusal.left(read(), view.case) if settles else None,
    }


def links(view: CaseView, actor: Actor) -> list[Link]:
    if view.state.final or not actor.roles & recusal.SETTLES:
        return []
    return [
        Link(
            t("Note that a member stays out"),
            url_for("casework.settle_recusal", number=view.case.number),
        )
    ]


PANEL = Panel(
    "interest",
    "Interests in the case",
    "side",
    "pages/casework/panels/interest.html",
    data,
    links,
)
