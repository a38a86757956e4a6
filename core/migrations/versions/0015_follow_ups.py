"""What became of students who were helped, and funds that a donor gave for a purpose."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from core.migrations.guard import guard

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

FINDINGS = ("studying", "graduated", "left", "unknown")


def upgrade() -> None:
    op.create_table(
        "follow_ups",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"finding in {FINDINGS}", name=op.f("ck_follow_ups_finding")),
        *(
            sa.ForeignKeyConstraint(
                ["tenant_id", column],
                [f"{table}.tenant_id", f"{table}.id"],
                name=op.f(f"fk_follow_ups_tenant_id_{column}"),
            )
            for table, column in (("households", "household_id"), ("members", "member_id"))
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_follow_ups")),
    )
    op.create_index(
        "ix_follow_ups_tenant_id_household_id", "follow_ups", ["tenant_id", "household_id"]
    )
    op.create_index(
        "ix_follow_ups_tenant_id_member_id", "follow_ups", ["tenant_id", "member_id", "seen_on"]
    )
    for statement in guard("follow_ups"):
        op.execute(statement)
    op.add_column("funds", sa.Column("donor", sa.Text(), server_default="", nullable=False))
    op.add_column(
        "funds",
        sa.Column("stages", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
    )


def downgrade() -> None:
    op.drop_column("funds", "stages")
    op.drop_column("funds", "donor")
    op.drop_table("follow_ups")
