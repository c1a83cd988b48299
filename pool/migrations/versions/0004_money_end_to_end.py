"""money end to end"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pool.models.base import JSON_VALUE, Utc

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_HOW = (
    "how IN ('undone', 'reopened', 'revoked')",
    "how IN ('undone', 'reopened', 'revoked', 'changed')",
)
_PURPOSES = (
    "purpose IN ('application', 'answer', 'evidence', 'report', 'hearing', 'letter')",
    "purpose IN ('application', 'answer', 'evidence', 'report', 'hearing', 'letter',"
    " 'voucher', 'invoice')",
)


def _check(table: str, name: str, condition: str) -> None:
    """Put a CHECK in the place of that of the same name. SQLite makes the table anew for it; the
    guards were taken away before and are put back after."""
    full = op.f(f"ck_{table}_{name}")
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(full, type_="check")
        batch.create_check_constraint(full, condition)


def upgrade() -> None:
    op.create_table(
        "plan_edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", Utc(), nullable=False),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_plan_edition_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_edition")),
        sa.UniqueConstraint("year", "number", name=op.f("uq_plan_edition_year_number")),
    )
    op.create_table(
        "plan_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("from_line", sa.Integer(), nullable=False),
        sa.Column("to_line", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.Column("steering", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("command_id", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", Utc(), nullable=False),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_plan_move_amount")),
        sa.CheckConstraint("from_line <> to_line", name=op.f("ck_plan_move_two_lines")),
        sa.CheckConstraint("length(trim(decided_by)) > 0", name=op.f("ck_plan_move_decided_by")),
        sa.CheckConstraint("length(trim(reason)) > 0", name=op.f("ck_plan_move_reason")),
        sa.CheckConstraint("length(trim(steering)) > 0", name=op.f("ck_plan_move_steering")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_move")),
        sa.UniqueConstraint("command_id", name=op.f("uq_plan_move_command_id")),
    )
    with op.batch_alter_table("plan_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_move_year"), ["year"], unique=False)

    op.create_table(
        "books_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pool", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("layout", sa.JSON(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", Utc(), nullable=False),
        sa.Column("uploaded_by", sa.String(length=200), nullable=False),
        sa.Column("read_at", Utc(), nullable=True),
        sa.CheckConstraint(
            "state IN ('uploaded', 'read', 'dropped')", name=op.f("ck_books_file_state")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_books_file_file_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_books_file")),
    )
    with op.batch_alter_table("books_file", schema=None) as batch_op:
        batch_op.create_index("ix_books_file_pool_year", ["pool", "year"], unique=False)

    op.create_table(
        "payment_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pool", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("prepared_by_id", sa.Integer(), nullable=False),
        sa.Column("prepared_by", sa.String(length=200), nullable=False),
        sa.Column("prepared_at", Utc(), nullable=False),
        sa.Column("released_by_id", sa.Integer(), nullable=True),
        sa.Column("released_by", sa.String(length=200), nullable=True),
        sa.Column("released_at", Utc(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("settled_at", Utc(), nullable=True),
        sa.Column("dropped_at", Utc(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(state = 'dropped') = (dropped_at IS NOT NULL)", name=op.f("ck_payment_list_dropped")
        ),
        sa.CheckConstraint(
            "state IN ('prepared', 'released', 'settled', 'dropped')",
            name=op.f("ck_payment_list_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('released', 'settled') OR (released_by_id IS NOT NULL"
            " AND released_at IS NOT NULL AND sha256 IS NOT NULL AND sealed IS NOT NULL)",
            name=op.f("ck_payment_list_released_is_whole"),
        ),
        sa.CheckConstraint(
            "released_by_id IS NULL OR released_by_id <> prepared_by_id",
            name=op.f("ck_payment_list_two_persons"),
        ),
        sa.ForeignKeyConstraint(
            ["prepared_by_id"], ["person.id"], name=op.f("fk_payment_list_prepared_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["released_by_id"], ["person.id"], name=op.f("fk_payment_list_released_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_list")),
        sa.UniqueConstraint("pool", "number", name=op.f("uq_payment_list_pool_number")),
    )
    op.create_table(
        "payee",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(length=12), nullable=False),
        sa.Column("number_kind", sa.String(length=4), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=True),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("reference", sa.String(length=100), nullable=False),
        sa.Column("doubtful", sa.Boolean(), nullable=False),
        sa.Column("given_at", Utc(), nullable=False),
        sa.Column("given_by", sa.String(length=200), nullable=False),
        sa.Column("given_by_id", sa.Integer(), nullable=True),
        sa.Column("superseded_at", Utc(), nullable=True),
        sa.CheckConstraint(
            "(number_kind = 'cpr') = (secret IS NOT NULL)"
            " AND (number_kind = 'cpr') = (number IS NULL)",
            name=op.f("ck_payee_cpr_is_secret"),
        ),
        sa.CheckConstraint(
            "number_kind IN ('cvr', 'ean', 'cpr', 'unit')", name=op.f("ck_payee_number_kind")
        ),
        sa.CheckConstraint(
            "way IN ('applicant', 'invoice', 'receipts', 'internal')", name=op.f("ck_payee_way")
        ),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_payee_name")),
        sa.ForeignKeyConstraint(["case_id"], ["grant_case.id"], name=op.f("fk_payee_case_id")),
        sa.ForeignKeyConstraint(["given_by_id"], ["person.id"], name=op.f("fk_payee_given_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payee")),
    )
    with op.batch_alter_table("payee", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payee_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            "uq_payee_current",
            ["case_id"],
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )

    op.create_table(
        "posting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pool", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("books_file_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.String(length=100), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("explained", sa.Text(), nullable=True),
        sa.Column("explained_by", sa.String(length=200), nullable=True),
        sa.Column("explained_at", Utc(), nullable=True),
        sa.CheckConstraint(
            "(explained IS NULL) = (explained_at IS NULL)", name=op.f("ck_posting_explained")
        ),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_posting_amount")),
        sa.ForeignKeyConstraint(
            ["books_file_id"], ["books_file.id"], name=op.f("fk_posting_books_file_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting")),
        sa.UniqueConstraint("pool", "year", "key", name=op.f("uq_posting_pool_year_key")),
    )
    op.create_table(
        "snapshot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("budget", sa.BigInteger(), nullable=False),
        sa.Column("earmarked", sa.BigInteger(), nullable=False),
        sa.Column("granted", sa.BigInteger(), nullable=False),
        sa.Column("disposed", sa.BigInteger(), nullable=False),
        sa.Column("paid", sa.BigInteger(), nullable=False),
        sa.Column("returned", sa.BigInteger(), nullable=False),
        sa.Column("free", sa.BigInteger(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("taken_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["year_id"], ["book_year.id"], name=op.f("fk_snapshot_year_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshot")),
        sa.UniqueConstraint("year_id", "day", name=op.f("uq_snapshot_year_id_day")),
    )
    op.create_table(
        "spot_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("one_in", sa.Integer(), nullable=False),
        sa.Column("drawn", sa.Boolean(), nullable=False),
        sa.Column("drawn_at", Utc(), nullable=False),
        sa.Column("result", sa.String(length=10), nullable=True),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("checked_at", Utc(), nullable=True),
        sa.Column("checked_by", sa.String(length=200), nullable=True),
        sa.CheckConstraint("result IN ('good', 'remarks')", name=op.f("ck_spot_check_result")),
        sa.CheckConstraint(
            "(result IS NULL) = (checked_at IS NULL)", name=op.f("ck_spot_check_checked")
        ),
        sa.CheckConstraint("drawn OR result IS NULL", name=op.f("ck_spot_check_only_drawn")),
        sa.CheckConstraint("one_in >= 1", name=op.f("ck_spot_check_one_in")),
        sa.ForeignKeyConstraint(["case_id"], ["grant_case.id"], name=op.f("fk_spot_check_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spot_check")),
        sa.UniqueConstraint("case_id", name=op.f("uq_spot_check_case_id")),
    )
    op.create_table(
        "carry_over",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("from_year", sa.Integer(), nullable=False),
        sa.Column("to_year", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("command_id", sa.String(length=64), nullable=False),
        sa.Column("carried_at", Utc(), nullable=False),
        sa.Column("carried_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_carry_over_amount")),
        sa.CheckConstraint("to_year > from_year", name=op.f("ck_carry_over_years")),
        sa.ForeignKeyConstraint(["case_id"], ["grant_case.id"], name=op.f("fk_carry_over_case_id")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_carry_over_decision_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carry_over")),
        sa.UniqueConstraint(
            "case_id",
            "from_year",
            "command_id",
            name=op.f("uq_carry_over_case_id_from_year_command_id"),
        ),
    )
    op.create_table(
        "payment_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("payee_id", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reference", sa.String(length=100), nullable=False),
        sa.Column("ended_at", Utc(), nullable=True),
        sa.Column("ended_by", sa.String(length=200), nullable=False),
        sa.Column("stopped", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(state = 'listed') = (ended_at IS NULL)", name=op.f("ck_payment_item_ended")
        ),
        sa.CheckConstraint(
            "state IN ('listed', 'paid', 'dropped')", name=op.f("ck_payment_item_state")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payment_item_amount")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["grant_case.id"], name=op.f("fk_payment_item_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_payment_item_decision_id")
        ),
        sa.ForeignKeyConstraint(
            ["list_id"], ["payment_list.id"], name=op.f("fk_payment_item_list_id")
        ),
        sa.ForeignKeyConstraint(["payee_id"], ["payee.id"], name=op.f("fk_payment_item_payee_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_item")),
    )
    with op.batch_alter_table("payment_item", schema=None) as batch_op:
        batch_op.create_index("ix_payment_item_case_id", ["case_id"], unique=False)
        batch_op.create_index("ix_payment_item_list_id", ["list_id"], unique=False)
        batch_op.create_index(
            "uq_payment_item_listed",
            ["case_id"],
            unique=True,
            sqlite_where=sa.text("state = 'listed'"),
            postgresql_where=sa.text("state = 'listed'"),
        )

    op.create_table(
        "instalment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_instalment_amount")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_instalment_number")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_instalment_account_id")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["grant_case.id"], name=op.f("fk_instalment_case_id")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_instalment_decision_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instalment")),
        sa.UniqueConstraint("decision_id", "number", name=op.f("uq_instalment_decision_id_number")),
    )
    with op.batch_alter_table("instalment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_instalment_case_id"), ["case_id"], unique=False)

    op.create_table(
        "posting_match",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("transfer_id", sa.Integer(), nullable=False),
        sa.Column("how", sa.String(length=10), nullable=False),
        sa.Column("matched_at", Utc(), nullable=False),
        sa.Column("matched_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "how IN ('reference', 'amount', 'hand')", name=op.f("ck_posting_match_how")
        ),
        sa.ForeignKeyConstraint(
            ["posting_id"], ["posting.id"], name=op.f("fk_posting_match_posting_id")
        ),
        sa.ForeignKeyConstraint(
            ["transfer_id"], ["transfer.id"], name=op.f("fk_posting_match_transfer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting_match")),
        sa.UniqueConstraint(
            "posting_id", "transfer_id", name=op.f("uq_posting_match_posting_id_transfer_id")
        ),
    )
    with op.batch_alter_table("posting_match", schema=None) as batch_op:
        batch_op.create_index("ix_posting_match_transfer_id", ["transfer_id"], unique=False)

    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.add_column(sa.Column("changes_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_decision_changes_id"), "decision", ["changes_id"], ["id"]
        )

    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("failed_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("failed_at", Utc(), nullable=True))
        batch_op.create_check_constraint(
            batch_op.f("ck_payment_failed"), "(failed_on IS NULL) = (failed_at IS NULL)"
        )

    with op.batch_alter_table("plan_line", schema=None) as batch_op:
        batch_op.add_column(sa.Column("edition", sa.Integer(), nullable=False, server_default="1"))
        batch_op.drop_constraint(batch_op.f("uq_plan_line_year_number"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_plan_line_year_edition_number"), ["year", "edition", "number"]
        )
    with op.batch_alter_table("plan_line", schema=None) as batch_op:
        batch_op.alter_column("edition", server_default=None)
    op.execute(
        "INSERT INTO plan_edition (year, number, source, sha256, recorded_at, recorded_by)"
        " SELECT year, 1, '', '', min(recorded_at), '' FROM plan_line GROUP BY year"
    )

    op.add_column("recurring", sa.Column("last_result", sa.Integer(), nullable=True))
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.add_column(sa.Column("accounts", JSON_VALUE, nullable=True))

    op.create_index("ix_transfer_year_id_kind", "transfer", ["year_id", "kind"])
    op.create_index(
        "ix_decision_unannounced",
        "decision",
        ["id"],
        sqlite_where=sa.text("announced_at IS NULL"),
        postgresql_where=sa.text("announced_at IS NULL"),
    )
    _check("decision_end", "how", _HOW[1])
    _check("case_file", "purpose", _PURPOSES[1])


_ONLY_HERE = {
    "a grant that was changed": "SELECT 1 FROM decision_end WHERE how = 'changed'",
    "a payment that failed": "SELECT 1 FROM payment WHERE failed_on IS NOT NULL",
    "a voucher or invoice": "SELECT 1 FROM case_file WHERE purpose IN ('voucher', 'invoice')",
    "an adjusted plan": "SELECT 1 FROM plan_line WHERE edition > 1",
    "money moved in the plan": "SELECT 1 FROM plan_move",
    "a payee": "SELECT 1 FROM payee",
    "a payment list": "SELECT 1 FROM payment_list",
    "an instalment": "SELECT 1 FROM instalment",
    "a grant carried over": "SELECT 1 FROM carry_over",
    "accounts by post": "SELECT 1 FROM report WHERE accounts IS NOT NULL",
    "a draw for a spot check": "SELECT 1 FROM spot_check",
    "postings": "SELECT 1 FROM posting",
}
"""What the version before has no place for: taken away, its books would tell something else."""


def _nothing_is_lost() -> None:
    """Raises RuntimeError before anything is changed, where going down would lose what was."""
    found = [
        what
        for what, rows in _ONLY_HERE.items()
        if op.get_bind().execute(sa.text(f"{rows} LIMIT 1")).first() is not None
    ]
    if found:
        raise RuntimeError(
            "The version before this one has no place for what is in the database: "
            f"{', '.join(found)}. Nothing was changed; restore a copy from before instead."
        )


def downgrade() -> None:
    _nothing_is_lost()
    op.drop_index("ix_decision_unannounced", "decision")
    op.drop_index("ix_transfer_year_id_kind", "transfer")
    _check("case_file", "purpose", _PURPOSES[0])
    _check("decision_end", "how", _HOW[0])
    with op.batch_alter_table("recurring", schema=None) as batch_op:
        batch_op.drop_column("last_result")
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.drop_column("accounts")

    with op.batch_alter_table("plan_line", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_plan_line_year_edition_number"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_plan_line_year_number"), ["year", "number"]
        )
        batch_op.drop_column("edition")

    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_payment_failed"), type_="check")
        batch_op.drop_column("failed_at")
        batch_op.drop_column("failed_on")

    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_decision_changes_id"), type_="foreignkey")
        batch_op.drop_column("changes_id")

    with op.batch_alter_table("posting_match", schema=None) as batch_op:
        batch_op.drop_index("ix_posting_match_transfer_id")

    op.drop_table("posting_match")
    with op.batch_alter_table("instalment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_instalment_case_id"))

    op.drop_table("instalment")
    with op.batch_alter_table("payment_item", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_payment_item_listed",
            sqlite_where=sa.text("state = 'listed'"),
            postgresql_where=sa.text("state = 'listed'"),
        )
        batch_op.drop_index("ix_payment_item_list_id")
        batch_op.drop_index("ix_payment_item_case_id")

    op.drop_table("payment_item")
    op.drop_table("carry_over")
    op.drop_table("spot_check")
    op.drop_table("snapshot")
    op.drop_table("posting")
    with op.batch_alter_table("payee", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_payee_current",
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_payee_case_id"))

    op.drop_table("payee")
    op.drop_table("payment_list")
    with op.batch_alter_table("books_file", schema=None) as batch_op:
        batch_op.drop_index("ix_books_file_pool_year")

    op.drop_table("books_file")
    with op.batch_alter_table("plan_move", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_move_year"))

    op.drop_table("plan_move")
    op.drop_table("plan_edition")
