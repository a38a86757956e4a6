"""Reads the lists of `region.toml`: categories, groups, departments, measures, milestones."""

from __future__ import annotations

from collections.abc import Iterator

from bangfu_sdk import Parameter, Unit

from core.errors import _
from core.policies.reading import Table
from core.policies.region import (
    MILESTONE_MEASURES,
    Care,
    Category,
    Measure,
    Milestone,
    Named,
    Subordinate,
)
from core.tenancy import TENANT_LEVELS

MOST_MONTHS = 120


def read_categories(table: Table, departments: tuple[Named, ...]) -> tuple[Category, ...]:
    """Return the categories of hardship; there is at least one."""
    categories: list[Category] = []
    for row in _coded(table, "category"):
        department = _department(row, "department", departments) if "department" in row else ""
        categories.append(Category(row.string("code"), row.text("name"), department))
        row.finish()
    if not categories:
        raise table.error("category", _("is missing."), _("Name the categories of the region."))
    return tuple(categories)


def read_target_groups(table: Table) -> tuple[Named, ...]:
    """Return the target groups; many regions have none."""
    return tuple(_named(row) for row in _coded(table, "target_group"))


def read_departments(table: Table) -> tuple[Named, ...]:
    """Return the departments the federation works with."""
    return tuple(_named(row) for row in _coded(table, "department"))


def read_measures(table: Table, departments: tuple[Named, ...]) -> tuple[Measure, ...]:
    """Return the measure lines, each with departments that are listed."""
    return tuple(_measure(row, departments) for row in _coded(table, "measure"))


def read_milestones(table: Table) -> tuple[Milestone, ...]:
    """Return what is to be reached by when."""
    return tuple(_milestone(row) for row in _coded(table, "milestone"))


def read_subordinates(table: Table) -> tuple[Subordinate, ...]:
    """Return the federations below the region's own."""
    return tuple(_subordinate(row) for row in table.tables("tenant"))


def read_standards(table: Table) -> tuple[Parameter, ...]:
    """Return the standards of the region: figures people look up and no rule judges by."""
    return tuple(_standard(row) for row in _coded(table, "standard"))


def read_care(table: Table) -> Care:
    """Return how files are kept up, by default with a verification every twelve months."""
    if "care" not in table:
        return Care()
    care = table.table("care")
    read = Care(
        care.integer("verification_months", 0, MOST_MONTHS)
        if "verification_months" in care
        else Care.verification_months,
        care.integer("tolerance_percent", 0, 100) if "tolerance_percent" in care else None,
        care.strings("regular_help") if "regular_help" in care else (),
        care.flag("enrol_major_illness") if "enrol_major_illness" in care else False,
        care.text("section"),
    )
    care.finish()
    return read


def read_one_of(table: Table, key: str, allowed: tuple[str, ...]) -> str:
    """Return a text that must be one of a few."""
    value = table.string(key)
    if value not in allowed:
        raise table.error(
            key,
            _("“%(value)s” is not known."),
            _("Write one of: %(allowed)s."),
            value=value,
            allowed=", ".join(allowed),
        )
    return value


def read_division(table: Table) -> str:
    """Return a GB/T 2260 code."""
    code = table.string("division_code")
    if len(code) != 6 or not code.isdigit():
        raise table.error(
            "division_code", _("is no GB/T 2260 code."), _("Write six digits in quotes.")
        )
    return code


def _coded(table: Table, key: str) -> Iterator[Table]:
    seen: set[str] = set()
    for row in table.tables(key):
        code = row.string("code")
        if code in seen:
            raise row.error("code", _("stands twice."), _("Take one of them out."))
        seen.add(code)
        yield row


def _named(row: Table) -> Named:
    named = Named(row.string("code"), row.text("name"))
    row.finish()
    return named


def _department(row: Table, key: str, departments: tuple[Named, ...]) -> str:
    return read_one_of(row, key, tuple(department.code for department in departments))


def _measure(row: Table, departments: tuple[Named, ...]) -> Measure:
    known = {department.code for department in departments}
    cooperating = row.strings("cooperating")
    for code in cooperating:
        if code not in known:
            raise row.error(
                "cooperating",
                _("“%(code)s” is no department of the region."),
                _("Name it among the departments, or take it out."),
                code=code,
            )
    lead = _department(row, "lead", departments)
    measure = Measure(row.string("code"), row.text("name"), lead, cooperating)
    row.finish()
    return measure


def _milestone(row: Table) -> Milestone:
    measure = read_one_of(row, "measure", MILESTONE_MEASURES)
    milestone = Milestone(
        row.string("code"), row.text("name"), row.day("due"), row.text("section"), measure
    )
    row.finish()
    return milestone


def _standard(row: Table) -> Parameter:
    unit = Unit(read_one_of(row, "unit", tuple(Unit)))
    standard = Parameter(row.string("code"), unit, row.text("name"))
    row.finish()
    return standard


def _subordinate(row: Table) -> Subordinate:
    level = read_one_of(row, "level", TENANT_LEVELS)
    subordinate = Subordinate(row.text("name"), level, read_division(row))
    row.finish()
    return subordinate
