"""How owed papers stand on a day: owed, overdue, handed in, settled, failed, or paid back."""

from __future__ import annotations

STANDINGS = ("owed", "overdue", "handed_in", "settled", "failed", "paid_back", "lapsed")
"""Lapsed: nothing was given in the end, so nothing is owed."""

PAID_BACK = """exists (
  select from payments p
  join wrong_payments w on w.tenant_id = p.tenant_id and w.payment_id = p.id
  where p.tenant_id = o.tenant_id and p.application_id = o.application_id
    and w.state = 'confirmed' and w.amount = p.amount
    and w.amount <= (select coalesce(sum(r.amount), 0) from recoveries r
      where r.tenant_id = w.tenant_id and r.wrong_payment_id = w.id))"""
"""Whether the whole of what `o` is owed for was declared a wrong payment and came back."""

LAPSED = """exists (
  select from applications l where l.tenant_id = o.tenant_id and l.id = o.application_id
    and l.state = 'withdrawn')"""
STANDING = f"""(case
  when o.state in ('owed', 'handed_in') and {LAPSED} then 'lapsed'
  when o.state not in ('settled', 'handed_in') and {PAID_BACK} then 'paid_back'
  when o.state = 'owed' and o.due_on < %(today)s then 'overdue'
  else o.state end)"""
"""How the owed papers `o` stand today, one of STANDINGS."""
