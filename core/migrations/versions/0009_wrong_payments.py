"""Payments found to be wrong, and the money that came back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.migrations.guard import guard

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

KINDS = ("false_statement", "unreported_change", "own_mistake", "other")
STATES = ("proposed", "confirmed", "refused")


def upgrade() -> None:
    op.create_table(
        "wrong_payments",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("found_by", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_wrong_payments_amount")),
        sa.CheckConstraint(f"kind in {KINDS}", name=op.f("ck_wrong_payments_kind")),
        sa.CheckConstraint(f"state in {STATES}", name=op.f("ck_wrong_payments_state")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "payment_id"],
            ["payments.tenant_id", "payments.id"],
            name=op.f("fk_wrong_payments_tenant_id_payment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "household_id"],
            ["households.tenant_id", "households.id"],
            name=op.f("fk_wrong_payments_tenant_id_household_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_wrong_payments")),
    )
    op.create_index(
        "uq_wrong_payments_tenant_id_payment_id_live",
        "wrong_payments",
        ["tenant_id", "payment_id"],
        unique=True,
        postgresql_where="state <> 'refused'",
    )
    op.create_index(
        "ix_wrong_payments_tenant_id_household_id",
        "wrong_payments",
        ["tenant_id", "household_id"],
        unique=False,
    )
    op.create_table(
        "recoveries",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("wrong_payment_id", sa.Uuid(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_recoveries_amount")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "wrong_payment_id"],
            ["wrong_payments.tenant_id", "wrong_payments.id"],
            name=op.f("fk_recoveries_tenant_id_wrong_payment_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_recoveries")),
    )
    op.create_index(
        "ix_recoveries_tenant_id_wrong_payment_id",
        "recoveries",
        ["tenant_id", "wrong_payment_id"],
        unique=False,
    )
    for table in ("wrong_payments", "recoveries"):
        for statement in guard(table):
            op.execute(statement)


def downgrade() -> None:
    op.drop_table("recoveries")
    op.drop_table("wrong_payments")
