"""word gets out once"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from pool.models.base import Utc

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_STATES = (
    "'queued', 'leased', 'sending', 'sent', 'failed', 'unknown', 'waiting', 'posted', 'draft',"
    " 'superseded', 'discarded', 'kept'"
)
_KINDS = "'letter', 'notice', 'link'"
_COLLECTED = sa.text("state = 'collected' AND digest_id IS NULL")
_STANDS = sa.text("lifted_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=10), nullable=False),
        sa.Column("since", Utc(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("data_until", Utc(), nullable=True),
        sa.Column("lifted_at", Utc(), nullable=True),
        sa.Column("lifted_by", sa.String(length=200), nullable=True),
        sa.Column("lifted_why", sa.Text(), nullable=True),
        sa.CheckConstraint("what IN ('messages', 'payments')", name=op.f("ck_hold_what")),
        sa.CheckConstraint(
            "(lifted_at IS NULL) = (lifted_by IS NULL)"
            " AND (lifted_at IS NULL) = (lifted_why IS NULL)",
            name=op.f("ck_hold_lifted"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
    )
    op.create_index(
        "uq_hold_stands",
        "hold",
        ["what"],
        unique=True,
        sqlite_where=_STANDS,
        postgresql_where=_STANDS,
    )
    op.create_table(
        "start_mark",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.Column("starts", sa.Integer(), nullable=False),
        sa.Column("started_at", Utc(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_start_mark_one")),
        sa.CheckConstraint("length(mark) = 32", name=op.f("ck_start_mark_mark")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_start_mark")),
    )
    op.create_table(
        "message_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("began_at", Utc(), nullable=False),
        sa.Column("ended_at", Utc(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('sent', 'failed', 'later', 'unknown', 'unreachable', 'stopped')",
            name=op.f("ck_message_attempt_outcome"),
        ),
        sa.CheckConstraint("ended_at >= began_at", name=op.f("ck_message_attempt_ended_at")),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_message_attempt_message_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_attempt")),
    )
    op.create_index(op.f("ix_message_attempt_message_id"), "message_attempt", ["message_id"])

    with op.batch_alter_table("message") as batch:
        batch.add_column(sa.Column("digest_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("written_by_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("approved_by", sa.String(), nullable=True))
        batch.add_column(sa.Column("approved_by_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("approved_at", Utc(), nullable=True))
        batch.create_foreign_key(batch.f("fk_message_digest_id"), "message", ["digest_id"], ["id"])
        batch.drop_constraint(batch.f("ck_message_state"), type_="check")
        batch.create_check_constraint(
            batch.f("ck_message_state"), f"state IN ({_STATES}, 'collected')"
        )
        batch.drop_constraint(batch.f("ck_message_kind"), type_="check")
        batch.create_check_constraint(batch.f("ck_message_kind"), f"kind IN ({_KINDS}, 'digest')")
        batch.create_check_constraint(
            batch.f("ck_message_collected"), "state <> 'collected' OR person_id IS NOT NULL"
        )
        batch.create_check_constraint(
            batch.f("ck_message_digest"), "digest_id IS NULL OR state = 'collected'"
        )
        batch.create_check_constraint(
            batch.f("ck_message_approved"), "(approved_by IS NULL) = (approved_at IS NULL)"
        )
    op.create_index(
        "ix_message_collected",
        "message",
        ["person_id"],
        sqlite_where=_COLLECTED,
        postgresql_where=_COLLECTED,
    )
    with op.batch_alter_table("person") as batch:
        batch.add_column(
            sa.Column("notices", sa.String(length=10), nullable=False, server_default="each")
        )
        batch.add_column(sa.Column("digested_on", sa.Date(), nullable=True))
        batch.create_check_constraint(
            batch.f("ck_person_notices"), "notices IN ('each', 'daily', 'weekly')"
        )
    with op.batch_alter_table("person") as batch:
        batch.alter_column("notices", server_default=None)
    with op.batch_alter_table("relay") as batch:
        batch.add_column(sa.Column("next_slot_at", Utc(), nullable=True))


def _nothing_is_lost() -> None:
    """What these tables know cannot be told by the earlier schema."""
    found = op.get_bind().execute(
        sa.text(
            "SELECT (SELECT count(*) FROM message WHERE state = 'collected' OR kind = 'digest'),"
            " (SELECT count(*) FROM hold), (SELECT count(*) FROM message_attempt)"
        )
    ).one()  # fmt: skip
    if any(found):
        raise RuntimeError(
            "Cannot go back: digests, holds or tries of messages are recorded, and the earlier "
            "schema has no place for them."
        )


def downgrade() -> None:
    _nothing_is_lost()
    with op.batch_alter_table("relay") as batch:
        batch.drop_column("next_slot_at")
    with op.batch_alter_table("person") as batch:
        batch.drop_constraint(batch.f("ck_person_notices"), type_="check")
        batch.drop_column("digested_on")
        batch.drop_column("notices")
    op.drop_index("ix_message_collected", "message")
    with op.batch_alter_table("message") as batch:
        for name in ("collected", "digest", "approved"):
            batch.drop_constraint(batch.f(f"ck_message_{name}"), type_="check")
        batch.drop_constraint(batch.f("ck_message_state"), type_="check")
        batch.create_check_constraint(batch.f("ck_message_state"), f"state IN ({_STATES})")
        batch.drop_constraint(batch.f("ck_message_kind"), type_="check")
        batch.create_check_constraint(batch.f("ck_message_kind"), f"kind IN ({_KINDS})")
        batch.drop_constraint(batch.f("fk_message_digest_id"), type_="foreignkey")
        for name in ("approved_at", "approved_by_id", "approved_by", "written_by_id", "digest_id"):
            batch.drop_column(name)
    op.drop_index(op.f("ix_message_attempt_message_id"), "message_attempt")
    op.drop_table("message_attempt")
    op.drop_table("start_mark")
    op.drop_index("uq_hold_stands", "hold")
    op.drop_table("hold")
