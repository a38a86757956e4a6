"""What was paid from a donor's fund: a list he is given, so nobody is named in full."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import NamedTuple

from core.access import Subject, require
from core.context import Context
from core.errors import ConflictError, _
from core.funds.budgets import find_fund
from core.pii import mask_name

PAID = """
select p.paid_on, a.programme, coalesce(a.facts ->> 'stage', ''), coalesce(m.name, p.payee_name),
  coalesce(m.school, ''), u.full_name, p.amount
from payments p
join applications a on a.tenant_id = p.tenant_id and a.id = p.application_id
join units u on u.tenant_id = a.tenant_id and u.id = a.unit_id
left join members m on m.tenant_id = a.tenant_id and m.id = a.member_id
where p.tenant_id = %(tenant)s and p.fund_id = %(fund)s and p.state = 'paid'
order by p.paid_on, p.id
"""


class Donation(NamedTuple):
    """What was paid once from a gift, fen; `name` is masked."""

    paid_on: dt.date
    programme: str
    stage: str
    name: str
    school: str
    unit: str
    amount: int


def list_donations(ctx: Context, fund_id: uuid.UUID) -> list[Donation]:
    """Return what was paid from a donor's fund, oldest first.

    NotFoundError where there is no such fund, ConflictError for one that is nobody's gift.
    """
    require(ctx, "fund.read", Subject(ctx.tenant_id))
    fund = find_fund(ctx, fund_id)
    if not fund.donor:
        raise ConflictError(
            _("The fund %(fund)s is nobody's gift."),
            remedy=_("See its payments."), fund=fund.name,
        )  # fmt: skip
    asked = {"tenant": ctx.tenant_id, "fund": fund_id}
    found = (Donation(*row) for row in ctx.session.fetch(PAID, asked))
    return [one._replace(name=mask_name(one.name)) for one in found]
