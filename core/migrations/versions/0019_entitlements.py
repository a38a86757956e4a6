"""Entitlements: aid that lasts, and payments by the month."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.migrations.guard import guard

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

LIVE = "state not in ('failed', 'released')"
ONE, MONTHLY = (
    "uq_payments_tenant_id_application_id_live",
    "uq_payments_tenant_id_application_id_month_live",
)
REASONS = (
    "", "file_suspended", "file_overdue", "recheck_due", "file_exited", "safety_net",
    "not_eligible", "by_hand",
)  # fmt: skip


def upgrade() -> None:
    _create_entitlements()
    for statement in guard("entitlements"):
        op.execute(statement)
    op.add_column("payments", sa.Column("month", sa.Date(), nullable=True))
    op.drop_index(ONE, "payments")
    _index(ONE, ["tenant_id", "application_id"], f"month is null and {LIVE}")
    _index(MONTHLY, ["tenant_id", "application_id", "month"], f"month is not null and {LIVE}")


def downgrade() -> None:
    op.drop_index(MONTHLY, "payments")
    op.drop_index(ONE, "payments")
    op.execute("delete from recoveries r using wrong_payments w, payments p"
               " where w.tenant_id = r.tenant_id and w.id = r.wrong_payment_id"
               " and p.tenant_id = w.tenant_id and p.id = w.payment_id and p.month is not null")  # fmt: skip
    op.execute("delete from wrong_payments w using payments p where p.tenant_id = w.tenant_id"
               " and p.id = w.payment_id and p.month is not null")  # fmt: skip
    op.execute("delete from payments where month is not null")
    op.drop_column("payments", "month")
    _index(ONE, ["tenant_id", "application_id"], LIVE)
    op.drop_table("entitlements")


def _index(name: str, columns: list[str], where: str) -> None:
    op.create_index(name, "payments", columns, unique=True, postgresql_where=where)


def _create_entitlements() -> None:
    name = "entitlements"
    op.create_table(
        name,
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("recheck_due", sa.Date(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        _check(name, "amount", "amount >= 0"),
        _check(name, "starts_on", "extract(day from starts_on) = 1"),
        _check(name, "state", "state in ('running', 'suspended', 'ended')"),
        _check(name, "reason", f"reason in {REASONS}"),
        _check(name, "told", "(state = 'running') = (reason = '')"),
        _refer(name, "application_id", "applications"),
        _refer(name, "household_id", "households"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{name}")),
    )
    op.create_index(
        f"uq_{name}_tenant_id_application_id_live", name, ["tenant_id", "application_id"],
        unique=True, postgresql_where="state <> 'ended'",
    )  # fmt: skip
    for column in ("household_id", "state"):
        op.create_index(f"ix_{name}_tenant_id_{column}", name, ["tenant_id", column])


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _refer(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column], [f"{to}.tenant_id", f"{to}.id"],
        name=op.f(f"fk_{table}_tenant_id_{column}"),
    )  # fmt: skip
