"""Guangxi with two of its cities in a real database, for what only its policy asks."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from core.context import BEIJING
from core.db import new_id
from core.federations import NewTenant, add_tenant
from core.installation import Installation
from core.people import Actor
from core.supervision.content import build_report
from core.supervision.periods import read_period
from core.supervision.queries import Numbers, read_numbers
from core.tenancy import ParameterOverride, TenantView
from tests.factories import acting, hire, place_unit

NOW = dt.datetime(2019, 6, 28, 9, tzinfo=BEIJING)
QINGXIU = "青秀区总工会/新竹街道工会/新竹社区工会联合会"
XINGNING = "兴宁区总工会/民生街道工会/民生社区工会联合会"
CHENGZHONG = "城中区总工会/城中街道工会/中南社区工会联合会"


@dataclass(frozen=True)
class Region:
    """The region's federation, Nanning, Liuzhou, and somebody who reports on them."""

    installation: Installation
    province: TenantView
    nanning: TenantView
    liuzhou: TenantView
    supervisor: Actor


def found_region(installation: Installation) -> Region:
    """Found the federations of the region and the unions of two cities."""
    for new in (
        NewTenant("nation-gx", "nation", "全国总工会", "National Federation", "guangxi", "000000"),
        NewTenant("guangxi", "province", "广西壮族自治区总工会", "Guangxi", "guangxi", "450000",
                  "nation-gx"),
        NewTenant("nanning", "city", "南宁市总工会", "Nanning", "guangxi", "450100", "guangxi"),
        NewTenant("liuzhou", "city", "柳州市总工会", "Liuzhou", "guangxi", "450200", "guangxi"),
    ):  # fmt: skip
        add_tenant(installation, new)
    province, nanning, liuzhou = map(installation.tenant, ("guangxi", "nanning", "liuzhou"))
    for tenant, name in ((nanning, QINGXIU), (nanning, XINGNING), (liuzhou, CHENGZHONG)):
        place_unit(installation, tenant, name)
    supervisor = hire(installation, province, "supervisor")
    return Region(installation, province, nanning, liuzhou, supervisor)


def set_own(
    region: Region, tenant: TenantView, name: str, value: str, since: str = "2019-01-01",
    programme: str = "standards",
) -> None:  # fmt: skip
    """Let a federation set a figure for itself."""
    with region.installation.system(tenant) as ctx:
        ctx.session.add(ParameterOverride(
            tenant_id=tenant.id, id=new_id(), programme=programme, name=name, value=value,
            holds_from=dt.date.fromisoformat(since), source=f"{tenant.name}〔2019〕1号",
            set_by=uuid.uuid4(), set_at=NOW,
        ))  # fmt: skip


def count(
    region: Region, subject: TenantView, period: str = "2019Q2", at: dt.datetime = NOW
) -> Numbers:
    """Return what the region's federation counts in a tenant."""
    with acting(region.installation, region.province, region.supervisor, at=at) as ctx:
        return read_numbers(ctx, subject, read_period(period, ctx.today))


def report(
    region: Region, subject: TenantView, period: str = "2019Q2", at: dt.datetime = NOW
) -> dict[str, Any]:
    """Return the content of the report of the region's federation on a tenant."""
    with acting(region.installation, region.province, region.supervisor, at=at) as ctx:
        return build_report(ctx, subject, period)


def findings_of(content: dict[str, Any], text: str) -> list[dict[str, Any]]:
    """Return the values of the findings whose sentence begins so."""
    parts = content["sections"][-1]["parts"]
    items = [item for part in parts for item in part["items"]]
    return [item["values"] for item in items if item["text"].startswith(text)]
