"""Enrolment in mutual aid: by work unit, thousands at once, each worker once a period."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select, text

from core.audit.models import AuditRecord
from core.context import BEIJING
from core.enrolments.models import Enrolment, MutualAidPeriod
from core.enrolments.periods import find_period, list_periods, open_period
from core.enrolments.queries import list_employers, list_workers
from core.enrolments.workbook import COLUMNS, SHEET
from core.errors import ConflictError, DomainError, ForbiddenError, InvalidError, NotFoundError
from core.households.export import write_rows
from core.households.generation.numbers import IdIssuer, make_credit_codes
from core.households.rows import ID_KIND
from core.installation import Installation
from core.people import Actor
from core.verification import files
from core.verification.models import DepartmentFile
from tests.factories import Tree, acting, found_tree, hire, id_number

FIRST, LAST = dt.date(2023, 1, 1), dt.date(2023, 12, 31)
NOW = dt.datetime(2023, 6, 30, 9, tzinfo=BEIJING)
MILL = "91520221KJAY4NUGY2"


@dataclass(frozen=True)
class World:
    """A city with a period of mutual aid, its clerk and its administrator."""

    installation: Installation
    tree: Tree
    clerk: Actor
    administrator: Actor
    period: MutualAidPeriod

    def bring(self, *rows: dict[str, Any], actor: Actor | None = None) -> DepartmentFile:
        """Bring a workbook of these rows in."""
        data = write_rows(SHEET, COLUMNS, rows)
        with acting(self.installation, self.tree.city_a, actor or self.clerk, at=NOW) as ctx:
            source = str(self.period.id)
            item = files.take_file(ctx, files.ENROLMENTS, source, "名册.xlsx", data)
            return files.run_file(ctx, item.id, lambda _done, _total: None)

    def enrolled(self, number: str) -> list[Enrolment]:
        """Return the enrolments of a person."""
        with self.installation.system(self.tree.city_a) as ctx:
            index = ctx.vault.blind_index(ID_KIND, number)
            return list(ctx.session.scalars(select(Enrolment).where(Enrolment.id_index == index)))


@pytest.fixture(scope="module")
def world(module_installation: Installation) -> World:
    tree = found_tree(module_installation)
    administrator = hire(module_installation, tree.city_a, "tenant_administrator")
    clerk = hire(module_installation, tree.city_a, "clerk")
    with acting(module_installation, tree.city_a, administrator) as ctx:
        period = open_period(ctx, "2023年度", FIRST, LAST, 100_00)
    return World(module_installation, tree, clerk, administrator, period)


def worker(serial: int, **told: Any) -> dict[str, Any]:
    given = {
        "employer": "红果镇煤矿", "employer_code": MILL, "name": "王建国",
        "id_number": id_number(700_000 + serial), "contribution": 100_00,
        "enrolled_on": dt.date(2023, 2, 1),
    }  # fmt: skip
    return given | told


def test_workers_come_in_once_with_number_sealed_and_all_on_record(world: World) -> None:
    one = worker(1)
    item = world.bring(one, worker(2, name="李芳"))
    assert (item.state, item.faults) == ("imported", [])
    assert item.counts == {
        "rows": 2, "good": 2, "added": 2, "unchanged": 0, "amount": 200_00,
    }  # fmt: skip
    [stored] = world.enrolled(one["id_number"])
    assert (stored.name, stored.employer, stored.contribution) == ("王建国", "红果镇煤矿", 100_00)
    assert (stored.enrolled_on, stored.row, stored.file_id) == (dt.date(2023, 2, 1), 2, item.id)
    assert one["id_number"].encode() not in stored.id_cipher
    assert one["id_number"] not in stored.id_masked
    with world.installation.system(world.tree.city_a) as ctx:
        opened = ctx.vault.decrypt(
            ctx.tenant_id, "enrolments.id_cipher", stored.id, stored.id_cipher
        )
        assert opened == one["id_number"]
        query = select(AuditRecord).where(AuditRecord.object_id == stored.id)
        [record] = ctx.session.scalars(query)
    assert record.event == "mutual_aid.enrolled"
    assert record.after["contribution"] == 100_00
    assert one["id_number"] not in str(record.after)


def test_the_same_workbook_twice_changes_nothing(world: World) -> None:
    rows = [worker(serial) for serial in (10, 11, 12)]
    world.bring(*rows)
    again = world.bring(*rows, worker(13))
    assert (again.counts["added"], again.counts["unchanged"]) == (1, 3)
    assert len(world.enrolled(rows[0]["id_number"])) == 1


@pytest.mark.parametrize(
    ("told", "column", "code"),
    [
        ({"employer": ""}, "单位名称", "required"),
        ({"employer_code": "91520221KJAY4NUGY3"}, "统一社会信用代码", "credit_code_check"),
        ({"name": ""}, "姓名", "required"),
        ({"id_number": "520201196911201549"}, "身份证号", "id_check_digit"),
        ({"contribution": 99_99}, "缴费金额", "contribution_other"),
        ({"contribution": None}, "缴费金额", "required"),
        ({"enrolled_on": dt.date(2023, 7, 1)}, "参加日期", "date_future"),
        ({"enrolled_on": None}, "参加日期", "required"),
    ],
)
def test_a_fault_is_named_where_it_stands_and_the_good_rows_go_in(
    world: World, told: dict[str, Any], column: str, code: str
) -> None:
    good = worker(100 + len(code) + len(column))
    item = world.bring(worker(20, **told), good)
    assert [(one["row"], one["column"], one["code"]) for one in item.faults][:1] == [
        (2, column, code)
    ]
    assert item.counts["good"] == 1
    assert len(world.enrolled(good["id_number"])) == 1


def test_a_worker_twice_in_a_workbook_keeps_his_first_row(world: World) -> None:
    item = world.bring(worker(30), worker(30, employer="另一单位", employer_code=codes(1)[0]))
    assert [(one["row"], one["code"], one["values"]["first"]) for one in item.faults] == [
        (3, "worker_twice", 2)
    ]


def test_one_credit_code_has_one_name(world: World) -> None:
    item = world.bring(worker(40), worker(41, employer="红果镇矿"))
    assert [(one["row"], one["column"], one["code"]) for one in item.faults] == [
        (3, "单位名称", "names_differ")
    ]


def test_a_worker_whom_another_unit_enrolled_is_told_and_stays_there(world: World) -> None:
    world.bring(worker(50))
    item = world.bring(worker(50, employer="钟山区煤矿", employer_code=codes(1)[0]))
    assert [one["code"] for one in item.faults] == ["enrolled_elsewhere"]
    assert item.state == "refused"
    [stored] = world.enrolled(worker(50)["id_number"])
    assert stored.employer_code == MILL


def codes(count: int) -> list[str]:
    return make_credit_codes(["520201"] * count, np.random.default_rng(3))


def test_units_are_listed_with_their_sums_and_workers_masked(world: World) -> None:
    code = codes(2)[1]
    told = {"employer": "水城区环卫所", "employer_code": code}
    world.bring(worker(60, **told), worker(61, name="赵敏", **told))
    with acting(world.installation, world.tree.city_a, world.clerk) as ctx:
        period = find_period(ctx, "2023年度")
        [unit] = [one for one in list_employers(ctx, period) if one.employer_code == code]
        assert (unit.employer, unit.workers, unit.contribution) == ("水城区环卫所", 2, 200_00)
        workers = list_workers(ctx, period, code)
    assert {one.name for one in workers} == {"王建国", "赵敏"}
    assert all("*" in one.id_number for one in workers)


@pytest.mark.parametrize(
    ("name", "starts", "ends", "contribution", "field"),
    [
        ("", FIRST, LAST, 1, "name"),
        ("长" * 61, FIRST, LAST, 1, "name"),
        ("甲", LAST, FIRST, 1, "ends_on"),
        ("乙", FIRST, FIRST, 1, "ends_on"),
        ("丙", FIRST, dt.date(2026, 1, 1), 1, "ends_on"),
        ("丁", FIRST, LAST, 0, "contribution"),
    ],
)
def test_a_period_that_cannot_be_is_refused(
    world: World, name: str, starts: dt.date, ends: dt.date, contribution: int, field: str
) -> None:
    with (
        pytest.raises(InvalidError) as raised,
        acting(world.installation, world.tree.city_a, world.administrator) as ctx,
    ):
        open_period(ctx, name, starts, ends, contribution)
    assert raised.value.field == field


def test_a_name_is_taken_once_and_three_years_are_the_most(world: World) -> None:
    with acting(world.installation, world.tree.city_a, world.administrator) as ctx:
        open_period(ctx, "三年期", FIRST, dt.date(2025, 12, 31), 300_00)
        assert {one.name for one in list_periods(ctx)} == {"三年期", "2023年度"}
    with (
        pytest.raises(ConflictError),
        acting(world.installation, world.tree.city_a, world.administrator) as ctx,
    ):
        open_period(ctx, " 三年期 ", FIRST, LAST, 1)


def test_who_may_do_what(world: World) -> None:
    investigator = hire(world.installation, world.tree.city_a, "investigator")
    for actor, act in (
        (world.clerk, lambda ctx: open_period(ctx, "没有", FIRST, LAST, 1)),
        (investigator, list_periods),
        (world.administrator, lambda ctx: files.take_file(
            ctx, files.ENROLMENTS, str(world.period.id), "a.xlsx", b"x")),
    ):  # fmt: skip
        with (
            pytest.raises(ForbiddenError),
            acting(world.installation, world.tree.city_a, actor) as ctx,
        ):
            act(ctx)


def test_another_tenant_knows_nothing_of_it(world: World) -> None:
    other = hire(world.installation, world.tree.city_b, "clerk")
    with acting(world.installation, world.tree.city_b, other) as ctx:
        assert list_periods(ctx) == []
        for asked in (world.period.id, "2023年度"):
            with pytest.raises(NotFoundError):
                find_period(ctx, asked)
        assert ctx.session.scalar(text("select count(*) from enrolments")) == 0


def test_a_workbook_for_no_period_is_refused_before_it_is_stored(world: World) -> None:
    with (
        pytest.raises(DomainError, match="There is no period"),
        acting(world.installation, world.tree.city_a, world.clerk) as ctx,
    ):
        files.take_file(ctx, files.ENROLMENTS, "2023", "a.xlsx", b"PK")


def test_issuers_that_begin_far_apart_never_issue_the_same_number() -> None:
    birth = np.array(["1980-01-01"] * 200, dtype="datetime64[D]")
    division, male = np.zeros(200, dtype=np.int64), np.ones(200, dtype=np.bool_)
    one, other = (IdIssuer(["520201"], LAST, first).issue(division, birth, male)
                  for first in (0, 250))  # fmt: skip
    assert len({*one, *other}) == 400
