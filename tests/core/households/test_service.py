"""Filing a household and changing its file, as clerks do it."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from typing import Any

import pytest
from sqlalchemy import select

from core.audit.models import AuditRecord
from core.errors import (
    ConflictError,
    DomainError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    StaleError,
)
from core.households.models import Household, Judgement, Member, Statement
from core.households.queries import read_household
from core.households.records import HouseholdRecord
from core.households.rows import STATEMENT_VALUES
from core.households.service import (
    change_household,
    declare_statement,
    file_household,
    set_contact,
)
from core.money import parse_yuan as yuan
from core.people import Actor
from tests.core.households.conftest import World, family, person_number, spouse
from tests.factories import ELSEWHERE, GRASSROOTS, UNION_ROLES, acting, hire


def file(world: World, record: HouseholdRecord, actor: Actor | None = None) -> uuid.UUID:
    with acting(world.installation, world.tree.city_a, actor or world.clerk) as ctx:
        return file_household(ctx, record).id


def shown(world: World, household_id: uuid.UUID) -> dict[str, Any]:
    with acting(world.installation, world.tree.city_a, world.clerk) as ctx:
        return read_household(ctx, household_id).data


def trail(world: World, household_id: uuid.UUID, event: str) -> list[AuditRecord]:
    with world.installation.system(world.tree.city_a) as ctx:
        query = select(AuditRecord).where(
            AuditRecord.object_id == household_id, AuditRecord.event == event
        )
        return list(ctx.session.scalars(query))


class TestFiling:
    def test_a_household_is_filed_and_judged(self, world: World) -> None:
        file_id = file(world, family(spouse()))
        read = shown(world, file_id)
        assert read["category"] == "relative"
        assert [member["relation"] for member in read["members"]] == ["head", "spouse"]
        assert read["statement"]["income"] == yuan("16800")
        assert read["judgement"]["category"] == "relative"
        assert read["judgement"]["explanation"][-1]["shown"]

    def test_who_has_no_file_number_gets_the_next_of_the_year(self, world: World) -> None:
        first, second = (shown(world, file(world, family())) for _ in range(2))
        year, number = first["file_number"].split("-")
        assert second["file_number"] == f"{year}-{int(number) + 1:06d}"

    def test_id_phone_and_card_are_never_stored_in_clear(self, world: World) -> None:
        record = family(spouse())
        file_id = file(world, record)
        secrets = (record.id_number, record.phone, record.card, record.members[0].id_number)
        with world.installation.system(world.tree.city_a) as ctx:
            household = ctx.session.get_one(Household, (ctx.tenant_id, file_id))
            members = ctx.session.scalars(select(Member).where(Member.household_id == file_id))
            rows = [vars(household), *(vars(member) for member in members)]
            for secret in secrets:
                assert secret not in str(rows)
                assert not any(
                    secret.encode() in v
                    for row in rows
                    for v in row.values()
                    if isinstance(v, bytes)
                )
            sealed = ctx.vault.decrypt(
                ctx.tenant_id, "households.phone_cipher", file_id, household.phone_cipher or b""
            )
        assert sealed == record.phone

    def test_everybody_sees_masks_alone(self, world: World) -> None:
        record = family()
        read = shown(world, file(world, record))
        assert read["phone"] == "178****3518"
        assert read["card"].endswith("9113")
        assert read["head_id"] == record.id_number[:6] + "*" * 10 + record.id_number[-2:]
        assert record.id_number not in str(read)

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"id_number": "520201196707243121"}, "id_number"),
            ({"sex": "female"}, "sex"),
            ({"phone": "1234"}, "phone"),
            ({"card": "6217003194875749114"}, "card"),
            ({"main_cause": "laziness"}, "main_cause"),
            ({"income": -1}, "income"),
            ({"filed_on": dt.date(2999, 1, 1)}, "filed_on"),
            ({"member_count": 3}, "member_count"),
            ({"name": ""}, "name"),
        ],
    )
    def test_what_an_import_refuses_is_refused_here(
        self, world: World, wrong: dict[str, Any], field: str
    ) -> None:
        with pytest.raises(InvalidError) as caught:
            file(world, family(**wrong))
        assert caught.value.field == field
        assert caught.value.remedy.text

    def test_a_members_fault_names_the_member(self, world: World) -> None:
        with pytest.raises(InvalidError) as caught:
            file(world, family(spouse(), spouse(sex="male")))
        assert caught.value.field == "members.2.sex"

    def test_no_message_repeats_an_id_number(self, world: World) -> None:
        wrong = "520201196707243121"
        with pytest.raises(InvalidError) as caught:
            file(world, family(id_number=wrong))
        assert wrong not in f"{caught.value.message} {caught.value.remedy}"

    def test_an_unknown_union_is_refused(self, world: World) -> None:
        with pytest.raises(InvalidError) as caught:
            file(world, family(unit="钟山区总工会/没有的工会"))
        assert caught.value.field == "unit"

    def test_nobody_files_for_a_union_that_is_not_his(self, world: World) -> None:
        with pytest.raises(NotFoundError):
            file(world, family(unit=ELSEWHERE))

    @pytest.mark.parametrize("role", sorted(UNION_ROLES - {"clerk"}))
    def test_only_clerks_file(self, world: World, role: str) -> None:
        someone = hire(world.installation, world.tree.city_a, role, unit=GRASSROOTS)
        with pytest.raises((ForbiddenError, NotFoundError)):
            file(world, family(), someone)

    def test_the_audit_trail_says_what_was_filed_without_the_numbers(self, world: World) -> None:
        record = family(spouse())
        (entry,) = trail(world, file(world, record), "household.filed")
        assert entry.after["name"] == "王建国"
        assert entry.after["income"] == yuan("16800")
        assert entry.after["members"][0]["relation"] == "spouse"
        assert entry.actor_id == world.clerk.person_id
        for secret in (record.id_number, record.phone, record.card, record.members[0].id_number):
            assert secret not in str(entry.after)


class TestSecondFiles:
    """One person, one active file in a tenant; the refusal names the first."""

    def test_a_second_file_for_the_head_names_the_first(self, world: World) -> None:
        record = family(file_number="ERSTE-1")
        file(world, record)
        with pytest.raises(ConflictError) as caught:
            file(world, family(id_number=record.id_number))
        assert caught.value.message.values["file"] == "ERSTE-1"
        assert caught.value.message.values["unit"] == GRASSROOTS

    def test_a_member_of_one_file_cannot_head_another(self, world: World) -> None:
        wife = spouse()
        file(world, family(wife, file_number="ERSTE-2"))
        with pytest.raises(ConflictError) as caught:
            file(world, family(id_number=wife.id_number, sex="female"))
        assert caught.value.message.values["file"] == "ERSTE-2"

    def test_also_when_the_first_file_lies_in_another_unit(self, world: World) -> None:
        record = family(file_number="ERSTE-3")
        file(world, record)
        with pytest.raises(ConflictError) as caught:
            file(world, family(id_number=record.id_number, unit=ELSEWHERE), world.other_clerk)
        assert caught.value.message.values["file"] == "ERSTE-3"

    def test_another_tenant_neither_refuses_nor_tells(self, world: World) -> None:
        record = family()
        file(world, record)
        stranger = hire(world.installation, world.tree.city_b, "clerk")
        with acting(world.installation, world.tree.city_b, stranger) as ctx:
            file_household(ctx, record)
            found = ctx.session.scalars(select(Household)).all()
        assert [household.tenant_id for household in found] == [world.tree.city_b.id]

    def test_a_file_number_that_is_taken_is_refused(self, world: World) -> None:
        file(world, family(file_number="TAKEN"))
        with pytest.raises(ConflictError) as caught:
            file(world, family(file_number="TAKEN"))
        assert caught.value.field == "file_number"

    def test_of_many_at_the_same_moment_one_gets_in(self, world: World) -> None:
        number = person_number(male=True)
        barrier, errors = threading.Barrier(6), []

        def race(place: int) -> None:
            barrier.wait()
            try:
                file(world, family(id_number=number, file_number=f"RACE-{place}"))
            except DomainError as error:
                errors.append(error)

        threads = [threading.Thread(target=race, args=(place,)) for place in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        index = world.installation.vault.blind_index("id_number", number)
        with world.installation.system(world.tree.city_a) as ctx:
            files = ctx.session.scalars(select(Member).where(Member.id_index == index)).all()
        assert len(files) == 1
        assert [type(error) for error in errors] == [ConflictError] * 5
        assert all(error.message.values["file"].startswith("RACE-") for error in errors)


class TestChanging:
    def change(self, world: World, file_id: uuid.UUID, version: int = 1, **changes: Any) -> None:
        with acting(world.installation, world.tree.city_a, world.clerk) as ctx:
            change_household(ctx, file_id, changes, version)

    def test_a_change_is_written_judged_and_counted(self, world: World) -> None:
        file_id = file(world, family(spouse()))
        self.change(world, file_id, income=yuan("90000"), address="双水街道81号")
        read = shown(world, file_id)
        assert (read["address"], read["category"], read["version"]) == ("双水街道81号", "none", 2)
        assert read["statement"]["income"] == yuan("90000")

    def test_the_trail_holds_before_and_after_of_what_changed_alone(self, world: World) -> None:
        file_id = file(world, family(spouse()))
        self.change(world, file_id, income=yuan("20000"), address="新家")
        (entry,) = trail(world, file_id, "household.changed")
        assert entry.before == {"income": yuan("16800"), "address": ""}
        assert entry.after == {"income": yuan("20000"), "address": "新家"}

    def test_a_phone_changed_behind_its_mask_shows_in_the_trail(self, world: World) -> None:
        file_id = file(world, family(phone="17821993518"))
        self.change(world, file_id, phone="17855553518")
        (entry,) = trail(world, file_id, "household.changed")
        assert entry.before["phone_mark"] != entry.after["phone_mark"]
        assert entry.after["phone_mark"].startswith("178****3518#")
        assert "17855553518" not in str(entry.after)

    def test_who_saw_an_older_version_is_told(self, world: World) -> None:
        file_id = file(world, family())
        self.change(world, file_id, address="一")
        with pytest.raises(StaleError):
            self.change(world, file_id, address="二")
        assert shown(world, file_id)["address"] == "一"

    def test_changing_nothing_leaves_version_and_trail(self, world: World) -> None:
        file_id = file(world, family(address="旧"))
        self.change(world, file_id, address="旧")
        assert shown(world, file_id)["version"] == 1
        assert not trail(world, file_id, "household.changed")

    def test_members_come_and_go_and_who_stays_keeps_his_row(self, world: World) -> None:
        wife = spouse()
        file_id = file(world, family(wife))
        stays = shown(world, file_id)["members"][1]["id"]
        child = spouse(name="王小明", relation="child", sex="male", occupation="student",
                       id_number=person_number(male=True))  # fmt: skip
        self.change(world, file_id, members=(wife, child))
        read = shown(world, file_id)
        assert [member["name"] for member in read["members"]] == ["王建国", "李芳", "王小明"]
        assert (read["members"][1]["id"], read["member_count"]) == (stays, 3)
        self.change(world, file_id, 2, members=(child,))
        read = shown(world, file_id)
        assert [member["name"] for member in read["members"]] == ["王建国", "王小明"]
        assert read["member_count"] == 2

    def test_a_member_of_another_file_cannot_come_in(self, world: World) -> None:
        wife = spouse()
        file(world, family(wife, file_number="THEIRS"))
        mine = file(world, family())
        with pytest.raises(ConflictError) as caught:
            self.change(world, mine, members=(wife,))
        assert caught.value.message.values["file"] == "THEIRS"

    def test_a_wrong_value_is_refused_and_nothing_changed(self, world: World) -> None:
        file_id = file(world, family())
        with pytest.raises(InvalidError):
            self.change(world, file_id, phone="12")
        assert shown(world, file_id)["phone"] == "178****3518"

    @pytest.mark.parametrize("name", ["file_number", "category", "filed_by", "tenant_id"])
    def test_some_things_are_not_for_changing(self, world: World, name: str) -> None:
        file_id = file(world, family())
        with pytest.raises(InvalidError) as caught:
            self.change(world, file_id, 1, **{name: "x"})
        assert caught.value.field == name

    def test_a_closed_file_is_not_changed(self, world: World) -> None:
        file_id = file(world, family())
        with world.installation.system(world.tree.city_a) as ctx:
            ctx.session.get_one(Household, (ctx.tenant_id, file_id)).state = "exited"
        with pytest.raises(ConflictError):
            self.change(world, file_id, address="x")

    def test_a_file_of_another_unit_is_not_there(self, world: World) -> None:
        file_id = file(world, family())
        with (
            pytest.raises(NotFoundError),
            acting(world.installation, world.tree.city_a, world.other_clerk) as ctx,
        ):
            change_household(ctx, file_id, {"address": "x"}, 1)


class TestContactAndStatement:
    def test_naming_a_contact_person(self, world: World) -> None:
        file_id = file(world, family())
        with acting(world.installation, world.tree.city_a, world.clerk) as ctx:
            set_contact(ctx, file_id, " 宋磊 ", 1)
        assert shown(world, file_id)["contact_person"] == "宋磊"
        (entry,) = trail(world, file_id, "household.contact_set")
        assert (entry.before, entry.after) == ({"contact_person": ""}, {"contact_person": "宋磊"})

    def declare(self, world: World, file_id: uuid.UUID, as_of: dt.date, version: int = 1,
                **amounts: int) -> None:  # fmt: skip
        values = dict.fromkeys(STATEMENT_VALUES, 0) | {"still_difficult": False} | amounts
        with acting(world.installation, world.tree.city_a, world.clerk) as ctx:
            declare_statement(ctx, file_id, as_of, values, version)

    def test_a_new_statement_stands_beside_the_old_and_is_judged(self, world: World) -> None:
        file_id = file(world, family(spouse()))
        with acting(world.installation, world.tree.city_a, world.clerk) as ctx:
            today = ctx.today
        self.declare(world, file_id, today - dt.timedelta(days=30), income=yuan("90000"))
        read = shown(world, file_id)
        assert read["category"] == "relative"  # The newest statement is still that of the filing.
        with world.installation.system(world.tree.city_a) as ctx:
            query = select(Statement).where(Statement.household_id == file_id)
            assert len(ctx.session.scalars(query).all()) == 2
        self.declare(world, file_id, today, 2, income=yuan("10000"))
        assert shown(world, file_id)["category"] == "deep"

    def test_not_of_a_day_to_come(self, world: World) -> None:
        file_id = file(world, family())
        with pytest.raises(InvalidError):
            self.declare(world, file_id, dt.date(2999, 1, 1), income=1)

    def test_not_below_zero(self, world: World) -> None:
        file_id = file(world, family())
        with pytest.raises(InvalidError) as caught:
            self.declare(world, file_id, dt.date(2024, 1, 1), illness=-1)
        assert caught.value.field == "illness"


def test_every_judgement_stays(world: World) -> None:
    file_id = file(world, family(spouse()))
    with acting(world.installation, world.tree.city_a, world.clerk) as ctx:
        change_household(ctx, file_id, {"income": yuan("5000")}, 1)
    with world.installation.system(world.tree.city_a) as ctx:
        query = select(Judgement.category).where(Judgement.household_id == file_id)
        found = ctx.session.scalars(query.order_by(Judgement.id)).all()
    assert found == ["relative", "deep"]
