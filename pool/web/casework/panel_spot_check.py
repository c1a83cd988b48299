"""The draw of a case's accounts (*stikprøve*): whether they are looked into, by which seed, what
came of it, and how anybody draws again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for

from pool.cases import access
from pool.cases.effects_reports import of_case
from pool.cases.view import CaseView
from pool.identity.actor import Actor
from pool.models.reports import SpotCheck
from pool.web.apply.uploads import size_in_words
from pool.web.casework.panels import Panel
from pool.web.casework.wording import CHECK_RESULTS
from pool.web.context import read
from pool.web.language import speak, t


def data(view: CaseView, actor: Actor) -> Mapping[str, Any] | None:
    """From the report on, in a pool that draws, for those who look into accounts, and who may ask
    how they were drawn."""
    if not view.definition.has("spot-check") or view.report is None:
        return None
    if not access.opens(actor.roles, "voucher"):
        return None
    check = of_case(read(), view.case.id or 0)
    if check is None:
        return None
    return {
        "check": check,
        "sentence": _sentence(view, check),
        "rows": _rows(check),
        "files": _files(view) if check.drawn else [],
        "redo": f"{check.seed} {view.case.number}",
    }


def _sentence(view: CaseView, check: SpotCheck) -> str:
    """Where it stands."""
    if not check.drawn:
        return t("The accounts were not drawn: one in %(one_in)s is.", one_in=check.one_in)
    if check.result is not None:
        return t("The accounts were drawn and have been looked into.")
    due = view.due.get("vouchers")
    if due is not None:
        return t(
            "The accounts were drawn. The applicant is to send the vouchers by %(day)s.",
            day=speak().day(due),
        )
    return t("The accounts were drawn, and the vouchers have come. Look into them.")


def _rows(check: SpotCheck) -> list[tuple[str, str]]:
    if check.result is None or check.checked_at is None:
        return []
    rows = [
        (t("Result"), t(CHECK_RESULTS[check.result])),
        (t("Looked into on"), speak().day(check.checked_at)),
        (t("By whom"), check.checked_by or ""),
    ]
    return rows + ([(t("What was found"), check.findings)] if check.findings else [])


def _files(view: CaseView) -> list[dict[str, str]]:
    return [
        {
            "name": one.file.name,
            "size": size_in_words(one.file.size),
            "href": url_for("casework.attachment", number=view.case.number, file_id=one.file.id),
        }
        for one in view.files
        if one.purpose == "voucher"
    ]


PANEL = Panel(
    key="spot-check",
    heading="Spot check",
    place="main",
    template="pages/casework/panels/spot_check.html",
    data=data,
)
