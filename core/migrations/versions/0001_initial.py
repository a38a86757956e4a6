"""The first schema: tenants, households, applications, money, audit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

from core.migrations.guard import APPLICATION_ROLE, guard

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TENANT_OWNED = (
    "accounts",
    "applications",
    "audit_blocks",
    "audit_checkpoints",
    "audit_records",
    "batches",
    "evidence",
    "explanation_forms",
    "funds",
    "households",
    "idempotency_keys",
    "imports",
    "judgements",
    "login_sessions",
    "members",
    "notices",
    "objections",
    "outbox",
    "parameter_overrides",
    "parameter_sets",
    "payments",
    "people",
    "programme_settings",
    "reports",
    "role_grants",
    "statements",
    "steps",
    "transfers",
    "units",
)


def upgrade() -> None:
    op.create_table(
        "audit_blocks",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_audit_blocks")),
        sa.UniqueConstraint("tenant_id", "number", name=op.f("uq_audit_blocks_tenant_id_number")),
    )
    op.create_table(
        "audit_checkpoints",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("block", sa.BigInteger(), nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.Column("records", sa.BigInteger(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("countersigned_by", sa.Uuid(), nullable=True),
        sa.Column("countersignature", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_audit_checkpoints")),
        sa.UniqueConstraint(
            "tenant_id", "block", name=op.f("uq_audit_checkpoints_tenant_id_block")
        ),
    )
    op.create_table(
        "audit_records",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_tenant", sa.Uuid(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("object_type", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.Column("block", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_audit_records")),
    )
    op.create_index(
        "ix_audit_records_tenant_id_object_id",
        "audit_records",
        ["tenant_id", "object_id"],
        unique=False,
    )
    op.create_index(
        "ix_audit_records_unsealed",
        "audit_records",
        ["tenant_id", "id"],
        unique=False,
        postgresql_where="block is null",
    )
    op.create_index(
        "uq_audit_records_tenant_id_block_position",
        "audit_records",
        ["tenant_id", "block", "position"],
        unique=True,
        postgresql_where="block is not null",
    )
    op.create_table(
        "explanation_forms",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("steps", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_explanation_forms")),
        sa.UniqueConstraint(
            "tenant_id", "sha256", name=op.f("uq_explanation_forms_tenant_id_sha256")
        ),
    )
    op.create_table(
        "funds",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("programmes", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("budget", sa.BigInteger(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.Column("paid", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reserved + paid <= budget", name=op.f("ck_funds_budget")),
        sa.CheckConstraint("reserved >= 0 and paid >= 0", name=op.f("ck_funds_positive")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_funds")),
        sa.UniqueConstraint("tenant_id", "name", "year", name=op.f("uq_funds_tenant_id_name_year")),
        sa.UniqueConstraint("tenant_id", "number", name=op.f("uq_funds_tenant_id_number")),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_idempotency_keys")),
        sa.UniqueConstraint(
            "tenant_id",
            "person_id",
            "key",
            name=op.f("uq_idempotency_keys_tenant_id_person_id_key"),
        ),
    )
    op.create_table(
        "imports",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("storage_key", sa.Text(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("keep_good", sa.Boolean(), nullable=False),
        sa.Column("judged_on", sa.Date(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("good", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("faults", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("categories", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("started_by", sa.Uuid(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_imports")),
    )
    op.create_table(
        "outbox",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("result", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("started_by", sa.Uuid(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("alive_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_outbox")),
    )
    op.create_index(
        "ix_outbox_tenant_id_started_by", "outbox", ["tenant_id", "started_by"], unique=False
    )
    op.create_index(
        "ix_outbox_unfinished",
        "outbox",
        ["created_at"],
        unique=False,
        postgresql_where="state in ('pending', 'running')",
    )
    op.create_table(
        "parameter_overrides",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("holds_from", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_parameter_overrides")),
        sa.UniqueConstraint(
            "tenant_id",
            "programme",
            "name",
            "holds_from",
            name=op.f("uq_parameter_overrides_tenant_id_programme_name_holds_from"),
        ),
    )
    op.create_table(
        "parameter_sets",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("figures", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_parameter_sets")),
        sa.UniqueConstraint("tenant_id", "sha256", name=op.f("uq_parameter_sets_tenant_id_sha256")),
    )
    op.create_table(
        "people",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_people")),
        sa.UniqueConstraint("tenant_id", "login", name=op.f("uq_people_tenant_id_login")),
    )
    op.create_table(
        "programme_settings",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_programme_settings")),
        sa.UniqueConstraint(
            "tenant_id", "programme", name=op.f("uq_programme_settings_tenant_id_programme")
        ),
    )
    op.create_table(
        "reports",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("subject_tenant", sa.Uuid(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("storage_key", sa.Text(), nullable=True),
        sa.Column("sha256", sa.LargeBinary(), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state in ('waiting', 'made', 'failed')", name=op.f("ck_reports_state")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_reports")),
        sa.UniqueConstraint(
            "tenant_id", "year", "number", name=op.f("uq_reports_tenant_id_year_number")
        ),
    )
    op.create_index("ix_reports_tenant_id_period", "reports", ["tenant_id", "period"], unique=False)
    op.create_table(
        "tenants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("pack", sa.Text(), nullable=False),
        sa.Column("division_code", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(level = 'nation') = (parent_id is null)", name=op.f("ck_tenants_parent")
        ),
        sa.CheckConstraint(
            "level in ('nation', 'province', 'city')", name=op.f("ck_tenants_level")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["tenants.id"], name=op.f("fk_tenants_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenants")),
        sa.UniqueConstraint("slug", name=op.f("uq_tenants_slug")),
    )
    op.create_table(
        "units",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("division_code", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "parent_id"],
            ["units.tenant_id", "units.id"],
            name=op.f("fk_units_tenant_id_parent_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_units")),
        sa.UniqueConstraint("tenant_id", "full_name", name=op.f("uq_units_tenant_id_full_name")),
        sa.UniqueConstraint("tenant_id", "path", name=op.f("uq_units_tenant_id_path")),
    )
    op.create_index(
        "ix_units_tenant_id_path_pattern",
        "units",
        ["tenant_id", "path"],
        unique=False,
        postgresql_ops={"path": "text_pattern_ops"},
    )
    op.create_table(
        "accounts",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fund_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "fund_id"],
            ["funds.tenant_id", "funds.id"],
            name=op.f("fk_accounts_tenant_id_fund_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_accounts")),
        sa.UniqueConstraint(
            "tenant_id", "fund_id", "kind", name=op.f("uq_accounts_tenant_id_fund_id_kind")
        ),
    )
    op.create_table(
        "batches",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fund_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("file_sha256", sa.LargeBinary(), nullable=True),
        sa.Column("result_sha256", sa.LargeBinary(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by", sa.Uuid(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reconciled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('draft', 'sent', 'reconciled', 'dissolved')", name=op.f("ck_batches_state")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "fund_id"],
            ["funds.tenant_id", "funds.id"],
            name=op.f("fk_batches_tenant_id_fund_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_batches")),
        sa.UniqueConstraint("tenant_id", "number", name=op.f("uq_batches_tenant_id_number")),
    )
    op.create_table(
        "households",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file_number", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("judged_on", sa.Date(), nullable=True),
        sa.Column("head_name", sa.Text(), nullable=False),
        sa.Column("head_id_masked", sa.Text(), nullable=False),
        sa.Column("member_count", sa.Integer(), nullable=False),
        sa.Column("ethnicity", sa.Text(), nullable=False),
        sa.Column("political_status", sa.Text(), nullable=False),
        sa.Column("disability_kind", sa.Text(), nullable=False),
        sa.Column("disability_grade", sa.Text(), nullable=False),
        sa.Column("work_status", sa.Text(), nullable=False),
        sa.Column("model_worker", sa.Text(), nullable=False),
        sa.Column("marital_status", sa.Text(), nullable=False),
        sa.Column("registration_kind", sa.Text(), nullable=False),
        sa.Column("phone_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("phone_masked", sa.Text(), nullable=False),
        sa.Column("employer", sa.Text(), nullable=False),
        sa.Column("employer_code", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("division_code", sa.Text(), nullable=False),
        sa.Column("housing_kind", sa.Text(), nullable=False),
        sa.Column("housing_area_centi", sa.Integer(), nullable=True),
        sa.Column("single_parent", sa.Boolean(), nullable=False),
        sa.Column("medical_insurance", sa.Text(), nullable=False),
        sa.Column("zero_employment", sa.Boolean(), nullable=False),
        sa.Column("main_cause", sa.Text(), nullable=False),
        sa.Column("further_causes", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("bank_name", sa.Text(), nullable=False),
        sa.Column("card_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("card_index", sa.LargeBinary(), nullable=True),
        sa.Column("card_masked", sa.Text(), nullable=False),
        sa.Column("contact_person", sa.Text(), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("filed_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("record_digest", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("state in ('active', 'exited')", name=op.f("ck_households_state")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["units.tenant_id", "units.id"],
            name=op.f("fk_households_tenant_id_unit_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_households")),
        sa.UniqueConstraint(
            "tenant_id", "file_number", name=op.f("uq_households_tenant_id_file_number")
        ),
    )
    op.create_index(
        "ix_households_tenant_id_category", "households", ["tenant_id", "category"], unique=False
    )
    op.create_index(
        "ix_households_tenant_id_unit_id", "households", ["tenant_id", "unit_id"], unique=False
    )
    op.create_table(
        "login_sessions",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["people.tenant_id", "people.id"],
            name=op.f("fk_login_sessions_tenant_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_login_sessions")),
        sa.UniqueConstraint(
            "tenant_id", "token_hash", name=op.f("uq_login_sessions_tenant_id_token_hash")
        ),
    )
    op.create_table(
        "role_grants",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("granted_by", sa.Uuid(), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["people.tenant_id", "people.id"],
            name=op.f("fk_role_grants_tenant_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["units.tenant_id", "units.id"],
            name=op.f("fk_role_grants_tenant_id_unit_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_role_grants")),
        sa.UniqueConstraint(
            "tenant_id",
            "person_id",
            "role",
            "unit_id",
            name=op.f("uq_role_grants_tenant_id_person_id_role_unit_id"),
        ),
    )
    op.create_table(
        "evidence",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("storage_key", sa.Text(), nullable=False),
        sa.Column("uploaded_by", sa.Uuid(), nullable=True),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "household_id"],
            ["households.tenant_id", "households.id"],
            name=op.f("fk_evidence_tenant_id_household_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_evidence")),
    )
    op.create_index(
        "ix_evidence_tenant_id_household_id",
        "evidence",
        ["tenant_id", "household_id"],
        unique=False,
    )
    op.create_table(
        "judgements",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("programme_version", sa.Text(), nullable=False),
        sa.Column("parameters", sa.LargeBinary(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("form", sa.LargeBinary(), nullable=False),
        sa.Column("explanation", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("reasons", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("judged_by", sa.Uuid(), nullable=True),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "household_id"],
            ["households.tenant_id", "households.id"],
            name=op.f("fk_judgements_tenant_id_household_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_judgements")),
    )
    op.create_index(
        "ix_judgements_tenant_id_household_id",
        "judgements",
        ["tenant_id", "household_id"],
        unique=False,
    )
    op.create_table(
        "members",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_head", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("departed", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("sex", sa.Text(), nullable=False),
        sa.Column("id_cipher", sa.LargeBinary(), nullable=False),
        sa.Column("id_index", sa.LargeBinary(), nullable=False),
        sa.Column("id_masked", sa.Text(), nullable=False),
        sa.Column("health", sa.Text(), nullable=False),
        sa.Column("monthly_income", sa.BigInteger(), nullable=False),
        sa.Column("occupation", sa.Text(), nullable=False),
        sa.Column("education_stage", sa.Text(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("enrolment_year", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "household_id"],
            ["households.tenant_id", "households.id"],
            name=op.f("fk_members_tenant_id_household_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_members")),
    )
    op.create_index(
        "ix_members_tenant_id_household_id", "members", ["tenant_id", "household_id"], unique=False
    )
    op.create_index(
        "uq_members_tenant_id_active_id",
        "members",
        ["tenant_id", "id_index"],
        unique=True,
        postgresql_where="active",
    )
    op.create_index(
        "uq_members_tenant_id_head",
        "members",
        ["tenant_id", "household_id"],
        unique=True,
        postgresql_where="is_head",
    )
    op.create_table(
        "statements",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("income", sa.BigInteger(), nullable=False),
        sa.Column("illness", sa.BigInteger(), nullable=False),
        sa.Column("disability", sa.BigInteger(), nullable=False),
        sa.Column("schooling", sa.BigInteger(), nullable=False),
        sa.Column("work_cost", sa.BigInteger(), nullable=False),
        sa.Column("loss", sa.BigInteger(), nullable=False),
        sa.Column("compensation", sa.BigInteger(), nullable=False),
        sa.Column("self_paid", sa.BigInteger(), nullable=False),
        sa.Column("still_difficult", sa.Boolean(), nullable=False),
        sa.Column("declared_by", sa.Uuid(), nullable=True),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "household_id"],
            ["households.tenant_id", "households.id"],
            name=op.f("fk_statements_tenant_id_household_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_statements")),
        sa.UniqueConstraint(
            "tenant_id",
            "household_id",
            "as_of",
            name=op.f("uq_statements_tenant_id_household_id_as_of"),
        ),
    )
    op.create_table(
        "transfers",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("debit_id", sa.Uuid(), nullable=False),
        sa.Column("credit_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("cause_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_transfers_amount")),
        sa.CheckConstraint("debit_id <> credit_id", name=op.f("ck_transfers_sides")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "credit_id"],
            ["accounts.tenant_id", "accounts.id"],
            name=op.f("fk_transfers_tenant_id_credit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "debit_id"],
            ["accounts.tenant_id", "accounts.id"],
            name=op.f("fk_transfers_tenant_id_debit_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_transfers")),
        sa.UniqueConstraint(
            "tenant_id", "cause", "cause_id", name=op.f("uq_transfers_tenant_id_cause_cause_id")
        ),
    )
    op.create_index(
        "ix_transfers_tenant_id_credit_id", "transfers", ["tenant_id", "credit_id"], unique=False
    )
    op.create_index(
        "ix_transfers_tenant_id_debit_id", "transfers", ["tenant_id", "debit_id"], unique=False
    )
    op.create_table(
        "applications",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("programme_version", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("applied_on", sa.Date(), nullable=False),
        sa.Column("answers", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("asked", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("facts", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("parameters", sa.LargeBinary(), nullable=False),
        sa.Column("assessment", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("started_by", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_by", sa.Uuid(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('draft', 'in_route', 'returned', 'approved', 'noticed', 'granted', 'paid', 'rejected', 'withdrawn')",
            name=op.f("ck_applications_state"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "household_id"],
            ["households.tenant_id", "households.id"],
            name=op.f("fk_applications_tenant_id_household_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "member_id"],
            ["members.tenant_id", "members.id"],
            name=op.f("fk_applications_tenant_id_member_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["units.tenant_id", "units.id"],
            name=op.f("fk_applications_tenant_id_unit_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_applications")),
        sa.UniqueConstraint("tenant_id", "number", name=op.f("uq_applications_tenant_id_number")),
    )
    op.create_index(
        "ix_applications_tenant_id_household_id",
        "applications",
        ["tenant_id", "household_id"],
        unique=False,
    )
    op.create_index(
        "ix_applications_tenant_id_state", "applications", ["tenant_id", "state"], unique=False
    )
    op.create_table(
        "notices",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("working_days", sa.Integer(), nullable=False),
        sa.Column("name_masked", sa.Text(), nullable=False),
        sa.Column("unit_name", sa.Text(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state in ('open', 'closed', 'stopped')", name=op.f("ck_notices_state")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "application_id"],
            ["applications.tenant_id", "applications.id"],
            name=op.f("fk_notices_tenant_id_application_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_notices")),
    )
    op.create_index("ix_notices_tenant_id_state", "notices", ["tenant_id", "state"], unique=False)
    op.create_index(
        "uq_notices_tenant_id_application_id_open",
        "notices",
        ["tenant_id", "application_id"],
        unique=True,
        postgresql_where="state = 'open'",
    )
    op.create_table(
        "payments",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("fund_id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("payee_name", sa.Text(), nullable=False),
        sa.Column("bank_name", sa.Text(), nullable=False),
        sa.Column("card_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("card_masked", sa.Text(), nullable=False),
        sa.Column("reserved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state in ('reserved', 'batched', 'sent', 'paid', 'failed', 'released')",
            name=op.f("ck_payments_state"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payments_amount")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "application_id"],
            ["applications.tenant_id", "applications.id"],
            name=op.f("fk_payments_tenant_id_application_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "batch_id"],
            ["batches.tenant_id", "batches.id"],
            name=op.f("fk_payments_tenant_id_batch_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "fund_id"],
            ["funds.tenant_id", "funds.id"],
            name=op.f("fk_payments_tenant_id_fund_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "household_id"],
            ["households.tenant_id", "households.id"],
            name=op.f("fk_payments_tenant_id_household_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_payments")),
        sa.UniqueConstraint("tenant_id", "number", name=op.f("uq_payments_tenant_id_number")),
    )
    op.create_index(
        "ix_payments_tenant_id_batch_id", "payments", ["tenant_id", "batch_id"], unique=False
    )
    op.create_index(
        "ix_payments_tenant_id_fund_id_state",
        "payments",
        ["tenant_id", "fund_id", "state"],
        unique=False,
    )
    op.create_index(
        "uq_payments_tenant_id_application_id_live",
        "payments",
        ["tenant_id", "application_id"],
        unique=True,
        postgresql_where="state not in ('failed', 'released')",
    )
    op.create_table(
        "steps",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("deciding_tenant", sa.Uuid(), nullable=False),
        sa.Column("unit_path", sa.Text(), nullable=False),
        sa.Column("due_days", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("findings", postgresql.JSONB(astext_type=Text()), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_by_name", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('waiting', 'open', 'done', 'void')", name=op.f("ck_steps_state")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "application_id"],
            ["applications.tenant_id", "applications.id"],
            name=op.f("fk_steps_tenant_id_application_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_steps")),
        sa.UniqueConstraint(
            "tenant_id",
            "application_id",
            "round",
            "position",
            name=op.f("uq_steps_tenant_id_application_id_round_position"),
        ),
    )
    op.create_index(
        "ix_steps_tenant_id_open",
        "steps",
        ["deciding_tenant", "tenant_id"],
        unique=False,
        postgresql_where="state = 'open'",
    )
    op.create_table(
        "objections",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("contact_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state in ('open', 'upheld', 'dismissed')", name=op.f("ck_objections_state")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "notice_id"],
            ["notices.tenant_id", "notices.id"],
            name=op.f("fk_objections_tenant_id_notice_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_objections")),
    )
    op.create_index(
        "ix_objections_tenant_id_notice_id", "objections", ["tenant_id", "notice_id"], unique=False
    )
    op.execute(f"grant select on tenants to {APPLICATION_ROLE}")
    for table in TENANT_OWNED:
        for statement in guard(table):
            op.execute(statement)


def downgrade() -> None:
    op.drop_table("objections")
    op.drop_table("steps")
    op.drop_table("payments")
    op.drop_table("notices")
    op.drop_table("applications")
    op.drop_table("transfers")
    op.drop_table("statements")
    op.drop_table("members")
    op.drop_table("judgements")
    op.drop_table("evidence")
    op.drop_table("role_grants")
    op.drop_table("login_sessions")
    op.drop_table("households")
    op.drop_table("batches")
    op.drop_table("accounts")
    op.drop_table("units")
    op.drop_table("tenants")
    op.drop_table("reports")
    op.drop_table("programme_settings")
    op.drop_table("people")
    op.drop_table("parameter_sets")
    op.drop_table("parameter_overrides")
    op.drop_table("outbox")
    op.drop_table("imports")
    op.drop_table("idempotency_keys")
    op.drop_table("funds")
    op.drop_table("explanation_forms")
    op.drop_table("audit_records")
    op.drop_table("audit_checkpoints")
    op.drop_table("audit_blocks")
