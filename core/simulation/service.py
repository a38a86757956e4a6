"""Simulation: the rules run over a registry with the figures in force and with those to be tried.

It reads one moment in a transaction that can write nothing, column by column, block by block.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from core.access import require
from core.context import Context
from core.errors import ConflictError, NotFoundError, _
from core.simulation.outcome import Outcome
from core.simulation.parameters import PERMISSION, Assumption, find_unknown, refuse_unknown
from core.simulation.tolerance import compare_tolerance, split_tolerance
from core.simulation.work import Work
from core.supervision.queries import snapshot
from core.tenancy import TenantView

COUNT: Final = """
select tenant_id, count(*) from households
where tenant_id = any(%(tenants)s) and state = 'active' group by tenant_id
"""
ALONE: Final = "select pg_try_advisory_xact_lock(hashtextextended('simulations ' || %(tenant)s, 0))"
Progress = Callable[[int, int], None]


def simulate(
    ctx: Context,
    subject: TenantView,
    on: dt.date,
    assumptions: Sequence[Assumption],
    progress: Progress = lambda _done, _total: None,
) -> list[Outcome]:
    """Return what changed figures would do on a day to a federation and to all below it.

    Federations without files are left out. Figures a federation set for itself hold before;
    what is tried out holds instead of them after. Nothing is written, not even that it was done.
    Raises InvalidError for a figure nobody there has or a value out of range, NotInForceError
    where no figures hold on the day, NotFoundError for a federation that is not below,
    ConflictError while the same federation runs another: a province takes all of a processor.
    """
    require(ctx, PERMISSION)
    if subject.id not in ctx.tenant.readable:
        raise NotFoundError
    figures, tolerance = split_tolerance(assumptions)
    with snapshot(ctx) as still:
        _refuse_a_second(still)
        filed = dict(still.session.fetch(COUNT, {"tenants": list(subject.readable)}))
        tenants = [ctx.installation.tenant_by_id(one) for one in subject.readable]
        # A federation without files still knows its figures: what it lacks is told all the same.
        asked = [one for one in tenants if one.id in filed] or [subject]
        works = [Work.prepare(replace(still, tenant=one), on, figures) for one in asked]
        known = [found for work in works for found in work.figures()]
        refuse_unknown(find_unknown(figures, known), known)
        done = 0
        for work in works:
            for judged in work.run():
                done += judged
                progress(done, sum(filed.values()))
            if tolerance is not None:
                work.outcome.tolerance = compare_tolerance(work.ctx, on, tolerance)
    return [work.outcome for work in works]


def _refuse_a_second(still: Context) -> None:
    if not still.session.fetch(ALONE, {"tenant": str(still.tenant_id)})[0][0]:
        raise ConflictError(
            _("Another simulation of your federation is running."),
            remedy=_("Wait until it is done, then try again."),
        )
