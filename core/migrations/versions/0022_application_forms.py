"""Applications come in by workbook; papers that somebody has seen are ticked on one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

BEFORE = ("answers", "people", "aid", "enrolments", "claims", "contributions", "admissions")


def upgrade() -> None:
    _let_files_be((*BEFORE, "applications"))
    _add("department_files", "options", "'{}'")
    _add("applications", "papers_seen", "'[]'")


def downgrade() -> None:
    op.drop_column("applications", "papers_seen")
    op.drop_column("department_files", "options")
    op.execute("delete from department_files where kind = 'applications'")
    _let_files_be(BEFORE)


def _add(table: str, column: str, empty: str) -> None:
    op.add_column(table, sa.Column(column, JSONB(), nullable=False, server_default=sa.text(empty)))


def _let_files_be(kinds: tuple[str, ...]) -> None:
    name = op.f("ck_department_files_kind")
    op.drop_constraint(name, "department_files")
    op.create_check_constraint(name, "department_files", f"kind in {kinds}")
