"""On the case's page: letters that wait until somebody has approved them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pool.cases import announcing
from pool.cases.letter_drafts import in_case
from pool.cases.view import CaseView
from pool.identity.actor import Actor
from pool.models.base import known
from pool.web.casework import wording
from pool.web.casework.panels import Panel
from pool.web.language import speak


def data(view: CaseView, actor: Actor) -> Mapping[str, Any] | None:
    if not actor.roles & announcing.WRITES:
        return None
    found = in_case(view.definition, view.case, view.messages)
    if not found:
        return None
    return {
        "rows": [
            {
                **wording.message_row(one, speak()),
                "id": known(one.id),
                "approved_by": one.approved_by,
            }
            for one in found
        ]
    }


PANEL = Panel("drafts", "Letters to approve", "main", "pages/casework/panels/drafts.html", data)
