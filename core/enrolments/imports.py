"""Enrolling the workers of a workbook: thousands at once, each once a period."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from psycopg.errors import UniqueViolation

from core import audit
from core.audit import Change
from core.context import Context
from core.db import new_id
from core.enrolments.models import MutualAidPeriod
from core.enrolments.periods import find_period
from core.enrolments.workbook import Worker, read_workers
from core.errors import ConflictError, InvalidError, _
from core.households.bulk import Columns, insert_many, write_ahead
from core.households.rows import ID_KIND
from core.households.workbook.faults import Fault, FaultKind, make_fault
from core.pii import INDEX_BYTES, mask_id

ID_PLACE = "enrolments.id_cipher"
KNOWN = """
select e.id_index, e.employer, e.employer_code
from (select substring(%(indexes)b from place for %(size)s) as id_index
  from generate_series(1, length(%(indexes)b), %(size)s) place) wanted
join enrolments e using (id_index)
where e.tenant_id = %(tenant)s and e.period_id = %(period)s
"""
ENROLLED_ELSEWHERE = FaultKind(
    "enrolled_elsewhere",
    _("Row %(row)s: this worker is enrolled for the period by %(value)s already."),
    _("One enrolment a worker and period; take the row out."),
)


@dataclass(frozen=True)
class EnrolmentPlan:
    """Workers beside who is enrolled already; `workers` are the rows that may go in, with their
    blind `indexes`, `unchanged` how many of the same unit are in."""

    period: MutualAidPeriod
    rows: int
    workers: tuple[Worker, ...]
    indexes: tuple[bytes, ...]
    unchanged: int
    faults: tuple[Fault, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows are good, new, in already; of how many units; what they contribute."""
        return {
            "rows": self.rows, "good": len(self.workers) + self.unchanged,
            "added": len(self.workers), "unchanged": self.unchanged,
        }  # fmt: skip

    def put_in(
        self, ctx: Context, file_id: uuid.UUID | None, progress: Callable[[int, int], None]
    ) -> dict[str, int]:
        """Enrol the workers who are not, all in this transaction; return what they contribute."""
        progress(0, len(self.workers))
        if self.workers:
            _write(ctx, self, file_id)
        return {"amount": sum(one.contribution for one in self.workers)}


def find_source(source: str) -> None:
    """Raise InvalidError where a workbook is not said to be for a period, by its id."""
    try:
        uuid.UUID(source)
    except ValueError as error:
        raise InvalidError(
            _("There is no period “%(name)s”."), remedy=_("Choose a period of mutual aid."),
            field="source", name=source,
        ) from error  # fmt: skip


def plan_file(ctx: Context, source: str, data: bytes) -> EnrolmentPlan:
    """Read and check a workbook for the period `source` names, storing nothing."""
    period = find_period(ctx, source)
    workers, rows, faults = read_workers(data, period, ctx.today)
    indexes = ctx.vault.blind_indexes(ID_KIND, (one.id_number for one in workers))
    values = {"tenant": ctx.tenant_id, "period": period.id, "indexes": b"".join(indexes),
              "size": INDEX_BYTES}  # fmt: skip
    known = {bytes(index): (name, code) for index, name, code in ctx.session.fetch(KNOWN, values)}
    fresh = [place for place, index in enumerate(indexes) if index not in known]
    elsewhere = [
        make_fault(ENROLLED_ELSEWHERE, one.sheet, one.row, "身份证号", value=known[index][0])
        for one, index in zip(workers, indexes, strict=True)
        if index in known and known[index][1] != one.employer_code
    ]
    return EnrolmentPlan(
        period=period, rows=rows, workers=tuple(workers[place] for place in fresh),
        indexes=tuple(indexes[place] for place in fresh),
        unchanged=len(workers) - len(fresh) - len(elsewhere), faults=(*faults, *elsewhere),
    )  # fmt: skip


def _write(ctx: Context, plan: EnrolmentPlan, file_id: uuid.UUID | None) -> None:
    try:
        write_ahead(_writes(ctx, plan, file_id))
    except UniqueViolation as error:
        raise ConflictError(
            _("Someone else enrolled one of these workers meanwhile; nothing was kept."),
            remedy=_("Bring the workbook again: it then says who it is."),
        ) from error


def _writes(
    ctx: Context, plan: EnrolmentPlan, file_id: uuid.UUID | None
) -> Iterator[Callable[[], object]]:
    """Prepare what is to be written, without using the session."""
    ids = [new_id() for _worker in plan.workers]
    constants = {
        "period_id": plan.period.id, "file_id": file_id, "enrolled_by": ctx.actor.person_id,
        "enrolled_at": ctx.now,
    }  # fmt: skip
    yield partial(insert_many, ctx, "enrolments", _seal(ctx, plan, ids), constants)
    changes = _changes(ids, plan.workers, plan.period)
    yield partial(audit.record_written, ctx, audit.write_out(ctx, changes))


def _seal(ctx: Context, plan: EnrolmentPlan, ids: Sequence[uuid.UUID]) -> Columns:
    workers = plan.workers
    numbers = [one.id_number for one in workers]
    names = ("employer", "employer_code", "name", "contribution", "enrolled_on", "row")
    return {
        "id": ids,
        **{name: [getattr(one, name) for one in workers] for name in names},
        "id_cipher": ctx.vault.encrypt_many(ctx.tenant_id, ID_PLACE, ids, numbers),
        "id_index": plan.indexes,
        "id_masked": list(map(mask_id, numbers)),
    }


def _changes(
    ids: Sequence[uuid.UUID], workers: Sequence[Worker], period: MutualAidPeriod
) -> Iterator[Change]:
    @cache
    def say(employer: str, code: str, contribution: int, on: dt.date) -> dict[str, Any]:
        return {
            "period": period.name, "employer": employer, "employer_code": code,
            "contribution": contribution, "on": on.isoformat(),
        }  # fmt: skip

    for one_id, one in zip(ids, workers, strict=True):
        after = say(one.employer, one.employer_code, one.contribution, one.enrolled_on)
        yield Change("mutual_aid.enrolled", "enrolments", one_id, after=after)
