"""The proofs an auditor asks for: heads kept outside, breaks that are known, and the books read by
a program that is not ours."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlmodel import Session

import pool.journal as journal
import pool.ledger as ledger
from pool.cli.proof import _text
from pool.db import Database
from pool.identity.actor import SYSTEM
from pool.ledger import anchors, export, known_breaks
from pool.migrations import guards
from pool.models.ledger import Account
from tests.ledger.scene import Scene, build
from tests.support.cases import NOW

REASON = "Rettet i databasen den 3. maj, se revisionens rapport."


def _tamper(scene: Scene, sql: str) -> None:
    with scene.database.engine.begin() as connection:
        guards.remove(connection)
        connection.execute(text(sql), scene.ids)
        guards.install(connection)


# -- anchors


def test_heads_are_read_back_as_they_were_written(database: Database) -> None:
    build(database)
    with database.read() as session:
        books, streams = ledger.heads(session), journal.heads(session)
    told = anchors.write(books, streams)
    assert anchors.read(told) == ledger.Anchors(tuple(books), tuple(streams))
    mailed = "Hej\r\n\r\n" + "".join(f">  {line}  \r\n" for line in told.splitlines()) + "Venlig"
    assert anchors.read(mailed) == ledger.Anchors(tuple(books), tuple(streams))


@pytest.mark.parametrize(
    ("told", "lines"),
    [
        ("", ()),
        ("Ingen kæder her\n", ()),
        (f"puljen-head urban-life 3 {'a' * 63}\n", (1,)),
        (f"puljen-head urban-life tre {'a' * 64}\n", (1,)),
        (f"puljen-head urban-life 3 {'a' * 65}\n", (1,)),
        (f"ja\npuljen-head urban-life 3 {'a' * 64}\npuljen-journal system\n", (3,)),
    ],
)
def test_half_a_head_is_no_anchor(told: str, lines: tuple[int, ...]) -> None:
    with pytest.raises(ledger.AnchorsUnreadable) as caught:
        anchors.read(told)
    assert caught.value.lines == lines


def test_a_chain_made_anew_is_found_out_by_its_old_head(database: Database) -> None:
    """Whoever may alter the schema can compute every hash anew; what was kept outside says so."""
    scene = build(database)
    with database.read() as session:
        kept = anchors.read(anchors.write(ledger.heads(session)))
        n = next(head.n for head in kept.books if head.book == "urban-life")
        assert ledger.verify(session, kept.books).ok
    _tamper(scene, "DELETE FROM transfer WHERE id = (SELECT max(id) FROM transfer"
                   " WHERE book_id = :book)")  # fmt: skip
    with database.read() as session:
        found = {(f.where, f.code) for f in ledger.verify(session, kept.books).faults}
    assert (f"urban-life/{n}", "anchor") in found


# -- breaks that are known


def _sorted(database: Database) -> known_breaks.Sorted:
    with database.read() as session:
        return known_breaks.sort(session, ledger.verify(session).faults)


def test_a_known_break_is_told_and_no_alarm(database: Database) -> None:
    scene = build(database)
    _tamper(scene, "UPDATE transfer SET actor = 'person:9' WHERE id = :post")
    (fault,) = _sorted(database).new
    assert (fault.where, fault.code) == ("urban-life/7", "text")
    for _ in range(2):  # the second time there is nothing more to note
        database.write(
            lambda session: known_breaks.acknowledge(
                session, where=fault.where, code=fault.code, reason=REASON, actor=SYSTEM, now=NOW
            )
        )
    after = _sorted(database)
    assert after.new == ()
    ((told, known),) = after.known
    assert (told, known.reason, known.at) == (fault, REASON, NOW)
    with database.read() as session:
        assert len(journal.read(session, "system", kinds=(known_breaks.EVENT,))) == 1
        assert journal.verify(session) == []


def test_the_same_account_off_by_another_amount_is_a_new_break(database: Database) -> None:
    scene = build(database)
    _tamper(scene, "UPDATE account SET balance = balance + 5 WHERE id = :free")
    (fault,) = _sorted(database).new
    assert fault.off == 5
    database.write(
        lambda session: known_breaks.acknowledge(
            session, where=fault.where, code=fault.code, reason=REASON, actor=SYSTEM, now=NOW
        )
    )

    def another(session: Session) -> None:
        ledger.appropriate(
            session, year_id=scene.ids["year"], amount=100, command_id="more", actor="system",
            now=NOW,
        )  # fmt: skip

    database.write(another)  # the numbers move on, the difference stays
    assert _sorted(database).new == ()
    _tamper(scene, "UPDATE account SET balance = balance + 1 WHERE id = :free")
    assert [one.off for one in _sorted(database).new] == [6]


@pytest.mark.parametrize(
    ("first", "again"),
    [
        (
            "UPDATE transfer SET actor = 'person:9' WHERE id = :post",
            "UPDATE transfer SET command_id = 'another' WHERE id = :post",
        ),
        (
            "UPDATE journal_event SET data = '{\"n\":1}' WHERE n = 1",
            "UPDATE journal_event SET data = '{\"n\":2}' WHERE n = 1",
        ),
    ],
)
def test_a_known_row_that_is_changed_again_is_a_new_break(
    database: Database, first: str, again: str
) -> None:
    scene = build(database)
    database.write(
        lambda session: journal.write(session, "system", "test.event", SYSTEM, now=NOW, data={})
    )

    def found() -> known_breaks.Sorted:
        with database.read() as session:
            every = ledger.verify(session).faults
            every += known_breaks.faults_of(session, journal.verify(session))
            return known_breaks.sort(session, every)

    _tamper(scene, first.replace(":1", "\\:1") if "journal" in first else first)
    for fault in found().new:
        database.write(
            lambda session, fault=fault: known_breaks.acknowledge(  # type: ignore[misc]
                session, where=fault.where, code=fault.code, reason=REASON, actor=SYSTEM, now=NOW
            )
        )
    assert found().new == ()
    _tamper(scene, again.replace(":2", "\\:2") if "journal" in again else again)
    assert found().new != ()


def test_a_missing_guard_is_put_back_and_not_acknowledged(database: Database) -> None:
    build(database)
    with database.engine.begin() as connection:
        guards.remove(connection)
    with database.read() as session:
        fault = next(f for f in ledger.verify(session).faults if f.code.startswith("guard-"))
    with pytest.raises(known_breaks.CanBeMended):
        database.write(
            lambda session: known_breaks.acknowledge(
                session, where=fault.where, code=fault.code, reason=REASON, actor=SYSTEM, now=NOW
            )
        )


def test_two_anchors_of_one_number_must_both_hold(database: Database) -> None:
    """Also when the true one comes last, and when a mail put both on one line."""
    build(database)
    with database.read() as session:
        (true, *_) = ledger.heads(session)
    false = replace(true, hash="0" * 64)
    told = anchors.write([false, true]).replace("\n", " ")
    kept = anchors.read(told).books
    assert kept == (false, true)
    with database.read() as session:
        assert [f.code for f in ledger.verify(session, kept).faults] == ["anchor"]


def test_what_is_not_broken_cannot_be_acknowledged(database: Database) -> None:
    build(database)
    with pytest.raises(ledger.NoSuchBreak), database.read() as session:
        known_breaks.acknowledge(
            session, where="urban-life/7", code="text", reason=REASON, actor=SYSTEM, now=NOW
        )


# -- invariants


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("UPDATE account SET parent_id = :paid WHERE id = :held_new", "parent"),
        ("UPDATE account SET balance = 3 WHERE id = :spare2023", "year-not-empty"),
    ],
)
def test_rows_beside_the_transfers_are_looked_at(database: Database, sql: str, code: str) -> None:
    scene = build(database)
    _tamper(scene, sql)
    assert code in {fault.code for fault in _sorted(database).new}


# -- the books in other programs


@pytest.mark.skipif(shutil.which("hledger") is None, reason="hledger is not installed")
def test_hledger_finds_the_same_balances(database: Database, tmp_path: Path) -> None:
    """Every asserted balance holds for hledger, and its own balances are ours to the øre."""
    build(database)
    with database.read() as session:
        told = "".join(export.export(session, "hledger"))
        names = export.account_names(session)
        wanted = {
            names[row.id]: row.balance
            for row in session.execute(select(Account)).scalars()
            if row.id is not None and row.last_n
        }
    file = tmp_path / "puljen.journal"
    file.write_text(told, encoding="utf-8")

    def hledger(*arguments: str) -> str:
        return subprocess.run(
            ["hledger", "-f", str(file), *arguments], check=True, capture_output=True, text=True
        ).stdout

    hledger("check", "--strict", "assertions")
    found = {}
    for row in csv.DictReader(io.StringIO(hledger("bal", "--flat", "-E", "-O", "csv", "-N"))):
        found[row["account"]] = _ore(row["balance"])
    assert found == wanted
    assert any(":earmark:" in name for name in found)
    assert sum(found.values()) == 0


@pytest.mark.skipif(shutil.which("hledger") is None, reason="hledger is not installed")
def test_hledger_refuses_a_journal_with_another_balance(database: Database, tmp_path: Path) -> None:
    """So that the test before can fail."""
    build(database)
    with database.read() as session:
        told = "".join(export.export(session, "hledger"))
    file = tmp_path / "puljen.journal"
    file.write_text(told.replace("  -3.00 DKK = ", "  -3.01 DKK = ", 1), encoding="utf-8")
    assert told != file.read_text(encoding="utf-8")
    done = subprocess.run(["hledger", "-f", str(file), "bal"], check=False, capture_output=True)
    assert done.returncode != 0


def _ore(shown: str) -> int:
    found = re.fullmatch(r"(-?)([\d,]+)(?:\.(\d+))? DKK|0", shown)
    assert found is not None, shown
    if shown == "0":
        return 0
    whole = int(found[2].replace(",", "")) * 100 + int((found[3] or "").ljust(2, "0"))
    return -whole if found[1] else whole


def test_every_field_goes_out_in_csv_and_json(database: Database) -> None:
    build(database)
    with database.read() as session:
        rows = list(csv.DictReader(io.StringIO("".join(export.export(session, "csv")))))
        lines = [json.loads(line) for line in export.export(session, "jsonl", ["urban-life"])]
        heads = {head.book: head for head in ledger.heads(session)}
    ours = [row for row in rows if row["book"] == "urban-life"]
    assert len(ours) == len(lines) == heads["urban-life"].n
    assert lines[-1]["hash"] == ours[-1]["hash"] == heads["urban-life"].hash
    assert [line["prev_hash"] for line in lines[1:]] == [line["hash"] for line in lines[:-1]]
    assert all(tuple(line) == export.COLUMNS for line in lines)
    with database.read() as session, pytest.raises(KeyError):
        list(export.export(session, "csv", ["no-such-book"]))


def test_a_mail_that_was_saved_whole_is_an_anchor(database: Database, tmp_path: Path) -> None:
    """Mail programs break long lines; the hashes in them are whole all the same."""
    build(database)
    with database.read() as session:
        told = anchors.write(ledger.heads(session), journal.heads(session))
    mail = EmailMessage()
    mail["Message-ID"], mail["Subject"] = "<1@example.dk>", "Nyeste led"
    mail.set_content(f"Gem denne mail: æøå\n\n{told}\n", cte="quoted-printable")
    mail.add_alternative(f"<p>{told}</p>", subtype="html")
    body = mail.as_bytes()
    assert b"=\n" in body
    assert anchors.write(*_pair(anchors.read(_text(body)))) == told


def _pair(found: ledger.Anchors) -> tuple[Any, Any]:
    return found.books, found.streams
