"""Words of the shared ledger: departments and measure lines as the region in view calls them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from bangfu_sdk import Text
from flask import Flask

from core.access import departments
from core.departments.kinds import KINDS
from core.departments.queries import Listed
from core.departments.workbook import PERMISSION
from web.labels import label
from web.request import context, identity
from web.translation import pick


class Coded(Protocol):
    """Something of a pack that has a code and a name."""

    @property
    def code(self) -> str:
        """The code."""

    @property
    def name(self) -> Text:
        """The name in both languages."""


def department_name(code: str) -> str:
    """Return what the region calls a department; the code where it has none of it any more."""
    return _find(context().pack.departments, code)


def measure_name(code: str) -> str:
    """Return what the region calls a measure line."""
    return _find(context().pack.measures, code)


def choices(items: Iterable[Coded]) -> list[tuple[str, str]]:
    """Return things of the pack as a list of choices."""
    return [(one.code, pick(one.name)) for one in items]


def kind_choices() -> list[tuple[str, str]]:
    """Return the kinds of aid as a list of choices."""
    return [(one.code, label("aid_kind", one.code)) for one in KINDS]


def own_departments() -> list[tuple[str, str]]:
    """Return the departments the person records for, as a list of choices."""
    return [(code, department_name(code)) for code in departments(context(), PERMISSION)]


def recordable(one: Listed) -> bool:
    """Return whether the person may take an entry back: it is his department's, and stands."""
    stands = not one.taken_back and one.reverses_id is None
    return stands and one.department in departments(context(), PERMISSION)


def has_departments() -> bool:
    """Return whether the region in view lists departments at all."""
    return identity() is not None and bool(context().pack.departments)


def install(app: Flask) -> None:
    """Give templates these words."""
    app.jinja_env.filters.update(department_name=department_name, measure_name=measure_name)
    app.jinja_env.globals.update(recordable=recordable, has_departments=has_departments)


def _find(items: Iterable[Coded], code: str) -> str:
    return next((pick(one.name) for one in items if one.code == code), code)
