"""Lines an earlier file had, lines that were left out, what is kept sealed; on both engines."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, text
from sqlmodel import col

import pool.ledger as ledger
from pool import books, keys
from pool.books import BooksError, Layout, Outcome, taking
from pool.db import Database
from pool.models.books import Posting
from pool.models.files import StoredFileContent
from pool.models.ledger import Transfer
from tests.books.scene import POOL, YEAR, compare, csv, pay, told, upload
from tests.support.house import World

EARLIER = csv("12-03-2026;1,00;;x", "13-03-2026;5.000,00;B-1;Tilskud")
LATER = csv("13-03-2026;5.000,00;B-1;Tilskud", "16-03-2026;2,00;;x")


def say(world: World, outcome: Outcome, again: str, **besides: Any) -> Outcome:
    return books.choose(
        world.house, world.new_id(), outcome.file_id, Layout(again=again, **besides),
        actor=world.actor("ole"), now=world.now,
    )  # fmt: skip


def test_a_payment_made_twice_in_a_later_extract_is_asked_about(world: World) -> None:
    pay(world, "B-1")
    upload(world, EARLIER)
    outcome = upload(world, LATER)
    assert outcome.state == "uploaded"
    with world.database.read() as session:
        waiting = taking.file_of(session, outcome.file_id)
        assert waiting.state == "uploaded"
    tried = taking.trial(world.house, POOL, YEAR, LATER, Layout())
    assert (tried.asked, [one.line for one in tried.again]) == (("again",), [2])
    assert say(world, outcome, "").state == "uploaded"
    taken = say(world, outcome, "new")
    assert (taken.state, taken.rows, taken.new) == ("read", 2, 2)
    assert ("theirs", 5000, 0) in told(world)
    assert upload(world, LATER).repeated
    everything = csv(
        *EARLIER.decode().split("\n")[1:], *LATER.decode().split("\n")[1:], "17-03-2026;3,00;;x"
    )
    assert upload(world, everything).new == 1  # it has both, and both are known


def test_the_same_ones_are_counted_once(world: World) -> None:
    upload(world, EARLIER, sign="plus")
    assert upload(world, LATER, again="same", sign="plus").new == 1


@pytest.mark.parametrize(
    "later",
    [
        csv("12-03-2026;1,00;;x", "13-03-2026;5,00;;y", "14-03-2026;7,00;;z", "20-03-2026;1;;"),
        csv("13-03-2026;5,00;;y", "14-03-2026;7,00;;z", "20-03-2026;1;;"),  # all of two days
    ],
)
def test_extracts_that_overlap_ask_nothing(world: World, later: bytes) -> None:
    upload(
        world, csv("12-03-2026;1,00;;x", "13-03-2026;5,00;;y", "14-03-2026;7,00;;z"), sign="plus"
    )
    assert (upload(world, later).state, len(compare(world).free_postings)) == ("read", 4)


def test_numbers_of_their_own_need_no_question(world: World) -> None:
    head = "Dato;Beløb;Reference;Bilagsnr"
    upload(world, csv("12-03-2026;1;A;1", "13-03-2026;5;B;2", head=head), sign="plus")
    later = csv("13-03-2026;5;B;2", "13-03-2026;5;B;3", "16-03-2026;9;C;4", head=head)
    assert upload(world, later).new == 2


def test_it_does_not_agree_while_lines_are_left_out(world: World) -> None:
    pay(world, "B-1")
    rest = csv("13-03-2026;5.000,00;B-1;", "32-03-2026;9,00;;Gebyr")
    waiting = upload(world, rest)
    first = books.choose(
        world.house, "rest", waiting.file_id, Layout(), rest=True, actor=world.actor("ole"),
        now=world.now,
    )  # fmt: skip
    assert (compare(world).agreement.agrees, compare(world).agreement.left_out) == (False, 1)
    mended = upload(world, csv("13-03-2026;5.000,00;B-1;", "31-03-2026;9,00;;Gebyr"))
    assert (told(world), compare(world).agreement.unread) == ([("theirs", 9, 0)], ())
    ole = world.actor("ole")
    books.drop(world.house, "d", mended.file_id, "", ole, world.now)
    assert compare(world).agreement.left_out == 1
    books.drop(world.house, "e", first.file_id, "", ole, world.now)
    assert compare(world).agreement.left_out == 0


def test_what_waits_is_sealed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    body = csv("02-03-2026;5,00;;Til 010190-4321 Hansen")
    outcome = upload(world, body)
    with world.database.read() as session:
        (kept,) = session.execute(select(col(StoredFileContent.data))).scalars()
    assert b"Hansen" not in bytes(kept)
    assert taking.waiting_file(world.house, outcome.file_id)[1] == body
    monkeypatch.setattr(keys, "_given", [keys.Keyring([b"2" * 32])])
    with pytest.raises(BooksError) as error:
        taking.waiting_file(world.house, outcome.file_id)
    assert error.value.code == "sealed"


def test_a_file_s_name_has_no_cpr_number(world: World) -> None:
    outcome = books.upload(
        world.house, "named", pool=POOL, year=YEAR, name="010190-4321.csv", body=EARLIER,
        chosen=Layout(sign="plus"), actor=world.actor("ole"), now=world.now,
    )  # fmt: skip
    with world.database.read() as session:
        assert taking.file_of(session, outcome.file_id).name == "******-****.csv"


def _without_guards(database: Database, posting: int, transfer: int) -> None:
    """Only somebody at the database itself can do this."""
    sqlite = database.engine.dialect.name == "sqlite"
    with database.engine.begin() as connection:
        if sqlite:
            names = connection.execute(
                text("SELECT name FROM sqlite_master WHERE type='trigger' AND tbl_name=:t"),
                {"t": "posting_match"},
            ).scalars()
            for name in list(names):
                connection.execute(text(f'DROP TRIGGER "{name}"'))
        else:
            connection.execute(text("ALTER TABLE posting_match DISABLE TRIGGER USER"))
        connection.execute(
            text(
                "INSERT INTO posting_match (posting_id, transfer_id, how, matched_at, matched_by)"
                " SELECT id, :transfer, 'hand', '2026-03-04 10:15:00+00:00', 'x' FROM posting"
                " WHERE id = :posting"
            ),
            {"posting": posting, "transfer": transfer},
        )


def test_a_match_with_what_is_no_payment_is_told_and_counts_as_none(world: World) -> None:
    pay(world, "B-1")
    upload(world, csv("13-03-2026;9,00;;Gebyr"), sign="plus")
    with world.database.read() as session:
        own = ledger.get_year(session, POOL, YEAR).id
        hold = session.execute(
            select(col(Transfer.id)).where(
                col(Transfer.year_id) == own, col(Transfer.kind) == "hold"
            )
        ).scalars().first()  # fmt: skip
        posting = session.execute(select(col(Posting.id))).scalar_one()
    _without_guards(world.database, posting, hold or 0)
    found = compare(world)
    assert (found.unknown, found.matched) == (((posting, hold),), ())
    assert ("theirs", 9, 0) in told(world)
    with world.database.read() as session:
        assert books.result(session, POOL, YEAR) == found.agreement
    books.undo(world.house, "undo", posting, world.actor("ole"), world.now)
    assert compare(world).unknown == ()
