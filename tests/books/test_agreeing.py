"""Both sides beside each other, through the use cases, on both engines."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import col

import pool.journal as journal
import pool.ledger as ledger
from pool import books
from pool.books import BooksError, Layout, taking
from pool.cases import recusal
from pool.cases.errors import CommandReused
from pool.models.books import BooksFile, Posting, PostingMatch
from pool.models.case import Payment
from pool.models.files import StoredFile
from tests.books.scene import POOL, YEAR, compare, csv, pay, told, upload
from tests.support.house import World
from tests.support.together import together


def refused(work: Callable[[], Any]) -> str:
    with pytest.raises(BooksError) as error:
        work()
    return error.value.code


def count(world: World, table: Any) -> int:
    with world.database.read() as session:
        return int(session.execute(select(func.count()).select_from(table)).scalar_one())


def fail(world: World, case_id: int) -> None:
    """The bank sent the newest payment back: reversed, as the casework does."""

    def work(session: Any) -> None:
        paid = session.execute(select(Payment).where(col(Payment.case_id) == case_id)).scalars()
        payment = list(paid)[-1]
        ledger.reverse(
            session,
            transfer_id=payment.transfer_id,
            command_id=world.new_id(),
            actor="system",
            effective_on=world.now.date() + timedelta(days=2),
            now=world.now,
        )

    world.database.write(work)


def kinds(world: World) -> list[str]:
    with world.database.read() as session:
        own = ledger.get_year(session, POOL, YEAR).id
        events = journal.read(session, f"book-year:{own}")
    return [one.kind.removeprefix("books.") for one in events if one.kind.startswith("books.")]


def test_a_story_to_the_ore(world: World) -> None:
    pay(world, "B-1")
    pay(world, "b 2", 7_000)
    pay(world, "sent", 5_100)
    pay(world, "faktura 9", 800)
    body = csv(
        "13-03-2026;5.000,00; b - 1;", "13-03-2026;7.000,00;B2;", "06-03-2026;800,00;V-17;",
        "20-03-2026;5.100,00;V-18;",
    )  # fmt: skip
    outcome = upload(world, body)
    assert (outcome.state, outcome.rows, outcome.new, outcome.matched) == ("read", 4, 4, 3)
    assert told(world) == [("theirs", 5100, 0), ("ours", 0, 5100)]  # too far apart to be sure
    how = {group.how for group in compare(world).matched}
    assert how == {"reference", "amount"}
    agreement = compare(world).agreement
    assert (agreement.agrees, agreement.difference, agreement.open) == (False, 0, 2)
    posting = compare(world).free_postings[0].id
    transfer = compare(world).free_items[0].id
    apart = books.pair(
        world.house, "by-hand", pool=POOL, year=YEAR, postings=[posting], transfers=[transfer],
        actor=world.actor("ole"), now=world.now,
    )  # fmt: skip
    assert apart == 0
    assert compare(world).agreement.agrees
    assert kinds(world) == ["read", "matched", "matched"]


def test_the_same_again_and_overlapping_files(world: World) -> None:
    pay(world, "B-1")
    body = csv("13-03-2026;5.000,00;B-1;", "13-03-2026;20,00;;Gebyr", "13-03-2026;20,00;;Gebyr")
    assert upload(world, body).new == 3
    files, events = count(world, BooksFile), len(kinds(world))
    again = upload(world, body)
    assert (again.repeated, again.new, again.matched) == (True, 0, 0)
    assert (count(world, BooksFile), len(kinds(world))) == (files, events)
    again = upload(world, body, sign="minus")  # whatever is said this time
    assert (again.repeated, count(world, Posting)) == (True, 3)
    longer = csv(
        *("13-03-2026;20,00;;Gebyr" for _ in range(3)), "13-03-2026;5.000,00;B-1;",
        "14-03-2026;-20,00;;Gebyr",
    )  # fmt: skip
    outcome = upload(world, longer.replace(b"\n", b"\r\n").decode().encode("utf-16"))
    assert (outcome.rows, outcome.new) == (5, 2)
    assert count(world, Posting) == 5


def test_nothing_is_taken_until_it_is_clear(world: World) -> None:
    pay(world, "B-1")
    body = csv("02-03-2026;5.000,00;B-1;", "4. maj;7,00;;")
    outcome = upload(world, body)
    assert (outcome.state, count(world, Posting)) == ("uploaded", 0)
    ole = world.actor("ole")

    def choose(chosen: Layout, rest: bool = False) -> taking.Outcome:
        return books.choose(
            world.house, world.new_id(), outcome.file_id, chosen, rest=rest, actor=ole,
            now=world.now,
        )  # fmt: skip

    assert choose(Layout(dates="dmy")).state == "uploaded"  # a line cannot be read
    assert count(world, Posting) == 0
    taken = choose(Layout(dates="dmy"), rest=True)
    assert (taken.state, taken.rows, taken.matched) == ("read", 1, 1)
    assert compare(world).agreement.unread == (("posteringer.csv", 1),)
    assert refused(lambda: choose(Layout(dates="dmy"))) == "not-waiting"
    assert count(world, StoredFile) == 0  # the postings stay, the file does not
    # the next file of this kind is read as the last one
    other = upload(world, csv("03-03-2026;1,00;;x"))
    assert (other.state, compare(world).free_postings[0].day.month) == ("read", 3)


def test_the_sign_is_told_by_what_is_met(world: World) -> None:
    pay(world, "B-1")
    assert upload(world, csv("13-03-2026;-5.000,00;B-1;", "13-03-2026;12,00;;")).state == "read"
    assert compare(world).free_postings[0].amount == -1_200
    assert told(world) == [("theirs", -12, 0)]


def test_several_to_one_and_what_differs(world: World) -> None:
    pay(world, "L-7", 3_000)
    pay(world, "L-7", 4_000)
    pay(world, "L-8", 5_000)
    pay(world, "L-9", 600)
    upload(
        world,
        csv(
            "13-03-2026;7.000,00;L-7;Liste", "13-03-2026;2.000,00;L-8;", "13-03-2026;3.000,00;L-8;",
            "13-03-2026;599,99;L-9;",
        ),
    )  # fmt: skip
    assert told(world) == [("amount", 599, 600)]
    assert compare(world).agreement.difference == -1
    assert sorted(len(one.items) + len(one.postings) for one in compare(world).matched) == [3, 3]
    group = next(one for one in compare(world).matched if len(one.postings) == 2)
    ole = world.actor("ole")
    books.undo(world.house, "undo", group.postings[1].id, ole, world.now)
    books.undo(world.house, "undo", group.postings[1].id, ole, world.now)  # pressed twice
    assert len(compare(world).matched) == 1
    assert books.match(world.house, pool=POOL, year=YEAR, actor=ole, now=world.now) == 0
    assert (
        refused(lambda: books.undo(world.house, "other", group.postings[1].id, ole, world.now))
        == "not-matched"
    )
    with pytest.raises(CommandReused):
        books.undo(world.house, "undo", group.postings[0].id, ole, world.now)


def test_a_payment_that_failed_nets_out_whoever_knows_of_it(world: World) -> None:
    case_id = pay(world, "B-1")
    pay(world, "B-2", 7_000)
    fail(world, case_id)
    assert compare(world).agreement.ours == 700_000
    upload(world, csv("13-03-2026;7.000,00;B-2;"))
    assert compare(world).agreement.agrees
    upload(world, csv("13-03-2026;5.000,00;B-1;"))
    assert told(world) == [("ours", 0, -5000)]
    upload(world, csv("14-03-2026;-5.000,00;B-1;"))
    assert compare(world).agreement.agrees
    assert len(compare(world).matched) == 3


def test_explained_and_taken_back(world: World) -> None:
    pay(world, "B-1")
    upload(world, csv("13-03-2026;5.000,00;B-1;", "13-03-2026;20,00;;Gebyr"))
    ole = world.actor("ole")
    (fee,) = compare(world).free_postings
    (matched,) = (one.postings[0].id for one in compare(world).matched)
    explain = books.explain
    assert refused(lambda: explain(world.house, "a", fee.id, " ", ole, world.now)) == (
        "explain-words"
    )
    assert refused(lambda: explain(world.house, "b", matched, "x", ole, world.now)) == (
        "explain-matched"
    )
    jens = world.actor("jens")
    assert refused(lambda: explain(world.house, "c", fee.id, "x", jens, world.now)) == "not-for-you"
    explain(world.house, "d", fee.id, "Bankens gebyr.", ole, world.now)
    assert compare(world).agreement.agrees
    assert compare(world).agreement.theirs == 500_000
    books.unexplain(world.house, "e", fee.id, ole, world.now)
    assert told(world) == [("theirs", 20, 0)]
    assert kinds(world)[-2:] == ["explained", "unexplained"]


def test_a_file_taken_back_and_what_another_had_comes_again(world: World) -> None:
    pay(world, "B-1")
    one, other = csv("13-03-2026;5.000,00;B-1;"), csv("13-03-2026;5.000,00;B-1;", "13-03-2026;1;;")
    first = upload(world, one)
    upload(world, other)
    ole = world.actor("ole")
    books.drop(world.house, "drop", first.file_id, "Forkert konto.", ole, world.now)
    assert told(world) == [("theirs", 1, 0), ("ours", 0, 5000)]
    again = upload(world, other)
    assert (again.new, again.matched) == (1, 1)
    assert told(world) == [("theirs", 1, 0)]
    assert upload(world, other).repeated


def test_a_file_nobody_answers_is_erased(world: World) -> None:
    outcome = upload(world, csv("02-03-2026;1;;"))
    later = world.now + timedelta(days=taking.KEPT_DAYS)
    assert books.forget(world.house, later) == 1
    assert books.forget(world.house, later) == 0
    assert (count(world, StoredFile), outcome.state) == (0, "uploaded")


def test_who_stays_out_does_nothing_with_it(world: World) -> None:
    case_id = pay(world, "B-1")
    upload(world, csv("13-03-2026;4.000,00;B-1;", "13-03-2026;9,00;;"), sign="plus")
    sofie = world.actor("sofie")
    recusal.declare(world.house, case_id, "Min søster.", sofie, world.now)
    (item,) = compare(world).free_items
    same, fee = sorted(compare(world).free_postings, key=lambda one: -one.amount)

    def pair() -> int:
        return books.pair(
            world.house, world.new_id(), pool=POOL, year=YEAR, postings=[fee.id],
            transfers=[item.id], actor=sofie, now=world.now,
        )  # fmt: skip

    assert refused(pair) == "stays-out"
    assert (
        refused(lambda: books.explain(world.house, "x", same.id, "x", sofie, world.now))
        == "stays-out"
    )
    books.explain(world.house, "y", fee.id, "Gebyr", sofie, world.now)


def test_two_uploads_of_one_file_and_two_hands_on_one_posting(world: World) -> None:
    for n in range(3):
        pay(world, f"B-{n}", 1_000 + n)
    rows = [f"13-03-2026;{1_000 + n},00;B-{n};" for n in range(3)]
    body = csv(*rows, "13-03-2026;77,00;;", "13-03-2026;78,00;;")
    outcomes = together(4, lambda: upload(world, body))
    assert outcomes.errors == []
    assert sorted(one.new for one in outcomes.results) == [0, 0, 0, 5]
    assert (count(world, Posting), count(world, PostingMatch), count(world, BooksFile)) == (5, 3, 1)
    pay(world, "Q", 155)
    (item,) = compare(world).free_items
    free = [one.id for one in compare(world).free_postings]
    ids = iter([(free[0],), (free[1],)])

    def pair() -> int:
        return books.pair(
            world.house, world.new_id(), pool=POOL, year=YEAR, postings=next(ids),
            transfers=[item.id], actor=world.actor("ole"), now=world.now,
        )  # fmt: skip

    hands = together(2, pair)
    assert [getattr(one, "code", one) for one in hands.errors] == ["taken"]
    assert count(world, PostingMatch) == 4


def test_differences_always_add_up(world: World) -> None:
    """Whatever both sides hold, and whoever matched what: the differences are the difference."""
    chance = random.Random(7)
    for n in range(8):
        case_id = pay(world, f"R-{n % 5}", chance.choice([500, 600, 700]))
        if n in (2, 5):
            fail(world, case_id)
    rows = [
        f"{chance.randint(13, 28)}-03-2026;{chance.choice([500, -500, 600, 700, 1_100])},00;"
        f"{chance.choice(['', 'R-1', 'R-2', 'R-3', 'X'])};{n}"
        for n in range(14)
    ]
    for part in (rows[:5], rows[3:9], rows[8:]):
        upload(world, csv(*part), sign="plus")
        _adds_up(world)
    free = compare(world)
    books.pair(
        world.house, "hand", pool=POOL, year=YEAR,
        postings=[one.id for one in free.free_postings[:2]],
        transfers=[free.free_items[0].id], actor=world.actor("ole"), now=world.now,
    )  # fmt: skip
    _adds_up(world)


def _adds_up(world: World) -> None:
    found = compare(world)
    assert sum(one.amount for one in found.differences) == found.agreement.difference
    assert found.agreement.agrees == (not found.differences)
    with world.database.read() as session:
        assert books.result(session, POOL, YEAR) == found.agreement


RAW = {
    "change a posting": "UPDATE posting SET amount = amount + 1",
    "explain what is matched": "UPDATE posting SET explained = 'x', explained_at = booked_on",
    "change a match": "UPDATE posting_match SET how = 'hand'",
    "a posting of nothing": "INSERT INTO posting (pool, year, key, books_file_id, line, booked_on,"
    " amount, reference, text) SELECT pool, year, 'k', books_file_id, line, booked_on, 0,"
    " reference, text FROM posting",
    "a match across years": "INSERT INTO posting_match (posting_id, transfer_id, how, matched_at,"
    " matched_by) SELECT id, (SELECT max(id) FROM transfer), 'hand', booked_on, 'x' FROM posting"
    " WHERE pool = 'knowledge'",
    "a match with what is no payment": "INSERT INTO posting_match (posting_id, transfer_id, how,"
    " matched_at, matched_by) SELECT id, (SELECT max(transfer.id) FROM transfer JOIN book_year ON"
    " book_year.id = transfer.year_id JOIN book ON book.id = book_year.book_id WHERE kind = 'hold'"
    " AND book.key = posting.pool), 'hand', booked_on, 'x' FROM posting WHERE pool <> 'knowledge'",
}


@pytest.mark.parametrize("attack", RAW)
def test_the_database_refuses(world: World, attack: str) -> None:
    pay(world, "B-1")
    upload(world, csv("13-03-2026;5.000,00;B-1;"))
    with world.database.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO posting (pool, year, key, books_file_id, line, booked_on, amount,"
                " reference, text) SELECT 'knowledge', year, key, books_file_id, line, booked_on,"
                " amount, reference, text FROM posting"
            )
        )
    with pytest.raises(DBAPIError) as error, world.database.engine.begin() as connection:
        connection.execute(text(RAW[attack]))
    assert attack != "a match with what is no payment" or "record:no-payment" in str(error.value)
