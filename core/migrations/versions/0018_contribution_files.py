"""Contributions to mutual aid come in by workbook too."""

from __future__ import annotations

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BEFORE = ("answers", "people", "aid", "enrolments", "claims", "admissions")


def upgrade() -> None:
    _let_files_be((*BEFORE, "contributions"))


def downgrade() -> None:
    op.execute("delete from department_files where kind = 'contributions'")
    _let_files_be(BEFORE)


def _let_files_be(kinds: tuple[str, ...]) -> None:
    name = op.f("ck_department_files_kind")
    op.drop_constraint(name, "department_files")
    op.create_check_constraint(name, "department_files", f"kind in {kinds}")
