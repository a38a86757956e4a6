"""Progress against what a region wants reached by a day, measured from the files themselves.

`PROGRESS` says what each measure of `core.policies.region.MILESTONE_MEASURES` counts.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from core.context import Context
from core.policies.region import Milestone
from core.supervision.figures import TEXT, Value, column, day, say, share, table
from core.supervision.words import name_tenant, name_text

COUNTS = """
select h.tenant_id,
  count(*) filter (where h.state = 'active'),
  count(*) filter (where h.state = 'active' and h.category is not null),
  count(*) filter (where h.state = 'active' and exists (
    select from measures m where m.tenant_id = h.tenant_id and m.household_id = h.id
    and m.state not in ('refused', 'cancelled'))),
  count(*) filter (where h.state <> 'exited' or h.exit_way in ('recovery', 'safety_net')),
  count(*) filter (where h.state in ('phase_out', 'safety_net')
    or h.state = 'exited' and h.exit_way in ('recovery', 'safety_net'))
from households h where h.tenant_id = any (%(tenants)s)
group by h.tenant_id order by h.tenant_id
"""
LINES = """
select distinct tenant_id, line from measures
where tenant_id = any (%(tenants)s) and state not in ('refused', 'cancelled')
"""

PROGRESS = {
    "judged": say("files in force that are judged"),
    "lines": say("lines of measures at work"),
    "helped": say("files in force with a measure"),
    "released": say("households out of hardship, by recovery or the safety net"),
}
REACHED, RUNNING, MISSED = say("Reached"), say("Running"), say("Missed")


class Counts(NamedTuple):
    """Files of a federation: in force, of these judged and with a measure; ever in hardship, of
    these out of it."""

    tenant_id: uuid.UUID
    in_force: int
    judged: int
    helped: int
    ever: int
    released: int


class Progress(NamedTuple):
    """How far a federation is with one milestone: `done` of `whole`."""

    tenant_id: uuid.UUID
    milestone: Milestone
    done: int
    whole: int

    def state(self, today: dt.date) -> dict[str, Any]:
        """Return whether it is reached, still running, or missed: its day is over."""
        if self.done == self.whole:
            return REACHED
        return MISSED if self.milestone.due < today else RUNNING


def measure_milestones(ctx: Context, asked: Mapping[str, Any]) -> list[Progress]:
    """Return the progress of every federation that has files, by milestone."""
    at_work = {(tenant, line) for tenant, line in ctx.session.fetch(LINES, asked)}
    counted = [Counts(*row) for row in ctx.session.fetch(COUNTS, asked)]
    return [one for counts in counted for one in _measure(ctx, counts, at_work)]


def _measure(
    ctx: Context, counts: Counts, at_work: set[tuple[uuid.UUID, str]]
) -> Iterator[Progress]:
    pack = ctx.policies.pack(ctx.installation.tenant_by_id(counts.tenant_id).pack)
    lines = sum((counts.tenant_id, one.code) in at_work for one in pack.measures)
    measured = {
        "judged": (counts.judged, counts.in_force),
        "lines": (lines, len(pack.measures)),
        "helped": (counts.helped, counts.in_force),
        "released": (counts.released, counts.ever),
    }
    for milestone in pack.milestones:
        done, whole = measured[milestone.measure]
        if whole:
            yield Progress(counts.tenant_id, milestone, done, whole)


def tabulate_milestones(ctx: Context, found: list[Progress]) -> dict[str, Any]:
    """Return the table of milestones with their progress now."""
    columns = [column(say("Federation"), TEXT), column(say("Milestone"), TEXT),
               column(say("Due"), TEXT), column(say("Measured by"), TEXT), column(say("Done")),
               column(say("Of")), column(say("Progress")), column(say("State"), TEXT)]  # fmt: skip
    rows: list[list[Value]] = [
        [name_tenant(ctx.installation.tenant_by_id(one.tenant_id)), name_text(one.milestone.name),
         day(one.milestone.due), PROGRESS[one.milestone.measure], one.done, one.whole,
         share(one.done, one.whole), one.state(ctx.today)]
        for one in found
    ]  # fmt: skip
    return table(say("Progress against the milestones"), columns, rows,
                 query="milestones.progress", at=ctx.now)  # fmt: skip


def find_missed(ctx: Context, found: list[Progress]) -> Iterator[dict[str, Any]]:
    """Yield a finding for every milestone whose day is over and which is not reached."""
    for one in found:
        if one.state(ctx.today) is MISSED:
            yield say(
                "%(federation)s: “%(milestone)s” was due on %(day)s (%(section)s) and is not "
                "reached: %(measured)s, %(done)s of %(whole)s (%(share)s). Catch up, and say by "
                "when.",
                federation=name_tenant(ctx.installation.tenant_by_id(one.tenant_id)),
                milestone=name_text(one.milestone.name), day=day(one.milestone.due),
                section=name_text(one.milestone.section), measured=PROGRESS[one.milestone.measure],
                done=one.done, whole=one.whole, share=share(one.done, one.whole),
            )  # fmt: skip
