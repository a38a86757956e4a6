"""Makes what tests start from, in a real database: federations, people in roles, files.

    tree = found_tree(installation)
    clerk = hire(installation, tree.city_a, "clerk", unit=GRASSROOTS)
    household = file_household(installation, tree.city_a, income=yuan("48000"))

Everything is committed. Amounts are fen.
"""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from core.access import BY_DEPARTMENT, ROLES
from core.applications.models import Application
from core.context import Context
from core.db import new_id
from core.errors import NotFoundError
from core.federations import NewTenant, add_tenant, add_unit, find_unit, root_unit
from core.households.models import Household, Member, Statement
from core.installation import Installation
from core.money import parse_yuan as yuan
from core.people import Actor
from core.personnel import add_person, grant_role
from core.pii import mask_card, mask_id, mask_phone
from core.sessions import find_actor
from core.tenancy import TenantView, Unit

COUNTY = "水城区总工会"
TOWNSHIP = "水城区总工会/双水街道工会"
GRASSROOTS = "水城区总工会/双水街道工会/凉都商贸集团工会"
ELSEWHERE = "钟山区总工会/荷城街道工会/钢铁公司工会"
LEVELS = ("county", "township", "grassroots")
PACK = "city_2023"
UNION_ROLES = frozenset(ROLES) - BY_DEPARTMENT
"""Roles that are given without a department, in any region."""

C1 = {
    "income": yuan("48000"), "illness": yuan("15000"), "disability": 0,
    "schooling": yuan("9600"), "work_cost": 0, "loss": 0, "compensation": 0, "self_paid": 0,
    "still_difficult": False,
}  # fmt: skip
"""The statement of worked example C1: four members, deep hardship, one student."""

C2 = {**C1, "income": yuan("60000"), "illness": yuan("6000"), "schooling": 0,
      "work_cost": yuan("9000")}  # fmt: skip
"""The statement of worked example C2: three members, relative hardship."""

VERIFIED = dt.date(2023, 2, 1)
"""When a file was verified last, unless a test says otherwise."""

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Tree:
    """A nation, a province and two of its cities, each city with units down to the grassroots."""

    nation: TenantView
    province: TenantView
    city_a: TenantView
    city_b: TenantView


def found_tree(installation: Installation) -> Tree:
    """Found the tenants and the units every test may count on."""
    found = [
        NewTenant("nation", "nation", "全国总工会", "National Federation", PACK, "000000"),
        NewTenant("province", "province", "贵州省总工会", "Guizhou", PACK, "520000", "nation"),
        NewTenant("city-a", "city", "六盘水市总工会", "City A", PACK, "520200", "province"),
        NewTenant("city-b", "city", "遵义市总工会", "City B", PACK, "520300", "province"),
    ]
    for new in found:
        add_tenant(installation, new)
    for slug in ("city-a", "city-b"):
        for name in (GRASSROOTS, ELSEWHERE):
            place_unit(installation, installation.tenant(slug), name)
    return Tree(*(installation.tenant(new.slug) for new in found))


def place_unit(installation: Installation, tenant: TenantView, full_name: str) -> Unit:
    """Return the unit with this full name, made with all above it where it is not there."""
    with installation.system(tenant) as ctx:
        unit = root_unit(ctx)
        names = full_name.split("/") if full_name else []
        for depth, name in enumerate(names):
            try:
                unit = find_unit(ctx, "/".join(names[: depth + 1]))
            except NotFoundError:
                unit = add_unit(ctx, unit, name, LEVELS[depth], f"{520200 + depth}")
    return unit


def hire(
    installation: Installation,
    tenant: TenantView,
    *roles: str,
    unit: str = "",
    login: str = "",
    department: str = "",
) -> Actor:
    """Return someone new who holds the roles over a unit, the whole tenant by default.

    A department officer holds his for a `department`.
    """
    assert set(roles) <= set(ROLES), roles
    login = login or f"{'-'.join(roles) or 'nobody'}-{next(_numbers)}"
    place_unit(installation, tenant, unit)
    with installation.system(tenant) as ctx:
        person = add_person(ctx, login, f"人员{next(_numbers)}")
        ctx.session.flush()
        for role in roles:
            grant_role(ctx, person, role, find_unit(ctx, unit), department)
    with installation.system(tenant) as ctx:
        return find_actor(ctx.session, tenant, person.id)


@contextmanager
def acting(
    installation: Installation,
    tenant: TenantView,
    actor: Actor,
    *,
    at: dt.datetime | None = None,
    application: uuid.UUID | None = None,
) -> Iterator[Context]:
    """Yield a Context as `Installation.context` does, at a moment of the test's choice."""
    with installation.context(tenant, actor, application=application) as ctx:
        yield replace(ctx, now=at) if at else ctx


@dataclass(frozen=True)
class Relative:
    """A member beside the head."""

    name: str
    relation: str = "child"
    occupation: str = "other"
    education_stage: str = ""


@dataclass(frozen=True)
class Filed:
    """A household file as it was made."""

    id: uuid.UUID
    head: uuid.UUID
    members: tuple[uuid.UUID, ...] = field(default=())


SPOUSE = Relative("李芳", "spouse")
STUDENT = Relative("王小明", "child", "student", "undergraduate")
CHILD = Relative("王小红", "child", "preschool")


def file_household(
    installation: Installation,
    tenant: TenantView,
    *,
    unit: str = GRASSROOTS,
    relatives: tuple[Relative, ...] = (SPOUSE, STUDENT, CHILD),
    statement: dict[str, Any] | None = None,
    as_of: dt.date = dt.date(2023, 1, 1),
    filed_by: uuid.UUID | None = None,
    state: str = "active",
    category: str | None = None,
    card: str = "6217003194875749113",
    name: str = "王建国",
    verified_on: dt.date = VERIFIED,
    admitted_by: str | None = None,
) -> Filed:
    """File a household with members and a statement; worked example C1 where nothing is given.

    A test that asks for aid today verifies it today: an overdue file gets none. Where the region
    admits by a route, it gets none either until a department admitted it.
    """
    place_unit(installation, tenant, unit)
    with installation.system(tenant) as ctx:
        household = _household(ctx, find_unit(ctx, unit), name, len(relatives) + 1, card)
        household.filed_by, household.state, household.category = filed_by, state, category
        household.verified_on, household.admitted_by = verified_on, admitted_by
        ctx.session.add(household)
        ctx.session.flush()
        head = Relative(name, "head", "employed")
        members = [_member(ctx, household, i, one) for i, one in enumerate((head, *relatives))]
        ctx.session.add_all(members)
        ctx.session.add(_statement(ctx, household, {**C1, **(statement or {})}, as_of))
    return Filed(household.id, members[0].id, tuple(member.id for member in members[1:]))


def help_student(
    installation: Installation, tenant: TenantView, filed: Filed, **values: Any
) -> Application:
    """Return a paid application for a household's student, its second member, of June 2023."""
    with installation.system(tenant) as ctx:
        household = ctx.session.get_one(Household, (tenant.id, filed.id))
        application = Application(
            **{
                "tenant_id": tenant.id, "id": new_id(), "household_id": filed.id,
                "member_id": filed.members[1], "number": f"{household.file_number}-S",
                "unit_id": household.unit_id, "programme": "golden_autumn",
                "programme_version": "1.1.0", "state": "paid", "version": 1, "round": 1,
                "category": "deep", "applied_on": dt.date(2023, 6, 30), "school_year": 2022,
                "answers": {}, "asked": 300_000, "amount": 300_000,
                "facts": {"stage": "undergraduate"}, "parameters": b"", "assessment": {},
                "started_by": new_id(), "started_at": ctx.now, **values,
            }
        )  # fmt: skip
        ctx.session.add(application)
    return application


def id_number(serial: int, born: dt.date = dt.date(1980, 1, 1)) -> str:
    """Return a valid ID number, another one for each serial below a million."""
    born += dt.timedelta(days=serial // 1000)
    body = f"520201{born:%Y%m%d}{serial % 1000:03d}"
    weights = (2 ** (17 - i) % 11 for i in range(17))
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    return body + "10X98765432"[total % 11]


def _household(ctx: Context, unit: Unit, name: str, count: int, card: str) -> Household:
    household_id, serial = new_id(), next(_numbers)
    return Household(
        tenant_id=ctx.tenant_id, id=household_id, file_number=f"T{serial:07d}", unit_id=unit.id,
        head_name=name, head_id_masked=mask_id(id_number(serial)), member_count=count,
        ethnicity="han", political_status="masses", disability_kind="", disability_grade="",
        work_status="employed", model_worker="none", marital_status="married",
        registration_kind="urban",
        phone_cipher=_seal(ctx, "households.phone_cipher", household_id, "17821993518"),
        phone_masked=mask_phone("17821993518"), employer="凉都商贸集团", employer_code="",
        address="双水街道81号", division_code="520221", housing_kind="rented",
        housing_area_centi=6000, single_parent=False, medical_insurance="employee",
        zero_employment=False, main_cause="major_illness", further_causes=[],
        bank_name="中国建设银行六盘水分行" if card else "",
        card_cipher=_seal(ctx, "households.card_cipher", household_id, card) if card else None,
        card_index=ctx.vault.blind_index("card", card) if card else None,
        card_masked=mask_card(card), contact_person="宋磊", filed_on=dt.date(2022, 3, 10),
        created_at=ctx.now, changed_at=ctx.now,
    )  # fmt: skip


def _member(ctx: Context, household: Household, position: int, who: Relative) -> Member:
    member_id, number = new_id(), id_number(next(_numbers))
    return Member(
        tenant_id=ctx.tenant_id, id=member_id, household_id=household.id, position=position,
        is_head=position == 0, active=household.state == "active", name=who.name,
        relation=who.relation, sex="male",
        id_cipher=_seal(ctx, "members.id_cipher", member_id, number),
        id_index=ctx.vault.blind_index("id_number", number), id_masked=mask_id(number),
        health="healthy", monthly_income=0, occupation=who.occupation,
        education_stage=who.education_stage, school="", enrolment_year=None,
    )  # fmt: skip


def _statement(
    ctx: Context, household: Household, values: dict[str, Any], as_of: dt.date
) -> Statement:
    return Statement(
        tenant_id=ctx.tenant_id, household_id=household.id, as_of=as_of, declared_at=ctx.now,
        **values,
    )  # fmt: skip


def _seal(ctx: Context, place: str, row: uuid.UUID, text: str) -> bytes:
    return ctx.vault.encrypt(ctx.tenant_id, place, row, text)
