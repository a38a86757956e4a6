"""One application to a programme for each student and school year; whom to help first."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ONE = "uq_applications_tenant_id_student_school_year"


def upgrade() -> None:
    op.add_column(
        "applications",
        sa.Column("focus", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column("applications", sa.Column("school_year", sa.Integer(), nullable=True))
    op.add_column("applications", sa.Column("student_index", sa.LargeBinary(), nullable=True))
    op.create_index(
        ONE,
        "applications",
        ["tenant_id", "programme", "student_index", "school_year"],
        unique=True,
        postgresql_where="state not in ('rejected', 'withdrawn')",
    )


def downgrade() -> None:
    op.drop_index(ONE, "applications")
    for name in ("student_index", "school_year", "focus"):
        op.drop_column("applications", name)
