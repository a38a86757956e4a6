"""Stored files that no row names: left by a process that died before its commit, and swept."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from core.context import Context
from core.households.models import Evidence, Import
from core.installation import Installation
from core.supervision.models import Report
from core.verification.models import ConsentForm, DepartmentFile

SWEEP_SECONDS: Final = 6 * 3600
AGE: Final = dt.timedelta(days=1)
AT_ONCE: Final = 1000
NAMED: dict[str, InstrumentedAttribute[Any]] = {
    "evidence": Evidence.storage_key,
    "imports": Import.storage_key,
    "reports": Report.storage_key,
    "departments": DepartmentFile.storage_key,
    "consents": ConsentForm.storage_key,
}
"""Where a file of each kind is named. Files of another kind are nobody's here, and stay."""


def sweep(installation: Installation) -> int:
    """Remove every tenant's files older than a day that no row names; return how many.

    A transaction that is still open after a day would lose its file; none lasts so long.
    """
    removed = 0
    for tenant in installation.tenants():
        with installation.system(tenant) as ctx:
            removed += sum(_sweep(ctx, kind) for kind in NAMED)
    return removed


def _sweep(ctx: Context, kind: str) -> int:
    # By the clock of the files, which is the machine's own also in a demonstration.
    old = ctx.storage.older_than(ctx.tenant_id, kind, dt.datetime.now(dt.UTC) - AGE)
    removed = 0
    while keys := set(itertools.islice(old, AT_ONCE)):
        for key in keys - _named(ctx, kind, keys):
            ctx.storage.remove(ctx.tenant_id, key)
            removed += 1
    return removed


def _named(ctx: Context, kind: str, keys: set[str]) -> set[str]:
    column = NAMED[kind]
    query = select(column).where(column.class_.tenant_id == ctx.tenant_id, column.in_(keys))
    return set(ctx.session.scalars(query))
