"""Guards of the money's own records: the plan, instalments, payees, payment lists and their lines,
payments, grants carried over, and how each day ended.

What leaves the house leaves as a line of a list, and a line is paid where there is a payment; a
payment is there where the ledger has its transfer.
"""

from __future__ import annotations

from pool.models import payments, plan, years
from pool.models.base import metadata

from .parts import Guard, Rule, changed, fresh, never, whole
from .records import append_only, new_only

_FAMILY = "record"
_OTHER_CASE = "record:other-case"
_DECISION = "EXISTS (SELECT 1 FROM decision WHERE id = NEW.decision_id AND case_id = NEW.case_id)"


def _columns(name: str, *but: str) -> list[str]:
    return [column.name for column in metadata.tables[name].columns if column.name not in but]


_PLAN: tuple[Guard, ...] = (
    *append_only("plan_line", whole(_FAMILY, "year", "edition", "number", "amount")),
    *append_only("plan_edition", whole(_FAMILY, "year", "number")),
    *append_only("plan_move", whole(_FAMILY, "year", "edition", "from_line", "to_line", "amount")),
)
"""An edition of the plan, its lines, and what was moved between them stay as they were."""

_HELD = Rule(
    _OTHER_CASE,
    "NOT EXISTS (SELECT 1 FROM account WHERE id = NEW.account_id AND kind = 'held'"
    " AND case_id = NEW.case_id)",
)
_INSTALMENTS: tuple[Guard, ...] = (
    *new_only(
        "instalment",
        whole(_FAMILY, "number", "amount"),
        Rule(_OTHER_CASE, f"NOT {_DECISION}"),
        _HELD,
    ),
    Guard(
        "instalment",
        "BEFORE",
        "UPDATE",
        (Rule("record:append-only", changed(*_columns("instalment", "account_id"))), _HELD),
    ),
    never(_FAMILY, "instalment", "DELETE"),
)
"""What was agreed to be paid when stays, on a held account of its own case; carried over, it waits
on another."""

_FIGURES = ("budget", "earmarked", "granted", "disposed", "paid", "returned", "free", "n")
_YEARS: tuple[Guard, ...] = (
    *append_only(
        "carry_over",
        whole(_FAMILY, "from_year", "to_year", "amount"),
        Rule(_OTHER_CASE, f"NOT {_DECISION}"),
    ),
    *append_only(
        "snapshot",
        whole(_FAMILY, *_FIGURES),
        # A day is over when it is kept. (The day there is never before that of UTC.)
        Rule(
            "record:day",
            "NEW.day IS DISTINCT FROM date(NEW.day, '+0 days')"
            " OR NEW.day > substr(NEW.taken_at, 1, 10)",
            only="sqlite",
        ),
        Rule(
            "record:day",
            "NEW.day > CAST(NEW.taken_at AT TIME ZONE 'UTC' AS date)",
            only="postgresql",
        ),
    ),
)
"""A grant that was carried over, and how a day ended, stay as they were."""

_REVERSED = (
    "EXISTS (SELECT 1 FROM transfer WHERE cites_id = NEW.transfer_id"
    " AND kind IN ('reverse', 'return'))"
)
_MADE: tuple[Guard, ...] = (
    *new_only(
        "payment",
        whole(_FAMILY, "amount"),
        fresh(_FAMILY, "payment", "case_id", "transfer_id"),
        Rule(
            "record:other-transfer",
            "NOT EXISTS (SELECT 1 FROM transfer WHERE id = NEW.transfer_id AND kind = 'post'"
            " AND case_id = NEW.case_id AND decision_id = NEW.decision_id"
            " AND amount = NEW.amount)",
        ),
        Rule("record:failed", "NEW.failed_on IS NOT NULL OR NEW.failed_at IS NOT NULL"),
    ),
    Guard(
        "payment",
        "BEFORE",
        "UPDATE",
        (
            Rule("record:append-only", changed(*_columns("payment", "failed_on", "failed_at"))),
            Rule(
                "record:failed",
                f"OLD.failed_at IS NOT NULL AND ({changed('failed_on', 'failed_at')})",
            ),
            Rule("record:failed", f"NEW.failed_at IS NOT NULL AND NOT {_REVERSED}"),
        ),
    ),
    never(_FAMILY, "payment", "DELETE"),
)
"""A payment is a transfer of its case, once; that it failed is written once, when the ledger has it
back."""

_LIST = "(SELECT state FROM payment_list WHERE id = NEW.list_id)"
_LISTED = "SELECT 1 FROM payment_item i WHERE i.list_id = NEW.id AND i.state = 'listed'"
_ON = (
    "(OLD.state = 'prepared' AND NEW.state IN ('released', 'dropped'))"
    " OR (OLD.state = 'released' AND NEW.state = 'settled')"
)
_RELEASE = ("released_by_id", "released_by", "released_at", "sha256", "sealed")
_RELEASED = "OLD.state = 'prepared' AND NEW.state = 'released'"
_LISTS: tuple[Guard, ...] = (
    *new_only("payment_list", Rule("record:list-state", "NEW.state <> 'prepared'")),
    Guard(
        "payment_list",
        "BEFORE",
        "UPDATE",
        (
            Rule(
                "record:append-only",
                changed("id", "pool", "number", "prepared_by_id", "prepared_by", "prepared_at"),
            ),
            Rule("record:list-state", f"OLD.state <> NEW.state AND NOT ({_ON})"),
            Rule("record:list-state", "NEW.version < OLD.version"),
            Rule(
                "record:list-released",
                f"OLD.state <> 'prepared' AND ({changed(*_RELEASE)})",
            ),
            Rule(
                "record:list-ended",
                f"OLD.state IN ('settled', 'dropped') AND ({changed(*_columns('payment_list'))})",
            ),
            Rule(
                "record:list-file",
                f"{_RELEASED} AND NOT coalesce(length(NEW.sha256) = 64"
                " AND ltrim(NEW.sha256, '0123456789abcdef') = '' AND length(NEW.sealed) > 0,"
                " FALSE)",
            ),
            Rule("record:list-file", f"{_RELEASED} AND NOT EXISTS ({_LISTED})"),
            Rule(
                "record:list-payee",
                f"{_RELEASED} AND EXISTS ({_LISTED} AND EXISTS (SELECT 1 FROM payee p"
                " WHERE p.id = i.payee_id AND p.given_by_id = NEW.released_by_id))",
            ),
            Rule(
                "record:list-open",
                f"NEW.state IN ('settled', 'dropped') AND EXISTS ({_LISTED})",
            ),
        ),
    ),
    never(_FAMILY, "payment_list", "DELETE"),
)
"""A payment list goes forward only; what was released, with its file, hash and releaser, stays as
it was. Who told where the money is to go does not release it."""

_END = ("state", "reference", "ended_at", "ended_by", "stopped", "reason")
_PAID_BY_LISTS = (
    "coalesce((SELECT sum(i.amount) FROM payment_item i WHERE i.case_id = NEW.case_id"
    " AND i.state = 'paid'), 0)"
)
_PAID = (
    "coalesce((SELECT sum(p.amount) FROM payment p JOIN transfer t ON t.id = p.transfer_id"
    " WHERE p.case_id = NEW.case_id AND t.case_id = NEW.case_id), 0)"
)
_LINES: tuple[Guard, ...] = (
    *new_only(
        "payment_item",
        whole(_FAMILY, "amount"),
        Rule(
            "record:list-state",
            f"NEW.state <> 'listed' OR {_LIST} IS DISTINCT FROM 'prepared'",
        ),
        fresh(_FAMILY, "payment_item", "case_id", where="state = 'listed'"),
        Rule(_OTHER_CASE, f"NOT {_DECISION}"),
        Rule(
            _OTHER_CASE,
            "NOT EXISTS (SELECT 1 FROM payee WHERE id = NEW.payee_id"
            " AND case_id = NEW.case_id AND superseded_at IS NULL)",
        ),
        Rule(
            _OTHER_CASE,
            "NOT EXISTS (SELECT 1 FROM payment_list l JOIN grant_case c ON c.pool = l.pool"
            " WHERE l.id = NEW.list_id AND c.id = NEW.case_id)",
        ),
    ),
    Guard(
        "payment_item",
        "BEFORE",
        "UPDATE",
        (
            Rule("record:append-only", changed(*_columns("payment_item", *_END))),
            Rule("record:list-ended", f"OLD.state <> 'listed' AND ({changed(*_END)})"),
            Rule(
                "record:list-state",
                f"NEW.state = 'paid' AND {_LIST} IS DISTINCT FROM 'released'",
            ),
            Rule(
                "record:unpaid",
                "OLD.state = 'listed' AND NEW.state = 'paid'"
                f" AND {_PAID} < NEW.amount + {_PAID_BY_LISTS}",
            ),
            # What stands in a file is taken off by who says that it was stopped, and why.
            Rule(
                "record:not-stopped",
                "OLD.state = 'listed' AND NEW.state = 'dropped'"
                f" AND {_LIST} IS DISTINCT FROM 'prepared'"
                " AND (NOT coalesce(NEW.stopped, FALSE) OR trim(NEW.reason) = '')",
            ),
        ),
    ),
    never(_FAMILY, "payment_item", "DELETE"),
)
"""A line is of a case of its list's pool, with a decision and a receiver of that case. It is paid
where there is a payment for it; what was paid or dropped stays as it was."""

_PAYEES: tuple[Guard, ...] = (
    *new_only(
        "payee",
        Rule(
            "record:exists",
            "NEW.superseded_at IS NULL AND EXISTS (SELECT 1 FROM payee"
            " WHERE case_id = NEW.case_id AND superseded_at IS NULL)",
        ),
    ),
    Guard(
        "payee",
        "BEFORE",
        "UPDATE",
        (
            Rule(
                "record:append-only",
                f"OLD.superseded_at IS NOT NULL OR {changed(*_columns('payee', 'superseded_at'))}",
            ),
        ),
    ),
    never(_FAMILY, "payee", "DELETE"),
)
"""Who was to be paid is neither altered nor deleted, but told anew."""

GUARDS: tuple[Guard, ...] = (
    *_PLAN,
    *_INSTALMENTS,
    *_LISTS,
    *_LINES,
    *_PAYEES,
    *_MADE,
    *_YEARS,
)

_ = (payments, plan, years)  # imported for the tables they add to the metadata
