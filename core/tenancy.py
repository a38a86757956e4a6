"""Tenants, their tree and their units; and the row-level security that keeps tenants apart."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Moment, TenantOwned, new_id, refer

NATION, PROVINCE, CITY = "nation", "province", "city"
TENANT_LEVELS = (NATION, PROVINCE, CITY)
UNIT_LEVELS = ("nation", "province", "city", "county", "township", "grassroots")


class Tenant(Base):
    """A federation with its own data. Cities lie below a province, provinces below the nation.

    This one table belongs to the platform, not to a tenant: it says who there is.
    """

    __tablename__ = "tenants"
    __table_args__ = (
        CheckConstraint("level in ('nation', 'province', 'city')", name="level"),
        CheckConstraint("(level = 'nation') = (parent_id is null)", name="parent"),
    )
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    parent_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("tenants.id"))
    slug: Mapped[str] = mapped_column(unique=True)
    level: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str]
    pack: Mapped[str]
    division_code: Mapped[str]
    created_at: Mapped[Moment]


class Unit(TenantOwned):
    """A union within a tenant: county, township or grassroots; the tenant itself is the root.

    `path` is the ids' short codes from the root down, each followed by a dot ("1.4.17."), so
    that a subtree is a prefix. `full_name` is the path as people write it:
    "水城区总工会/双水街道工会".
    """

    __tablename__ = "units"
    __table_args__ = (
        refer("units", "parent_id"),
        UniqueConstraint("tenant_id", "path"),
        UniqueConstraint("tenant_id", "full_name"),
        Index(
            "ix_units_tenant_id_path_pattern",
            "tenant_id",
            "path",
            postgresql_ops={"path": "text_pattern_ops"},
        ),
    )
    parent_id: Mapped[uuid.UUID | None]
    number: Mapped[int]
    path: Mapped[str]
    level: Mapped[str]
    name: Mapped[str]
    full_name: Mapped[str]
    division_code: Mapped[str]


class ParameterOverride(TenantOwned):
    """A dated policy figure a tenant set for itself, within what its pack allows."""

    __tablename__ = "parameter_overrides"
    __table_args__ = (UniqueConstraint("tenant_id", "programme", "name", "holds_from"),)
    programme: Mapped[str]
    name: Mapped[str]
    value: Mapped[str]
    holds_from: Mapped[dt.date]
    source: Mapped[str]
    set_by: Mapped[uuid.UUID]
    set_at: Mapped[Moment]


class ProgrammeSetting(TenantOwned):
    """Whether a tenant offers a programme; `measure` is the line it refers it to where the
    programme leaves the choice to the tenant."""

    __tablename__ = "programme_settings"
    __table_args__ = (UniqueConstraint("tenant_id", "programme"),)
    programme: Mapped[str]
    enabled: Mapped[bool]
    measure: Mapped[str] = mapped_column(default="", server_default="")


@dataclass(frozen=True)
class TenantView:
    """A tenant as a Context carries it: no session behind it, safe to keep between requests."""

    id: uuid.UUID
    slug: str
    level: str
    name: str
    name_en: str
    pack: str
    parent_id: uuid.UUID | None
    division_code: str
    descendants: tuple[uuid.UUID, ...] = ()

    @property
    def readable(self) -> tuple[uuid.UUID, ...]:
        """The tenants whose rows it may read: itself and all below it."""
        return (self.id, *self.descendants)
