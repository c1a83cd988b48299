"""Reading what a file says of the group's work: checklist, assessment, meetings, votes,
suggestions, spot checks (see ``group_work``)."""

from __future__ import annotations

from typing import cast

from workflows import vocabulary as words
from workflows.definition import Option
from workflows.group_work import (
    HALF,
    Assessment,
    Criterion,
    CriterionType,
    Majority,
    MeetingRules,
    Quorum,
    SpotCheck,
    Suggestions,
    VoteRules,
)
from workflows.nodes import Node

MOST_ENTITLED = 1000
"""No working group is larger: a quorum above it is a slip of the pen."""
MOST_DRAWN = 1000
"""One in more than so many is none at all."""


def checklist(root: Node) -> tuple[Option, ...]:
    if root.raw.get("checklist") == {}:
        root.fault("checklist", "list-empty", name="checklist")
    return tuple(_point(key, node) for key, node in root.tables("checklist"))


def _point(key: str, node: Node) -> Option:
    point = Option(key, node.must_text("label"), help=node.text("help", required=False))
    node.done()
    return point


def assessment(root: Node) -> Assessment | None:
    if not root.has("assessment"):
        return None
    node = root.table("assessment")
    found = Assessment(
        criteria=tuple(_criterion(key, one) for key, one in node.tables("criteria")),
        hidden_until_own=node.boolean("hidden_until_own", False),
    )
    node.done()
    return found


def _criterion(key: str, node: Node) -> Criterion:
    kind = node.one_of("type", words.CRITERION_TYPES, required=False) or "scale"
    standard = Criterion(key, {})
    if kind == "yesno" and node.has("most"):
        node.fault("most", "most-needless", name=key)
    criterion = Criterion(
        key=key,
        label=node.must_text("label"),
        help=node.text("help", required=False),
        type=cast(CriterionType, kind),
        most=node.whole("most", standard.most, least=2, most=10),
    )
    node.done()
    return criterion


def meetings(root: Node) -> MeetingRules | None:
    if not root.has("meetings"):
        return None
    node = root.table("meetings")
    found = MeetingRules(
        quorum=_quorum(node), deadline_days=node.whole("deadline_days", least=0, most=180)
    )
    node.done()
    return found


def votes(root: Node) -> VoteRules | None:
    if not root.has("votes"):
        return None
    node = root.table("votes")
    found = VoteRules(
        quorum=_quorum(node),
        majority=cast(Majority, node.one_of("majority", words.MAJORITIES) or "simple"),
        days=node.whole("days", least=1, most=60),
    )
    node.done()
    return found


def _quorum(node: Node) -> Quorum:
    """``"half"`` or a whole number; required."""
    if isinstance(node.raw.get("quorum"), str):
        node.one_of("quorum", (HALF,))
        return "half"
    return node.whole("quorum", least=1, most=MOST_ENTITLED)


def suggestions(root: Node) -> Suggestions | None:
    if not root.has("suggestions"):
        return None
    node = root.table("suggestions")
    found = Suggestions(node.must_text("intro"))
    node.done()
    return found


def spot_check(root: Node) -> SpotCheck | None:
    if not root.has("spot_check"):
        return None
    node = root.table("spot_check")
    found = SpotCheck(node.whole("one_in", least=1, most=MOST_DRAWN))
    node.done()
    return found
