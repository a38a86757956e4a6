"""Changes of budgets: proposed by one person, confirmed by another."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.migrations.guard import guard

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "budget_changes",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fund_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_budget_changes_amount")),
        sa.CheckConstraint(
            "state in ('proposed', 'confirmed', 'refused')", name=op.f("ck_budget_changes_state")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "fund_id"],
            ["funds.tenant_id", "funds.id"],
            name=op.f("fk_budget_changes_tenant_id_fund_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_budget_changes")),
    )
    op.create_index(
        "ix_budget_changes_tenant_id_fund_id", "budget_changes", ["tenant_id", "fund_id"]
    )
    op.create_index(
        "uq_budget_changes_tenant_id_fund_id_proposed",
        "budget_changes",
        ["tenant_id", "fund_id"],
        unique=True,
        postgresql_where="state = 'proposed'",
    )
    op.create_index(
        "ix_outbox_failed", "outbox", ["tenant_id"], postgresql_where="state = 'failed'"
    )
    for statement in guard("budget_changes"):
        op.execute(statement)


def downgrade() -> None:
    op.drop_index("ix_outbox_failed", "outbox")
    op.drop_table("budget_changes")
