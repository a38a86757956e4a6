"""Periods of medical mutual aid, and the workers enrolled in them by their work units."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.migrations.guard import guard

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _let_files_be(("answers", "people", "aid", "enrolments"))
    op.create_table(
        "mutual_aid_periods",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("contribution", sa.BigInteger(), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends_on > starts_on", name=op.f("ck_mutual_aid_periods_days")),
        sa.CheckConstraint("contribution > 0", name=op.f("ck_mutual_aid_periods_contribution")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_mutual_aid_periods")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_mutual_aid_periods_tenant_id_name")),
    )
    op.create_table(
        "enrolments",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("period_id", sa.Uuid(), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("employer", "employer_code", "name")
        ),
        sa.Column("id_cipher", sa.LargeBinary(), nullable=False),
        sa.Column("id_index", sa.LargeBinary(), nullable=False),
        sa.Column("id_masked", sa.Text(), nullable=False),
        sa.Column("contribution", sa.BigInteger(), nullable=False),
        sa.Column("enrolled_on", sa.Date(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("row", sa.Integer(), nullable=True),
        sa.Column("enrolled_by", sa.Uuid(), nullable=True),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("contribution > 0", name=op.f("ck_enrolments_contribution")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "period_id"],
            ["mutual_aid_periods.tenant_id", "mutual_aid_periods.id"],
            name=op.f("fk_enrolments_tenant_id_period_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "file_id"],
            ["department_files.tenant_id", "department_files.id"],
            name=op.f("fk_enrolments_tenant_id_file_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_enrolments")),
        sa.UniqueConstraint(
            "tenant_id",
            "period_id",
            "id_index",
            name=op.f("uq_enrolments_tenant_id_period_id_id_index"),
        ),
    )
    op.create_index(
        "ix_enrolments_tenant_id_employer",
        "enrolments",
        ["tenant_id", "period_id", "employer_code"],
    )
    for table in ("mutual_aid_periods", "enrolments"):
        for statement in guard(table):
            op.execute(statement)


def downgrade() -> None:
    op.drop_table("enrolments")
    op.drop_table("mutual_aid_periods")
    op.execute("delete from department_files where kind = 'enrolments'")
    _let_files_be(("answers", "people", "aid"))


def _let_files_be(kinds: tuple[str, ...]) -> None:
    name = op.f("ck_department_files_kind")
    op.drop_constraint(name, "department_files")
    op.create_check_constraint(name, "department_files", f"kind in {kinds}")
