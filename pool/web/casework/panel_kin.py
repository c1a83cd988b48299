"""On the case's page: what the same applicant got before, and what similar activities got."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pool.cases import kin
from pool.cases.kin import Near
from pool.cases.view import CaseView
from pool.identity.actor import Actor
from pool.web import who
from pool.web.casework.panels import Panel
from pool.web.context import read
from pool.web.house import house

HANDLES = frozenset({"secretariat", "chair", "member", "auditor"})
"""Who judges a case, and needs to know what was given before."""

OUTCOMES = {"full": "in full", "part": "in part", "granted": "granted", "refused": "refused"}


def data(view: CaseView, actor: Actor) -> Mapping[str, Any] | None:
    user = who.current_user()
    if user is None or not actor.roles & HANDLES:
        return None
    roles = user.by_pool(house().definitions.keys)
    person_id = user.person_id
    same = kin.of_applicant(
        read(), house(), view.case, view.applicant, person_id=person_id, roles=roles
    )
    similar = kin.similar(read(), house(), view.case, person_id=person_id, roles=roles)
    if not same and not similar:
        return None
    shown = {one.number for one in same}
    return {
        "same": same,
        "granted": sum(one.granted or 0 for one in same),
        "years": _years(same),
        "similar": [one for one in similar if one.number not in shown],
        "back": kin.YEARS_BACK,
        "outcomes": OUTCOMES,
    }


def _years(cases: Sequence[Near]) -> str:
    """``2023–2025``, or the one year."""
    years = sorted({one.year for one in cases})
    if not years:
        return ""
    return str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"


PANEL = Panel(
    "kin", "The applicant before, and similar grants", "last",
    "pages/casework/panels/kin.html", data,
)  # fmt: skip
