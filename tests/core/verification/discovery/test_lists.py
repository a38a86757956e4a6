"""Lists of other departments, in whatever form, matched with the registry by blind index."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select, text

from core.audit.models import AuditRecord
from core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from core.tenancy import Unit
from core.verification.discovery.proposals import (
    Filters,
    Listed,
    dismiss,
    list_proposals,
    note_filed,
    reveal,
    take_up,
)
from core.verification.files import PEOPLE, preview_file, take_file
from core.verification.models import Proposal
from tests.core.verification.conftest import World, person_id, workbook
from tests.factories import id_number

TITLES = ("序号", "残疾人姓名", "身份证号码", "家庭住址", "残疾类别")
SOMEBODY = ("欧阳未建", id_number(910_001), "水城区双水街道12号", "肢体")


def proposals(world: World, who: str = "clerk", **filters: str) -> list[Listed]:
    with world.acting(who) as ctx:
        return list_proposals(ctx, Filters(**filters))[0]


def disabled(*rows: tuple[str, str, str, str]) -> bytes:
    return workbook(*((n, *row) for n, row in enumerate(rows, 1)), titles=TITLES, sheet="名册")


def test_who_is_on_a_list_and_in_no_file_is_a_task_of_his_township(world: World) -> None:
    filed = person_id(world, "LPS0700001", 1)
    item = world.bring(
        disabled(SOMEBODY, (filed[0], filed[1], "钟山区", "视力")), "disabled", kind=PEOPLE,
        filename="残联.xlsx",
    )  # fmt: skip
    assert item.counts == {
        "rows": 2, "good": 2, "repeated": 0, "filed": 1, "proposable": 1, "proposed": 1,
    }  # fmt: skip
    (one,) = proposals(world)
    assert (one.reason, one.origin, one.unit) == (
        "unfiled", "disabled", "水城区总工会/双水街道工会",
    )  # fmt: skip
    assert (one.name, one.filename, one.grounds["row"]) == ("欧***", "残联.xlsx", 2)
    assert SOMEBODY[1] not in repr(one)


def test_the_person_and_the_rest_of_his_row_are_sealed_and_shown_on_record_once_taken_up(
    world: World,
) -> None:
    world.bring(disabled(SOMEBODY), "disabled", kind=PEOPLE)
    (one,) = proposals(world)
    with world.system() as ctx:
        for table in ("discovery_proposals", "department_files", "audit_records"):
            dump = "".join(ctx.session.execute(text(f"select t::text from {table} t")).scalars())
            assert SOMEBODY[1] not in dump
            assert SOMEBODY[0] not in dump
            assert "双水街道12号" not in dump
    with world.acting() as ctx, pytest.raises(ConflictError, match="not taken up"):
        reveal(ctx, one.id)
    with world.acting() as ctx, pytest.raises(ConflictError, match="not waiting for a new file"):
        note_filed(ctx, one.id, world.household("LPS0700001").id)
    with world.acting() as ctx:
        take_up(ctx, one.id)
    with world.acting() as ctx:
        found = reveal(ctx, one.id)
    assert (found.name, found.id_number, found.unit) == (
        SOMEBODY[0], SOMEBODY[1], "水城区总工会/双水街道工会",
    )  # fmt: skip
    assert found.details["残疾类别"] == "肢体"
    household = world.household("LPS0700001").id
    with world.acting() as ctx:
        note_filed(ctx, one.id, household)
    other = world.household("LPS0700002").id
    with world.acting() as ctx, pytest.raises(ConflictError, match="not waiting for a new file"):
        note_filed(ctx, one.id, other)
    (taken,) = proposals(world, state="taken_up")
    assert taken.file_number == "LPS0700001"
    with world.system() as ctx:
        events = set(ctx.session.scalars(select(AuditRecord.event)))
    assert {"proposal.made", "proposal.taken_up", "proposal.revealed", "proposal.filed"} <= events


def test_nobody_is_proposed_twice_at_a_time_nor_again_for_the_row_that_was_dismissed(
    world: World,
) -> None:
    world.bring(disabled(SOMEBODY), "disabled", kind=PEOPLE)
    assert world.bring(disabled(SOMEBODY), "disabled", kind=PEOPLE).counts["proposed"] == 0
    other = workbook((SOMEBODY[0], SOMEBODY[1]), titles=("姓名", "身份证号"))
    assert world.bring(other, "dibao", kind=PEOPLE).counts["proposed"] == 0
    (one,) = proposals(world)
    with world.acting() as ctx:
        with pytest.raises(InvalidError, match="reason is needed"):
            dismiss(ctx, one.id, " ")
        dismiss(ctx, one.id, "已迁居外省")
        with pytest.raises(ConflictError, match="decided already"):
            take_up(ctx, one.id)
    assert world.bring(disabled(SOMEBODY), "disabled", kind=PEOPLE).counts["proposed"] == 0
    changed = (*SOMEBODY[:3], "智力")
    assert world.bring(disabled(changed), "disabled", kind=PEOPLE).counts["proposed"] == 1
    with world.system() as ctx:
        assert ctx.session.scalar(select(func.count(Proposal.id))) == 2


def test_who_is_in_a_file_that_exited_is_proposed_as_returned(world: World) -> None:
    name, number, household = person_id(world, "LPS0700004")
    with world.system() as ctx:
        ctx.session.execute(
            text("update households set state = 'exited' where id = :id"), {"id": household}
        )
        ctx.session.execute(
            text("update members set active = false where household_id = :id"), {"id": household}
        )
    world.bring(workbook((name, number), titles=("姓名", "身份证号")), "dibao", kind=PEOPLE)
    (one,) = proposals(world)
    assert (one.reason, one.household_id, one.unit) == (
        "returned", household, "盘州市总工会/红果街道工会",
    )  # fmt: skip
    assert one.grounds["file_number"] == "LPS0700004"


@pytest.mark.parametrize(
    ("titles", "row", "unit"),
    [
        (("姓名", "公民身份号码", "所属乡镇"), ("甲", "钟山区荷城街道"),
         "钟山区总工会/荷城街道工会"),
        (("患者姓名", "证件号码", "现住址"), ("乙", "盘州市某村"), "盘州市总工会"),
        (("学生姓名", "学生身份证号", "户籍地"), ("丙", "外省"), "六盘水市总工会"),
        (("Name", "ID number", "备注"), ("丁", "双水街道"), "六盘水市总工会"),
    ],
)  # fmt: skip
def test_columns_are_found_by_their_words_and_the_union_by_the_place(
    world: World, titles: tuple[str, ...], row: tuple[str, str], unit: str
) -> None:
    number = id_number(920_000 + len(titles[1]))
    world.bring(workbook((row[0], number, row[1]), titles=titles), "other", kind=PEOPLE)
    (one,) = proposals(world)
    assert one.unit == unit
    assert one.name[0] == row[0]


def test_the_column_of_a_guardian_is_not_taken_for_the_persons_own(world: World) -> None:
    own, guardian = id_number(930_001), id_number(930_002)
    titles = ("学生姓名", "监护人身份证号", "学生身份证号")
    world.bring(workbook(("小明", guardian, own), titles=titles), "education_aid", kind=PEOPLE)
    (one,) = proposals(world)
    with world.acting() as ctx:
        take_up(ctx, one.id)
        assert reveal(ctx, one.id).id_number == own


def test_faults_of_a_list_have_their_place_and_good_rows_still_count(shared: World) -> None:
    good = id_number(940_001)
    data = workbook(
        ("甲", "52020119800101"), ("乙", good), ("乙", good), (None, None), ("丙", None),
        titles=("姓名", "身份证号"),
    )  # fmt: skip
    item = shared.bring(data, "unemployment", kind=PEOPLE)
    assert [(one["row"], one["code"]) for one in item.faults] == [(2, "id_length"), (6, "required")]
    assert (item.counts["good"], item.counts["repeated"], item.counts["proposed"]) == (1, 1, 1)
    with shared.acting() as ctx:
        empty = preview_file(ctx, PEOPLE, "other", workbook(titles=("姓名", "身份证号")))
        assert [one["code"] for one in empty.faults] == ["no_rows"]
        with pytest.raises(InvalidError, match="no kind of list"):
            take_file(ctx, PEOPLE, "gossip", "a.xlsx", b"x")


def test_a_township_sees_and_decides_its_own_proposals_alone(shared: World) -> None:
    rows = (
        ("戊", id_number(950_001), "双水街道", "肢体"),
        ("己", id_number(950_002), "荷城街道", "肢体"),
    )
    shared.bring(disabled(*rows), "disabled", kind=PEOPLE)
    seen = proposals(shared, "shuicheng")
    assert seen
    assert {one.unit.split("/")[0] for one in seen} == {"水城区总工会"}
    other = next(one for one in proposals(shared) if one.unit.startswith("钟山区"))
    with shared.acting("shuicheng") as ctx, pytest.raises(NotFoundError):
        take_up(ctx, other.id)
    for who in ("investigator", "finance"):
        with shared.acting(who) as ctx, pytest.raises(ForbiddenError):
            list_proposals(ctx, Filters())
    for who in ("supervisor", "neighbour"):
        with shared.acting(who) as ctx, pytest.raises((ForbiddenError, NotFoundError)):
            take_up(ctx, other.id)


def test_places_know_a_division_code_too(shared: World) -> None:
    with shared.system() as ctx:
        county = ctx.session.scalars(
            select(Unit).where(Unit.tenant_id == ctx.tenant_id, Unit.level == "county")
        ).first()
        assert county is not None
        code = county.division_code
    number = id_number(960_001, dt.date(1970, 1, 1))
    titles = ("姓名", "身份证号", "行政区划")
    shared.bring(workbook(("庚", number, code), titles=titles), "other", kind=PEOPLE)
    found = next(one for one in proposals(shared) if one.name[0] == "庚")
    assert found.unit.endswith("总工会")
    assert found.unit != "六盘水市总工会"
