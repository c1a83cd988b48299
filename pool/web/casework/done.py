"""The word of confirmation on the next page."""

from __future__ import annotations

from flask import flash

from pool.cases.view import CaseView
from pool.web.language import t
from workflows.definition import Transition


def said(view: CaseView, transition: Transition, sentence: str) -> None:
    """``sentence``, and how the applicant learns of it. A repeat says the same: it was done
    once."""
    if transition.letter is None:
        flash(sentence, "success")
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
