"""A figure a federation set for itself is taken back before its day, and never changed."""

from __future__ import annotations

from alembic import op

from core.migrations.guard import APPLICATION_ROLE

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(f"revoke update on parameter_overrides from {APPLICATION_ROLE}")
    op.execute(f"grant delete on parameter_overrides to {APPLICATION_ROLE}")


def downgrade() -> None:
    op.execute(f"revoke delete on parameter_overrides from {APPLICATION_ROLE}")
    op.execute(f"grant update on parameter_overrides to {APPLICATION_ROLE}")
