"""Re-verification of whole registries: its runs, their blocks, the fingerprint of a judgement."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from core.migrations.guard import guard

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

STATES = ("running", "done", "stopped")


def upgrade() -> None:
    op.add_column("households", sa.Column("judged_mark", sa.BigInteger(), nullable=True))
    op.create_table(
        "reverifications",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("paths", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("programme_version", sa.Text(), nullable=False),
        sa.Column("parameters", sa.LargeBinary(), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("total", "judged", "changed", "undecidable", "later", "blocks")
        ),
        sa.Column("categories", postgresql.JSONB(), nullable=False),
        sa.Column("moves", postgresql.JSONB(), nullable=False),
        sa.Column("after_id", sa.Uuid(), nullable=False),
        sa.Column("started_by", sa.Uuid(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"state in {STATES}", name=op.f("ck_reverifications_state")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_reverifications")),
    )
    op.create_table(
        "reverification_blocks",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("after_id", sa.Uuid(), nullable=False),
        sa.Column("upto_id", sa.Uuid(), nullable=False),
        sa.Column("files", sa.LargeBinary(), nullable=False),
        sa.Column("lacking", postgresql.JSONB(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "run_id"],
            ["reverifications.tenant_id", "reverifications.id"],
            name=op.f("fk_reverification_blocks_tenant_id_run_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_reverification_blocks")),
        sa.UniqueConstraint(
            "tenant_id",
            "run_id",
            "number",
            name=op.f("uq_reverification_blocks_tenant_id_run_id_number"),
        ),
    )
    # Ids do not get smaller by compression; trying costs more than writing them.
    op.execute("alter table reverification_blocks alter column files set storage external")
    for table in ("reverifications", "reverification_blocks"):
        for statement in guard(table):
            op.execute(statement)


def downgrade() -> None:
    op.drop_table("reverification_blocks")
    op.drop_table("reverifications")
    op.drop_column("households", "judged_mark")
