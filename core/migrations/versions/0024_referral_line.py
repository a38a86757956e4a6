"""A federation may choose to which measure line a vendor's programme is referred."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "programme_settings", sa.Column("measure", sa.Text(), nullable=False, server_default="")
    )


def downgrade() -> None:
    op.drop_column("programme_settings", "measure")
