"""Means verification: consents, rounds, requests, answers, differences; proposals of discovery."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from core.migrations.guard import guard

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = (
    "consent_forms", "verification_rounds", "verification_requests", "department_files",
    "verification_answers", "verification_differences", "discovery_proposals",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "consent_forms",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("storage_key", sa.Text(), nullable=True),
        sa.Column("sha256", sa.LargeBinary(), nullable=True),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('waiting', 'made', 'failed')", name=op.f("ck_consent_forms_state")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "household_id"],
            ["households.tenant_id", "households.id"],
            name=op.f("fk_consent_forms_tenant_id_household_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_consent_forms")),
    )
    op.create_index(
        "ix_consent_forms_tenant_id_household_id",
        "consent_forms",
        ["tenant_id", "household_id"],
        unique=False,
    )
    op.create_table(
        "verification_rounds",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sources", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("verifies", sa.Boolean(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("exported_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_verification_rounds")),
        sa.UniqueConstraint(
            "tenant_id", "year", "number", name=op.f("uq_verification_rounds_tenant_id_year_number")
        ),
    )
    op.create_table(
        "verification_requests",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "state in ('requested', 'waiting', 'answered', 'differing', 'done')",
            name=op.f("ck_verification_requests_state"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "consent_id"],
            ["evidence.tenant_id", "evidence.id"],
            name=op.f("fk_verification_requests_tenant_id_consent_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "household_id"],
            ["households.tenant_id", "households.id"],
            name=op.f("fk_verification_requests_tenant_id_household_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "round_id"],
            ["verification_rounds.tenant_id", "verification_rounds.id"],
            name=op.f("fk_verification_requests_tenant_id_round_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_verification_requests")),
    )
    op.create_index(
        "ix_verification_requests_tenant_id_round_id",
        "verification_requests",
        ["tenant_id", "round_id"],
        unique=False,
    )
    op.create_index(
        "uq_verification_requests_tenant_id_unfinished",
        "verification_requests",
        ["tenant_id", "household_id"],
        unique=True,
        postgresql_where="state <> 'done'",
    )
    op.create_table(
        "department_files",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("storage_key", sa.Text(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("faults", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("started_by", sa.Uuid(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind in ('answers', 'people')", name=op.f("ck_department_files_kind")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_department_files")),
    )
    op.create_table(
        "verification_answers",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=True),
        sa.Column("name_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("name_masked", sa.Text(), nullable=False),
        sa.Column("id_cipher", sa.LargeBinary(), nullable=False),
        sa.Column("id_index", sa.LargeBinary(), nullable=False),
        sa.Column("id_masked", sa.Text(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("told", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("row_cipher", sa.LargeBinary(), nullable=False),
        sa.Column("row_digest", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "file_id"],
            ["department_files.tenant_id", "department_files.id"],
            name=op.f("fk_verification_answers_tenant_id_file_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "household_id"],
            ["households.tenant_id", "households.id"],
            name=op.f("fk_verification_answers_tenant_id_household_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_verification_answers")),
        sa.UniqueConstraint(
            "tenant_id",
            "source",
            "row_digest",
            name=op.f("uq_verification_answers_tenant_id_source_row_digest"),
        ),
    )
    op.create_index(
        "ix_verification_answers_tenant_id_household_id",
        "verification_answers",
        ["tenant_id", "household_id"],
        unique=False,
    )
    op.create_index(
        "ix_verification_answers_tenant_id_id_index",
        "verification_answers",
        ["tenant_id", "id_index"],
        unique=False,
    )
    op.create_table(
        "verification_differences",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("answer_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("declared", sa.Text(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("assigned_to", sa.Uuid(), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "state in ('open', 'visit', 'declared', 'answer', 'superseded')",
            name=op.f("ck_verification_differences_state"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "answer_id"],
            ["verification_answers.tenant_id", "verification_answers.id"],
            name=op.f("fk_verification_differences_tenant_id_answer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "evidence_id"],
            ["evidence.tenant_id", "evidence.id"],
            name=op.f("fk_verification_differences_tenant_id_evidence_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "household_id"],
            ["households.tenant_id", "households.id"],
            name=op.f("fk_verification_differences_tenant_id_household_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_verification_differences")),
        sa.UniqueConstraint(
            "tenant_id",
            "answer_id",
            "kind",
            name=op.f("uq_verification_differences_tenant_id_answer_id_kind"),
        ),
    )
    op.create_index(
        "ix_verification_differences_tenant_id_due_on",
        "verification_differences",
        ["tenant_id", "due_on"],
        unique=False,
        postgresql_where="state in ('open', 'visit')",
    )
    op.create_index(
        "ix_verification_differences_tenant_id_household_id",
        "verification_differences",
        ["tenant_id", "household_id"],
        unique=False,
    )
    op.create_table(
        "discovery_proposals",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("name_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("name_masked", sa.Text(), nullable=False),
        sa.Column("id_cipher", sa.LargeBinary(), nullable=False),
        sa.Column("id_index", sa.LargeBinary(), nullable=False),
        sa.Column("id_masked", sa.Text(), nullable=False),
        sa.Column("details_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("grounds", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state in ('open', 'taken_up', 'dismissed')", name=op.f("ck_discovery_proposals_state")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "file_id"],
            ["department_files.tenant_id", "department_files.id"],
            name=op.f("fk_discovery_proposals_tenant_id_file_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "household_id"],
            ["households.tenant_id", "households.id"],
            name=op.f("fk_discovery_proposals_tenant_id_household_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["units.tenant_id", "units.id"],
            name=op.f("fk_discovery_proposals_tenant_id_unit_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_discovery_proposals")),
    )
    op.create_index(
        "ix_discovery_proposals_tenant_id_digest",
        "discovery_proposals",
        ["tenant_id", "digest"],
        unique=False,
    )
    op.create_index(
        "ix_discovery_proposals_tenant_id_unit_id",
        "discovery_proposals",
        ["tenant_id", "unit_id"],
        unique=False,
    )
    op.create_index(
        "uq_discovery_proposals_tenant_id_open",
        "discovery_proposals",
        ["tenant_id", "id_index"],
        unique=True,
        postgresql_where="state = 'open'",
    )
    for table in TABLES:
        for statement in guard(table):
            op.execute(statement)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
