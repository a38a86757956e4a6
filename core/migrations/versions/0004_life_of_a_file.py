"""The life of a file: its states and steps, exits, re-verification, plan, measures, visits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.migrations.guard import guard

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

STATES = "state in ('active', 'suspended', 'phase_out', 'safety_net', 'exited')"
TABLES = ("exit_reviews", "file_events", "verifications", "plans", "measures", "visits")
LATER = ("contact_id", "state_since", "exit_way", "phase_out_until")


def upgrade() -> None:
    _widen_households()
    _create_exits()
    _create_events()
    _create_verifications()
    _create_plans()
    _create_measures()
    _create_visits()
    for table in TABLES:
        for statement in guard(table):
            op.execute(statement)


def downgrade() -> None:
    op.drop_column("evidence", "visit_id")
    for table in reversed(TABLES):
        op.drop_table(table)
    op.drop_index("ix_members_tenant_id_closed_head", "members")
    op.drop_constraint(op.f("ck_households_phase_out_until"), "households")
    op.drop_constraint(op.f("ck_households_state"), "households")
    # Who is helped on stands as in force; the older schema knows nothing between.
    op.execute("update households set state = 'active' where state <> 'exited'")
    op.create_check_constraint(
        op.f("ck_households_state"), "households", "state in ('active', 'exited')"
    )
    for column in LATER:
        op.drop_column("households", column)


def _widen_households() -> None:
    op.add_column("households", sa.Column("contact_id", sa.Uuid(), nullable=True))
    op.add_column("households", sa.Column("state_since", sa.Date(), nullable=True))
    op.add_column("households", sa.Column("exit_way", sa.Text(), nullable=True))
    op.add_column("households", sa.Column("phase_out_until", sa.Date(), nullable=True))
    op.drop_constraint(op.f("ck_households_state"), "households")
    op.create_check_constraint(op.f("ck_households_state"), "households", STATES)
    op.create_check_constraint(
        op.f("ck_households_phase_out_until"),
        "households",
        "(state = 'phase_out') = (phase_out_until is not null)",
    )
    op.create_index(
        "ix_members_tenant_id_closed_head",
        "members",
        ["tenant_id", "id_index"],
        postgresql_where="is_head and not active",
    )
    op.add_column("evidence", sa.Column("visit_id", sa.Uuid(), nullable=True))


def _create_exits() -> None:
    op.create_table(
        "exit_reviews",
        *_begin(),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=True),
        sa.Column("programme_version", sa.Text(), nullable=True),
        sa.Column("parameters", sa.LargeBinary(), nullable=True),
        sa.Column("facts", sa.dialects.postgresql.JSONB(), nullable=True),
        sa.Column("form", sa.LargeBinary(), nullable=True),
        sa.Column("explanation", sa.dialects.postgresql.JSONB(), nullable=True),
        sa.Column("reasons", sa.dialects.postgresql.JSONB(), nullable=True),
        sa.Column("phase_out_months", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state in ('stays', 'proposed', 'confirmed', 'refused')",
            name=op.f("ck_exit_reviews_state"),
        ),
        sa.CheckConstraint("phase_out_months >= 0", name=op.f("ck_exit_reviews_phase_out_months")),
        *_end("exit_reviews"),
    )
    _index("exit_reviews")
    op.create_index(
        "uq_exit_reviews_tenant_id_household_id_proposed",
        "exit_reviews",
        ["tenant_id", "household_id"],
        unique=True,
        postgresql_where="state = 'proposed'",
    )


def _create_events() -> None:
    op.create_table(
        "file_events",
        *_begin(),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=True),
        sa.Column("by_person", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "review_id"],
            ["exit_reviews.tenant_id", "exit_reviews.id"],
            name=op.f("fk_file_events_tenant_id_review_id"),
        ),
        *_end("file_events"),
    )
    _index("file_events")


def _create_verifications() -> None:
    op.create_table(
        "verifications",
        *_begin(),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("first_person", sa.Uuid(), nullable=False),
        sa.Column("second_person", sa.Uuid(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "first_person <> second_person", name=op.f("ck_verifications_two_people")
        ),
        *_end("verifications"),
    )
    _index("verifications")


def _create_plans() -> None:
    op.create_table(
        "plans",
        *_begin(),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("goals", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_plans_period")),
        sa.UniqueConstraint(
            "tenant_id", "household_id", "number",
            name=op.f("uq_plans_tenant_id_household_id_number"),
        ),
        *_end("plans"),
    )  # fmt: skip


def _create_measures() -> None:
    op.create_table(
        "measures",
        *_begin(),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("cooperating", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("responsible", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("referred_on", sa.Date(), nullable=False),
        sa.Column("referred_by", sa.Uuid(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state in ('open', 'accepted', 'done', 'refused', 'cancelled')",
            name=op.f("ck_measures_state"),
        ),
        *_end("measures"),
    )
    _index("measures")
    op.create_index(
        "ix_measures_tenant_id_due_on",
        "measures",
        ["tenant_id", "due_on"],
        postgresql_where="state in ('open', 'accepted')",
    )


def _create_visits() -> None:
    op.create_table(
        "visits",
        *_begin(),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("first_visitor", sa.Uuid(), nullable=False),
        sa.Column("second_visitor", sa.Uuid(), nullable=False),
        sa.Column("met", sa.Text(), nullable=False),
        sa.Column("living", sa.Text(), nullable=False),
        sa.Column("housing", sa.Text(), nullable=False),
        sa.Column("income_seen", sa.BigInteger(), nullable=True),
        sa.Column("spending_seen", sa.BigInteger(), nullable=True),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("conclusion", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("first_visitor <> second_visitor", name=op.f("ck_visits_two_people")),
        *_end("visits"),
    )
    _index("visits")


def _begin() -> tuple[sa.Column[object], ...]:
    names = ("tenant_id", "id", "household_id")
    return tuple(sa.Column(name, sa.Uuid(), nullable=False) for name in names)


def _end(table: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.ForeignKeyConstraint(
            ["tenant_id", "household_id"],
            ["households.tenant_id", "households.id"],
            name=op.f(f"fk_{table}_tenant_id_household_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{table}")),
    )


def _index(table: str) -> None:
    op.create_index(f"ix_{table}_tenant_id_household_id", table, ["tenant_id", "household_id"])
