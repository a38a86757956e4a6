"""What identification in all regions needs to know: circumstances, months of income, groups."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from core.migrations.guard import guard

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

FLAGS = (
    "in_dibao", "migrant_worker", "reform_affected", "listed_by_rule", "three_without",
    "special_hardship", "orphan", "dependent_adult", "community_corrected", "union_member",
)  # fmt: skip
GROUPS = (("households", "target_groups"), ("judgements", "groups"))


def upgrade() -> None:
    for table, column in GROUPS:
        kind = postgresql.ARRAY(sa.Text())
        op.add_column(table, sa.Column(column, kind, server_default="{}", nullable=False))
    op.create_table(
        "circumstances",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in FLAGS),
        sa.Column("property_fits", sa.Boolean(), nullable=True),
        sa.Column("causes_removed", sa.Boolean(), nullable=True),
        sa.Column("relief", sa.BigInteger(), nullable=False),
        sa.Column("stated_by", sa.Uuid(), nullable=True),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("relief >= 0", name=op.f("ck_circumstances_relief")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "household_id"],
            ["households.tenant_id", "households.id"],
            name=op.f("fk_circumstances_tenant_id_household_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_circumstances")),
        sa.UniqueConstraint(
            "tenant_id",
            "household_id",
            "as_of",
            name=op.f("uq_circumstances_tenant_id_household_id_as_of"),
        ),
    )
    op.create_table(
        "monthly_incomes",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("income", sa.BigInteger(), nullable=False),
        sa.Column("stated_by", sa.Uuid(), nullable=True),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("income >= 0", name=op.f("ck_monthly_incomes_income")),
        sa.CheckConstraint("extract(day from month) = 1", name=op.f("ck_monthly_incomes_month")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "household_id"],
            ["households.tenant_id", "households.id"],
            name=op.f("fk_monthly_incomes_tenant_id_household_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_monthly_incomes")),
        sa.UniqueConstraint(
            "tenant_id",
            "household_id",
            "month",
            name=op.f("uq_monthly_incomes_tenant_id_household_id_month"),
        ),
    )
    for table in ("circumstances", "monthly_incomes"):
        for statement in guard(table):
            op.execute(statement)


def downgrade() -> None:
    op.drop_table("monthly_incomes")
    op.drop_table("circumstances")
    for table, column in GROUPS:
        op.drop_column(table, column)
