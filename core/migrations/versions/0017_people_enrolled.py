"""Finding the enrolments of a person, whatever the period, without reading those of a tenant."""

from __future__ import annotations

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

NAME = "ix_enrolments_tenant_id_id_index"


def upgrade() -> None:
    op.create_index(NAME, "enrolments", ["tenant_id", "id_index"])


def downgrade() -> None:
    op.drop_index(NAME, "enrolments")
