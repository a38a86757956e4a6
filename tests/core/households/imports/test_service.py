"""Importing workbooks into a tenant: checked, confirmed, whole, repeatable."""

from __future__ import annotations

import csv
import datetime as dt
import threading
import uuid
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text, update

from core.audit.models import AuditRecord
from core.context import Context
from core.errors import ConflictError, DomainError, ForbiddenError, InvalidError, NotFoundError
from core.households.export import write_csv, write_workbook
from core.households.imports.service import (
    check_import,
    confirm_import,
    fail_import,
    find_import,
    list_imports,
    run_import,
    start_import,
    take_file,
)
from core.households.listing import Filters
from core.households.models import Household, Import, Judgement, Member, Statement
from core.households.queries import read_household
from core.households.records import HouseholdRecord
from core.households.service import file_household, set_contact
from core.households.stored import records_of
from core.money import parse_yuan as yuan
from core.outbox import OutboxEntry
from core.people import Actor
from tests.core.households.conftest import World, family, person_number, spouse
from tests.factories import ELSEWHERE, GRASSROOTS, UNION_ROLES, acting, hire, place_unit

DATA = Path(__file__).parents[3] / "data"
SAMPLE = DATA / "困难职工档案.xlsx"
FAULTY = DATA / "困难职工档案-有误.xlsx"
SAMPLE_UNITS = (
    "水城区总工会/双水街道工会", "盘州市总工会/红果街道工会", "钟山区总工会/荷城街道工会",
)  # fmt: skip
DAY = dt.date(2023, 6, 30)


def quiet(_done: int, _total: int) -> None:
    """Show no progress."""


def bring_in(
    world: World, data: bytes, *, keep_good: bool = True, on: dt.date = DAY,
    actor: Actor | None = None,
) -> Import:  # fmt: skip
    with acting(world.installation, world.tree.city_a, actor or world.clerk) as ctx:
        item = take_file(ctx, "档案.xlsx", data, keep_good=keep_good, judged_on=on)
        return run_import(ctx, item.id, quiet)


def workbook(*records: HouseholdRecord) -> bytes:
    return write_workbook(records)


def families(count: int, prefix: str) -> list[HouseholdRecord]:
    return [family(spouse(), file_number=f"{prefix}-{place}") for place in range(count)]


def by_number(world: World, *numbers: str) -> dict[str, Household]:
    with world.installation.system(world.tree.city_a) as ctx:
        query = select(Household).where(Household.file_number.in_(numbers))
        return {household.file_number: household for household in ctx.session.scalars(query)}


@pytest.fixture(scope="module")
def sample_world(world: World) -> World:
    """The world with the unions the sample files name."""
    for name in SAMPLE_UNITS:
        place_unit(world.installation, world.tree.city_a, name)
    return replace(world, clerk=hire(world.installation, world.tree.city_a, "clerk"))


class TestTheSample:
    """The 300 households of the example file, as the newcomer's clerk imports them."""

    @pytest.fixture(scope="class")
    @classmethod
    def imported(cls, sample_world: World) -> Import:
        return bring_in(sample_world, SAMPLE.read_bytes())

    @pytest.fixture(scope="class")
    @classmethod
    def expected(cls) -> dict[str, str]:
        with (DATA / "expected.csv").open(encoding="utf-8-sig", newline="") as file:
            return {row["档案编号"]: row["category"] for row in csv.DictReader(file)}

    def test_all_300_come_in_without_a_fault(self, imported: Import) -> None:
        assert (imported.state, imported.rows, imported.added) == ("imported", 300, 300)
        assert imported.faults == []

    def test_every_household_has_the_category_expected(
        self, sample_world: World, imported: Import, expected: dict[str, str]
    ) -> None:
        found = by_number(sample_world, *expected)
        assert {number: one.category for number, one in found.items()} == expected
        assert imported.categories == dict(Counter(expected.values()))

    def test_each_has_an_explanation(self, sample_world: World, expected: dict[str, str]) -> None:
        for number, household in by_number(sample_world, *list(expected)[:20]).items():
            with acting(
                sample_world.installation, sample_world.tree.city_a, sample_world.clerk
            ) as ctx:
                told = read_household(ctx, household.id).data
            assert told["judgement"]["category"] == expected[number]
            assert told["judgement"]["on"] == DAY.isoformat()
            assert {step["name"] for step in told["judgement"]["explanation"]} >= {
                "net_per_head", "is_deep", "category"
            }  # fmt: skip
            assert told["judgement"]["reasons"]

    def test_the_same_file_again_changes_nothing(
        self, sample_world: World, imported: Import
    ) -> None:
        with sample_world.installation.system(sample_world.tree.city_a) as ctx:
            before = _count_rows(ctx)
        again = bring_in(sample_world, SAMPLE.read_bytes())
        assert (again.added, again.changed, again.unchanged) == (0, 0, 300)
        with sample_world.installation.system(sample_world.tree.city_a) as ctx:
            assert _count_rows(ctx) == before

    def test_another_day_judges_anew_and_keeps_the_files(
        self, sample_world: World, imported: Import
    ) -> None:
        later = bring_in(sample_world, SAMPLE.read_bytes(), on=dt.date(2023, 9, 30))
        assert (later.unchanged, sum(later.categories.values())) == (300, 300)
        assert later.categories == imported.categories

    def test_an_export_imports_again_without_loss(
        self, sample_world: World, imported: Import
    ) -> None:
        with acting(sample_world.installation, sample_world.tree.city_a, sample_world.clerk) as ctx:
            records = list(records_of(ctx, Filters(search="LPS07")))
        again = bring_in(sample_world, write_workbook(records))
        assert (again.rows, again.unchanged, again.faults) == (300, 300, [])


class TestTheFaultySample:
    @pytest.fixture(scope="class")
    @classmethod
    def checked(cls, sample_world: World) -> Import:
        installation, city = sample_world.installation, sample_world.tree.city_a
        with acting(installation, city, sample_world.clerk) as ctx:
            item, _entry = start_import(ctx, FAULTY.name, FAULTY.read_bytes(), judged_on=DAY)
        with acting(installation, city, sample_world.clerk) as ctx:
            return check_import(ctx, item.id)

    def test_every_fault_is_found_at_its_place_and_none_invented(self, checked: Import) -> None:
        with (DATA / "faults.csv").open(encoding="utf-8-sig", newline="") as file:
            expected = {(int(row["行"]), row["列"]) for row in csv.DictReader(file)}
        assert {(fault["row"], fault["column"]) for fault in checked.faults} == expected
        assert len(checked.faults) == len(expected)

    def test_each_fault_says_what_to_do(self, checked: Import) -> None:
        for fault in checked.faults:
            assert fault["message"] % fault["values"]
            assert fault["remedy"] % fault["values"]

    def test_no_fault_repeats_a_personal_number(self, checked: Import) -> None:
        assert not any(_is_personal(str(fault)) for fault in checked.faults)

    def test_nothing_is_filed_by_checking(self, sample_world: World, checked: Import) -> None:
        assert checked.state == "checked"
        assert by_number(sample_world, "LPS0791001") == {}

    def test_all_or_nothing_keeps_nothing(self, sample_world: World) -> None:
        item = bring_in(sample_world, FAULTY.read_bytes(), keep_good=False)
        assert (item.state, item.good, len(item.faults)) == ("refused", 2, 22)
        assert by_number(sample_world, "LPS0791001") == {}

    def test_good_rows_are_kept_where_that_was_chosen(self, sample_world: World) -> None:
        item = bring_in(sample_world, FAULTY.read_bytes(), keep_good=True)
        assert (item.state, item.added, len(item.faults)) == ("imported", 2, 22)
        assert set(by_number(sample_world, "LPS0791001", "LPS0790001")) == {"LPS0791001"}


class TestRepeating:
    def test_a_changed_row_changes_its_file_alone(self, world: World) -> None:
        one, two = families(2, "WDH")
        bring_in(world, workbook(one, two))
        item = bring_in(world, workbook(replace(one, income=yuan("90000"), address="新家"), two))
        assert (item.added, item.changed, item.unchanged) == (0, 1, 1)
        found = by_number(world, "WDH-0", "WDH-1")
        assert (found["WDH-0"].address, found["WDH-0"].category) == ("新家", "none")
        assert (found["WDH-0"].version, found["WDH-1"].version) == (2, 1)

    def test_members_who_change_come_and_go(self, world: World) -> None:
        wife = spouse()
        bring_in(world, workbook(family(wife, file_number="MGL", address="a")))
        child = spouse(name="王小明", relation="child", sex="male", occupation="student",
                       id_number=person_number(male=True))  # fmt: skip
        head = by_number(world, "MGL")["MGL"]
        with world.installation.system(world.tree.city_a) as ctx:
            record = next(iter(records_of(ctx, Filters(search="MGL"))))
        bring_in(world, workbook(replace(record, members=(child,), member_count=2)))
        with acting(world.installation, world.tree.city_a, world.clerk) as ctx:
            told = read_household(ctx, head.id).data
        assert [member["name"] for member in told["members"]] == ["王建国", "王小明"]

    def test_a_file_changed_by_hand_is_compared_and_not_just_overwritten(
        self, world: World
    ) -> None:
        (record,) = families(1, "HND")
        bring_in(world, workbook(record))
        household = by_number(world, "HND-0")["HND-0"]
        with acting(world.installation, world.tree.city_a, world.clerk) as ctx:
            set_contact(ctx, household.id, "宋磊", 1)
        bring_in(world, workbook(record))
        after = by_number(world, "HND-0")["HND-0"]
        assert (after.contact_person, after.version) == ("", 3)

    def test_the_trail_names_what_a_repeated_import_changed(self, world: World) -> None:
        (record,) = families(1, "SPR")
        bring_in(world, workbook(record))
        bring_in(world, workbook(replace(record, income=yuan("20000"))))
        household = by_number(world, "SPR-0")["SPR-0"]
        with world.installation.system(world.tree.city_a) as ctx:
            query = select(AuditRecord).where(AuditRecord.object_id == household.id)
            found = {entry.event: entry for entry in ctx.session.scalars(query)}
        assert found["household.filed"].after["record_hash"]
        assert found["household.changed"].before == {"income": yuan("16800")}
        assert found["household.changed"].after == {"income": yuan("20000")}


class TestPeopleElsewhere:
    def test_a_person_of_another_file_is_a_fault_naming_it(self, world: World) -> None:
        wife = spouse()
        with acting(world.installation, world.tree.city_a, world.clerk) as ctx:
            file_household(ctx, family(wife, file_number="ZUERST"))
        bad = family(wife, file_number="DANACH")
        good = family(file_number="DANEBEN")
        item = bring_in(world, workbook(bad, good))
        assert (item.state, item.added) == ("imported", 1)
        (fault,) = item.faults
        assert (fault["code"], fault["row"]) == ("person_elsewhere", 2)
        assert (fault["sheet"], fault["column"]) == ("家庭成员", "身份证号")
        assert fault["values"]["file"] == "ZUERST"
        assert fault["values"]["unit"] == GRASSROOTS
        assert set(by_number(world, "DANACH", "DANEBEN")) == {"DANEBEN"}

    def test_a_file_number_of_another_unit_is_a_fault(self, world: World) -> None:
        with acting(world.installation, world.tree.city_a, world.other_clerk) as ctx:
            file_household(ctx, family(file_number="FREMD", unit=ELSEWHERE))
        item = bring_in(world, workbook(family(file_number="FREMD")))
        assert [fault["code"] for fault in item.faults] == ["file_elsewhere"]

    def test_a_closed_file_is_a_fault(self, world: World) -> None:
        (record,) = families(1, "ZU")
        bring_in(world, workbook(record))
        with world.installation.system(world.tree.city_a) as ctx:
            household = by_number(world, "ZU-0")["ZU-0"]
            ctx.session.get_one(Household, (ctx.tenant_id, household.id)).state = "exited"
        item = bring_in(world, workbook(replace(record, address="x")))
        assert [fault["code"] for fault in item.faults] == ["file_closed"]
        assert item.state == "refused"
        assert by_number(world, "ZU-0")["ZU-0"].state == "exited"  # nothing opens it silently

    def test_the_head_of_a_closed_file_comes_back_to_it_and_not_under_a_new_number(
        self, world: World
    ) -> None:
        (record,) = families(1, "FORT")
        bring_in(world, workbook(record))
        with world.installation.system(world.tree.city_a) as ctx:
            household = by_number(world, "FORT-0")["FORT-0"]
            ctx.session.get_one(Household, (ctx.tenant_id, household.id)).state = "exited"
            people = Member.household_id == household.id
            ctx.session.execute(
                update(Member).where(Member.tenant_id == ctx.tenant_id, people).values(active=False)
            )
        again, other = replace(record, file_number="WIEDER"), family(file_number="NEU")
        item = bring_in(world, workbook(again, other))
        (fault,) = item.faults
        assert (fault["code"], fault["row"], fault["column"]) == ("person_exited", 2, "身份证号")
        assert (fault["values"]["file"], fault["values"]["unit"]) == ("FORT-0", GRASSROOTS)
        assert set(by_number(world, "WIEDER", "NEU")) == {"NEU"}

    def test_who_was_a_member_of_a_closed_file_may_head_one_of_his_own(self, world: World) -> None:
        number = person_number(male=False)
        record = family(spouse(id_number=number), file_number="ELTERN")
        bring_in(world, workbook(record))
        with world.installation.system(world.tree.city_a) as ctx:
            household = by_number(world, "ELTERN")["ELTERN"]
            ctx.session.get_one(Household, (ctx.tenant_id, household.id)).state = "exited"
            people = Member.household_id == household.id
            ctx.session.execute(
                update(Member).where(Member.tenant_id == ctx.tenant_id, people).values(active=False)
            )
        own = family(file_number="EIGEN", name="李芳", sex="female", id_number=number)
        item = bring_in(world, workbook(own))
        assert (item.added, item.faults) == (1, [])

    def test_a_workbook_from_before_does_not_undo_a_verification(self, world: World) -> None:
        (record,) = families(1, "ALT")
        old = replace(record, verified_on=dt.date(2023, 1, 10))
        bring_in(world, workbook(old))
        with world.installation.system(world.tree.city_a) as ctx:
            household = by_number(world, "ALT-0")["ALT-0"]
            stored = ctx.session.get_one(Household, (ctx.tenant_id, household.id))
            stored.verified_on, stored.record_digest = dt.date(2023, 5, 20), None
        item = bring_in(world, workbook(replace(old, address="新街1号")))
        assert item.faults == []
        kept = by_number(world, "ALT-0")["ALT-0"]
        assert (kept.verified_on, kept.address) == (dt.date(2023, 5, 20), "新街1号")
        bring_in(world, workbook(replace(old, verified_on=dt.date(2023, 6, 1))))
        assert by_number(world, "ALT-0")["ALT-0"].verified_on == dt.date(2023, 6, 1)

    def test_units_beyond_the_clerks_own_are_faults(self, world: World) -> None:
        item = bring_in(world, workbook(family(file_number="WEIT", unit=ELSEWHERE)))
        assert [fault["code"] for fault in item.faults] == ["unit_unknown"]

    def test_two_imports_of_one_person_at_once_keep_one(self, world: World) -> None:
        number = person_number(male=True)
        books = [workbook(family(id_number=number, file_number=f"EIL-{i}")) for i in range(4)]
        barrier = threading.Barrier(4)
        outcomes: list[str] = []

        def race(data: bytes) -> None:
            barrier.wait()
            try:
                outcomes.append(bring_in(world, data).state)
            except DomainError as error:
                outcomes.append(error.code)

        threads = [threading.Thread(target=race, args=(data,)) for data in books]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert Counter(outcomes)["imported"] == 1
        assert set(outcomes) <= {"imported", "refused", "conflict"}
        assert len(by_number(world, *(f"EIL-{i}" for i in range(4)))) == 1


class TestDeciding:
    def started(self, world: World, data: bytes, **values: Any) -> uuid.UUID:
        with acting(world.installation, world.tree.city_a, world.clerk) as ctx:
            item, entry = start_import(ctx, "a.xlsx", data, judged_on=DAY, **values)
            assert (entry.job, entry.queue) == ("check_import", "imports")
            assert entry.payload == {"import_id": str(item.id)}
        return item.id

    def check(self, world: World, import_id: uuid.UUID) -> Import:
        with acting(world.installation, world.tree.city_a, world.clerk) as ctx:
            return check_import(ctx, import_id)

    def confirm(self, world: World, import_id: uuid.UUID, **values: Any) -> OutboxEntry:
        with acting(world.installation, world.tree.city_a, world.clerk) as ctx:
            return confirm_import(ctx, import_id, **values)[1]

    def test_check_shows_confirm_puts_in(self, world: World) -> None:
        import_id = self.started(world, workbook(*families(3, "ABL")))
        checked = self.check(world, import_id)
        assert (checked.state, checked.added, checked.good) == ("checked", 3, 3)
        entry = self.confirm(world, import_id)
        assert (entry.job, entry.total) == ("run_import", 3)
        told: list[tuple[int, int]] = []
        with acting(world.installation, world.tree.city_a, world.clerk) as ctx:
            run = run_import(ctx, import_id, lambda done, total: told.append((done, total)))
        assert (run.state, run.added) == ("imported", 3)
        assert told[-1] == (3, 3)

    def test_running_twice_files_once(self, world: World) -> None:
        import_id = self.started(world, workbook(*families(2, "DPL")))
        self.check(world, import_id)
        self.confirm(world, import_id)
        for _ in range(2):
            with acting(world.installation, world.tree.city_a, world.clerk) as ctx:
                assert run_import(ctx, import_id, quiet).added == 2
        assert len(by_number(world, "DPL-0", "DPL-1")) == 2

    def test_nothing_is_confirmed_before_it_was_checked_or_twice(self, world: World) -> None:
        import_id = self.started(world, workbook(*families(1, "UNG")))
        with pytest.raises(ConflictError):
            self.confirm(world, import_id)
        self.check(world, import_id)
        self.confirm(world, import_id)
        with pytest.raises(ConflictError):
            self.confirm(world, import_id)

    def test_refused_as_a_whole_can_be_kept_in_part(self, world: World) -> None:
        good, bad = families(2, "TEIL")
        data = workbook(good, replace(bad, phone="1"))
        import_id = self.started(world, data, keep_good=False)
        assert self.check(world, import_id).state == "refused"
        with pytest.raises(ConflictError):
            self.confirm(world, import_id)
        assert self.confirm(world, import_id, keep_good=True).total == 1

    def test_what_became_wrong_between_check_and_run_is_found(self, world: World) -> None:
        (record,) = families(1, "ZWI")
        import_id = self.started(world, workbook(record))
        self.check(world, import_id)
        self.confirm(world, import_id)
        with acting(world.installation, world.tree.city_a, world.clerk) as ctx:
            file_household(ctx, family(id_number=record.id_number, file_number="SCHNELL"))
        with acting(world.installation, world.tree.city_a, world.clerk) as ctx:
            run = run_import(ctx, import_id, quiet)
        assert (run.state, run.faults[0]["values"]["file"]) == ("refused", "SCHNELL")

    def test_an_unreadable_file_is_refused_with_one_fault(self, world: World) -> None:
        checked = self.check(world, self.started(world, b"\xff\xfe no workbook \x00"))
        assert (checked.state, len(checked.faults), checked.faults[0]["row"]) == ("refused", 1, 0)

    def test_empty_or_too_large_files_are_not_taken(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(world.installation.settings, "upload_bytes", 1000)
        for data in (b"", b"x" * 1001):
            with pytest.raises(InvalidError):
                self.started(world, data)

    def test_a_failed_job_shows(self, world: World) -> None:
        import_id = self.started(world, workbook(*families(1, "FEHL")))
        with world.installation.system(world.tree.city_a) as ctx:
            fail_import(ctx, import_id)
        with acting(world.installation, world.tree.city_a, world.clerk) as ctx:
            assert find_import(ctx, import_id).state == "failed"

    def test_an_import_is_its_starters_own(self, world: World) -> None:
        import_id = self.started(world, workbook(*families(1, "EIG")))
        with acting(world.installation, world.tree.city_a, world.other_clerk) as ctx:
            assert import_id not in {item.id for item in list_imports(ctx)}
            with pytest.raises(NotFoundError):
                find_import(ctx, import_id)
        with acting(world.installation, world.tree.city_a, world.clerk) as ctx:
            assert list_imports(ctx)[0].id == import_id

    @pytest.mark.parametrize("role", sorted(UNION_ROLES - {"clerk"}))
    def test_only_clerks_import(self, world: World, role: str) -> None:
        someone = hire(world.installation, world.tree.city_a, role, unit=GRASSROOTS)
        with (
            acting(world.installation, world.tree.city_a, someone) as ctx,
            pytest.raises(ForbiddenError),
        ):
            start_import(ctx, "a.xlsx", b"x")


def test_a_file_number_with_a_comma_is_known_again(world: World) -> None:
    record = family(spouse(), file_number="六总,1号,2023")
    assert bring_in(world, workbook(record)).added == 1
    again = bring_in(world, workbook(record))
    assert (again.added, again.unchanged, again.state) == (0, 1, "imported")


class TestWholeness:
    def test_a_fault_half_way_leaves_nothing_behind(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def stumble(*_arguments: object) -> None:
            raise RuntimeError("the power went")

        monkeypatch.setattr("core.households.imports.run.make_judgements", stumble)
        with pytest.raises(RuntimeError):
            bring_in(world, workbook(*families(3, "HALB")))
        assert by_number(world, "HALB-0", "HALB-1", "HALB-2") == {}

    def test_a_broken_identification_files_without_judging(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rule = world.installation.catalogue.identification("worker_hardship")

        def stumble(*_arguments: object) -> None:
            raise RuntimeError("a bug in the plugin")

        monkeypatch.setattr(type(rule), "identify", stumble)
        item = bring_in(world, workbook(*families(2, "OHNE")))
        assert (item.state, item.added, item.categories) == ("imported", 2, {})
        found = by_number(world, "OHNE-0", "OHNE-1").values()
        assert [(one.category, one.judged_on) for one in found] == [(None, None)] * 2

    def test_csv_without_members_keeps_those_that_are_stored(self, world: World) -> None:
        (record,) = families(1, "CSV")
        bring_in(world, workbook(record))
        households, _members = write_csv([replace(record, address="经由CSV")]).values()
        item = bring_in(world, households)
        assert (item.changed, item.faults) == (1, [])
        household = by_number(world, "CSV-0")["CSV-0"]
        with acting(world.installation, world.tree.city_a, world.clerk) as ctx:
            told = read_household(ctx, household.id).data
        assert told["address"] == "经由CSV"
        assert [member["name"] for member in told["members"]] == ["王建国", "李芳"]


def test_another_tenants_people_are_no_hindrance_and_never_named(world: World) -> None:
    (record,) = families(1, "HIER")
    bring_in(world, workbook(record))
    stranger = hire(world.installation, world.tree.city_b, "clerk")
    with acting(world.installation, world.tree.city_b, stranger) as ctx:
        item = take_file(ctx, "a.xlsx", workbook(record), judged_on=DAY)
        assert run_import(ctx, item.id, quiet).added == 1


def test_new_files_are_counted_before_their_people_refer_to_them(world: World) -> None:
    counted = text("select reltuples from pg_class where relname = 'households'")
    with acting(world.installation, world.tree.city_a, world.clerk) as ctx:
        item = take_file(ctx, "a.xlsx", workbook(*families(40, "ZAHL")), judged_on=DAY)
        run_import(ctx, item.id, quiet)
        files = ctx.session.scalar(select(func.count()).where(Household.tenant_id == ctx.tenant_id))
        assert ctx.session.scalar(counted) >= (files or 0)


def _count_rows(ctx: Context) -> list[int]:
    tables = (Household, Member, Statement, Judgement)
    return [
        ctx.session.scalar(select(func.count()).where(table.tenant_id == ctx.tenant_id)) or 0
        for table in tables
    ]


def _is_personal(text: str) -> bool:
    digits = "".join(character if character.isdigit() else " " for character in text)
    return any(len(run) >= 11 for run in digits.split())
