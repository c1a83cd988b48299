"""The end of drafts that were never sent in: a warning a week before, then they are forgotten, with
their files and links."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import and_, or_, select
from sqlmodel import Session, col

import pool.files as files
import pool.identity as identity
from pool.cases import drafts
from pool.cases.errors import NotFound
from pool.cases.house import House
from pool.models.draft import Draft, DraftFile
from workflows.questions import check_answers

log = logging.getLogger(__name__)

WARN_BEFORE = timedelta(days=7)


def sweep(house: House, now: datetime, *, limit: int = 500) -> tuple[int, int]:
    """Warn of drafts that expire within a week, forget those past their time with their files.

    Returns (warned, forgotten). Safe to run twice and to stop anywhere."""
    with house.database.read() as session:
        soon = list(
            session.execute(
                select(col(Draft.id))
                .where(
                    col(Draft.case_id).is_(None),
                    or_(
                        col(Draft.expires_at) <= now,
                        and_(
                            col(Draft.expires_at) <= now + WARN_BEFORE,
                            col(Draft.warned_at).is_(None),
                        ),
                    ),
                )
                .order_by(col(Draft.expires_at))
                .limit(limit)
            ).scalars()
        )
    warned = forgotten = 0
    for draft_id in soon:
        try:
            one = house.database.write(partial(_sweep_one, house=house, draft_id=draft_id, now=now))
        except Exception:
            log.exception("draft %s could not be looked after", draft_id)
            continue
        warned += one == "warned"
        forgotten += one == "forgotten"
    return warned, forgotten


def _sweep_one(session: Session, house: House, draft_id: int, now: datetime) -> str:
    try:
        draft = drafts.locked(session, draft_id)
    except NotFound:
        return ""
    if draft.expires_at <= now:
        forget(session, draft)
        return "forgotten"
    if draft.warned_at is not None:
        return ""
    draft.warned_at = now
    session.add(draft)
    if draft.person_id is not None:
        return ""  # a colleague's: the list of what is unfinished says until when it is kept
    email = draft.raw.get("email")
    definition = house.definitions.version(session, draft.pool, draft.definition_version)
    if (
        not isinstance(email, str)
        or not email
        or check_answers(definition, {"email": email}, ["email"]).faults
    ):
        return ""
    drafts.put_link(session, definition, draft, email, "draft-expiring", now)
    return "warned"


def forget(session: Session, draft: Draft) -> None:
    """Delete a draft that was never sent in, its files and its links."""
    links = (
        session.execute(select(DraftFile).where(col(DraftFile.draft_id) == draft.id))
        .scalars()
        .all()
    )
    for link in links:
        session.delete(link)
    session.flush()
    for link in links:
        files.delete(session, link.file_id)
    identity.revoke_all(session, drafts.PURPOSE, f"draft:{draft.id}", draft.expires_at)
    session.delete(draft)
    session.flush()
