"""Re-verification: a registry judged again for a day, block by block, each a transaction.

Nothing is ever half done: what a block found is committed together with where the run stands.
Whoever takes the next block holds the run's row, so that two workers at one run share the work.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import partial
from typing import Any, Final

from sqlalchemy import select

from core import audit
from core.access import prefixes, require
from core.context import Context
from core.db import new_id
from core.errors import ConflictError, InvalidError, NotFoundError, _
from core.households.judgements import keep_figures
from core.households.registry import BLOCK, FIRST, Block, read_block
from core.outbox import IMPORTS, OutboxEntry, enqueue
from core.overrides import read_overrides
from core.policies import Figures
from core.reverification.blocks import PERMISSION, Found, ask, judge_block
from core.reverification.models import (
    DONE,
    RUNNING,
    STOPPED,
    Reverification,
    ReverificationBlock,
)
from core.reverification.queries import find_reverification

Progress = Callable[[int, int], None]
JOB: Final = "registry.reverify"
COUNT: Final = """
select count(*), count(*) filter (where h.judged_on > %(on)s)
from households h join units u on u.tenant_id = h.tenant_id and u.id = h.unit_id
where h.tenant_id = %(tenant)s and h.state = 'active' and u.path like any (%(paths)s)
"""


def request_reverification(ctx: Context, on: dt.date) -> tuple[Reverification, OutboxEntry]:
    """Have a job judge all active files of the actor's units again for a day; see `begin`."""
    run = begin(ctx, on)
    payload = {"run_id": str(run.id)}
    return run, enqueue(ctx, JOB, payload, queue=IMPORTS, total=run.total)


def begin(ctx: Context, on: dt.date) -> Reverification:
    """Return a run for a day: one that was broken off goes on, else a new one begins.

    Raises InvalidError for a day to come, NotInForceError where no figures hold then,
    UnavailableError where the identification is out of order: then there is no run.
    """
    require(ctx, PERMISSION)
    if on > ctx.today:
        raise InvalidError(
            _("A registry cannot be judged for a day to come."),
            remedy=_("Simulate it instead: a simulation takes any day."), field="on",
        )  # fmt: skip
    figures, version = _figures(ctx, on), _version(ctx)
    paths = list(prefixes(ctx, PERMISSION, ctx.tenant_id))
    for run in _running(ctx, on, paths):
        if (run.parameters, run.programme_version) == (figures.sha256, version):
            return run
        stop(ctx, run.id)
    keep_figures(ctx, figures)
    values = {"tenant": ctx.tenant_id, "on": on, "paths": [f"{path}%" for path in paths]}
    [(total, later)] = ctx.session.fetch(COUNT, values)
    run = Reverification(
        tenant_id=ctx.tenant_id, id=new_id(), on_date=on, state=RUNNING, paths=paths,
        programme=figures.programme, programme_version=version, parameters=figures.sha256,
        total=total - later, later=later, after_id=FIRST, started_by=ctx.actor.person_id,
        started_at=ctx.now, judged=0, changed=0, undecidable=0, blocks=0, categories={}, moves={},
    )  # fmt: skip
    ctx.session.add(run)
    ctx.session.flush()
    audit.record(
        ctx,
        "registry.reverification_begun",
        run,
        after={"on": str(on), "parameters": figures.sha256.hex(), "files": run.total},
    )
    return run


def advance(
    ctx: Context, run_id: uuid.UUID, size: int = BLOCK, block: Block | None = None
) -> Reverification:
    """Judge the next block of a run; the caller commits, and calls again while it is running.

    A block that was read ahead is taken if it is the next one. Raises ConflictError where the
    figures or the rule are no longer those the run began with.
    """
    run = _lock(ctx, run_id)
    if run.state != RUNNING:
        return run
    _check_same(ctx, run)
    if block is None or block.after != run.after_id:
        block = read_block(ctx, ask(ctx, run.on_date), run.after_id, size)
    if block is None:
        _finish(ctx, run)
    else:
        _keep(ctx, run, judge_block(ctx, block))
    ctx.session.flush()
    return run


def carry_on(
    work: Callable[[], AbstractContextManager[Context]],
    run_id: uuid.UUID,
    progress: Progress,
    size: int = BLOCK,
) -> Reverification:
    """Take a run to its end, each block in a unit of work of its own; return it.

    While the server writes one block it sends the next one, on another connection. Should a file
    change between, it is judged again when its block is written.
    """
    with work() as ctx:
        run = find_reverification(ctx, run_id)
    read = partial(_read_ahead, work, run.on_date, size)
    with ThreadPoolExecutor(1) as ahead:
        block = read(run.after_id)
        while run.state == RUNNING:
            coming = ahead.submit(read, block.upto if block else run.after_id)
            with work() as ctx:
                run = advance(ctx, run_id, size, block)
            progress(run.judged + run.undecidable, run.total)
            block = coming.result()
    return run


def _read_ahead(
    work: Callable[[], AbstractContextManager[Context]], on: dt.date, size: int, after: uuid.UUID
) -> Block | None:
    with work() as ctx:
        return read_block(ctx, ask(ctx, on), after, size)


def stop(ctx: Context, run_id: uuid.UUID) -> None:
    """Note that a run will not go on; what its blocks wrote stays."""
    run = _lock(ctx, run_id)
    if run.state == RUNNING:
        run.state, run.finished_at = STOPPED, ctx.now
        ctx.session.flush()
        audit.record(ctx, "registry.reverification_stopped", run, after=_told(run))


def _keep(ctx: Context, run: Reverification, found: Found) -> None:
    after, run.after_id, run.blocks = run.after_id, found.upto, run.blocks + 1
    run.judged += found.judged
    run.changed += found.changed
    run.undecidable += len(found.lacking)
    run.categories = dict(Counter(run.categories) + found.categories)
    run.moves = dict(Counter(run.moves) + found.moves)
    lacking = {str(one): list(names) for one, names in found.lacking.items()}
    ctx.session.add(ReverificationBlock(
        tenant_id=ctx.tenant_id, id=new_id(), run_id=run.id, number=run.blocks,
        after_id=after, upto_id=found.upto, files=found.files, lacking=lacking, at=ctx.now,
    ))  # fmt: skip


def _finish(ctx: Context, run: Reverification) -> None:
    run.state, run.finished_at = DONE, ctx.now
    audit.record(ctx, "registry.reverification_done", run, after=_told(run))


def _told(run: Reverification) -> dict[str, Any]:
    names = ("state", "judged", "changed", "undecidable", "later", "categories", "moves")
    return {"on": str(run.on_date)} | {name: getattr(run, name) for name in names}


def _check_same(ctx: Context, run: Reverification) -> None:
    if (run.parameters, run.programme_version) != (
        _figures(ctx, run.on_date).sha256, _version(ctx),
    ):  # fmt: skip
        raise ConflictError(
            _("The figures or the rule changed while the registry was judged."),
            remedy=_("Begin again: what was written stays and is judged anew."),
        )


def _lock(ctx: Context, run_id: uuid.UUID) -> Reverification:
    require(ctx, PERMISSION)
    run = ctx.session.scalars(
        select(Reverification)
        .where(Reverification.tenant_id == ctx.tenant_id, Reverification.id == run_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if run is None or run.paths != list(prefixes(ctx, PERMISSION, ctx.tenant_id)):
        raise NotFoundError
    return run


def _running(ctx: Context, on: dt.date, paths: list[str]) -> list[Reverification]:
    query = select(Reverification).where(
        Reverification.tenant_id == ctx.tenant_id,
        Reverification.state == RUNNING,
        Reverification.on_date == on,
        Reverification.paths == paths,
    )
    return list(ctx.session.scalars(query.order_by(Reverification.id)))


def _figures(ctx: Context, on: dt.date) -> Figures:
    place = ctx.pack.place(ctx.tenant.division_code)
    return ctx.pack.figures(ctx.pack.identification, on, read_overrides(ctx), place)


def _version(ctx: Context) -> str:
    return ctx.catalogue.identification(ctx.pack.identification).version
