"""The pages of those who handle cases: the list, the case, deciding, and everything else that
moves one. Thin: what may be done is asked of ``workflows.explain``, done by ``pool.cases``."""

from pool.web.casework import (
    acting,
    announcing,
    bulk,
    case,
    completing,
    deciding,
    exports,
    inbox,
    listing,
    messages,
    panel_assessments,
    panel_checklist,
    panel_conversation,
    panel_flow,
    panel_hearing,
    panel_interest,
    panel_kin,
    panel_letter,
    panel_rendering,
    panel_votes,
    payee,
    recusing,
    side,
    starting,
)
from pool.web.casework.room import blueprint
from pool.web.navigation import Item

navigation = (
    Item("casework.inbox", "Inbox", order=5),
    Item("casework.cases", "Cases", order=10, first_for=frozenset({"auditor"})),
    Item("casework.tasks", "Tasks", order=30),
)

__all__ = [
    "acting",
    "announcing",
    "blueprint",
    "bulk",
    "case",
    "completing",
    "deciding",
    "exports",
    "inbox",
    "listing",
    "messages",
    "navigation",
    "panel_assessments",
    "panel_checklist",
    "panel_conversation",
    "panel_flow",
    "panel_hearing",
    "panel_interest",
    "panel_kin",
    "panel_letter",
    "panel_rendering",
    "panel_votes",
    "payee",
    "recusing",
    "side",
    "starting",
]
