"""A trail to be tampered with: a city below a province, its records, and a superuser."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from core.audit import Change, record_many
from core.audit.keeping import keep_one
from core.audit.seal import seal
from core.audit.verify import Verification, verify
from core.federations import NewTenant, add_tenant
from core.installation import Installation
from core.tenancy import TenantView
from tests.servers import Database


@dataclass
class Trail:
    """One city's audit trail, and everything somebody could do to it."""

    installation: Installation
    database: Database
    city: TenantView

    def write(self, count: int, *, start: int = 0) -> None:
        """Write records about things numbered from `start` on, in one transaction."""
        with self.installation.system(self.city) as ctx:
            record_many(ctx, [change(number) for number in range(start, start + count)])

    def keep(self) -> int:
        """Seal, sign, countersign, export."""
        return keep_one(self.installation, self.city)

    def seal(self, block_records: int) -> None:
        """Seal in small blocks, as if many records had come."""
        with self.installation.system(self.city) as ctx:
            seal(ctx, block_records=block_records)

    def verify(self, export: Path | None = None) -> Verification:
        """Verify as the auditor does."""
        with self.installation.system(self.city) as ctx:
            return verify(ctx, export=export)

    def tamper(self, *statements: str) -> None:
        """Do something as a superuser; `{city}` stands for the city's id."""
        with psycopg.connect(self.database.superuser_url) as connection:
            for statement in statements:
                connection.execute(statement.format(city=f"'{self.city.id}'").encode())

    def read(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return what a superuser reads."""
        with psycopg.connect(self.database.superuser_url) as connection:
            return connection.execute(query.encode(), values).fetchall()

    def record_at(self, block: int, position: int) -> uuid.UUID:
        """Return the id of the record at a place."""
        found = self.read(
            "select id from audit_records where tenant_id = %s and block = %s and position = %s",
            self.city.id, block, position,
        )  # fmt: skip
        return uuid.UUID(str(found[0][0]))


def change(number: int) -> Change:
    """Return a change whose values have what a line must escape."""
    return Change(
        "household.changed", "households", uuid.UUID(int=number),
        {"address": f"双水街道\t{number}号\n\\东"}, {"address": None, "income": number},
        reason="搬家\r\n",
    )  # fmt: skip


def found_city(installation: Installation) -> TenantView:
    """Found a nation, a province and a city; return the city."""
    for new in (
        NewTenant("nation", "nation", "全国总工会", "Nation", "city_2023", "000000"),
        NewTenant("province", "province", "贵州省总工会", "Province", "city_2023", "520000",
                  "nation"),
        NewTenant("city", "city", "六盘水市总工会", "City", "city_2023", "520200", "province"),
    ):  # fmt: skip
        add_tenant(installation, new)
    return installation.tenant("city")


Tamper = Callable[[Trail], None]
