"""Figures a federation sets for itself: who may, what, when; judged by from their day on."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import ProgrammingError

from core.access import ROLES
from core.audit.models import AuditRecord
from core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from core.federations import NewTenant, add_tenant
from core.households.judgements import judge_household
from core.households.queries import read_household
from core.installation import Installation
from core.money import parse_yuan as yuan
from core.overrides import read_overrides, set_override, withdraw_override
from core.people import SYSTEM, Actor
from core.policies.standards import OwnFigure
from core.replay import replay
from core.tenancy import ParameterOverride, TenantView
from tests.factories import SPOUSE, acting, file_household, found_tree, hire

NOON = dt.datetime(2019, 6, 28, 4, tzinfo=dt.UTC)
TODAY = NOON.date()
TOMORROW = TODAY + dt.timedelta(days=1)
LINE = OwnFigure("dibao_line", "700.00", TOMORROW, "南府规〔2019〕1号", "urban_classes")
_days = itertools.count(1)


@dataclass(frozen=True)
class Region:
    """Two cities of Guangxi, one of Liupanshui's policy, and an administrator of each."""

    installation: Installation
    province: TenantView
    nanning: TenantView
    liuzhou: TenantView
    lps: TenantView
    chiefs: dict[str, Actor]

    def set(self, wanted: OwnFigure, by: Actor | None = None, of: str = "nanning") -> Any:
        """Set a figure as the city's administrator, or as somebody else; return the row."""
        tenant = self.installation.tenant(of)
        with acting(self.installation, tenant, by or self.chiefs[of], at=NOON) as ctx:
            return set_override(ctx, wanted)

    def withdraw(self, override_id: uuid.UUID, by: str = "nanning", at: dt.datetime = NOON) -> None:
        """Withdraw one as an administrator of his own city."""
        with acting(self.installation, self.installation.tenant(by), self.chiefs[by], at=at) as ctx:
            withdraw_override(ctx, override_id)

    def stored(self, of: str = "nanning") -> list[tuple[str, str, dt.date]]:
        """Return what a city set."""
        with self.installation.system(self.installation.tenant(of)) as ctx:
            return [(one.name, one.value, one.holds_from) for one in read_overrides(ctx)]

    def trail(self, thing: uuid.UUID) -> list[AuditRecord]:
        """Return what was recorded of a figure."""
        with self.installation.system(self.nanning) as ctx:
            query = select(AuditRecord).where(AuditRecord.object_id == thing)
            return list(ctx.session.scalars(query.order_by(AuditRecord.id)))


@pytest.fixture(scope="module")
def region(module_installation: Installation) -> Region:
    found_tree(module_installation)
    for new in (
        NewTenant("guangxi", "province", "广西总工会", "Guangxi", "guangxi", "450000", "nation"),
        NewTenant("nanning", "city", "南宁市总工会", "Nanning", "guangxi", "450100", "guangxi"),
        NewTenant("liuzhou", "city", "柳州市总工会", "Liuzhou", "guangxi", "450200", "guangxi"),
        NewTenant("lps", "city", "六盘水市总工会", "LPS", "liupanshui", "520200", "province"),
    ):
        add_tenant(module_installation, new)
    slugs = ("guangxi", "nanning", "liuzhou", "lps")
    province, nanning, liuzhou, lps = map(module_installation.tenant, slugs)
    tenants = (province, nanning, liuzhou, lps)
    chiefs = {one.slug: hire(module_installation, one, "tenant_administrator") for one in tenants}
    return Region(module_installation, province, nanning, liuzhou, lps, chiefs)


def later(wanted: OwnFigure = LINE) -> OwnFigure:
    """Return the figure from a day on that no other test uses."""
    return replace(wanted, holds_from=dt.date(2030, 1, 1) + dt.timedelta(days=next(_days)))


def test_what_is_set_stands_with_source_person_and_record(region: Region) -> None:
    first = region.set(replace(later(), value=" 700 ", source=" 南府规〔2019〕1号 "))
    assert (first.value, first.source) == ("700", "南府规〔2019〕1号")
    assert first.set_by == region.chiefs["nanning"].person_id
    second = region.set(replace(later(), value="5000.00"))
    (told,) = region.trail(second.id)
    assert (told.event, told.object_type) == ("figure.set", "parameter_overrides")
    assert told.before == {
        "programme": "urban_classes", "name": "dibao_line", "value": "700",
        "holds_from": first.holds_from.isoformat(), "source": "南府规〔2019〕1号",
    }  # fmt: skip
    assert told.after["value"] == "5000.00"
    assert told.actor_id == region.chiefs["nanning"].person_id


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"value": "99.99"}, "value", "only from 100.00 to 5,000.00"),
        ({"value": "5000.01"}, "value", "only from 100.00 to 5,000.00"),
        ({"value": ""}, "value", "not an amount"),
        ({"value": "七百"}, "value", "not an amount"),
        ({"value": "700.005"}, "value", "more than two decimals"),
        ({"value": "-700"}, "value", "out of range"),
        ({"value": "unlimited"}, "value", "only from"),
        ({"name": "moon_line"}, "name", "no figure “moon_line”"),
        ({"name": "dibao_line.1"}, "name", "no figure"),
        ({"programme": "standards"}, "name", "cannot be set as a standard alone"),
        ({"programme": "urban_exit", "name": "phase_out_months", "value": "1.5"}, "value",
         "no whole number"),
        ({"programme": "urban_exit", "name": "phase_out_months", "value": "13"}, "value",
         "only from 6 to 12"),
        ({"source": " "}, "source", "document that sets the figure is missing"),
        ({"holds_from": dt.date(209, 1, 1)}, "holds_from", "Nothing is judged before"),
    ],
)  # fmt: skip
def test_what_may_not_be_is_refused_with_field_and_remedy(
    region: Region, changes: dict[str, Any], field: str, words: str
) -> None:
    before = region.stored()
    with pytest.raises(InvalidError, match=words) as refused:
        region.set(replace(later(), **changes))
    assert refused.value.field == field
    assert str(refused.value.remedy)
    assert region.stored() == before


@pytest.mark.parametrize("value", ["100.00", "5000.00"])
def test_the_bounds_themselves_are_allowed(region: Region, value: str) -> None:
    assert region.set(replace(later(), value=value)).value == value


def test_a_figure_without_bounds_and_a_rule_of_elsewhere_are_refused(region: Region) -> None:
    with pytest.raises(InvalidError, match="does not allow “window_months”") as refused:
        region.set(replace(later(), programme="urban_exit", name="window_months", value="3"))
    assert refused.value.field == "name"
    with pytest.raises(NotFoundError, match="urban_households"):
        region.set(replace(later(), programme="urban_households"))


def test_the_first_day_of_the_region_s_own_value_is_the_earliest(region: Region) -> None:
    series = region.installation.policies.pack("guangxi").series["urban_classes"]
    (begins,) = (one.begins for one in series if one.parameter.name == "low_income_line")
    wanted = replace(LINE, name="low_income_line", value="900.00", holds_from=begins)
    with pytest.raises(InvalidError):
        region.set(replace(wanted, holds_from=begins - dt.timedelta(days=1)))
    assert region.set(wanted).holds_from == begins


def test_one_day_has_one_figure_and_the_first_stands(region: Region) -> None:
    wanted = later()
    region.set(wanted)
    with pytest.raises(ConflictError, match="set from") as refused:
        region.set(replace(wanted, value="800.00"))
    assert refused.value.field == "holds_from"
    assert ("dibao_line", "700.00", wanted.holds_from) in region.stored()
    other = replace(wanted, programme="urban_exit")
    assert region.set(other).programme == "urban_exit", "leaving may have a line of its own"
    assert region.set(wanted, of="liuzhou").value == "700.00", "another city's day is its own"


def test_one_of_the_future_is_withdrawn_and_may_be_set_again(region: Region) -> None:
    wanted = later()
    set_first = region.set(wanted)
    region.withdraw(set_first.id)
    assert wanted.holds_from not in {one[2] for one in region.stored()}
    told = region.trail(set_first.id)
    assert [one.event for one in told] == ["figure.set", "figure.withdrawn"]
    assert told[1].before == told[0].after
    assert told[1].after == {}
    with pytest.raises(NotFoundError):
        region.withdraw(set_first.id)
    assert region.set(replace(wanted, value="710.00")).value == "710.00"


def test_one_that_holds_is_never_withdrawn(region: Region) -> None:
    wanted = replace(LINE, name="low_income_line", value="1000.00")
    held = region.set(wanted)
    midnight = dt.datetime(2019, 6, 28, 16, tzinfo=dt.UTC)  # Its day begins in China.
    with pytest.raises(ConflictError, match="holds since 2019-06-29"):
        region.withdraw(held.id, at=midnight)
    region.withdraw(held.id, at=midnight - dt.timedelta(seconds=1))
    today = region.set(replace(wanted, holds_from=TODAY))
    with pytest.raises(ConflictError, match="decisions may rest on it"):
        region.withdraw(today.id)
    assert ("low_income_line", "1000.00", TODAY) in region.stored()


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"tenant_administrator"}))
def test_nobody_but_an_administrator_sets_or_withdraws(region: Region, role: str) -> None:
    held = region.set(later())
    department = "education" if role == "department_officer" else ""
    other = hire(region.installation, region.nanning, role, department=department)
    with pytest.raises((ForbiddenError, NotFoundError)):
        region.set(later(), by=other)
    with (
        pytest.raises((ForbiddenError, NotFoundError)),
        acting(region.installation, region.nanning, other, at=NOON) as ctx,
    ):
        withdraw_override(ctx, held.id)
    assert held.holds_from in {one[2] for one in region.stored()}


def test_neither_a_county_s_administrator_nor_one_from_above_nor_the_system_sets_it(
    region: Region,
) -> None:
    county = hire(region.installation, region.nanning, "tenant_administrator", unit="青秀区总工会")
    before = region.stored()
    for actor in (county, region.chiefs["guangxi"], region.chiefs["liuzhou"], SYSTEM):
        with pytest.raises((ForbiddenError, NotFoundError)):
            region.set(later(), by=actor)
    assert region.stored() == before


def test_another_city_s_figure_is_neither_seen_nor_withdrawn(region: Region) -> None:
    held = region.set(later())
    with pytest.raises(NotFoundError):
        region.withdraw(held.id, by="liuzhou")
    assert held.holds_from not in {one[2] for one in region.stored("liuzhou")}
    assert held.holds_from in {one[2] for one in region.stored()}


def test_the_database_itself_lets_nobody_change_one(region: Region) -> None:
    held = region.set(later())
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        region.installation.system(region.nanning) as ctx,
    ):
        found = ctx.session.get_one(ParameterOverride, (ctx.tenant_id, held.id))
        found.value = "100.00"
        ctx.session.flush()


def test_a_line_set_once_is_entered_left_and_looked_up_by(region: Region) -> None:
    wanted = replace(LINE, value="2345.00", holds_from=dt.date(2040, 1, 1))
    region.set(wanted, of="liuzhou")
    pack = region.installation.policies.pack("guangxi")
    with region.installation.system(region.liuzhou) as ctx:
        own = read_overrides(ctx)
    for rule in ("urban_classes", "urban_exit"):
        assert pack.figures(rule, wanted.holds_from, own)["dibao_line"] == 234_500
    assert pack.standards_in_force(wanted.holds_from, own)["dibao_line"] == 234_500
    eve = wanted.holds_from - dt.timedelta(days=1)
    assert pack.figures("urban_classes", eve, own)["dibao_line"] != 234_500


def test_the_next_judgement_uses_it_from_its_day_on_and_what_was_decided_replays(
    region: Region,
) -> None:
    statement = {"income": yuan("14400"), "illness": 0, "schooling": 0}
    household = file_household(
        region.installation, region.lps, relatives=(SPOUSE,), statement=statement, as_of=TODAY
    )

    def judge(on: dt.date) -> tuple[int, str]:
        with acting(region.installation, region.lps, SYSTEM, at=NOON) as ctx:
            judge_household(ctx, household.id, on)
            shown = read_household(ctx, household.id).data["judgement"]
            assert shown["on"] == on.isoformat()
            figures = [figure for step in shown["explanation"] for figure in step["figures"]]
            used = next(one for one in figures if one["name"] == "dibao_line")
            return used["value"], used["source"]["zh"]

    old, source = judge(TODAY)
    wanted = replace(
        LINE, programme="urban_households", value="999.00", source="六盘水府办〔2019〕1号"
    )
    region.set(wanted, of="lps")
    assert judge(TODAY) == (old, source), "it does not hold yet"
    value, named = judge(TOMORROW)
    assert value == 99_900 != old
    assert "六盘水府办〔2019〕1号" in named
    region.set(
        replace(wanted, value="1001.00", holds_from=TOMORROW + dt.timedelta(days=1)), of="lps"
    )
    with region.installation.system(region.lps) as ctx:
        again = replay(ctx)
    assert (again.differences, again.judgements) == ([], 3)
