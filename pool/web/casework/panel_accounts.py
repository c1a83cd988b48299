"""What a case's report comes to: the accounts beside the budget, money claimed back, and what was
let go of when the case was closed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pool.cases.view import CaseView
from pool.identity.actor import Actor
from pool.web import accounts
from pool.web.applicant.claims import claimed, waived, written_off
from pool.web.casework.panels import Panel
from pool.web.language import speak, t


def data(view: CaseView, _actor: Actor) -> Mapping[str, Any] | None:
    """Only where there is more to see than the sum the report itself tells."""
    lines = accounts.shown(view)
    rows = _rows(view)
    if not lines and not rows:
        return None
    return {"lines": lines, "total": accounts.total(lines), "rows": rows}


def _rows(view: CaseView) -> list[tuple[str, str]]:
    words, rows = speak(), []
    if view.report is not None and view.report.income is not None:
        rows.append((t("What came in"), words.money(view.report.income)))
    if claimed(view):
        out = view.money.paid - view.money.returned
        rows.append((t("Claimed back, and not here yet"), words.money(out)))
        if due := view.due.get("repay"):
            rows.append((t("To be paid back by"), words.day(due)))
    elif view.facts.claim and (due := view.due.get("repay")):
        rows.append((t("Claimed back, and not here yet"), words.money(view.facts.claim)))
        rows.append((t("To be paid back by"), words.day(due)))
    if lost := written_off(view):
        rows.append((t("Written off"), words.money(lost)))
    if let_go := waived(view):
        rows.append((t("Left, and let go of (the pool’s limit)"), words.money(let_go)))
    return rows


PANEL = Panel(
    key="accounts",
    heading="The accounts",
    place="main",
    template="pages/casework/panels/accounts.html",
    data=data,
)
