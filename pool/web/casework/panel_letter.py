"""On the case's page: the letter that waits for the decision to be announced."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for

from pool.cases import announcing, announcing_drafts
from pool.cases.view import CaseView
from pool.identity.actor import Actor
from pool.web.casework.panels import Link, Panel
from pool.web.language import t


def _waits(view: CaseView, actor: Actor) -> bool:
    return view.state.undisclosed and bool(actor.roles & announcing.WRITES)


def data(view: CaseView, actor: Actor) -> Mapping[str, Any] | None:
    """Who gave it words of its own, and when."""
    if not _waits(view, actor):
        return None
    drafts = announcing_drafts.DECISIONS
    message = next((m for m in view.messages if m.state == "draft" and m.template in drafts), None)
    if message is None:
        return None
    own = any(message.data.get(part) for part in announcing_drafts.OWN)
    edited = [event for event in view.journal if event.kind == "case.letter-edited"]
    return {"edited": edited[-1] if own and edited else None}


def links(view: CaseView, actor: Actor) -> list[Link]:
    if not _waits(view, actor):
        return []
    address = url_for("casework.announcements", pool_key=view.case.pool)
    return [Link(t("Announce together with others"), address)]


PANEL = Panel(
    "letter", "The letter that waits", "main", "pages/casework/panels/letter.html", data, links
)
