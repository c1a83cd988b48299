"""Where a case comes from and what it became: its kind, how it came, who proposed or typed it in,
and whom it is for. Nothing of it where an application came from its applicant by the website."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for

from pool.cases import access, starting
from pool.cases.view import CaseView
from pool.identity.actor import Actor
from pool.models.case import Case
from pool.web import who
from pool.web.casework.panels import Link, Panel
from pool.web.casework.starting import CHANNEL_WORDS
from pool.web.context import read
from pool.web.house import house
from pool.web.language import t

KINDS = {"suggestion": "A suggestion", "initiative": "The group’s own initiative"}
_BECAME = {"case.take-up": "becomes", "case.forward": "to_case"}
"""Events after which there is another case, and where its id stands."""


def data(view: CaseView, actor: Actor) -> Mapping[str, Any] | None:
    case = view.case
    rows: list[tuple[str, str]] = []
    if case.kind in KINDS:
        rows.append((t("Kind"), t(KINDS[case.kind])))
    if case.proposer and access.reads(actor.roles, "name"):
        rows.append((t("Proposed by"), case.proposer))
    if case.channel in (*starting.CHANNELS, "forward"):
        rows.append((t("How it came"), t(CHANNEL_WORDS[case.channel])))
    if case.entered_by and access.reads(actor.roles, "name"):
        rows.append((t("Entered by"), case.entered_by))
    links = [
        {"label": label, "number": other.number, "title": other.title, "href": href}
        for label, other, href in _others(view)
    ]
    return {"rows": rows, "links": links} if rows or links else None


def _others(view: CaseView) -> list[tuple[str, Case, str]]:
    """The cases this one is tied to, as far as the reader may see them."""
    case, found = view.case, []
    if case.origin_id is not None:
        label = (
            t("Out of the suggestion") if case.origin_kind == "suggestion" else t("Sent on from")
        )
        found.append((label, case.origin_id))
    for event in view.journal:
        other = event.data.get(_BECAME.get(event.kind, ""))
        if isinstance(other, int):
            label = t("Became") if event.kind == "case.take-up" else t("Sent on as")
            found.append((label, other))
    shown = []
    for label, case_id in found:
        other_case = read().get(Case, case_id)
        if other_case is None:
            continue
        reader = who.current_actor(other_case.pool)
        if access.may_see(read(), house(), other_case, reader):
            address = url_for("casework.case", number=other_case.number)
            shown.append((label, other_case, address))
    return shown


def links(view: CaseView, actor: Actor) -> list[Link]:
    """A suggestion that waits can become a case."""
    if view.case.kind != "suggestion" or view.state.final or starting.ROLE not in actor.roles:
        return []
    address = url_for("casework.becomes", number=view.case.number)
    return [Link(t("Make a case of it"), address, "secondary")]


PANEL = Panel(
    key="origin",
    heading="Where it comes from",
    place="side",
    template="pages/casework/panels/origin.html",
    data=data,
    links=links,
)
