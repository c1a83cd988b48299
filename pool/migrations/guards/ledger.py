"""The ledger's guards: what a transfer may be, and that nothing but a transfer moves money.

A transfer is checked before it is inserted, and moves both balances and its year's total when
it has been. Balances and totals refuse every change that is not their newest transfer's.
"""

from __future__ import annotations

from pool.models.ledger import GENESIS, TOTAL_KINDS
from pool.money import MAX_ORE

from .parts import Effect, Guard, Rule, Step, changed, fresh, never, numbered

_CANONICAL_FIELDS = (
    "book_id",
    "n",
    "year_id",
    "command_id",
    "line",
    "kind",
    "from_id",
    "to_id",
    "amount",
    "cites_id",
    "case_id",
    "decision_id",
    "actor",
)


def _canonical(effective_on: str, recorded_at: str) -> str:
    """The text that is hashed, as SQL; :func:`pool.ledger.chain.canonical` is its twin."""
    fields = [f"coalesce(CAST(NEW.{column} AS TEXT), '')" for column in _CANONICAL_FIELDS]
    fields += [effective_on, "NEW.precision", recorded_at, "NEW.prev_hash"]
    return "'puljen-transfer-1|' || " + " || '|' || ".join(fields)


_LAST = "SELECT {} FROM transfer WHERE book_id = NEW.book_id ORDER BY n DESC LIMIT 1"
_YEAR_STATE = "(SELECT state FROM book_year WHERE id = NEW.year_id)"
_ENDS = (
    "SELECT 1 FROM account f, account t, book_year y"
    " WHERE f.id = NEW.from_id AND t.id = NEW.to_id AND y.id = NEW.year_id AND "
)
_INTEGERS = "typeof(NEW.{0}) <> 'integer'"
_DIGIT = "[0-9]"
_MOMENT_GLOB = "T".join(
    ("-".join((_DIGIT * 4, _DIGIT * 2, _DIGIT * 2)), ":".join((_DIGIT * 2,) * 3))
) + (f".{_DIGIT * 6}Z")

_TRANSFER_RULES = (
    Rule("ledger:amount", f"NOT coalesce(NEW.amount BETWEEN 1 AND {MAX_ORE}, FALSE)"),
    Rule("ledger:amount", _INTEGERS.format("amount"), only="sqlite"),
    Rule(
        "ledger:number",
        " OR ".join(_INTEGERS.format(column) for column in ("n", "line", "book_id", "year_id")),
        only="sqlite",
    ),
    Rule("ledger:number", "NOT coalesce(NEW.line >= 1, FALSE)"),
    Rule(
        "ledger:name",
        "NEW.command_id = '' OR NEW.actor = '' OR"
        " replace(NEW.command_id || NEW.actor, '|', '') IS DISTINCT FROM"
        " NEW.command_id || NEW.actor",
    ),
    # Both accounts are of the year, and the year of the book.
    Rule(
        "ledger:year",
        f"NOT EXISTS ({_ENDS} y.book_id = NEW.book_id AND f.year_id = y.id AND t.year_id = y.id)",
    ),
    # After closing only money that comes back is taken, and it leaves the pool at once.
    Rule(
        "ledger:year-closed",
        f"{_YEAR_STATE} = 'closed' AND NOT EXISTS ({_ENDS}"
        " (NEW.kind = 'return' AND f.kind = 'paid' AND t.kind = 'source'"
        " OR NEW.kind = 'reverse' AND f.kind = 'source' AND t.kind = 'paid'))",
    ),
    Rule(
        "ledger:year-closing",
        f"{_YEAR_STATE} = 'closing' AND NEW.kind IN ('appropriate', 'earmark', 'hold')",
    ),
    Rule(
        "ledger:shape",
        f"NOT EXISTS ({_ENDS} CASE NEW.kind"
        " WHEN 'appropriate' THEN f.kind = 'source' AND t.kind = 'free'"
        " WHEN 'relinquish' THEN f.kind = 'free' AND t.kind = 'source'"
        " WHEN 'earmark' THEN f.kind = 'free' AND t.kind = 'earmark'"
        " WHEN 'unearmark' THEN f.kind = 'earmark' AND t.kind = 'free'"
        " WHEN 'hold' THEN t.kind = 'held' AND t.parent_id = f.id"
        " WHEN 'void' THEN f.kind = 'held' AND f.parent_id = t.id"
        " WHEN 'post' THEN f.kind = 'held' AND t.kind = 'paid' AND t.parent_id = f.id"
        " WHEN 'return' THEN f.kind = 'paid'"
        " AND t.kind = CASE WHEN y.state = 'closed' THEN 'source' ELSE 'free' END"
        " WHEN 'reverse' THEN f.id <> t.id"
        " ELSE FALSE END)",
    ),
    # The case is that of the held or paid account; transfers without such an account have none.
    Rule(
        "ledger:case",
        "NEW.kind IN ('hold', 'void', 'post', 'return') AND NOT EXISTS (SELECT 1 FROM account a"
        " WHERE a.id = CASE NEW.kind WHEN 'hold' THEN NEW.to_id ELSE NEW.from_id END"
        " AND a.case_id = NEW.case_id AND a.decision_id = NEW.decision_id)",
    ),
    Rule(
        "ledger:case",
        "NEW.kind IN ('appropriate', 'relinquish', 'earmark', 'unearmark')"
        " AND (NEW.case_id IS NOT NULL OR NEW.decision_id IS NOT NULL)",
    ),
    # An account per payout: what may come back of a payment is then that account's balance.
    Rule(
        "ledger:payout-used",
        "NEW.kind = 'post'"
        " AND EXISTS (SELECT 1 FROM transfer WHERE to_id = NEW.to_id AND kind = 'post')",
    ),
    Rule("ledger:cites", "NEW.kind NOT IN ('return', 'reverse') AND NEW.cites_id IS NOT NULL"),
    Rule(
        "ledger:cites",
        "NEW.kind = 'return' AND NOT EXISTS (SELECT 1 FROM transfer c"
        " WHERE c.id = NEW.cites_id AND c.kind = 'post' AND c.to_id = NEW.from_id)",
    ),
    Rule(
        "ledger:mirror",
        "NEW.kind = 'reverse' AND NOT EXISTS (SELECT 1 FROM transfer c"
        " WHERE c.id = NEW.cites_id AND c.kind <> 'reverse'"
        " AND c.year_id = NEW.year_id AND c.from_id = NEW.to_id AND c.to_id = NEW.from_id"
        " AND c.amount = NEW.amount AND c.case_id IS NOT DISTINCT FROM NEW.case_id"
        " AND c.decision_id IS NOT DISTINCT FROM NEW.decision_id)",
    ),
    Rule(
        "ledger:reversed",
        "NEW.kind = 'reverse'"
        " AND EXISTS (SELECT 1 FROM transfer WHERE kind = 'reverse' AND cites_id = NEW.cites_id)",
    ),
    Rule(
        "ledger:command",
        "EXISTS (SELECT 1 FROM transfer WHERE command_id = NEW.command_id AND line = NEW.line)",
    ),
    Rule("ledger:number", f"NEW.n IS DISTINCT FROM coalesce(({_LAST.format('n')}), 0) + 1"),
    Rule(
        "ledger:chain",
        f"NEW.prev_hash IS DISTINCT FROM coalesce(({_LAST.format('hash')}), '{GENESIS}')",
    ),
    Rule("ledger:clock", f"NEW.recorded_at < ({_LAST.format('recorded_at')})"),
    # A modifier makes SQLite's functions count: without one, 30 February stays what it is.
    Rule(
        "ledger:clock",
        f"typeof(NEW.recorded_at) <> 'text' OR NEW.recorded_at NOT GLOB '{_MOMENT_GLOB}'"
        " OR substr(NEW.recorded_at, 1, 19) IS NOT"
        " strftime('%Y-%m-%dT%H:%M:%S', substr(NEW.recorded_at, 1, 19), '+0 days')"
        " OR NEW.effective_on IS NOT date(NEW.effective_on, '+0 days')",
        only="sqlite",
    ),
    Rule(
        "ledger:text",
        f"NEW.canonical IS DISTINCT FROM {_canonical('NEW.effective_on', 'NEW.recorded_at')}",
        only="sqlite",
    ),
    Rule(
        "ledger:text",
        "NEW.canonical IS DISTINCT FROM "
        + _canonical(
            "to_char(NEW.effective_on, 'YYYY-MM-DD')",
            "to_char(NEW.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
        ),
        only="postgresql",
    ),
    # SQLite knows no SHA-256: there a hash of the right form is all that can be asked, and
    # `verify` finds the one that is wrong.
    Rule(
        "ledger:hash",
        "length(NEW.hash) IS NOT 64 OR NEW.hash GLOB '*[^0-9a-f]*'",
        only="sqlite",
    ),
    Rule(
        "ledger:hash",
        "NEW.hash IS DISTINCT FROM encode(sha256(convert_to(NEW.canonical, 'UTF8')), 'hex')",
        only="postgresql",
    ),
)

_KIND_COUNTED = (
    "CASE NEW.kind WHEN 'reverse' THEN (SELECT kind FROM transfer WHERE id = NEW.cites_id)"
    " ELSE NEW.kind END"
)

_TRANSFER_APPLIED: tuple[Step, ...] = (
    *(
        Effect(
            f"UPDATE account SET balance = balance {sign} NEW.amount, last_n = NEW.n"
            f" WHERE id = NEW.{end}"
        )
        for sign, end in (("-", "from_id"), ("+", "to_id"))
    ),
    Effect(
        "UPDATE total SET last_n = NEW.n, amount = amount"
        " + CASE NEW.kind WHEN 'reverse' THEN -NEW.amount ELSE NEW.amount END"
        f" WHERE year_id = NEW.year_id AND kind = {_KIND_COUNTED}"
    ),
    # INSERT OR IGNORE hands its leniency on to the statements above: see that they happened.
    Rule(
        "ledger:not-applied",
        "(SELECT count(*) FROM account"
        " WHERE id IN (NEW.from_id, NEW.to_id) AND last_n = NEW.n) <> 2 OR NOT EXISTS"
        " (SELECT 1 FROM total WHERE year_id = NEW.year_id AND last_n = NEW.n"
        f" AND kind = {_KIND_COUNTED})",
    ),
)

_ACCOUNT_OPENED = (
    Rule(
        "ledger:by-hand",
        "NEW.balance IS DISTINCT FROM 0 OR NEW.last_n IS DISTINCT FROM 0",
    ),
    Rule(
        "ledger:year",
        "NOT EXISTS (SELECT 1 FROM book_year y WHERE y.id = NEW.year_id AND y.state <> 'closed')",
    ),
    Rule(
        "ledger:account",
        "coalesce(NEW.label, '') = '' OR CASE WHEN NEW.kind IN ('source', 'free', 'earmark')"
        " THEN NEW.parent_id IS NOT NULL OR NEW.case_id IS NOT NULL"
        " OR NEW.decision_id IS NOT NULL"
        " WHEN NEW.kind = 'held' THEN NOT EXISTS (SELECT 1 FROM account p"
        " WHERE p.id = NEW.parent_id AND p.year_id = NEW.year_id"
        " AND p.kind IN ('free', 'earmark'))"
        " WHEN NEW.kind = 'paid' THEN NOT EXISTS (SELECT 1 FROM account p"
        " WHERE p.id = NEW.parent_id AND p.year_id = NEW.year_id AND p.kind = 'held'"
        " AND p.case_id = NEW.case_id AND p.decision_id = NEW.decision_id)"
        " ELSE TRUE END",
    ),
    # The decision is the case's, and the case applies to the pool whose book this is.
    Rule(
        "ledger:case",
        "NEW.kind IN ('held', 'paid') AND NOT EXISTS (SELECT 1 FROM decision d"
        " JOIN grant_case c ON c.id = d.case_id JOIN book_year y ON y.id = NEW.year_id"
        " JOIN book b ON b.id = y.book_id"
        " WHERE d.id = NEW.decision_id AND c.id = NEW.case_id AND c.pool = b.key)",
    ),
)

_ACCOUNT_MOVED = (
    Rule(
        "ledger:by-hand",
        changed("id", "year_id", "kind", "label", "parent_id", "case_id", "decision_id"),
    ),
    Rule(
        "ledger:by-hand",
        "NOT EXISTS (SELECT 1 FROM transfer t WHERE t.n = NEW.last_n AND NEW.last_n > OLD.last_n"
        " AND t.year_id = OLD.year_id"
        " AND (t.from_id = OLD.id AND NEW.balance = OLD.balance - t.amount"
        " OR t.to_id = OLD.id AND NEW.balance = OLD.balance + t.amount))",
    ),
    Rule("ledger:overdraft", "OLD.kind <> 'source' AND NEW.balance < 0"),
)

_TOTAL_MOVED = (
    Rule("ledger:by-hand", changed("year_id", "kind")),
    Rule(
        "ledger:by-hand",
        "NOT EXISTS (SELECT 1 FROM transfer t LEFT JOIN transfer c ON c.id = t.cites_id"
        " WHERE t.n = NEW.last_n AND NEW.last_n > OLD.last_n AND t.year_id = OLD.year_id"
        " AND (t.kind = OLD.kind AND NEW.amount = OLD.amount + t.amount"
        " OR t.kind = 'reverse' AND c.kind = OLD.kind AND NEW.amount = OLD.amount - t.amount))",
    ),
)

_TOTAL_OPENED = (
    Rule("ledger:by-hand", "NEW.amount IS DISTINCT FROM 0 OR NEW.last_n IS DISTINCT FROM 0"),
)

_YEAR_OPENED = (
    Rule("ledger:year-state", "NEW.state IS DISTINCT FROM 'open'"),
    Rule("ledger:year", "NOT EXISTS (SELECT 1 FROM book WHERE id = NEW.book_id)"),
)

_YEAR_FURNISHED = (
    Effect(
        "INSERT INTO account (year_id, kind, label, balance, last_n)"
        " VALUES (NEW.id, 'source', 'source', 0, 0), (NEW.id, 'free', 'free', 0, 0)"
    ),
    Effect(
        "INSERT INTO total (year_id, kind, amount, last_n) VALUES "
        + ", ".join(f"(NEW.id, '{kind}', 0, 0)" for kind in TOTAL_KINDS)
    ),
)

_YEAR_MOVED = (
    Rule("ledger:append-only", changed("id", "book_id", "year")),
    Rule(
        "ledger:year-state",
        "NOT coalesce(NEW.state = OLD.state OR OLD.state = 'open' AND NEW.state = 'closing'"
        " OR OLD.state = 'closing' AND NEW.state IN ('open', 'closed'), FALSE)",
    ),
    Rule(
        "ledger:year-not-empty",
        "NEW.state = 'closed' AND OLD.state <> 'closed' AND EXISTS (SELECT 1 FROM account"
        " WHERE year_id = OLD.id AND kind IN ('free', 'earmark', 'held') AND balance <> 0)",
    ),
)

_LOCK = "PERFORM 1 FROM book WHERE id = NEW.book_id FOR NO KEY UPDATE"

GUARDS: tuple[Guard, ...] = (
    Guard(
        "transfer", "BEFORE", "INSERT", (fresh("ledger", "transfer", "id"), *_TRANSFER_RULES), _LOCK
    ),
    Guard("transfer", "AFTER", "INSERT", (*_TRANSFER_APPLIED, numbered("ledger"))),
    never("ledger", "transfer", "UPDATE"),
    never("ledger", "transfer", "DELETE"),
    Guard(
        "account",
        "BEFORE",
        "INSERT",
        (
            fresh("ledger", "account", "id"),
            fresh("ledger", "account", "year_id", "kind", "label"),
            fresh("ledger", "account", "year_id", "kind", where="kind IN ('source', 'free')"),
            *_ACCOUNT_OPENED,
        ),
    ),
    Guard("account", "AFTER", "INSERT", (numbered("ledger"),)),
    Guard("account", "BEFORE", "UPDATE", _ACCOUNT_MOVED),
    never("ledger", "account", "DELETE"),
    Guard(
        "total", "BEFORE", "INSERT", (fresh("ledger", "total", "year_id", "kind"), *_TOTAL_OPENED)
    ),
    Guard("total", "BEFORE", "UPDATE", _TOTAL_MOVED),
    never("ledger", "total", "DELETE"),
    Guard(
        "book_year",
        "BEFORE",
        "INSERT",
        (
            fresh("ledger", "book_year", "id"),
            fresh("ledger", "book_year", "book_id", "year"),
            *_YEAR_OPENED,
        ),
    ),
    Guard("book_year", "AFTER", "INSERT", (numbered("ledger"), *_YEAR_FURNISHED)),
    Guard("book_year", "BEFORE", "UPDATE", _YEAR_MOVED, _LOCK),
    never("ledger", "book_year", "DELETE"),
    Guard(
        "book", "BEFORE", "INSERT", (fresh("ledger", "book", "id"), fresh("ledger", "book", "key"))
    ),
    Guard("book", "AFTER", "INSERT", (numbered("ledger"),)),
    never("ledger", "book", "UPDATE"),
    never("ledger", "book", "DELETE"),
)
"""The guards of :data:`TABLES`; ``never`` covers TRUNCATE where the engine has it."""

TABLES = ("book", "book_year", "account", "transfer", "total")
