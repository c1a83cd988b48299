"""real input and summaries"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pool.models.base import Utc

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


_OUTCOMES = (
    "outcome IN ('full', 'part', 'refused')",
    "outcome IN ('full', 'part', 'granted', 'refused')",
)
_REASONS = (
    "outcome = 'full' OR length(trim(reasons)) > 0",
    "outcome IN ('full', 'granted') OR length(trim(reasons)) > 0",
)


def _states(*more: str) -> str:
    known = "queued leased sending sent failed unknown waiting posted draft superseded discarded"
    return f"state IN ({', '.join(repr(each) for each in (*known.split(), *more))})"


def _widen(table: str, checks: dict[str, str], *, new: bool = False) -> None:
    """Put CHECKs in the place of those of the same name. SQLite makes the table anew for it; the
    guards were taken away before and are put back after."""
    with op.batch_alter_table(table) as batch:
        for name, condition in checks.items():
            full = op.f(f"ck_{table}_{name}")
            if not new:
                batch.drop_constraint(full, type_="check")
            batch.create_check_constraint(full, condition)


def _add(table: str, *columns: sa.Column[str] | sa.Column[bool]) -> None:
    """New columns, given their value in the rows there are; the default is not kept."""
    with op.batch_alter_table(table) as batch:
        for column in columns:
            batch.add_column(column)
    with op.batch_alter_table(table) as batch:
        for column in columns:
            batch.alter_column(column.name, server_default=None)


def _narrow(table: str, check: str, *columns: str) -> None:
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(op.f(f"ck_{table}_{check}"), type_="check")
        for column in columns:
            batch.drop_column(column)


def upgrade() -> None:
    op.create_table(
        "plan_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("focus_areas", sa.JSON(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("pool", sa.String(length=40), nullable=True),
        sa.Column("balancing", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", Utc(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_plan_line_amount")),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_plan_line_name")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_line")),
        sa.UniqueConstraint("year", "number", name=op.f("uq_plan_line_year_number")),
    )
    op.create_table(
        "summary_edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("pools", sa.JSON(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("edition", sa.String(length=20), nullable=False),
        sa.Column("axis", sa.String(length=20), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("known_at", Utc(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("own_words", sa.Text(), nullable=False),
        sa.Column("own_words_en", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("made", sa.Integer(), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("files_version", sa.Integer(), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("submitted_at", Utc(), nullable=True),
        sa.Column("submitted_by", sa.String(length=200), nullable=True),
        sa.Column("received_at", Utc(), nullable=True),
        sa.Column("received_by", sa.String(length=200), nullable=True),
        sa.Column("received_note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(state = 'draft') = (submitted_at IS NULL)", name=op.f("ck_summary_edition_submitted")
        ),
        sa.CheckConstraint(
            "(state = 'received') = (received_at IS NOT NULL)",
            name=op.f("ck_summary_edition_received"),
        ),
        sa.CheckConstraint(
            "axis IN ('recorded', 'effective')", name=op.f("ck_summary_edition_axis")
        ),
        sa.CheckConstraint(
            "edition IN ('provisional', 'final')", name=op.f("ck_summary_edition_edition")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'received')", name=op.f("ck_summary_edition_state")
        ),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_summary_edition_sha256")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_summary_edition_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_summary_edition")),
        sa.UniqueConstraint("key", name=op.f("uq_summary_edition_key")),
    )
    op.create_table(
        "import_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pool", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("budget", sa.BigInteger(), nullable=True),
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("sheet", sa.String(length=200), nullable=True),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("person_name", sa.String(length=200), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("finished_at", Utc(), nullable=True),
        sa.CheckConstraint(
            "state IN ('checked', 'running', 'done', 'failed', 'dropped')",
            name=op.f("ck_import_run_state"),
        ),
        sa.CheckConstraint("budget IS NULL OR budget >= 0", name=op.f("ck_import_run_budget")),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_import_run_sha256")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_import_run_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )
    op.create_table(
        "summary_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("words_version", sa.Integer(), nullable=False),
        sa.Column("lang", sa.String(length=8), nullable=False),
        sa.Column("format", sa.String(length=8), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "format IN ('pdf', 'xlsx', 'csv', 'json')", name=op.f("ck_summary_file_format")
        ),
        sa.CheckConstraint("lang IN ('da', 'en')", name=op.f("ck_summary_file_lang")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_summary_file_document_id")
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["summary_edition.id"], name=op.f("fk_summary_file_edition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_summary_file")),
        sa.UniqueConstraint(
            "edition_id",
            "words_version",
            "lang",
            "format",
            name=op.f("uq_summary_file_edition_id_words_version_lang_format"),
        ),
    )
    op.create_table(
        "summary_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("anchor", sa.String(length=80), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_at", Utc(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_by", sa.String(length=200), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", Utc(), nullable=True),
        sa.Column("answered_by", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answer IS NULL)", name=op.f("ck_summary_question_answered")
        ),
        sa.CheckConstraint("length(trim(question)) > 0", name=op.f("ck_summary_question_question")),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name=op.f("fk_summary_question_asked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["summary_edition.id"], name=op.f("fk_summary_question_edition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_summary_question")),
    )
    with op.batch_alter_table("summary_question", schema=None) as batch_op:
        batch_op.create_index("ix_summary_question_edition_id", ["edition_id"], unique=False)

    op.create_table(
        "import_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("identity", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "length(identity) = 64 OR identity = ''", name=op.f("ck_import_row_identity")
        ),
        sa.CheckConstraint(
            "state IN ('good', 'bad', 'imported', 'unchanged', 'conflict')",
            name=op.f("ck_import_row_state"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["grant_case.id"], name=op.f("fk_import_row_case_id")),
        sa.ForeignKeyConstraint(["run_id"], ["import_run.id"], name=op.f("fk_import_row_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_row")),
        sa.UniqueConstraint("run_id", "line", name=op.f("uq_import_row_run_id_line")),
    )
    with op.batch_alter_table("import_row", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_row_run_id"), ["run_id"], unique=False)

    op.create_table(
        "imported_case",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("pool", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("identity", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["grant_case.id"], name=op.f("fk_imported_case_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["import_run.id"], name=op.f("fk_imported_case_run_id")
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_imported_case")),
        sa.UniqueConstraint(
            "pool", "year", "identity", name=op.f("uq_imported_case_pool_year_identity")
        ),
    )
    op.create_table(
        "recommendation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("advice", sa.String(length=10), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("actor_person_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", Utc(), nullable=False),
        sa.CheckConstraint(
            "advice IN ('full', 'part', 'refused')", name=op.f("ck_recommendation_advice")
        ),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_recommendation_amount")),
        sa.CheckConstraint("length(trim(reasons)) > 0", name=op.f("ck_recommendation_reasons")),
        sa.ForeignKeyConstraint(
            ["actor_person_id"], ["person.id"], name=op.f("fk_recommendation_actor_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["grant_case.id"], name=op.f("fk_recommendation_case_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recommendation")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_recommendation_case_id_number")),
    )
    _widen("decision", {"outcome": _OUTCOMES[1], "reasons": _REASONS[1]})
    _add(
        "decision",
        sa.Column("made_precision", sa.String(length=10), nullable=False, server_default="day"),
        sa.Column("imported", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("member_unit", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    _widen("decision", {"precision": "made_precision IN ('day', 'month')"}, new=True)
    _widen("grant_case", {"outcome": _OUTCOMES[1]})
    _add(
        "grant_case",
        sa.Column("kind", sa.String(length=20), nullable=False, server_default="application"),
    )
    _widen("grant_case", {"kind": "kind IN ('application', 'initiative')"}, new=True)
    _widen("message", {"state": _states("kept")})
    # The guards look a transfer up by its number in its year, at every transfer made.
    op.drop_index("ix_transfer_year_id", "transfer")
    op.create_index("ix_transfer_year_id_n", "transfer", ["year_id", "n"])


def downgrade() -> None:
    op.drop_index("ix_transfer_year_id_n", "transfer")
    op.create_index("ix_transfer_year_id", "transfer", ["year_id"])
    _widen("message", {"state": _states()})
    _narrow("grant_case", "kind", "kind")
    _widen("grant_case", {"outcome": _OUTCOMES[0]})
    _narrow("decision", "precision", "made_precision", "imported", "member_unit")
    _widen("decision", {"outcome": _OUTCOMES[0], "reasons": _REASONS[0]})
    op.drop_table("recommendation")
    op.drop_table("imported_case")
    with op.batch_alter_table("import_row", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_row_run_id"))

    op.drop_table("import_row")
    with op.batch_alter_table("summary_question", schema=None) as batch_op:
        batch_op.drop_index("ix_summary_question_edition_id")

    op.drop_table("summary_question")
    op.drop_table("summary_file")
    op.drop_table("import_run")
    op.drop_table("summary_edition")
    op.drop_table("plan_line")
