"""What re-verifications came to: runs, files that could not be decided, what a run confirmed."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from core.access import require
from core.context import Context
from core.decisions import Decision
from core.errors import NotFoundError
from core.households.lookup import find_household
from core.households.models import Judgement, ParameterSet
from core.judging import judge_with
from core.paging import clamp, skip
from core.policies.figures import figures_from_json
from core.reverification.blocks import PERMISSION
from core.reverification.models import Reverification, ReverificationBlock

NUMBERS = """
select h.file_number, l.key::uuid, l.value
from reverification_blocks b, jsonb_each(b.lacking) l
join households h on h.tenant_id = %(tenant)s and h.id = l.key::uuid
where b.tenant_id = %(tenant)s and b.run_id = %(run)s
order by h.file_number limit %(size)s
"""


@dataclass(frozen=True)
class Undecidable:
    """A file that could not be judged, and the names of the facts it lacks."""

    file_number: str
    household_id: uuid.UUID
    facts: Sequence[str]


@dataclass(frozen=True)
class Confirmation:
    """A run that judged a file anew and found what its newest judgement says.

    `decision` is that finding with its explanation: the facts of the judgement, the figures of
    the run.
    """

    run: Reverification
    decision: Decision


def list_reverifications(ctx: Context, *, page: int = 1, size: int = 50) -> list[Reverification]:
    """Return the newest runs first."""
    require(ctx, PERMISSION)
    query = select(Reverification).where(Reverification.tenant_id == ctx.tenant_id)
    query = query.order_by(Reverification.id.desc()).offset(skip(page, size)).limit(clamp(size))
    return list(ctx.session.scalars(query))


def find_reverification(ctx: Context, run_id: uuid.UUID) -> Reverification:
    """Return one run; NotFoundError when there is none."""
    require(ctx, PERMISSION)
    run = ctx.session.get(Reverification, (ctx.tenant_id, run_id))
    if run is None:
        raise NotFoundError
    return run


def list_undecidable(ctx: Context, run_id: uuid.UUID, size: int = 1000) -> list[Undecidable]:
    """Return the files a run could not decide, by their numbers."""
    run = find_reverification(ctx, run_id)
    values = {"tenant": ctx.tenant_id, "run": run.id, "size": size}
    return [Undecidable(*row) for row in ctx.session.fetch(NUMBERS, values)]


def find_confirmation(ctx: Context, household_id: uuid.UUID) -> Confirmation | None:
    """Return the newest run that confirmed a file's newest judgement, if there is one.

    What the run found is made anew of what is stored: by determinism it is what it found then.
    """
    household = find_household(ctx, household_id, "household.read")
    judgement = ctx.session.scalars(
        select(Judgement)
        .where(Judgement.tenant_id == ctx.tenant_id, Judgement.household_id == household.id)
        .order_by(Judgement.id.desc())
        .limit(1)
    ).one_or_none()
    run = _confirming(ctx, judgement) if judgement is not None else None
    if judgement is None or run is None:
        return None
    stored = ctx.session.scalars(
        select(ParameterSet).where(
            ParameterSet.tenant_id == ctx.tenant_id, ParameterSet.sha256 == run.parameters
        )
    ).one()
    figures = figures_from_json(stored.figures, ())
    decision = judge_with(ctx.catalogue, run.programme, judgement.facts, figures, run.on_date)
    return Confirmation(run, decision)


def _confirming(ctx: Context, judgement: Judgement) -> Reverification | None:
    """Return the newest run that judged the file after its newest judgement was kept."""
    block, one = ReverificationBlock, judgement.household_id
    query = (
        select(block, Reverification)
        .join(
            Reverification,
            (Reverification.tenant_id == block.tenant_id) & (Reverification.id == block.run_id),
        )
        .where(
            block.tenant_id == ctx.tenant_id, block.after_id < one, block.upto_id >= one,
            block.at > judgement.judged_at,
        )
        .order_by(block.id.desc())
    )  # fmt: skip
    for found, run in ctx.session.execute(query.execution_options(yield_per=1)):
        if _holds(found.files, one):
            return run
    return None


def _holds(files: bytes, one: uuid.UUID) -> bool:
    at = files.find(one.bytes)
    while at > 0 and at % 16:
        at = files.find(one.bytes, at + 1)
    return at >= 0
