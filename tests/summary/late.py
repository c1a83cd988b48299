"""What is written long after a year was summed up: about days of that year, and told apart by
when it was written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, text, update
from sqlmodel import Session, col

import pool.ledger as ledger
from pool.clock import local_day
from pool.db import Database
from pool.models.case import Case, Decision, Recusal, Report
from tests.support.years import Generated


@dataclass(frozen=True, slots=True)
class Late:
    """What came. ``about`` is the day the money that came back is about."""

    returned: int
    failed: int
    announced: int
    about: date


def write_late(database: Database, year: Generated, now: datetime) -> Late:
    """A return about a day in September, a payment that had failed, a decision announced at last,
    the report of a paid grant, a member who had stayed out, a case closed."""
    return database.write(lambda session: _write(session, year, now))


_PAID = """
SELECT t.id, t.amount, t.effective_on FROM transfer t JOIN account a ON a.id = t.to_id
JOIN decision d ON d.id = t.decision_id
WHERE t.year_id = :year AND t.kind = 'post' AND a.balance = t.amount
  AND t.effective_on < :about AND d.made_on < :about AND d.announced_at IS NOT NULL
ORDER BY t.id
"""
_HELD = """
SELECT d.id, sum(a.balance) FROM decision d JOIN account a ON a.decision_id = d.id
WHERE a.year_id = :year AND d.announced_at IS NULL AND a.kind = 'held' AND a.balance > 0
  AND d.made_on < :about
GROUP BY d.id ORDER BY d.id
"""
_UNREPORTED = """
SELECT DISTINCT t.case_id FROM transfer t JOIN decision d ON d.id = t.decision_id
WHERE t.year_id = :year AND t.kind = 'post' AND d.announced_at IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM report r WHERE r.case_id = t.case_id) ORDER BY t.case_id
"""


def _write(session: Session, year: Generated, now: datetime) -> Late:
    about = date(year.year, 9, 4)

    def rows(sql: str) -> list[Any]:
        values = {"year": year.year_id, "about": about.isoformat()}
        typed = (
            sql
            if session.get_bind().dialect.name == "sqlite"
            else sql.replace(":about", "CAST(:about AS date)")
        )
        wanted = {name: value for name, value in values.items() if f":{name}" in sql}
        return list(session.execute(text(typed), wanted))

    back, failed = rows(_PAID)[:2]
    how: dict[str, Any] = {"actor": "person:1", "now": now}
    amount = max(1, back[1] // 3)
    ledger.give_back(
        session, post_id=back[0], amount=amount, command_id="late-1", effective_on=about, **how
    )
    ledger.reverse(session, transfer_id=failed[0], command_id="late-2", effective_on=about, **how)
    decision, held = rows(_HELD)[0]
    session.execute(update(Decision).where(col(Decision.id) == decision).values(announced_at=now))
    case_id = rows(_UNREPORTED)[0][0]
    session.execute(
        insert(Report).values(
            case_id=case_id,
            held=True,
            participants=77,
            worked="Det gik godt, æøå.",
            safety="",
            links="",
            spent=1,
            received_at=now,
            received_from="Lene Bruun",
        )
    )
    session.execute(
        update(Case).where(col(Case.id) == case_id).values(closed_at=now, changed_at=now)
    )
    taken = {
        row[0]
        for row in session.execute(
            text("SELECT person_id FROM recusal WHERE case_id = :case"), {"case": case_id}
        )
    }
    member = next(
        row[0]
        for row in session.execute(text("SELECT id FROM person ORDER BY id"))
        if row[0] not in taken
    )
    session.execute(
        insert(Recusal).values(
            case_id=case_id, person_id=member, ground="Min søsters", declared_at=now
        )
    )
    assert local_day(now) > about
    return Late(returned=amount, failed=int(failed[1]), announced=int(held), about=about)
