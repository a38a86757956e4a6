"""Reads and checks `region.toml`."""

from __future__ import annotations

from dataclasses import dataclass

from bangfu_sdk import Parameter, Text

from core.errors import _
from core.policies.assessment import Assessment, read_assessments
from core.policies.between import Between
from core.policies.between_file import read_between
from core.policies.claims import ClaimTerms, read_claim_terms
from core.policies.reading import Table
from core.policies.referrals import ReferralLine, read_referrals
from core.policies.region import (
    Admission,
    Care,
    Category,
    ExampleUnit,
    Measure,
    Milestone,
    Named,
    RouteStage,
    Subordinate,
    UrgentRoute,
    VerificationPolicy,
)
from core.policies.region_lists import (
    read_care,
    read_categories,
    read_departments,
    read_division,
    read_measures,
    read_milestones,
    read_one_of,
    read_standards,
    read_subordinates,
    read_target_groups,
)
from core.policies.routes_file import read_admission, read_routes
from core.policies.school_year import SchoolYear, read_school_year
from core.policies.urgency import read_urgent
from core.tenancy import TENANT_LEVELS, UNIT_LEVELS

LEAST_NOTICE_DAYS = 1


@dataclass(frozen=True)
class RegionFile:
    """What `region.toml` says, checked in itself but not yet against the plugins."""

    name: Text
    level: str
    division_code: str
    document: Text
    identification: str
    programmes: tuple[str, ...]
    categories: tuple[Category, ...]
    units: tuple[ExampleUnit, ...]
    aid_window: str
    exit: str
    scheme: str
    target_groups: tuple[Named, ...]
    departments: tuple[Named, ...]
    measures: tuple[Measure, ...]
    milestones: tuple[Milestone, ...]
    subordinates: tuple[Subordinate, ...]
    care: Care
    standards: tuple[Parameter, ...]
    default_notice_days: int
    own_notice_days: dict[str, int]
    routes: dict[str, tuple[RouteStage, ...]]
    admission: Admission | None
    verification: VerificationPolicy
    assessments: tuple[Assessment, ...]
    school_year: SchoolYear | None
    referrals: dict[str, ReferralLine]
    between: tuple[Between, ...]
    urgent: dict[str, UrgentRoute]
    claim_terms: ClaimTerms | None


def read_region(table: Table) -> RegionFile:
    """Return the region. Raises PolicyError naming file, key and remedy."""
    region = table.table("region")
    window = table.table("window")
    notice = table.table("notice")
    programmes = table.strings("programmes")
    departments = read_departments(table)
    measures = read_measures(table, departments)
    categories = read_categories(table, departments)
    document, scheme = region.text("document"), _optional(table, "scheme")
    read = RegionFile(
        name=region.text("name"),
        level=read_one_of(region, "level", TENANT_LEVELS),
        division_code=read_division(region),
        document=document,
        identification=table.string("identification"),
        programmes=programmes,
        categories=categories,
        units=tuple(_unit(unit) for unit in table.tables("unit")),
        exit=_optional(table, "exit"),
        scheme=scheme,
        target_groups=read_target_groups(table),
        departments=departments,
        measures=measures,
        milestones=read_milestones(table),
        subordinates=read_subordinates(table),
        care=read_care(table),
        standards=read_standards(table),
        aid_window=read_one_of(window, "aid", ("calendar_year",)),
        default_notice_days=notice.integer("working_days", LEAST_NOTICE_DAYS, 60),
        own_notice_days=_own_notice_days(notice, programmes),
        routes=read_routes(table, programmes),
        admission=read_admission(table, categories),
        verification=_verification(table),
        assessments=read_assessments(table),
        school_year=read_school_year(table),
        referrals=read_referrals(table, tuple(measure.code for measure in measures)),
        between=read_between(table, document, (*programmes, scheme)),
        urgent=read_urgent(table, programmes),
        claim_terms=read_claim_terms(table, scheme),
    )
    for part in (region, window, notice, table):
        part.finish()
    return read


def _optional(table: Table, key: str) -> str:
    return table.string(key) if key in table else ""


def _verification(table: Table) -> VerificationPolicy:
    """Read how long differences of means verification may wait and what they may amount to."""
    if "verification" not in table:
        return VerificationPolicy()
    part = table.table("verification")
    part.text("section")
    days = part.integer("difference_days", 1, 365)
    allowed: dict[str, int] = {}
    for row in part.tables("allowed"):
        kind = row.string("kind")
        if kind in allowed:
            raise row.error("kind", _("stands twice."), _("Take one of them out."))
        allowed[kind] = row.money("amount") if "amount" in row else row.integer("number", 0, 1000)
        row.text("section")
        row.finish()
    part.finish()
    return VerificationPolicy(days, allowed)


def _own_notice_days(notice: Table, programmes: tuple[str, ...]) -> dict[str, int]:
    notice.text("section")
    if "programmes" not in notice:
        return {}
    own = notice.table("programmes")
    days = {name: own.integer(name, LEAST_NOTICE_DAYS, 60) for name in own if name in programmes}
    own.finish()
    return days


def _unit(table: Table) -> ExampleUnit:
    unit = ExampleUnit(
        table.text("name"),
        read_one_of(table, "level", UNIT_LEVELS),
        read_division(table),
        tuple(_unit(below) for below in table.tables("unit")),
    )
    table.finish()
    return unit
