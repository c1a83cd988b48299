"""Statements against the ledger's tables, and the refusal each meets."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Attack:
    """A statement; ``:name`` is the id of that name in the scene."""

    code: str
    sql: str


_ACCOUNT = (
    "INSERT INTO account (year_id, kind, label, balance, last_n, parent_id, case_id, decision_id)"
)

ATTACKS = {
    "change an amount": Attack("ledger:append-only", "UPDATE transfer SET amount = 1"),
    "change a transfer to what it is": Attack(
        "ledger:append-only", "UPDATE transfer SET n = n WHERE id = :post"
    ),
    "change a transfer's actor": Attack(
        "ledger:append-only", "UPDATE transfer SET actor = 'person:2' WHERE id = :post"
    ),
    "delete a transfer": Attack("ledger:append-only", "DELETE FROM transfer WHERE id = :reversal"),
    "delete all transfers": Attack("ledger:append-only", "DELETE FROM transfer"),
    "change on conflict": Attack(
        "ledger:exists",
        "INSERT INTO transfer SELECT * FROM transfer WHERE id = :post"
        " ON CONFLICT (id) DO UPDATE SET amount = 1",
    ),
    "delete an account": Attack("ledger:append-only", "DELETE FROM account WHERE id = :held_new"),
    "raise a balance": Attack(
        "ledger:by-hand", "UPDATE account SET balance = balance + 1 WHERE id = :free"
    ),
    "a balance below zero": Attack(
        "ledger:by-hand", "UPDATE account SET balance = -1 WHERE id = :free"
    ),
    "a balance as it is": Attack(
        "ledger:by-hand", "UPDATE account SET balance = balance WHERE id = :free"
    ),
    "a balance with a number of its own": Attack(
        "ledger:by-hand", "UPDATE account SET balance = 0, last_n = last_n + 1 WHERE id = :free"
    ),
    "an older transfer again": Attack(
        "ledger:by-hand", "UPDATE account SET last_n = 1 WHERE id = :free"
    ),
    "make it a source": Attack(
        "ledger:by-hand", "UPDATE account SET kind = 'source' WHERE id = :held"
    ),
    "another parent": Attack(
        "ledger:by-hand", "UPDATE account SET parent_id = :earmark WHERE id = :held"
    ),
    "another case": Attack(
        "ledger:by-hand", "UPDATE account SET case_id = :case2 WHERE id = :held"
    ),
    "another year": Attack(
        "ledger:by-hand", "UPDATE account SET year_id = :year2022 WHERE id = :held_new"
    ),
    "an account born rich": Attack(
        "ledger:by-hand",
        f"{_ACCOUNT} VALUES (:year, 'earmark', 'x', 1, 0, NULL, NULL, NULL)",
    ),
    "an account with a past": Attack(
        "ledger:by-hand",
        f"{_ACCOUNT} VALUES (:year, 'earmark', 'x', 0, 1, NULL, NULL, NULL)",
    ),
    "a second free account": Attack(
        "ledger:exists",
        f"{_ACCOUNT} VALUES (:year, 'free', 'more', 0, 0, NULL, NULL, NULL)",
    ),
    "a second source": Attack(
        "ledger:exists",
        f"{_ACCOUNT} VALUES (:year, 'source', 'more', 0, 0, NULL, NULL, NULL)",
    ),
    "an earmark of the same name": Attack(
        "ledger:exists",
        f"{_ACCOUNT} VALUES (:year, 'earmark', 'activity 5', 0, 0, NULL, NULL, NULL)",
    ),
    "an account of a kind of its own": Attack(
        "ledger:account",
        f"{_ACCOUNT} VALUES (:year, 'purse', 'x', 0, 0, NULL, NULL, NULL)",
    ),
    "an account without a name": Attack(
        "ledger:account",
        f"{_ACCOUNT} VALUES (:year, 'earmark', '', 0, 0, NULL, NULL, NULL)",
    ),
    "an earmark for a case": Attack(
        "ledger:account",
        f"{_ACCOUNT} VALUES (:year, 'earmark', 'x', 0, 0, NULL, :case1, :decision1)",
    ),
    "held under nothing": Attack(
        "ledger:account",
        f"{_ACCOUNT} VALUES (:year, 'held', 'x', 0, 0, NULL, :case1, :decision1)",
    ),
    "held under held": Attack(
        "ledger:account",
        f"{_ACCOUNT} VALUES (:year, 'held', 'x', 0, 0, :held, :case1, :decision1)",
    ),
    "held under the source": Attack(
        "ledger:account",
        f"{_ACCOUNT} VALUES (:year, 'held', 'x', 0, 0, :source, :case1, :decision1)",
    ),
    "held under another year": Attack(
        "ledger:account",
        f"{_ACCOUNT} VALUES (:year, 'held', 'x', 0, 0, :free2022, :case1, :decision1)",
    ),
    "paid under free": Attack(
        "ledger:account",
        f"{_ACCOUNT} VALUES (:year, 'paid', 'x', 0, 0, :free, :case1, :decision1)",
    ),
    "paid for another case": Attack(
        "ledger:account",
        f"{_ACCOUNT} VALUES (:year, 'paid', 'x', 0, 0, :held, :case2, :decision2)",
    ),
    "held without a case": Attack(
        "ledger:case", f"{_ACCOUNT} VALUES (:year, 'held', 'x', 0, 0, :free, NULL, NULL)"
    ),
    "held for a decision of another case": Attack(
        "ledger:case",
        f"{_ACCOUNT} VALUES (:year, 'held', 'x', 0, 0, :free, :case1, :decision2)",
    ),
    "held for a case of the other pool": Attack(
        "ledger:case",
        f"{_ACCOUNT} VALUES (:year, 'held', 'x', 0, 0, :free, :case_other, :decision_other)",
    ),
    "an account in a closed year": Attack(
        "ledger:year",
        f"{_ACCOUNT} VALUES (:year2023, 'earmark', 'x', 0, 0, NULL, NULL, NULL)",
    ),
    "an account in no year": Attack(
        "ledger:year", f"{_ACCOUNT} VALUES (999999, 'earmark', 'x', 0, 0, NULL, NULL, NULL)"
    ),
    "raise a total": Attack("ledger:by-hand", "UPDATE total SET amount = amount + 1"),
    "a total of a kind of its own": Attack(
        "ledger:by-hand", "INSERT INTO total (year_id, kind, amount, last_n) VALUES (1, 'x', 5, 0)"
    ),
    "a total twice": Attack(
        "ledger:exists",
        "INSERT INTO total (year_id, kind, amount, last_n) VALUES (:year, 'hold', 0, 0)",
    ),
    "delete a total": Attack("ledger:append-only", "DELETE FROM total"),
    "reopen a closed year": Attack(
        "ledger:year-state", "UPDATE book_year SET state = 'open' WHERE id = :year2023"
    ),
    "half reopen a closed year": Attack(
        "ledger:year-state", "UPDATE book_year SET state = 'closing' WHERE id = :year2023"
    ),
    "close an open year at once": Attack(
        "ledger:year-state", "UPDATE book_year SET state = 'closed' WHERE id = :year"
    ),
    "a state of its own": Attack(
        "ledger:year-state", "UPDATE book_year SET state = 'ajar' WHERE id = :year"
    ),
    "no state": Attack("ledger:year-state", "UPDATE book_year SET state = NULL WHERE id = :year"),
    "close a year with money in it": Attack(
        "ledger:year-not-empty", "UPDATE book_year SET state = 'closed' WHERE id = :year2022"
    ),
    "call it another year": Attack(
        "ledger:append-only", "UPDATE book_year SET year = 1999 WHERE id = :year"
    ),
    "move a year to the other book": Attack(
        "ledger:append-only", "UPDATE book_year SET book_id = :bookother WHERE id = :year2022"
    ),
    "delete a year": Attack("ledger:append-only", "DELETE FROM book_year WHERE id = :year2022"),
    "a year born closed": Attack(
        "ledger:year-state",
        "INSERT INTO book_year (book_id, year, state) VALUES (:book, 2030, 'closed')",
    ),
    "a year of no book": Attack(
        "ledger:year", "INSERT INTO book_year (book_id, year, state) VALUES (99, 2030, 'open')"
    ),
    "a year twice": Attack(
        "ledger:exists", "INSERT INTO book_year (book_id, year, state) VALUES (:book, 2024, 'open')"
    ),
    "another key for a book": Attack("ledger:append-only", "UPDATE book SET key = 'mine'"),
    "delete a book": Attack("ledger:append-only", "DELETE FROM book WHERE id = :bookother"),
    "an account below one": Attack(
        "ledger:exists",
        "INSERT INTO account (id, year_id, kind, label, balance, last_n)"
        " VALUES (-1, :year, 'earmark', 'x', 0, 0)",
    ),
    "a year below one": Attack(
        "ledger:exists",
        "INSERT INTO book_year (id, book_id, year, state) VALUES (0, :book, 2030, 'open')",
    ),
    "a book below one": Attack("ledger:exists", "INSERT INTO book (id, key) VALUES (-1, 'x')"),
    "a book twice": Attack("ledger:exists", "INSERT INTO book (key) VALUES ('urban-life')"),
}

SQLITE_ATTACKS = {
    "rewrite a transfer's number": Attack(
        "ledger:append-only", "UPDATE OR REPLACE transfer SET n = 1 WHERE id = :post"
    ),
    "replace an account": Attack(
        "ledger:exists",
        "INSERT OR REPLACE INTO account (id, year_id, kind, label, balance, last_n)"
        " VALUES (:free, :year, 'free', 'free', 0, 0)",
    ),
    "replace an account by its id": Attack(
        "ledger:exists",
        "INSERT OR REPLACE INTO account (id, year_id, kind, label, balance, last_n)"
        " VALUES (:free, :year, 'earmark', 'another', 0, 0)",
    ),
    "replace an account by its name": Attack(
        "ledger:exists",
        "INSERT OR REPLACE INTO account (year_id, kind, label, balance, last_n)"
        " VALUES (:year, 'free', 'free', 0, 0)",
    ),
    "rename an account over another": Attack(
        "ledger:by-hand",
        "UPDATE OR REPLACE account SET label = 'new' WHERE id = :held",
    ),
    "move an account over another": Attack(
        "ledger:by-hand", "UPDATE OR REPLACE account SET id = :free WHERE id = :held_new"
    ),
    "below zero, errors ignored": Attack(
        "ledger:by-hand", "UPDATE OR IGNORE account SET balance = -1 WHERE id = :free"
    ),
    "a balance that is a word": Attack(
        "ledger:by-hand", "UPDATE account SET balance = 'abc' WHERE id = :free"
    ),
    "replace a total": Attack(
        "ledger:exists",
        "REPLACE INTO total (year_id, kind, amount, last_n) VALUES (:year, 'hold', 0, 0)",
    ),
    "replace a year": Attack(
        "ledger:exists",
        "REPLACE INTO book_year (id, book_id, year, state) VALUES (:year2023, :book, 2023, 'open')",
    ),
    "replace a year by its id": Attack(
        "ledger:exists",
        "REPLACE INTO book_year (id, book_id, year, state) VALUES (:year2023, :book, 2031, 'open')",
    ),
    "replace a year by its number": Attack(
        "ledger:exists",
        "REPLACE INTO book_year (book_id, year, state) VALUES (:book, 2023, 'open')",
    ),
    "move a year over another": Attack(
        "ledger:append-only", "UPDATE OR REPLACE book_year SET id = :year2023 WHERE id = :year2022"
    ),
    "replace a book": Attack("ledger:exists", "REPLACE INTO book (id, key) VALUES (:book, 'mine')"),
    "move a book over another": Attack(
        "ledger:append-only", "UPDATE OR REPLACE book SET key = 'knowledge' WHERE id = :book"
    ),
}

POSTGRESQL_ATTACKS = {
    **{
        f"empty {table}": Attack("ledger:append-only", f"TRUNCATE {table} CASCADE")
        for table in ("book", "book_year", "account", "transfer", "total")
    },
    "merge": Attack(
        "ledger:append-only",
        "MERGE INTO transfer t USING (SELECT 1) s ON t.id = :post"
        " WHEN MATCHED THEN UPDATE SET amount = 1",
    ),
    "delete inside a query": Attack(
        "ledger:append-only",
        "WITH gone AS (DELETE FROM transfer WHERE id = :reversal RETURNING 1) SELECT * FROM gone",
    ),
}
