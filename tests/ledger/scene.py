"""A ledger with something of everything in it, and a forger who knows how a transfer looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, text
from sqlmodel import Session

import pool.ledger as ledger
from pool.db import Database
from pool.ledger import chain
from pool.ledger.books import account, open_account
from tests.support.cases import NOW, granted_case

HOW: dict[str, Any] = {"actor": "person:1", "now": NOW}
TABLES = ("book", "book_year", "account", "transfer", "total")


@dataclass(frozen=True, slots=True)
class Scene:
    """``ids``: every row worth attacking, by name."""

    database: Database
    ids: Mapping[str, int]

    @property
    def kind(self) -> str:
        return self.database.engine.dialect.name


def build(database: Database) -> Scene:
    """The books urban-life (2022 closing, 2023 closed, 2024 open) and knowledge (2024)."""
    return Scene(database, database.write(_build))


def _build(session: Session) -> dict[str, int]:
    ids: dict[str, int] = {}
    for pool, years in (("urban-life", (2022, 2023, 2024)), ("knowledge", (2024,))):
        for number in years:
            row = ledger.open_year(
                session, pool, number, budget=10_000, command_id=f"{pool}-{number}", **HOW
            )
            name = "other" if pool == "knowledge" else {2024: ""}.get(number, str(number))
            assert row.id is not None
            ids |= {
                f"year{name}": row.id,
                f"book{name}": row.book_id,
                f"source{name}": account(session, row.id, "source"),
                f"free{name}": account(session, row.id, "free"),
            }
    year = ids["year"]
    for number in (1, 2):
        granted = granted_case(session)
        ids |= {f"case{number}": granted.case_id, f"decision{number}": granted.decision_id}
    stranger = granted_case(session, pool="knowledge")
    ids |= {"case_other": stranger.case_id, "decision_other": stranger.decision_id}

    def case(number: int) -> dict[str, int]:
        return {"case_id": ids[f"case{number}"], "decision_id": ids[f"decision{number}"]}

    def hold(name: str, number: int, amount: int, **more: Any) -> int:
        held = ledger.hold(
            session,
            **{"year_id": year, "amount": amount, **case(number), **more, **HOW},
            command_id=name,
        )
        assert held.id is not None
        ids[name] = held.id
        return held.id

    mark = ledger.earmark(
        session, year_id=year, amount=1000, label="activity 5", command_id="earmark", **HOW
    )
    ids["earmark"] = mark.id or 0
    hold("held", 1, 500)
    hold("held_marked", 2, 100, parent=mark.id)
    paid = ledger.pay(session, held_id=ids["held"], amount=300, command_id="pay", **HOW)
    ids |= {"paid": paid.to_id, "post": paid.id or 0}
    again = ledger.pay(session, held_id=ids["held"], amount=50, command_id="pay again", **HOW)
    ids |= {"paid_again": again.to_id, "post_again": again.id or 0}
    back = ledger.give_back(session, post_id=ids["post"], amount=40, command_id="back", **HOW)
    ids["returned"] = back.id or 0
    wrong = hold("held_wrong", 2, 60)
    ids["hold_wrong"] = _last(session)
    ids["reversal"] = (
        ledger.reverse(session, transfer_id=ids["hold_wrong"], command_id="undo", **HOW).id or 0
    )
    assert ledger.get_account(session, wrong).balance == 0
    # Opened and not used yet: what an honest transfer would go to.
    ids["held_new"] = open_account(session, year, "held", "new", parent_id=ids["free"], **case(1))
    ids["paid_new"] = open_account(session, year, "paid", "new", parent_id=ids["held"], **case(1))
    _close(session, ids)
    return ids


def _close(session: Session, ids: dict[str, int]) -> None:
    """2023 is closed with money paid out; 2022 is closing."""
    year = ids["year2023"]
    ids["spare2023"] = open_account(session, year, "earmark", "spare")
    case: dict[str, Any] = {"case_id": ids["case1"], "decision_id": ids["decision1"]}
    held = ledger.hold(session, year_id=year, amount=9_000, command_id="h23", **case, **HOW)
    ids["held2023"] = held.id or 0
    paid = ledger.pay(session, held_id=ids["held2023"], command_id="p23", **HOW)
    ids |= {"paid2023": paid.to_id, "post2023": paid.id or 0}
    ledger.relinquish(session, year_id=year, amount=1_000, command_id="r23", **HOW)
    for state in ("closing", "closed"):
        ledger.set_year_state(session, "urban-life", 2023, state)
    ids["held2022"] = open_account(
        session, ids["year2022"], "held", "late", parent_id=ids["free2022"], **case
    )
    ledger.set_year_state(session, "urban-life", 2022, "closing")


def _last(session: Session) -> int:
    return int(session.execute(text("SELECT max(id) FROM transfer")).scalar_one())


def snapshot(connection: Connection) -> dict[str, list[Any]]:
    """Every row of the ledger."""
    return {
        table: [
            tuple(row) for row in connection.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2"))
        ]
        for table in TABLES
    }


def forge(
    connection: Connection,
    ids: Mapping[str, int],
    changes: Mapping[str, Any],
    verb: str = "INSERT INTO",
) -> tuple[str, dict[str, Any]]:
    """One INSERT of a transfer in which all is right (number, hashes, text) except ``changes``.

    Unchanged it is a hold of 7 øre. A text that begins with ``:`` is the id of that name.
    """
    changes = {
        name: ids[value[1:]] if isinstance(value, str) and value.startswith(":") else value
        for name, value in changes.items()
    }
    row: dict[str, Any] = {
        "book_id": ids["book"],
        "year_id": ids["year"],
        "command_id": "forged",
        "line": 1,
        "kind": "hold",
        "from_id": ids["free"],
        "to_id": ids["held_new"],
        "amount": 7,
        "cites_id": None,
        "case_id": ids["case1"],
        "decision_id": ids["decision1"],
        "actor": "person:1",
        "effective_on": "2024-05-02",
        "precision": "day",
        "recorded_at": (NOW + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
    } | changes
    last = connection.execute(
        text("SELECT n, hash FROM transfer WHERE book_id = :book ORDER BY n DESC LIMIT 1"),
        {"book": row["book_id"]},
    ).one_or_none()
    row.setdefault("n", last[0] + 1 if last else 1)
    row.setdefault("prev_hash", last[1] if last else "0" * 64)
    row.setdefault("canonical", chain.canonical(row))
    row.setdefault("hash", chain.digest(str(row["canonical"])))
    columns = ", ".join(row)
    values = ", ".join(_literal(value) for value in row.values())
    return f"{verb} transfer ({columns}) VALUES ({values})", row


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, datetime):
        raise TypeError("moments are written out")
    return str(value) if isinstance(value, int | float) else "'" + str(value) + "'"
