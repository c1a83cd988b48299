"""Who is to be paid, and on which list the payment stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for

from pool import payments
from pool.cases import access
from pool.cases.effects_payments import FILES_OF, current
from pool.cases.payees import MAY_REVEAL
from pool.cases.view import CaseView
from pool.identity.actor import Actor
from pool.web import payees
from pool.web.apply.uploads import size_in_words
from pool.web.casework.panels import Panel
from pool.web.casework.payee import MAY, RevealForm
from pool.web.context import read

_READERS = frozenset({*MAY, "chair", "auditor"})


def data(view: CaseView, actor: Actor) -> Mapping[str, Any] | None:
    """From the grant on; before that only where somebody has told."""
    if not actor.roles & _READERS:
        return None
    if not any("payee" in move.effects for move in view.definition.transitions):
        return None
    if not view.facts.payee_known and not view.money.held:
        return None
    case_id = view.case.id or 0
    found = current(read(), case_id)
    shown: dict[str, Any] = {
        "rows": payees.rows(found) if found else [],
        "form": None,
        "list_href": None,
    }
    if found is not None:
        shown |= {
            "given_by": found.given_by,
            "given_at": found.given_at,
            "doubtful": found.doubtful,
        }
        if found.secret is not None and actor.roles & MAY_REVEAL:
            shown["form"] = RevealForm()
        shown["files"] = _papers(view, actor, found.way)
    listed = payments.of_case(read(), case_id) if view.facts.listed else None
    if listed is not None and actor.roles & payments.MAKERS:
        one = listed[0]
        shown["list_name"] = f"{one.pool}-{one.number}"
        shown["list_href"] = url_for("payments.sheet", pool_key=one.pool, number=one.number)
    return shown


def _papers(view: CaseView, actor: Actor, way: str) -> list[dict[str, Any]]:
    """The invoice or receipts that are paid."""
    purpose = FILES_OF.get(way, "invoice")
    return [
        {
            "name": one.file.name,
            "size": size_in_words(one.file.size),
            "href": url_for("casework.attachment", number=view.case.number, file_id=one.file.id),
        }
        for one in view.files
        if one.purpose == purpose and access.opens(actor.roles, purpose)
    ]


PANEL = Panel(
    key="payee",
    heading="Who is to be paid",
    place="side",
    template="pages/casework/panels/payee.html",
    data=data,
)
