"""An approved application can be a referral: it becomes a measure of the department that helps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

STATES = (
    "draft", "in_route", "returned", "approved", "noticed", "granted", "paid",
    "rejected", "withdrawn",
)  # fmt: skip
ONE = "uq_applications_tenant_id_student_school_year"


def upgrade() -> None:
    _let_states_be((*STATES, "referred", "fulfilled", "unfulfilled"))
    _one_a_year(("rejected", "withdrawn", "unfulfilled"))
    op.add_column("measures", sa.Column("application_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_measures_tenant_id_application_id"),
        "measures",
        "applications",
        ["tenant_id", "application_id"],
        ["tenant_id", "id"],
    )
    op.create_index(
        "ix_measures_tenant_id_application_id", "measures", ["tenant_id", "application_id"]
    )


def downgrade() -> None:
    op.drop_column("measures", "application_id")
    op.execute("update applications set state = 'withdrawn' where state = 'unfulfilled'")
    op.execute("update applications set state = 'granted' where state in ('referred', 'fulfilled')")
    _one_a_year(("rejected", "withdrawn"))
    _let_states_be(STATES)


def _let_states_be(states: tuple[str, ...]) -> None:
    name = op.f("ck_applications_state")
    op.drop_constraint(name, "applications")
    op.create_check_constraint(name, "applications", f"state in {states}")


def _one_a_year(over: tuple[str, ...]) -> None:
    op.drop_index(ONE, "applications")
    op.create_index(
        ONE,
        "applications",
        ["tenant_id", "programme", "student_index", "school_year"],
        unique=True,
        postgresql_where=f"state not in {over}",
    )
