"""Households with a major illness that mutual aid does not cover, as a condition on a file `h`.

Source: Baotou 2019, measure line 2: all filed households with a major illness are enrolled.
"""

from __future__ import annotations

_IN_NO_PERIOD = """not exists (
      select from enrolments e
      join mutual_aid_periods p on p.tenant_id = e.tenant_id and p.id = e.period_id
      where e.tenant_id = m.tenant_id and e.id_index = m.id_index
        and %(today)s between p.starts_on and p.ends_on)"""
NOT_ENROLLED = f"""exists (
  select from members m
  where m.tenant_id = h.tenant_id and m.household_id = h.id and not m.departed
    and m.health = 'serious_illness' and {_IN_NO_PERIOD})"""
"""Whether somebody of the household who has a major illness is in no period that runs today."""

MISSING = f"""
select m.id, m.name, m.id_cipher, m.id_index, m.id_masked, h.file_number
from members m
join households h on h.tenant_id = m.tenant_id and h.id = m.household_id
where m.tenant_id = %(tenant)s and m.active and not m.departed and m.health = 'serious_illness'
  and h.state in ('active', 'phase_out') and {_IN_NO_PERIOD}
order by h.file_number, m.id
"""  # noqa: S608 (constants alone)
"""Who these people are, of the files in force."""
