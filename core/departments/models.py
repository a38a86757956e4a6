"""The shared ledger's table: one row a help that one department gave, and never taken out."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Fen, Moment, TenantOwned, refer


class DepartmentAid(TenantOwned):
    """An entry of the shared ledger: what a department did for a household, or for one of it.

    `department`, `measure` and `category` are codes of the region's pack, `kind` one of
    `kinds.KINDS`; `category` says as what a recognition (认定) recognises, else it is empty.
    `amount` is fen, 0 where no money has a part in it, below 0 in a reversal alone, which names in
    `reverses_id` the entry it takes back. An entry that came with a workbook names file and row,
    and `row_digest` is the keyed hash of what the row says: the same row never comes in twice.
    While its person is in no file, `household_id` is null and the person is kept, encrypted.
    """

    __tablename__ = "department_aid"
    __table_args__ = (
        refer("households", "household_id"),
        refer("members", "member_id"),
        refer("department_files", "file_id"),
        refer("department_aid", "reverses_id"),
        UniqueConstraint("tenant_id", "reverses_id"),
        UniqueConstraint("tenant_id", "row_digest"),
        Index("ix_department_aid_tenant_id_household_id", "tenant_id", "household_id"),
        Index("ix_department_aid_tenant_id_member_id", "tenant_id", "member_id"),
        Index("ix_department_aid_tenant_id_on_date", "tenant_id", "on_date"),
        Index(
            "ix_department_aid_tenant_id_unfiled",
            "tenant_id",
            "id_index",
            postgresql_where="household_id is null",
        ),
        CheckConstraint(
            "kind in ('money', 'in_kind', 'recognition', 'post', 'training')", name="kind"
        ),
        CheckConstraint("kind <> 'money' or amount <> 0", name="money"),
        CheckConstraint("amount >= 0 or reverses_id is not null", name="amount"),
        CheckConstraint("household_id is not null or id_index is not null", name="person"),
    )
    household_id: Mapped[uuid.UUID | None]
    member_id: Mapped[uuid.UUID | None]
    department: Mapped[str]
    measure: Mapped[str]
    kind: Mapped[str]
    category: Mapped[str] = mapped_column(default="")
    on_date: Mapped[dt.date]
    amount: Mapped[Fen]
    note: Mapped[str]
    recorded_by: Mapped[uuid.UUID | None]
    recorded_at: Mapped[Moment]
    reverses_id: Mapped[uuid.UUID | None]
    file_id: Mapped[uuid.UUID | None]
    row: Mapped[int | None]
    row_digest: Mapped[bytes | None]
    name_cipher: Mapped[bytes | None]
    name_masked: Mapped[str] = mapped_column(default="")
    id_cipher: Mapped[bytes | None]
    id_index: Mapped[bytes | None]
    id_masked: Mapped[str] = mapped_column(default="")
