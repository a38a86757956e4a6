"""The urgent route: why an application cannot wait, and the papers it owes once it was granted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.migrations.guard import guard

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TABLE = "owed_papers"
STATES = ("owed", "handed_in", "settled", "failed")
KIND = "ck_wrong_payments_kind"
KINDS = ("false_statement", "unreported_change", "own_mistake", "other")
MISSING = "papers_missing"


def upgrade() -> None:
    op.add_column(
        "applications", sa.Column("urgent_reason", sa.Text(), nullable=False, server_default="")
    )
    _create_owed_papers()
    for statement in guard(TABLE):
        op.execute(statement)
    _know_kinds((*KINDS[:-1], MISSING, KINDS[-1]))


def downgrade() -> None:
    op.execute(f"update wrong_payments set kind = 'other' where kind = '{MISSING}'")  # noqa: S608
    _know_kinds(KINDS)
    op.drop_table(TABLE)
    op.drop_column("applications", "urgent_reason")


def _know_kinds(kinds: tuple[str, ...]) -> None:
    op.drop_constraint(op.f(KIND), "wrong_payments")
    op.create_check_constraint(op.f(KIND), "wrong_payments", f"kind in {kinds}")


def _create_owed_papers() -> None:
    op.create_table(
        TABLE,
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("granted_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("papers", sa.dialects.postgresql.JSONB(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("handed_in_by", sa.Uuid(), nullable=True),
        sa.Column("handed_in_on", sa.Date(), nullable=True),
        sa.Column("checked_by", sa.Uuid(), nullable=True),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"state in {STATES}", name=op.f(f"ck_{TABLE}_state")),
        sa.CheckConstraint(
            "state = 'owed' or visit_id is not null and handed_in_on is not null",
            name=op.f(f"ck_{TABLE}_handed_in"),
        ),
        *(_refer(column, to) for column, to in (
            ("application_id", "applications"), ("household_id", "households"),
            ("visit_id", "visits"),
        )),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{TABLE}")),
    )  # fmt: skip
    op.create_index(
        f"uq_{TABLE}_tenant_id_application_id_live", TABLE, ["tenant_id", "application_id"],
        unique=True, postgresql_where="state <> 'failed'",
    )  # fmt: skip
    for column in ("household_id", "state"):
        op.create_index(f"ix_{TABLE}_tenant_id_{column}", TABLE, ["tenant_id", column])


def _refer(column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column], [f"{to}.tenant_id", f"{to}.id"],
        name=op.f(f"fk_{TABLE}_tenant_id_{column}"),
    )  # fmt: skip
