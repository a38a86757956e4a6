"""Aid that could not wait is handed over in money and goods."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("payments", sa.Column("goods", JSONB(), nullable=False, server_default="[]"))
    op.create_check_constraint(
        op.f("ck_payments_goods"), "payments", "means = 'in_person' or goods = '[]'"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_payments_goods"), "payments")
    op.drop_column("payments", "goods")
