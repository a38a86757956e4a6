"""Households are admitted to help by a route, and know which department admitted them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from core.migrations.guard import guard

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

KINDS = ("answers", "people", "aid", "enrolments", "claims")
LIVE = "state in ('in_route', 'returned')"


def upgrade() -> None:
    _let_files_be((*KINDS, "admissions"))
    op.add_column("households", sa.Column("admitted_by", sa.Text(), nullable=True))
    op.create_table(
        "admissions",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("category", "department", "state", "way")
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("began_by", sa.Uuid(), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_by", sa.Uuid(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("row", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state in ('in_route', 'returned', 'admitted', 'refused', 'withdrawn')",
            name=op.f("ck_admissions_state"),
        ),
        sa.CheckConstraint("way in ('route', 'earlier')", name=op.f("ck_admissions_way")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "household_id"],
            ["households.tenant_id", "households.id"],
            name=op.f("fk_admissions_tenant_id_household_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "file_id"],
            ["department_files.tenant_id", "department_files.id"],
            name=op.f("fk_admissions_tenant_id_file_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_admissions")),
    )
    op.create_index("ix_admissions_tenant_id_household_id", "admissions",
                    ["tenant_id", "household_id"])  # fmt: skip
    op.create_index("uq_admissions_tenant_id_live", "admissions", ["tenant_id", "household_id"],
                    unique=True, postgresql_where=sa.text(LIVE))  # fmt: skip
    op.create_table(
        "admission_steps",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("admission_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("kind", "level", "unit_path", "department")
        ),
        sa.Column("due_days", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("findings", JSONB(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_by_name", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('waiting', 'open', 'done', 'void')", name=op.f("ck_admission_steps_state")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "admission_id"],
            ["admissions.tenant_id", "admissions.id"],
            name=op.f("fk_admission_steps_tenant_id_admission_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_admission_steps")),
        sa.UniqueConstraint(
            "tenant_id",
            "admission_id",
            "round",
            "position",
            name=op.f("uq_admission_steps_tenant_id_admission_id_round_position"),
        ),
    )
    op.create_index("ix_admission_steps_tenant_id_open", "admission_steps",
                    ["tenant_id", "admission_id"], postgresql_where=sa.text("state = 'open'"))  # fmt: skip
    for table in ("admissions", "admission_steps"):
        for statement in guard(table):
            op.execute(statement)


def downgrade() -> None:
    op.drop_table("admission_steps")
    op.drop_table("admissions")
    op.drop_column("households", "admitted_by")
    op.execute("delete from department_files where kind = 'admissions'")
    _let_files_be(KINDS)


def _let_files_be(kinds: tuple[str, ...]) -> None:
    name = op.f("ck_department_files_kind")
    op.drop_constraint(name, "department_files")
    op.create_check_constraint(name, "department_files", f"kind in {kinds}")
