"""The shared ledger of the departments, and roles that are held for a department."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.migrations.guard import guard

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KINDS = ("money", "in_kind", "recognition", "post", "training")
POINTERS = {
    "household_id": "households", "member_id": "members", "file_id": "department_files",
    "reverses_id": "department_aid",
}  # fmt: skip
KEY = ["tenant_id", "person_id", "role", "unit_id"]
KEY_NAME = "uq_role_grants_tenant_id_person_id_role_unit_id"


def upgrade() -> None:
    op.add_column(
        "role_grants", sa.Column("department", sa.Text(), nullable=False, server_default="")
    )
    op.drop_constraint(KEY_NAME, "role_grants")
    op.create_unique_constraint(f"{KEY_NAME}_department", "role_grants", [*KEY, "department"])
    _let_files_be(("answers", "people", "aid"))
    op.create_table(
        "department_aid",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=True),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("department", "measure", "kind", "category")
        ),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reverses_id", sa.Uuid(), nullable=True),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("row", sa.Integer(), nullable=True),
        sa.Column("row_digest", sa.LargeBinary(), nullable=True),
        sa.Column("name_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("name_masked", sa.Text(), nullable=False),
        sa.Column("id_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("id_index", sa.LargeBinary(), nullable=True),
        sa.Column("id_masked", sa.Text(), nullable=False),
        sa.CheckConstraint(f"kind in {KINDS}", name=op.f("ck_department_aid_kind")),
        sa.CheckConstraint("kind <> 'money' or amount <> 0", name=op.f("ck_department_aid_money")),
        sa.CheckConstraint(
            "amount >= 0 or reverses_id is not null", name=op.f("ck_department_aid_amount")
        ),
        sa.CheckConstraint(
            "household_id is not null or id_index is not null",
            name=op.f("ck_department_aid_person"),
        ),
        *(
            sa.ForeignKeyConstraint(
                ["tenant_id", column],
                [f"{table}.tenant_id", f"{table}.id"],
                name=op.f(f"fk_department_aid_tenant_id_{column}"),
            )
            for column, table in POINTERS.items()
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_department_aid")),
        *(
            sa.UniqueConstraint(
                "tenant_id", column, name=op.f(f"uq_department_aid_tenant_id_{column}")
            )
            for column in ("reverses_id", "row_digest")
        ),
    )
    for column in ("household_id", "member_id", "on_date"):
        op.create_index(
            f"ix_department_aid_tenant_id_{column}", "department_aid", ["tenant_id", column]
        )
    op.create_index(
        "ix_department_aid_tenant_id_unfiled",
        "department_aid",
        ["tenant_id", "id_index"],
        postgresql_where="household_id is null",
    )
    for statement in guard("department_aid"):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("department_aid")
    op.execute("delete from department_files where kind = 'aid'")
    _let_files_be(("answers", "people"))
    op.execute("delete from role_grants where department <> ''")
    op.drop_constraint(f"{KEY_NAME}_department", "role_grants")
    op.create_unique_constraint(KEY_NAME, "role_grants", KEY)
    op.drop_column("role_grants", "department")


def _let_files_be(kinds: tuple[str, ...]) -> None:
    name = op.f("ck_department_files_kind")
    op.drop_constraint(name, "department_files")
    op.create_check_constraint(name, "department_files", f"kind in {kinds}")
