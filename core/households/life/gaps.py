"""What a file still lacks (档案完整性), as conditions over a file `h`.

A contact person, a plan and at least one measure, where the region names measure lines, make a
file complete.
"""

from __future__ import annotations

from core.households.life.states import OVERDUE
from core.owed_papers.standing import STANDING as PAPERS


def _none_in(table: str, condition: str = "true") -> str:
    return f"""not exists (
      select from {table} x where x.tenant_id = h.tenant_id and x.household_id = h.id
      and {condition})"""


def _owes(standing: str) -> str:
    return f"""exists (
      select from owed_papers o where o.tenant_id = h.tenant_id and o.household_id = h.id
      and {PAPERS} = '{standing}')"""


GAPS = {
    "no_contact": "h.contact_person = ''",
    "no_plan": _none_in("plans"),
    "no_measure": "%(measured)s and "
    + _none_in("measures", "x.state not in ('refused', 'cancelled')"),
    "no_visit": _none_in("visits"),
    "overdue": OVERDUE,
    "papers_owed": _owes("owed"),
    "papers_overdue": _owes("overdue"),
}
"""Each gap with its condition. A measure that came to nothing is none."""
COMPLETING = ("no_contact", "no_plan", "no_measure")
INCOMPLETE = f"({' or '.join(GAPS[name] for name in COMPLETING)})"
LIST_OF_GAPS = f"""array_remove(array[
  {", ".join(f"case when {condition} then '{name}' end" for name, condition in GAPS.items())}
], null)"""
