"""Claims on medical mutual aid, its pools, contributions received, free enrolment."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from core.migrations.guard import guard

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

MADE = ("free_enrolments", "contributions", "claims", "claimed_bills")
LIVE = "state not in ('failed', 'released')"
ADDS_UP = (
    "total = basic_insurance + illness_insurance + in_policy + out_of_policy"
    " and least(basic_insurance, illness_insurance, in_policy, out_of_policy) >= 0"
    " and total > 0"
)


def upgrade() -> None:
    _let_files_be(("answers", "people", "aid", "enrolments", "claims"))
    _add_pools()
    _create_free_enrolments()
    _create_contributions()
    _create_claims()
    _create_claimed_bills()
    for table in MADE:
        for statement in guard(table):
            op.execute(statement)
    _pay_claims()


def downgrade() -> None:
    op.execute("delete from recoveries r using wrong_payments w where w.tenant_id = r.tenant_id"
               " and w.id = r.wrong_payment_id and w.household_id is null")  # fmt: skip
    op.execute("delete from wrong_payments where household_id is null")
    op.execute("delete from payments where claim_id is not null")
    op.alter_column("wrong_payments", "household_id", nullable=False)
    for name in ("cause", "household"):
        op.drop_constraint(op.f(f"ck_payments_{name}"), "payments")
    op.drop_column("payments", "claim_id")
    for column in ("application_id", "household_id"):
        op.alter_column("payments", column, nullable=False)
    for table in reversed(MADE):
        op.drop_table(table)
    op.drop_column("funds", "period_id")
    op.execute("delete from department_files where kind = 'claims'")
    _let_files_be(("answers", "people", "aid", "enrolments"))


def _let_files_be(kinds: tuple[str, ...]) -> None:
    name = op.f("ck_department_files_kind")
    op.drop_constraint(name, "department_files")
    op.create_check_constraint(name, "department_files", f"kind in {kinds}")


def _columns(
    kind: sa.types.TypeEngine[object], *names: str, nullable: bool = False
) -> list[sa.Column[object]]:
    return [sa.Column(name, kind, nullable=nullable) for name in names]


def _keys() -> list[sa.Column[object]]:
    return _columns(sa.Uuid(), "tenant_id", "id")


def _refer(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column], [f"{to}.tenant_id", f"{to}.id"],
        name=op.f(f"fk_{table}_tenant_id_{column}"),
    )  # fmt: skip


def _own(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{table}"))


def _once(table: str, *columns: str) -> sa.UniqueConstraint:
    name = "_".join(("uq", table, "tenant_id", *columns))
    return sa.UniqueConstraint("tenant_id", *columns, name=op.f(name))


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _add_pools() -> None:
    op.add_column("funds", sa.Column("period_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_funds_tenant_id_period_id"), "funds", "mutual_aid_periods",
        ["tenant_id", "period_id"], ["tenant_id", "id"],
    )  # fmt: skip
    op.create_unique_constraint(
        op.f("uq_funds_tenant_id_period_id"), "funds", ["tenant_id", "period_id"]
    )


def _create_free_enrolments() -> None:
    name = "free_enrolments"
    op.create_table(
        name,
        *_keys(),
        *_columns(sa.Uuid(), "period_id", "fund_id"),
        sa.Column("members", postgresql.ARRAY(sa.Uuid()), nullable=False),
        *_columns(sa.BigInteger(), "amount"),
        *_columns(sa.Text(), "state", "reason"),
        *_columns(sa.Uuid(), "proposed_by"),
        *_columns(sa.DateTime(timezone=True), "proposed_at"),
        *_columns(sa.Uuid(), "decided_by", nullable=True),
        *_columns(sa.DateTime(timezone=True), "decided_at", nullable=True),
        _check(name, "amount", "amount > 0"),
        _check(name, "state", "state in ('proposed', 'confirmed', 'refused')"),
        _refer(name, "period_id", "mutual_aid_periods"),
        _refer(name, "fund_id", "funds"),
        _own(name),
    )
    op.create_index(
        "uq_free_enrolments_tenant_id_period_id_proposed", name, ["tenant_id", "period_id"],
        unique=True, postgresql_where="state = 'proposed'",
    )  # fmt: skip


def _create_contributions() -> None:
    name = "contributions"
    op.create_table(
        name,
        *_keys(),
        *_columns(sa.Uuid(), "period_id"),
        *_columns(sa.Text(), "employer", "employer_code", "reference"),
        *_columns(sa.BigInteger(), "amount"),
        *_columns(sa.Date(), "received_on"),
        *_columns(sa.Uuid(), "free_enrolment_id", "recorded_by", nullable=True),
        *_columns(sa.DateTime(timezone=True), "recorded_at"),
        _check(name, "amount", "amount > 0"),
        _refer(name, "period_id", "mutual_aid_periods"),
        _refer(name, "free_enrolment_id", "free_enrolments"),
        _once(name, "period_id", "reference"),
        _own(name),
    )


def _create_claims() -> None:
    name = "claims"
    amounts = ("total", "basic_insurance", "illness_insurance", "in_policy", "out_of_policy")
    op.create_table(
        name,
        *_keys(),
        *_columns(sa.Integer(), "sequence", "version"),
        *_columns(sa.Uuid(), "period_id", "enrolment_id"),
        *_columns(sa.Text(), "number", "hospital", "hospital_code", "bill_number", "payee",
                  "payee_name", "bank_name", "card_masked", "scheme", "scheme_version",
                  "difference", "state", "note"),
        *_columns(sa.LargeBinary(), "bill_digest", "parameters", "form"),
        *_columns(sa.LargeBinary(), "illness_cipher", "card_cipher", nullable=True),
        *_columns(sa.Date(), "admitted_on", "discharged_on"),
        *_columns(sa.BigInteger(), *amounts, "benefit", "granted"),
        *_columns(sa.BigInteger(), "settled", nullable=True),
        *_columns(sa.Boolean(), "listed_illness"),
        *_columns(postgresql.JSONB(), "facts", "explanation", "reasons"),
        *_columns(sa.DateTime(timezone=True), "entered_at"),
        *_columns(sa.DateTime(timezone=True), "reviewed_at", "decided_at", nullable=True),
        *_columns(sa.Uuid(), "entered_by", "reviewed_by", "decided_by", "file_id", nullable=True),
        *_columns(sa.Integer(), "row", nullable=True),
        _check(name, "amounts", ADDS_UP),
        _check(name, "days", "discharged_on >= admitted_on"),
        _check(name, "benefit", "benefit >= 0 and granted >= 0"),
        _check(name, "state", "state in ('in_route', 'returned', 'approved', 'paid', 'refused')"),
        _check(name, "payee", "payee in ('worker', 'hospital')"),
        _check(name, "difference", "difference in ('', 'open', 'rule', 'hospital')"),
        _refer(name, "enrolment_id", "enrolments"),
        _refer(name, "period_id", "mutual_aid_periods"),
        _refer(name, "file_id", "department_files"),
        _once(name, "number"),
        _once(name, "period_id", "sequence"),
        _own(name),
    )  # fmt: skip
    for column in ("enrolment_id", "bill_digest"):
        op.create_index(f"ix_claims_tenant_id_{column}", name, ["tenant_id", column])


def _create_claimed_bills() -> None:
    name = "claimed_bills"
    op.create_table(
        name,
        *_keys(),
        *_columns(sa.LargeBinary(), "digest"),
        *_columns(sa.Uuid(), "federation"),
        _once(name, "digest"),
        _own(name),
    )


def _pay_claims() -> None:
    for column in ("application_id", "household_id"):
        op.alter_column("payments", column, nullable=True)
    op.alter_column("wrong_payments", "household_id", nullable=True)
    op.add_column("payments", sa.Column("claim_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_payments_tenant_id_claim_id"), "payments", "claims",
        ["tenant_id", "claim_id"], ["tenant_id", "id"],
    )  # fmt: skip
    op.create_index(
        "uq_payments_tenant_id_claim_id_live", "payments", ["tenant_id", "claim_id"],
        unique=True, postgresql_where=LIVE,
    )  # fmt: skip
    op.create_check_constraint(
        op.f("ck_payments_cause"), "payments", "num_nonnulls(application_id, claim_id) = 1"
    )
    op.create_check_constraint(
        op.f("ck_payments_household"), "payments",
        "(application_id is null) = (household_id is null)",
    )  # fmt: skip
