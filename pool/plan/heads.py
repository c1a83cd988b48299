"""The newest link of every chain, mailed out of the house.

A chain proves that nothing before its newest link was changed, to whoever has kept that link
elsewhere: whoever may alter the database may recompute a whole chain, but not a mail that lies in
somebody's mailbox. ``puljen ledger verify --anchor FILE`` reads the mail as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.utils import parseaddr

from sqlmodel import Session

import pool.identity as identity
import pool.journal as journal
import pool.ledger as ledger
import pool.outbox as outbox
from pool.cases.house import House
from pool.cases.letters import person_recipient
from pool.clock import local_day
from pool.identity.actor import SYSTEM
from pool.ledger import anchors
from pool.models.definition import Marker

KEEPERS = ("finance", "auditor", "admin")
"""Who gets the heads where no address is set."""
WEEK = "heads:week"
"""The marker of the week they were last mailed in."""


def weekly(house: House, to: Sequence[str], now: datetime) -> int:
    """Mail the heads once in each week of the calendar; how many mails. A week in which nothing
    ran has none: heads are of the moment, and the next ones stand for all before."""
    year, week, _ = local_day(now).isocalendar()

    def work(session: Session) -> int:
        mark = session.get(Marker, WEEK, with_for_update=True) or Marker(key=WEEK, value="")
        this = f"{year}-W{week:02d}"
        if mark.value == this:
            return 0
        sent = mail(session, house, event=f"heads:{this}", closed=None, to=to, now=now)
        if sent:  # with nobody to keep them the week is not over
            mark.value = this
            session.add(mark)
            session.flush()
        return sent

    return house.database.write(work)


def mail(
    session: Session,
    house: House,
    *,
    event: str,
    closed: tuple[str, int] | None,
    to: Sequence[str],
    now: datetime,
) -> int:
    """Queue the heads as they stand in this unit, to ``to`` (addresses) or the keepers, once for
    each ``event``; how many mails. ``closed``: the pool (or the plan's book) and year that was
    just closed.

    The journal's streams of cases are left out: there are as many as cases, and a mail is read.
    Nothing is queued where nothing was ever written down.
    """
    streams = [one for one in journal.heads(session) if not one.stream.startswith("case:")]
    lines = anchors.write(ledger.heads(session), streams).splitlines()
    people = recipients(session, house, to)
    if not lines or not people:
        return 0
    name = _name(house, closed[0]) if closed else None
    for recipient in people:
        outbox.put(
            session,
            event=event,
            template="chain-heads",
            to=recipient,
            case_id=None,
            pool=None,
            data={
                "counted_at": now.isoformat(),
                "pool_name": name,
                "year": closed[1] if closed else 0,
                "lines": lines,
            },
            now=now,
        )
    journal.write(
        session, "system", "ledger.heads-mailed", SYSTEM, now=now, data={"mails": len(people)}
    )
    return len(people)


def _name(house: House, book: str) -> dict[str, str]:
    if book == ledger.PLAN_BOOK:
        return {"da": "Planen", "en": "The plan"}
    return dict(house.definitions.current(book).name)


def recipients(session: Session, house: House, to: Sequence[str]) -> list[outbox.Recipient]:
    """Whom the heads go to."""
    if to:
        found = [parseaddr(one) for one in to]
        return [outbox.Recipient(name=name or email, email=email) for name, email in found]
    people = {
        person.id: person
        for role in KEEPERS
        for pool in (None, *house.definitions.keys)
        for person in identity.people_with(session, role, pool)
    }
    return [person_recipient(person) for person in people.values()]
