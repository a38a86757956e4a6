"""The federations of the demonstration, their units, and who works there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from core.context import Context
from core.errors import NotFoundError
from core.federations import NewTenant, add_tenant, add_unit, find_unit, root_unit
from core.installation import Installation
from core.personnel import add_person, find_person, grant_role
from core.tenancy import TenantView

PACK = "city_2023"

TENANTS = (
    NewTenant("nation", "nation", "中华全国总工会", "National Federation", PACK, "000000"),
    NewTenant("province", "province", "贵州省总工会", "Guizhou Province", PACK, "520000", "nation"),
    NewTenant("city-a", "city", "六盘水市总工会", "Liupanshui City", PACK, "520200", "province"),
    NewTenant("city-b", "city", "遵义市总工会", "Zunyi City", PACK, "520300", "province"),
    NewTenant("city-c", "city", "安顺市总工会", "Anshun City", PACK, "520400", "province"),
)
CITIES = ("city-a", "city-b", "city-c")


@dataclass(frozen=True)
class Place:
    """A unit to be founded, by its full name."""

    full_name: str
    level: str
    division_code: str


OWN_UNITS = {
    "city-b": (
        Place("红花岗区总工会", "county", "520302"),
        Place("红花岗区总工会/老城街道工会", "township", "520302"),
        Place("红花岗区总工会/老城街道工会/遵义会址社区工会联合会", "grassroots", "520302"),
        Place("汇川区总工会", "county", "520303"),
        Place("汇川区总工会/上海路街道工会", "township", "520303"),
        Place("汇川区总工会/上海路街道工会/航天机械厂工会", "grassroots", "520303"),
    ),
    "city-c": (
        Place("西秀区总工会", "county", "520402"),
        Place("西秀区总工会/东街街道工会", "township", "520402"),
        Place("西秀区总工会/东街街道工会/虹山纺织厂工会", "grassroots", "520402"),
        Place("平坝区总工会", "county", "520403"),
        Place("平坝区总工会/鼓楼街道工会", "township", "520403"),
        Place("平坝区总工会/鼓楼街道工会/平坝化肥厂工会", "grassroots", "520403"),
    ),
}
"""Units of the cities that do not have their pack's example tree, those above first."""


@dataclass(frozen=True)
class Worker:
    """Someone who works in a federation: roles over units, the whole federation by default."""

    login: str
    name: str
    roles: tuple[str, ...]
    units: tuple[str, ...] = ("",)


_TOWNSHIPS_A = (
    "水城区总工会/双水街道工会", "盘州市总工会/红果街道工会", "钟山区总工会/荷城街道工会",
)  # fmt: skip

STAFF = {
    "nation": (
        Worker("approver", "沈国华", ("approver",)),
        Worker("supervisor", "韩雪梅", ("supervisor",)),
        Worker("operator", "唐智勇", ("platform_operator",)),
    ),
    "province": (
        Worker("approver", "罗永康", ("approver",)),
        Worker("supervisor", "吴晓岚", ("supervisor",)),
        Worker("auditor", "杨正平", ("auditor",)),
        Worker("admin", "田文静", ("tenant_administrator",)),
    ),
    "city-a": (
        Worker("clerk", "王晓燕", ("clerk",), _TOWNSHIPS_A),
        Worker("clerk-shuicheng", "李志强", ("clerk",), _TOWNSHIPS_A[:1]),
        Worker("investigator", "陈立新", ("investigator",)),
        Worker("investigator-2", "周敏", ("investigator",)),
        Worker("reviewer", "赵建国", ("reviewer",)),
        Worker("reviewer-panzhou", "刘芳", ("reviewer",), ("盘州市总工会",)),
        Worker("approver", "张明远", ("approver",)),
        Worker("approver-2", "何秀兰", ("approver",)),
        Worker("finance", "郭海霞", ("finance",)),
        Worker("finance-2", "冯宝林", ("finance",)),
        Worker("supervisor", "彭立群", ("supervisor",)),
        Worker("auditor", "蒋文斌", ("auditor",)),
        Worker("admin", "曾丽萍", ("tenant_administrator",)),
    ),
    "city-b": (
        Worker("clerk", "邓春梅", ("clerk",)),
        Worker("investigator", "谢东升", ("investigator",)),
        Worker("reviewer", "潘玉珍", ("reviewer",)),
        Worker("approver", "袁志刚", ("approver",)),
        Worker("finance", "蔡红霞", ("finance",)),
        Worker("finance-2", "余大伟", ("finance",)),
        Worker("admin", "程晓东", ("tenant_administrator",)),
    ),
    "city-c": (
        Worker("clerk", "魏淑芬", ("clerk",)),
        Worker("investigator", "苏建军", ("investigator",)),
        Worker("reviewer", "卢桂英", ("reviewer",)),
        Worker("approver", "丁卫国", ("approver",)),
        Worker("finance", "任小红", ("finance",)),
        Worker("finance-2", "姚振华", ("finance",)),
        Worker("admin", "姜丽华", ("tenant_administrator",)),
    ),
}


def found_federations(installation: Installation) -> None:
    """Found whatever is not there yet: tenants, units, people and their roles."""
    for new in TENANTS:
        tenant = _found(installation, new)
        with installation.system(tenant) as ctx:
            for place in places_of(ctx):
                _place(ctx, place)
            for worker in STAFF[tenant.slug]:
                _hire(ctx, worker)


def places_of(ctx: Context) -> Iterator[Place]:
    """Yield the units a tenant of the demonstration has, those above first."""
    if ctx.tenant.slug == "city-a":
        for full_name, unit in ctx.pack.unit_names().items():
            yield Place(full_name, unit.level, unit.division_code)
    yield from OWN_UNITS.get(ctx.tenant.slug, ())


def _found(installation: Installation, new: NewTenant) -> TenantView:
    try:
        return installation.tenant(new.slug)
    except NotFoundError:
        return add_tenant(installation, new)


def _place(ctx: Context, place: Place) -> None:
    above, _slash, name = place.full_name.rpartition("/")
    try:
        find_unit(ctx, place.full_name)
    except NotFoundError:
        parent = find_unit(ctx, above) if above else root_unit(ctx)
        add_unit(ctx, parent, name, place.level, place.division_code)


def _hire(ctx: Context, worker: Worker) -> None:
    try:
        find_person(ctx, worker.login)
    except NotFoundError:
        person = add_person(ctx, worker.login, worker.name)
        ctx.session.flush()
        for unit in worker.units:
            for role in worker.roles:
                grant_role(ctx, person, role, find_unit(ctx, unit))
