"""The steps of a route, whatever goes along it: who takes each, whose turn it is, what was said."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import select, update
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from core.context import Context
from core.db import JsonList, Moment, TenantOwned
from core.tenancy import UNIT_LEVELS, Unit
from core.workdays import add_working_days

INVESTIGATION, REVIEW, APPROVAL = "investigation", "review", "approval"
KINDS = (INVESTIGATION, REVIEW, APPROVAL)
APPROVE, RETURN = "approve", "return"
"""What may be decided on a step of any route: passed on or approved, returned for completion."""


class AnyStep(TenantOwned):
    """A step of any route: who may take it, and what was decided.

    `kind`: investigation, review, approval. `level`: the union level that takes it. `unit_path`:
    the unit of that level above the household, so that nobody below it can take the step.
    `state`: waiting, open, done, void.
    """

    __abstract__ = True
    round: Mapped[int]
    position: Mapped[int]
    kind: Mapped[str]
    level: Mapped[str]
    unit_path: Mapped[str]
    due_days: Mapped[int]
    state: Mapped[str]
    opened_at: Mapped[Moment | None]
    due_on: Mapped[dt.date | None]
    decision: Mapped[str | None]
    reason: Mapped[str | None]
    findings: Mapped[JsonList] = mapped_column(default=list)
    decided_by: Mapped[uuid.UUID | None]
    decided_by_name: Mapped[str | None]
    decided_at: Mapped[Moment | None]


S = TypeVar("S", bound=AnyStep)
Ladder = Sequence[tuple[str, str]]
"""A unit and all above it within the tenant as path and level, the lowest first."""


@dataclass(frozen=True)
class Steps(Generic[S]):
    """The steps of one kind of thing: their table, and the column that names the thing."""

    table: type[S]
    owner: InstrumentedAttribute[uuid.UUID]

    def of(self, ctx: Context, thing: TenantOwned) -> list[S]:
        """Return the steps of every round, in order."""
        return list(
            ctx.session.scalars(
                select(self.table)
                .where(self.table.tenant_id == thing.tenant_id, self.owner == thing.id)
                .order_by(self.table.round, self.table.position)
                .execution_options(populate_existing=True)
            )
        )

    def open_id(self, ctx: Context, thing_id: uuid.UUID) -> uuid.UUID | None:
        """Return the id of the step that is open now, before anybody waits for a lock."""
        return ctx.session.scalar(
            select(self.table.id).where(
                self.table.tenant_id == ctx.tenant_id,
                self.owner == thing_id,
                self.table.state == "open",
            )
        )

    def after(self, ctx: Context, thing: TenantOwned, step: S) -> S | None:
        """Return the step after this one in its round, None where it was the last."""
        return ctx.session.scalars(
            select(self.table).where(
                self.table.tenant_id == thing.tenant_id,
                self.owner == thing.id,
                self.table.round == step.round,
                self.table.position == step.position + 1,
            )
        ).one_or_none()

    def void(self, ctx: Context, thing: TenantOwned) -> None:
        """Take every step that was not taken out of the queues: it will not be taken any more."""
        ctx.session.execute(
            update(self.table)
            .where(
                self.table.tenant_id == thing.tenant_id,
                self.owner == thing.id,
                self.table.state.in_(("waiting", "open")),
            )
            .values(state="void")
            .execution_options(synchronize_session="fetch")
        )


def open_step(ctx: Context, step: AnyStep) -> None:
    """Put a step into the queue of those who may take it."""
    step.state, step.opened_at = "open", ctx.now
    step.due_on = add_working_days(ctx.today, step.due_days)


def sign(
    ctx: Context,
    step: AnyStep,
    decision: str,
    reason: str,
    findings: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Write down what the actor decided on a step, and what was found."""
    step.state, step.decision, step.reason = "done", decision, reason.strip() or None
    step.findings = [dict(finding) for finding in findings]
    step.decided_by, step.decided_by_name = ctx.actor.person_id, ctx.actor.name
    step.decided_at = ctx.now


def read_ladders(ctx: Context, unit_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Ladder]:
    """Return for each unit of the tenant itself and all above it."""
    own = select(Unit.id, Unit.path).where(
        Unit.tenant_id == ctx.tenant_id, Unit.id.in_(list(unit_ids))
    )
    rungs = {unit_id: _paths_above(path) for unit_id, path in ctx.session.execute(own)}
    every = {path for paths in rungs.values() for path in paths}
    above = select(Unit.path, Unit.level).where(
        Unit.tenant_id == ctx.tenant_id, Unit.path.in_(every)
    )
    levels = {row.path: row.level for row in ctx.session.execute(above)}
    return {unit_id: [(one, levels[one]) for one in paths] for unit_id, paths in rungs.items()}


def path_at(ladder: Ladder, level: str) -> str:
    """Return the path of the lowest unit that is not below the level."""
    rank = UNIT_LEVELS.index(level)
    return next((path for path, own in ladder if UNIT_LEVELS.index(own) <= rank), "")


def _paths_above(path: str) -> list[str]:
    numbers = path.split(".")[:-1]
    depths = range(len(numbers), -1, -1)
    return [".".join((*numbers[:depth], "")) if depth else "" for depth in depths]
