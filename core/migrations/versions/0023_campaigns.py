"""Campaigns of warmth visits, and what is handed over in person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.migrations.guard import guard

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TABLES = ("campaigns", "parcels", "warmth_visits", "receipts", "handovers")
STATES = ("draft", "submitted", "approved", "closed", "withdrawn")


def upgrade() -> None:
    _create_campaigns()
    op.add_column("applications", sa.Column("campaign_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_applications_tenant_id_campaign_id"), "applications", "campaigns",
        ["tenant_id", "campaign_id"], ["tenant_id", "id"],
    )  # fmt: skip
    op.create_index(
        "ix_applications_tenant_id_campaign_id", "applications", ["tenant_id", "campaign_id"],
        postgresql_where="campaign_id is not null",
    )  # fmt: skip
    op.add_column("payments", sa.Column("means", sa.Text(), nullable=False, server_default="bank"))
    op.create_check_constraint(
        op.f("ck_payments_means"), "payments", "means in ('bank', 'in_person')"
    )
    op.create_check_constraint(
        op.f("ck_payments_in_person"), "payments",
        "means = 'bank' or (batch_id is null and card_cipher is null)",
    )  # fmt: skip
    _create_parcels()
    _create_visits()
    _create_receipts()
    _create_handovers()
    for table in TABLES:
        for statement in guard(table):
            op.execute(statement)


def downgrade() -> None:
    for table in reversed(TABLES[1:]):
        op.drop_table(table)
    op.execute("delete from recoveries r using wrong_payments w, payments p"
               " where w.tenant_id = r.tenant_id and w.id = r.wrong_payment_id"
               " and p.tenant_id = w.tenant_id and p.id = w.payment_id and p.means <> 'bank'")  # fmt: skip
    op.execute("delete from wrong_payments w using payments p where p.tenant_id = w.tenant_id"
               " and p.id = w.payment_id and p.means <> 'bank'")  # fmt: skip
    op.execute("delete from payments where means <> 'bank'")
    op.drop_constraint(op.f("ck_payments_in_person"), "payments")
    op.drop_constraint(op.f("ck_payments_means"), "payments")
    op.drop_column("payments", "means")
    op.drop_index("ix_applications_tenant_id_campaign_id", "applications")
    op.drop_constraint(op.f("fk_applications_tenant_id_campaign_id"), "applications")
    op.drop_column("applications", "campaign_id")
    op.drop_table("campaigns")


def _create_campaigns() -> None:
    name = "campaigns"
    op.create_table(
        name, *_key(),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("fund_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_by", sa.Uuid(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_by_name", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        _check(name, "state", f"state in {STATES}"),
        _check(name, "days", "ends_on >= starts_on"),
        _refer(name, "unit_id", "units"),
        _refer(name, "fund_id", "funds"),
        _primary(name),
        sa.UniqueConstraint("tenant_id", "number", name=op.f(f"uq_{name}_tenant_id_number")),
    )  # fmt: skip
    op.create_index(f"ix_{name}_tenant_id_state", name, ["tenant_id", "state"])


def _create_parcels() -> None:
    name = "parcels"
    op.create_table(
        name, *_key(),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("articles", sa.dialects.postgresql.JSONB(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        _check(name, "value", "value > 0"),
        _refer(name, "campaign_id", "campaigns"),
        _primary(name),
        sa.UniqueConstraint("tenant_id", "campaign_id", "name",
                            name=op.f(f"uq_{name}_tenant_id_campaign_id_name")),
    )  # fmt: skip


def _create_visits() -> None:
    name = "warmth_visits"
    op.create_table(
        name, *_key(),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("parcel_id", sa.Uuid(), nullable=True),
        sa.Column("money", sa.BigInteger(), nullable=False),
        sa.Column("goods", sa.BigInteger(), nullable=False),
        _check(name, "something", "money >= 0 and goods >= 0 and money + goods > 0"),
        _check(name, "parcel", "(parcel_id is null) = (goods = 0)"),
        _refer(name, "campaign_id", "campaigns"),
        _refer(name, "household_id", "households"),
        _refer(name, "application_id", "applications"),
        _refer(name, "parcel_id", "parcels"),
        _primary(name),
        sa.UniqueConstraint("tenant_id", "campaign_id", "household_id",
                            name=op.f(f"uq_{name}_tenant_id_campaign_id_household_id")),
        sa.UniqueConstraint("tenant_id", "application_id",
                            name=op.f(f"uq_{name}_tenant_id_application_id")),
    )  # fmt: skip


def _create_receipts() -> None:
    name = "receipts"
    op.create_table(
        name, *_key(),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("storage_key", sa.Text(), nullable=False),
        sa.Column("uploaded_by", sa.Uuid(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        _primary(name),
    )  # fmt: skip


def _create_handovers() -> None:
    name = "handovers"
    op.create_table(
        name, *_key(),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("receipt_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("givers", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("receiver", sa.Text(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        _check(name, "outcome", "outcome in ('handed_over', 'missed')"),
        _check(name, "state", "state in ('recorded', 'confirmed', 'refused')"),
        _check(name, "receipt", "(outcome = 'handed_over') = (receipt_id is not null)"),
        _refer(name, "payment_id", "payments"),
        _refer(name, "receipt_id", "receipts"),
        _primary(name),
    )  # fmt: skip
    op.create_index(
        f"uq_{name}_tenant_id_payment_id_live", name, ["tenant_id", "payment_id"],
        unique=True, postgresql_where="state <> 'refused'",
    )  # fmt: skip
    op.create_index(f"ix_{name}_tenant_id_state", name, ["tenant_id", "state"])


def _key() -> tuple[sa.Column[object], sa.Column[object]]:
    return (
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
    )


def _primary(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{table}"))


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _refer(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column], [f"{to}.tenant_id", f"{to}.id"],
        name=op.f(f"fk_{table}_tenant_id_{column}"),
    )  # fmt: skip
