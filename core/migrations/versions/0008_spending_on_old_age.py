"""Spending on old age, which Guangxi counts as rigid: a sum of the circumstances, fen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "circumstances",
        sa.Column("old_age", sa.BigInteger(), server_default="0", nullable=False),
    )
    op.create_check_constraint(op.f("ck_circumstances_old_age"), "circumstances", "old_age >= 0")
    op.alter_column("circumstances", "old_age", server_default=None)


def downgrade() -> None:
    op.drop_constraint(op.f("ck_circumstances_old_age"), "circumstances", type_="check")
    op.drop_column("circumstances", "old_age")
