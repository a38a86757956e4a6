"""Entitlements follow their files and their yearly check: suspended, resumed, ended unasked."""

from __future__ import annotations

import uuid
from typing import NamedTuple

from sqlalchemy import select, update

from core.audit import Change, record_many
from core.context import Context
from core.entitlements.models import ENDED_FOR, Entitlement
from core.households.life.states import STANDING, bind_day

MOVED = f"""
with seen as (
  select e.id, e.state, e.reason, case
    when s.standing = 'exited' then 'file_exited'
    when s.standing = 'safety_net' and not e.programme = any (%(regular)s) then 'safety_net'
    when s.standing = 'suspended' then 'file_suspended'
    when s.standing = 'overdue' then 'file_overdue'
    when e.recheck_due < %(today)s then 'recheck_due'
    else '' end as found
  from entitlements e
  join households h on h.tenant_id = e.tenant_id and h.id = e.household_id
  cross join lateral (select {STANDING} as standing) s
  where e.tenant_id = %(tenant)s and e.id = any (%(open)s)
)
select id, state, reason, found from seen where found <> reason order by id
"""  # noqa: S608 (STANDING is a constant)


class Moved(NamedTuple):
    """An entitlement that no longer stands as it is stored, and for what reason it now stands."""

    id: uuid.UUID
    state: str
    reason: str
    found: str

    @property
    def after(self) -> str:
        """The state it is in from now on."""
        if not self.found:
            return "running"
        return "ended" if self.found in ENDED_FOR else "suspended"


def follow_files(ctx: Context, *, only: uuid.UUID | None = None) -> int:
    """Suspend, resume and end the tenant's entitlements, or one, as their files stand today; return
    how many.

    Safe to run at any time and twice at once: each change is made and audited once.
    """
    moved = [Moved(*row) for row in ctx.session.fetch(MOVED, _bind(ctx, only))]
    for one in moved:
        ctx.session.execute(
            update(Entitlement)
            .where(Entitlement.tenant_id == ctx.tenant_id, Entitlement.id == one.id)
            .values(
                state=one.after, reason=one.found, note="", since=ctx.today,
                version=Entitlement.version + 1,
            )
            .execution_options(synchronize_session="fetch")
        )  # fmt: skip
    record_many(ctx, [
        Change(
            f"entitlement.{'resumed' if one.after == 'running' else one.after}", "entitlements",
            one.id, {"state": one.state, "cause": one.reason},
            {"state": one.after, "cause": one.found},
        )
        for one in moved
    ])  # fmt: skip
    return len(moved)


def _bind(ctx: Context, only: uuid.UUID | None) -> dict[str, object]:
    """Hold all that is not ended, in one order, so that two at once go one after the other."""
    query = (
        select(Entitlement.id)
        .where(Entitlement.tenant_id == ctx.tenant_id, Entitlement.state != "ended")
        .order_by(Entitlement.id)
        .with_for_update()
    )
    held = ctx.session.scalars(query if only is None else query.where(Entitlement.id == only))
    regular = list(ctx.pack.care.regular_help)
    return {**bind_day(ctx), "tenant": ctx.tenant_id, "open": list(held), "regular": regular}
