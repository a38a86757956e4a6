"""Liupanshui's published table comes out of the report: made by the command, brought in as its
clerks would, judged by its rules, and compared to the digit."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from core.context import BEIJING
from core.db import new_id
from core.enrolments.periods import open_period
from core.federations import NewTenant, add_tenant
from core.households.imports.service import run_import, take_file
from core.households.workbook.columns import FURTHER_SHEETS, MEMBER_SHEET
from core.households.workbook.opening import sibling
from core.installation import Installation
from core.policies.published import Published
from core.supervision.content import build_report
from core.tenancy import ParameterOverride, TenantView
from core.verification import files
from tests.factories import acting, hire, place_unit
from web.cli import main

NOW = dt.datetime(2018, 1, 14, 9, tzinfo=BEIJING)
SLUG = "liupanshui"


@dataclass(frozen=True)
class Brought:
    """The federation after everything came in, with its report."""

    installation: Installation
    tenant: TenantView
    published: Published
    report: dict[str, Any]

    def rows(self, table: str) -> list[list[Any]]:
        """Return a table's rows and its total."""
        told = self.report["tables"][table]
        return [*told["rows"], told["total"]]


@pytest.fixture(scope="module")
def brought(module_installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Brought:
    out = tmp_path_factory.mktemp("published") / "六盘水.csv"
    made = CliRunner().invoke(main, ["generate", "--pack", SLUG, "--out", str(out), "--json"])
    assert made.exit_code == 0, made.output
    tenant = found_city(module_installation)
    clerk = hire(module_installation, tenant, "clerk", "tenant_administrator", "approver")
    with acting(module_installation, tenant, clerk, at=NOW) as ctx:
        item = take_file(ctx, "六盘水.zip", pack(out), judged_on=NOW.date())
        run_import(ctx, item.id, quiet)
        assert (item.state, item.faults) == ("imported", [])
    with acting(module_installation, tenant, clerk, at=NOW) as ctx:
        period = open_period(ctx, "2017年度", dt.date(2017, 1, 1), dt.date(2017, 12, 31), 100_00)
    with module_installation.system(tenant) as ctx:
        ledger = beside(out, "帮扶台账")
        for kind, source, data in (
            (files.AID, "ledger", ledger),
            (files.ENROLMENTS, str(period.id), beside(out, "医疗互助参加名册")),
        ):
            file = files.take_file(ctx, kind, source, f"{kind}.xlsx", data)
            files.run_file(ctx, file.id, quiet)
            assert (file.state, file.faults) == ("imported", [])
    with acting(module_installation, tenant, clerk, at=NOW) as ctx:
        report = build_report(ctx, tenant, "2017Q4")
        published = ctx.pack.published
    assert published is not None
    return Brought(module_installation, tenant, published, report)


def quiet(_done: int, _total: int) -> None:
    """Show no progress."""


def beside(out: Path, sheet: str) -> bytes:
    return sibling(out, sheet).with_suffix(".xlsx").read_bytes()


def pack(out: Path) -> bytes:
    """Return the registry's CSV files in one .zip, as they are imported."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for path in (out, *(sibling(out, sheet) for sheet in (MEMBER_SHEET, *FURTHER_SHEETS))):
            if path.exists():
                archive.write(path, path.name)
    return packed.getvalue()


def found_city(installation: Installation) -> TenantView:
    for new in (
        NewTenant("nation", "nation", "全国总工会", "National Federation", SLUG, "000000"),
        NewTenant("guizhou", "province", "贵州省总工会", "Guizhou", SLUG, "520000", "nation"),
        NewTenant("lps", "city", "六盘水市总工会", "Liupanshui", SLUG, "520200", "guizhou"),
    ):
        add_tenant(installation, new)
    tenant = installation.tenant("lps")
    for name in installation.policies.pack(SLUG).unit_names():
        place_unit(installation, tenant, name)
    return tenant


def per_mille(share: dict[str, int]) -> int:
    """Return a share rounded half up to a tenth of a per cent, as it is printed."""
    return (share["part"] * 2000 + share["whole"]) // (2 * share["whole"])


def test_households_and_people_of_every_category_are_those_published(brought: Brought) -> None:
    *rows, total = brought.rows("categories")
    names = {one.code: brought.installation.policies.pack(SLUG).category(one.code).name.zh
             for one in brought.published.categories}  # fmt: skip
    assert [(row[0]["zh"], row[1], row[2]) for row in rows] == [
        (names[one.code], one.households, one.people) for one in brought.published.categories
    ]
    assert total[1:3] == [41_055, 91_242]


def test_the_shares_of_the_urban_population_are_those_published(brought: Brought) -> None:
    *_rows, total = brought.rows("categories")
    assert [per_mille(share) for share in total[4:]] == [135, 121]
    titles = [one["title"]["text"] for one in brought.report["tables"]["categories"]["columns"]]
    assert titles[4:] == ["Share of urban households", "Share of urban people"]


def test_units_workers_and_what_they_raised_are_those_published(brought: Brought) -> None:
    assert brought.rows("mutual_aid") == [
        ["2017年度", 442, 27_951, {"fen": 2_795_100_00}],
        [{"text": "Total", "values": {}}, 442, 27_951, {"fen": 2_795_100_00}],
    ]
    [part] = [
        part for section in brought.report["sections"] for part in section["parts"]
        if part["table"] == "mutual_aid"
    ]  # fmt: skip
    assert part["title"]["text"] == "Medical mutual aid"


def test_what_the_departments_gave_is_what_was_published(brought: Brought) -> None:
    with brought.installation.system(brought.tenant) as ctx:
        query = text("""select a.measure, a.kind, count(distinct a.household_id),
          count(distinct a.member_id), count(*), sum(a.amount)::bigint,
          count(*) filter (where a.household_id is null),
          count(*) filter (where h.category = 'housing_hardship')
          from department_aid a left join households h
          on h.tenant_id = a.tenant_id and h.id = a.household_id
          where a.tenant_id = :tenant group by 1, 2""")
        found = {
            tuple(row[:2]): tuple(row[2:])
            for row in ctx.session.execute(query, {"tenant": ctx.tenant_id})
        }
    shown = {
        (row[1]["zh"][:4], row[2]["zh"]): row[3:] for row in brought.rows("department_aid")[:-1]
    }
    assert shown["住房保障", "资金"][1] == 5_062
    assert shown["住房保障", "资金"][3] == {"fen": 7_355_100_00}
    assert shown["教育保障", "资金"][3] == {"fen": 383_180_400_00}
    assert shown["就业保障", "公益性岗位"][2] == 6_774
    assert shown["就业保障", "培训"][2] == 21_114
    rent = found["housing", "money"]
    assert (rent[0], rent[2], rent[3], rent[5]) == (5_062, 5_062, 7_355_100_00, 5_062)
    assert found["education", "money"][3] == 383_180_400_00
    assert found["employment", "post"][1:3] == (6_774, 6_774)
    assert found["employment", "training"][1:3] == (21_114, 21_114)
    assert sum(row[4] for row in found.values()) == 0, "everybody helped is in a file"


def test_a_federation_that_counted_its_population_has_its_own_share(brought: Brought) -> None:
    with brought.installation.system(brought.tenant) as ctx:
        ctx.session.add(ParameterOverride(
            tenant_id=ctx.tenant_id, id=new_id(), programme="standards",
            name="urban_households", value="410550", holds_from=dt.date(2017, 1, 1),
            source="统计公报", set_by=new_id(), set_at=NOW,
        ))  # fmt: skip
        ctx.session.flush()
        total = build_report(ctx, brought.tenant, "2017Q4")["tables"]["categories"]["total"]
        ctx.session.rollback()
    assert [per_mille(share) for share in total[4:]] == [100, 121]
