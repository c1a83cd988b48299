"""Letters of a move that wait for a person: held back, and superseded, in the move's own unit."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select
from sqlmodel import col

import pool.journal as journal
from pool.cases import facts_money
from pool.cases.announcing_drafts import DECISIONS
from pool.cases.effects import Firing
from pool.models.outbox import Message
from workflows.planning import Plan

_OF_DECISIONS = (*DECISIONS, "changed", "revoked")
_BACK = frozenset({"undo", "reopen", "revoke"})


def supersede(firing: Firing, planned: Plan) -> None:
    """Before a move's letters are made: drafts that its move makes untrue never go. One of a
    decision holds until there is another, or it is taken back; a claim until nothing is waited
    for; one of a payment until it bounced; one of a case's end until the case is taken up again."""
    definition, effects = firing.definition, frozenset(planned.effects)
    if not definition.messages.drafts:
        return
    untrue: list[ColumnElement[bool]] = []
    if firing.decision is not None or effects & _BACK:
        untrue.append(col(Message.template).in_((*_OF_DECISIONS, "reopened")))
    if "claim" in definition.messages.drafts and not _claimed(firing):
        untrue.append(col(Message.template) == "claim")
    if "payment-failed" in effects:
        untrue.append(col(Message.template) == "settled")
    ended = definition.state(planned.from_state).final
    if ended and not definition.state(planned.to_state).final:
        untrue.append(col(Message.template).not_in(_OF_DECISIONS))
    if not untrue:
        return
    for message in _put(firing, "superseded", col(Message.state) == "draft", or_(*untrue)):
        journal.write(
            firing.session,
            f"case:{firing.case_id}",
            "case.draft-superseded",
            firing.actor,
            now=firing.now,
            data={"case": firing.case_id, "message": message.id, "template": message.template},
        )


def hold_back(firing: Firing) -> None:
    """After a move's letters are made: those the definition names wait as drafts, the letter of a
    decision that was announced now among them."""
    if not firing.definition.messages.drafts or firing.command.quiet:
        return
    _put(
        firing,
        "draft",
        col(Message.state).in_(("queued", "waiting")),
        col(Message.date) == firing.now,
        col(Message.resend_number) == 0,
        col(Message.approved_at).is_(None),
    )


def _claimed(firing: Firing) -> bool:
    """Whether money that is to come back is still waited for."""
    open_ones = select(facts_money.open_claims(firing.case_id))
    return bool(firing.session.execute(open_ones).scalar_one())


def _put(firing: Firing, state: str, *which: ColumnElement[bool]) -> list[Message]:
    """Those that were put so. The case is locked by the move, and no worker can see a message of
    this unit yet."""
    session = firing.session
    session.flush()
    found = session.execute(
        select(Message)
        .where(
            col(Message.case_id) == firing.case_id,
            col(Message.person_id).is_(None),
            col(Message.template).in_(firing.definition.messages.drafts),
            *which,
        )
        .order_by(col(Message.id))
    ).scalars()
    messages = list(found)
    for message in messages:
        message.state = state
    session.flush()
    return messages
