"""Answers of the civil-affairs platform: the sample put in, unknown people kept, twice the same."""

from __future__ import annotations

from collections import Counter

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select, text

from core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from core.verification.answers import match_waiting
from core.verification.files import ANSWERS, confirm_file, find_file, list_files, take_file
from core.verification.models import Difference, VerificationAnswer
from core.verification.results import list_unknown
from tests.core.verification.conftest import (
    DAY,
    REGISTRY,
    SAMPLE,
    World,
    answered,
    person_id,
    workbook,
)
from tests.factories import id_number


def sample_rows() -> list[dict[str, object]]:
    sheet = CalamineWorkbook.from_path(SAMPLE).get_sheet_by_name("核对结果").to_python()
    return [dict(zip(map(str, sheet[0]), row, strict=True)) for row in sheet[1:]]


def registry() -> dict[object, dict[str, object]]:
    sheet = CalamineWorkbook.from_path(REGISTRY).get_sheet_by_name("困难职工档案").to_python()
    rows: list[dict[str, object]] = [
        dict(zip(map(str, sheet[0]), row, strict=True)) for row in sheet[1:]
    ]
    return {row["身份证号"]: row for row in rows}


def expected_differences() -> Counter[str]:
    """Count what differs in the two workbooks themselves, by hand as it were."""
    found: Counter[str] = Counter()
    filed = registry()
    for told in sample_rows():
        file = filed[told["身份证号"]]
        homes = int(float(str(told["不动产套数"])))
        housing = file["住房类型"]
        found["income"] += told["核定年收入"] != file["家庭年度总收入"]
        found["dibao"] += told["民政低保"] == "是"
        found["vehicles"] += told["车辆数"] != 0
        found["business"] += told["工商登记"] == "有"
        found["dead"] += told["死亡"] == "是"
        found["employment"] += file["工作状态"] in ("下(待)岗", "失(无)业", "病退", "退休")
        if housing == "自有住房":
            found["real_estate"] += homes != 1
        elif housing == "危房":
            found["real_estate"] += homes > 1
        else:
            found["real_estate"] += homes > 0
    return found


def test_every_row_of_the_sample_is_kept_and_compared_to_the_last_difference(world: World) -> None:
    item = world.bring(SAMPLE.read_bytes())
    expected = expected_differences()
    assert expected["income"] == 94
    assert (item.state, item.faults) == ("imported", [])
    assert item.counts == {
        "rows": 200, "good": 200, "added": 200, "unchanged": 0, "unknown": 0,
        "found": expected.total(), "done": 0,
    }  # fmt: skip
    with world.system() as ctx:
        kinds = ctx.session.execute(
            select(Difference.kind, func.count()).group_by(Difference.kind)
        ).all()
    assert {kind: count for kind, count in kinds} == dict(expected)  # noqa: C416


def test_the_same_file_twice_changes_nothing(world: World) -> None:
    first = world.bring(SAMPLE.read_bytes())
    with world.system() as ctx:
        before = ctx.session.execute(
            text(
                "select count(*), max(id::text) from audit_records "
                "where event <> 'department_file.started'"
            )
        ).one()
    again = world.bring(SAMPLE.read_bytes())
    assert (again.counts["added"], again.counts["unchanged"]) == (0, 200)
    assert (again.counts["found"], again.sha256) == (0, first.sha256)
    with world.system() as ctx:
        assert ctx.session.scalar(select(func.count(VerificationAnswer.id))) == 200
        events = ctx.session.execute(
            text("select distinct event from audit_records where id::text > :last"),
            {"last": before[1]},
        ).scalars()
        assert set(events) <= {
            "department_file.started", "department_file.confirmed", "department_file.finished"
        }  # fmt: skip


def test_no_id_number_or_name_of_an_answer_stands_in_the_database_in_clear(world: World) -> None:
    stranger = id_number(900_001)
    world.bring(answered("民政低保", rows=[("欧阳无档", stranger, "是")]))
    with world.system() as ctx:
        for table in ("verification_answers", "department_files", "audit_records"):
            dump = "".join(ctx.session.execute(text(f"select t::text from {table} t")).scalars())
            assert stranger not in dump
            assert "欧阳无档" not in dump


def test_an_answer_on_an_unknown_id_is_listed_kept_and_found_again_once_he_is_filed(
    world: World,
) -> None:
    name, number, household = person_id(world, "LPS0700001")
    with world.system() as ctx:
        ctx.session.execute(
            text("update members set active = false where household_id = :id"), {"id": household}
        )
    item = world.bring(answered("核定年收入", rows=[(name, number, "1.00")]))
    assert (item.counts["added"], item.counts["unknown"], item.counts["found"]) == (1, 1, 0)
    with world.acting() as ctx:
        unknown, total = list_unknown(ctx)
    assert (total, unknown[0].filename, unknown[0].row) == (1, "核对结果.xlsx", 2)
    assert number not in repr(unknown)
    with world.system() as ctx:
        assert match_waiting(ctx) == 0
        ctx.session.execute(
            text("update members set active = true where household_id = :id"), {"id": household}
        )
    with world.system() as ctx:
        assert match_waiting(ctx) == 1
    with world.system() as ctx:
        answer = ctx.session.scalars(select(VerificationAnswer)).one()
        assert answer.household_id == household
        assert ctx.session.scalars(select(Difference.kind)).all() == ["income"]
        assert match_waiting(ctx) == 0


def test_a_clerk_of_a_county_matches_his_own_people_and_the_rest_waits_unseen(
    world: World,
) -> None:
    own, other = person_id(world, "LPS0700001"), person_id(world, "LPS0700004")
    rows = [(*own[:2], "1.00"), (*other[:2], "1.00")]
    item = world.bring(answered("核定年收入", rows=rows), who="shuicheng")
    assert (item.counts["added"], item.counts["unknown"], item.counts["found"]) == (2, 1, 1)
    with world.acting("shuicheng") as ctx:
        assert list_unknown(ctx) == ([], 0)
    with world.system() as ctx:
        assert match_waiting(ctx) == 1
        assert set(ctx.session.scalars(select(Difference.household_id))) == {own[2], other[2]}


@pytest.mark.parametrize(
    ("titles", "row", "fault"),
    [
        (("姓名", "身份证号", "核对日期", "核定年收入"), ("王", "520201199001011", DAY, 1),
         ("核对结果", 2, "身份证号", "id_length")),
        (("姓名", "身份证号", "核对日期", "核定年收入"), ("王", 5.2e17, DAY, 1),
         ("核对结果", 2, "身份证号", "id_numeric")),
        (("姓名", "身份证号", "核对日期", "核定年收入"), ("王", id_number(7), None, 1),
         ("核对结果", 2, "核对日期", "required")),
        (("姓名", "身份证号", "核对日期", "核定年收入"), ("王", id_number(7), DAY, "很多"),
         ("核对结果", 2, "核定年收入", "not_an_amount")),
        (("姓名", "身份证号", "核对日期", "车辆数"), ("王", id_number(7), DAY, 1.5),
         ("核对结果", 2, "车辆数", "not_a_quantity")),
        (("姓名", "身份证号", "核对日期", "民政低保"), ("王", id_number(7), DAY, "也许"),
         ("核对结果", 2, "民政低保", "word_unknown")),
        (("姓名", "身份证号", "核定年收入"), ("王", id_number(7), 1),
         ("核对结果", 1, "核对日期", "no_date_column")),
        (("姓名", "身份证号", "核对日期", "备注"), ("王", id_number(7), DAY, "x"),
         ("核对结果", 1, "", "no_answer_column")),
        (("姓名", "编号"), ("王", "1"), ("", 0, "", "no_id_column")),
    ],
)  # fmt: skip
def test_a_fault_names_sheet_row_column_reason_and_remedy(
    shared: World, titles: tuple[str, ...], row: tuple[object, ...], fault: tuple[object, ...]
) -> None:
    item = shared.bring(workbook(row, titles=titles))
    assert item.state == "refused"
    told = item.faults[0]
    assert (told["sheet"], told["row"], told["column"], told["code"]) == fault
    assert told["message"] % told["values"]
    assert told["remedy"]


def test_good_rows_go_in_beside_faulty_ones_and_a_contradiction_is_one(shared: World) -> None:
    first, second = person_id(shared, "LPS0700010"), person_id(shared, "LPS0700011")
    rows = [(*first[:2], "是"), (*second[:2], "否"), (*second[:2], "是"), ("王", "1", "是")]
    item = shared.bring(answered("民政低保", rows=rows))
    assert (item.state, item.counts["good"], item.counts["added"]) == ("imported", 2, 2)
    assert [(one["row"], one["code"]) for one in item.faults] == [
        (5, "id_length"),
        (4, "told_twice"),
    ]


def test_an_empty_cell_is_no_answer(shared: World) -> None:
    name, number, household = person_id(shared, "LPS0700012")
    shared.bring(answered("民政低保", "车辆数", rows=[(name, number, "否", None)]))
    with shared.system() as ctx:
        query = select(VerificationAnswer.told).where(VerificationAnswer.household_id == household)
        assert ctx.session.scalars(query).one() == {"dibao": "no"}


def test_what_is_no_workbook_or_no_source_is_refused(shared: World) -> None:
    assert shared.bring(b"PK\x03\x04 broken").faults[0]["code"] == "broken"
    assert shared.bring(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1").faults[0]["code"] == "old_workbook"
    with shared.acting() as ctx, pytest.raises(InvalidError, match="no source"):
        take_file(ctx, ANSWERS, "rumour", "a.xlsx", b"x")
    with shared.acting() as ctx, pytest.raises(InvalidError, match="empty"):
        take_file(ctx, ANSWERS, "civil_affairs", "a.xlsx", b"")


def test_a_file_is_seen_by_its_bringer_alone_and_confirmed_once(shared: World) -> None:
    name, number, _household = person_id(shared, "LPS0700013")
    item = shared.bring(answered("民政低保", rows=[(name, number, "否")]))
    with shared.acting("reviewer") as ctx, pytest.raises(NotFoundError):
        find_file(ctx, item.id)
    with shared.acting() as ctx:
        assert item.id in {one.id for one in list_files(ctx, ANSWERS)}
        with pytest.raises(ConflictError):
            confirm_file(ctx, item.id)


def test_nobody_without_the_right_brings_answers(shared: World) -> None:
    for who in ("investigator", "finance"):
        with shared.acting(who) as ctx, pytest.raises(ForbiddenError):
            take_file(ctx, ANSWERS, "civil_affairs", "a.xlsx", b"x")
    with shared.acting("neighbour") as ctx, pytest.raises((ForbiddenError, NotFoundError)):
        take_file(ctx, ANSWERS, "civil_affairs", "a.xlsx", b"x")
