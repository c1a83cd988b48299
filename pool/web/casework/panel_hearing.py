"""That the applicant is being heard (forvaltningsloven §19), on top of the case's page. On what
stands in the conversation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pool.cases.effects_hearing import unended
from pool.cases.view import CaseView
from pool.identity.actor import Actor
from pool.web.casework.panels import Panel
from pool.web.context import read
from pool.web.language import speak, t


def data(view: CaseView, _actor: Actor) -> Mapping[str, Any] | None:
    """Only while a hearing is going on, or has run out and nobody has ended it."""
    if not view.facts.hearing_unended or view.state.final:
        return None
    hearing = unended(read(), view.case.id or 0)
    if hearing is None:
        return None
    day = speak().day(hearing.due_on)
    if hearing.due_on >= view.facts.today:
        heading = t("The applicant is being heard: the decision waits")
        text = t("Nothing can be decided before comments have come, or %(day)s is over.", day=day)
    else:
        heading = t("The hearing is over: no comments have come")
        text = t("The last day was %(day)s. The case can be decided.", day=day)
    return {"heading": heading, "text": text}


PANEL = Panel(
    key="hearing",
    heading="The hearing",
    place="first",
    template="pages/casework/panels/hearing.html",
    data=data,
)
