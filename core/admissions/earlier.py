"""Earlier admissions: files a department had admitted on paper before they were filed here.

They may only lie on or before the day of filing: from then on the route is gone.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from core import audit
from core.access import departments, prefixes
from core.admissions.models import ADMITTED, EARLIER
from core.admissions.route import steps_asked
from core.admissions.workbook import DECIDED_ON, FILE_NUMBER, Told, read_roster
from core.audit import Change
from core.context import Context
from core.db import new_id
from core.errors import ConflictError, InvalidError, _
from core.households.bulk import count_anew, insert_many, update_many
from core.households.workbook.faults import Fault, FaultKind, make_fault

PERMISSION = "admission.approval"
FILES = """
select h.file_number, h.id, u.path, h.state, h.category, h.admitted_by, h.filed_on,
  exists (select from admissions a where a.tenant_id = h.tenant_id and a.household_id = h.id
    and a.state in ('in_route', 'returned'))
from households h
join units u on u.tenant_id = h.tenant_id and u.id = h.unit_id
where h.tenant_id = %(tenant)s and h.file_number = any (%(numbers)s)
"""
LOCK = "select from households where tenant_id = %(tenant)s and id = any (%(ids)s) for update"
UNKNOWN = FaultKind(
    "file_not_there",
    _("Row %(row)s: there is no file %(value)s."),
    _("Correct the file number, or file the household first."),
)
OUTSIDE = FaultKind(
    "file_outside",
    _("Row %(row)s: the file lies outside the unions you decide for."),
    _("Leave the row to a colleague who has them."),
)
NOT_IN_FORCE = FaultKind(
    "file_not_in_force",
    _("Row %(row)s: the file is suspended, left or closed."),
    _("Take the row out; a household that returns is admitted by the route."),
)
NOT_JUDGED = FaultKind(
    "file_not_judged",
    _("Row %(row)s: the file is not judged into a category of help."),
    _("Have it judged first, or take the row out."),
)
OTHER_DEPARTMENT = FaultKind(
    "other_department",
    _("Row %(row)s: the category of the file is admitted by %(value)s."),
    _("Leave the row to that department."),
)
AFTER_FILING = FaultKind(
    "admitted_after_filing",
    _("Row %(row)s: the file was filed here on %(value)s, before that approval."),
    _("Correct the day, or have the household admitted by the route."),
)
ON_ITS_WAY = FaultKind(
    "admission_on_its_way",
    _("Row %(row)s: an admission of the file is on its way here."),
    _("Decide on it by the route, or have it withdrawn first."),
)


class Filed(NamedTuple):
    """A file that a row names, as it stands."""

    id: uuid.UUID
    path: str
    state: str
    category: str | None
    admitted_by: str | None
    filed_on: dt.date
    on_its_way: bool


@dataclass(frozen=True)
class EarlierPlan:
    """Rows beside the files they name; `fresh` are those to be admitted, `files` theirs,
    `unchanged` how many that department admitted already."""

    department: str
    rows: int
    fresh: tuple[Told, ...]
    files: tuple[Filed, ...]
    unchanged: int
    faults: tuple[Fault, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows are good, new and in already."""
        good = len(self.fresh) + self.unchanged
        return {"rows": self.rows, "good": good, "added": len(self.fresh),
                "unchanged": self.unchanged}  # fmt: skip

    def put_in(
        self, ctx: Context, file_id: uuid.UUID | None, progress: Callable[[int, int], None]
    ) -> dict[str, int]:
        """Admit the files that are not yet, all in this transaction."""
        progress(0, len(self.fresh))
        if self.fresh:
            _write(ctx, self, file_id)
        return {}


def check_department(ctx: Context, source: str) -> None:
    """Raise InvalidError where the actor does not decide for the department named."""
    steps_asked(ctx)
    own = departments(ctx, PERMISSION)
    if source not in own or source not in ctx.pack.admitting.values():
        known = ", ".join(code for code in own if code in ctx.pack.admitting.values())
        raise InvalidError(
            _("You do not decide for the department “%(name)s”."),
            remedy=_("Choose one of: %(known)s."), field="source", name=source, known=known,
        )  # fmt: skip


def plan_file(ctx: Context, source: str, data: bytes) -> EarlierPlan:
    """Read and check a workbook of the department `source`, storing nothing."""
    check_department(ctx, source)
    told, rows, faults = read_roster(data, ctx.today)
    values = {"tenant": ctx.tenant_id, "numbers": [one.file_number for one in told]}
    found = {number: Filed(*rest) for number, *rest in ctx.session.fetch(FILES, values)}
    under = prefixes(ctx, PERMISSION, ctx.tenant_id, source) or ("\0",)
    wrong = [_find_fault(ctx, one, found.get(one.file_number), source, under) for one in told]
    good = [one for one, fault in zip(told, wrong, strict=True) if fault is None]
    fresh = [one for one in good if found[one.file_number].admitted_by != source]
    return EarlierPlan(
        department=source, rows=rows, fresh=tuple(fresh),
        files=tuple(found[one.file_number] for one in fresh), unchanged=len(good) - len(fresh),
        faults=(*faults, *filter(None, wrong)),
    )  # fmt: skip


def _find_fault(
    ctx: Context, one: Told, file: Filed | None, source: str, under: tuple[str, ...]
) -> Fault | None:
    """Return the first thing that is wrong with a row beside its file."""
    if file is None:
        return _fault(UNKNOWN, one, value=one.file_number)
    if not file.path.startswith(under):
        return _fault(OUTSIDE, one)
    if file.state != "active":
        return _fault(NOT_IN_FORCE, one)
    department = ctx.pack.admitting.get(file.category or "")
    if department != source:
        name = ctx.pack.department(department).name.zh if department else ""
        return _fault(OTHER_DEPARTMENT if name else NOT_JUDGED, one, value=name)
    if one.decided_on > file.filed_on:
        return _fault(AFTER_FILING, one, DECIDED_ON, value=file.filed_on.isoformat())
    return _fault(ON_ITS_WAY, one) if file.on_its_way else None


def _fault(kind: FaultKind, one: Told, column: str = FILE_NUMBER, **values: Any) -> Fault:
    return make_fault(kind, one.sheet, one.row, column, **values)


def _write(ctx: Context, plan: EarlierPlan, file_id: uuid.UUID | None) -> None:
    households = [file.id for file in plan.files]
    ctx.session.fetch(LOCK, {"tenant": ctx.tenant_id, "ids": sorted(households)})
    was = {name: [getattr(file, name) for file in plan.files]
           for name in ("state", "category", "admitted_by")}  # fmt: skip
    admitted: dict[str, Sequence[Any]] = {
        "id": households, "admitted_by": [plan.department] * len(households),
    }  # fmt: skip
    if update_many(ctx, "households", admitted, was) != len(households):
        raise ConflictError(
            _("Someone else changed one of these files meanwhile; nothing was kept."),
            remedy=_("Bring the workbook again."),
        )
    ids = [new_id() for _one in plan.fresh]
    columns: dict[str, Sequence[Any]] = {
        "id": ids, "household_id": households,
        "category": [file.category for file in plan.files],
        **{name: [getattr(one, name) for one in plan.fresh]
           for name in ("decided_on", "document", "row")},
    }  # fmt: skip
    constants = {
        "department": plan.department, "state": ADMITTED, "way": EARLIER, "version": 1, "round": 0,
        "began_by": ctx.actor.person_id, "began_at": ctx.now, "submitted_by": ctx.actor.person_id,
        "submitted_at": ctx.now, "closed_at": ctx.now, "file_id": file_id,
    }  # fmt: skip
    insert_many(ctx, "admissions", columns, constants)
    count_anew(ctx, "admissions", ("tenant_id", "household_id", "state"))
    audit.record_many(ctx, (
        Change("admission.brought", "admissions", one, after={
            "file_number": told.file_number, "category": file.category or "",
            "department": plan.department, "on": told.decided_on.isoformat(),
            "document": told.document, "state": ADMITTED,
        })
        for one, told, file in zip(ids, plan.fresh, plan.files, strict=True)
    ))  # fmt: skip
