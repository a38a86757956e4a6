"""The cap on relief case by case is one of the region's caps over programmes now."""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

OLD, NEW = ("case_by_case_relief", "yearly_cap"), ("between", "case_by_case_a_year")


def upgrade() -> None:
    _rename(OLD, NEW)


def downgrade() -> None:
    _rename(NEW, OLD)


def _rename(before: tuple[str, str], after: tuple[str, str]) -> None:
    op.execute(
        f"update parameter_overrides set programme = '{after[0]}', name = '{after[1]}'"  # noqa: S608
        f" where programme = '{before[0]}' and name = '{before[1]}'"
    )
