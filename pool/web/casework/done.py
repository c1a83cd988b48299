"""The word of confirmation on the next page."""

from __future__ import annotations

from flask import flash

from pool.cases.view import CaseView
from pool.web.language import t
from workflows.definition import SUGGESTION, Transition


def said(view: CaseView, transition: Transition, sentence: str) -> None:
    """``sentence``, and how the applicant learns of it. A repeat says the same: it was done
    once."""
    minutes = view.definition.limits.undo_minutes
    unreachable = not (view.applicant.email or view.applicant.phone)
    if transition.letter is None or (view.case.kind == SUGGESTION and unreachable):
        flash(sentence, "success")
    elif view.applicant.email and transition.letter == "decision" and minutes:
        flash(
            t(
                "%(sentence)s The letter to %(email)s rests for %(minutes)s minutes; until then "
                "the decision can be undone.",
                sentence=sentence,
                email=view.applicant.email,
                minutes=minutes,
            ),
            "success",
        )
    elif view.applicant.email:
        flash(
            t(
                "%(sentence)s The applicant is told by mail to %(email)s.",
                sentence=sentence,
                email=view.applicant.email,
            ),
            "success",
        )
    else:
        flash(
            t(
                "%(sentence)s The applicant has no e-mail: it waits under “Tasks” to be told by "
                "telephone or printed.",
                sentence=sentence,
            ),
            "success",
        )
