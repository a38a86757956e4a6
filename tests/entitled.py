"""A household that has something month after month, made without the way there."""

from __future__ import annotations

import datetime as dt

from core.applications.models import Application
from core.entitlements.models import Entitlement
from core.households.models import Household
from core.installation import Installation
from core.tenancy import TenantView
from tests.factories import file_household

AMOUNT = 12345


def entitle(
    installation: Installation, tenant: TenantView, today: dt.date
) -> tuple[Entitlement, str]:
    """Return an entitlement of 123.45 yuan that runs from this month, and its number."""
    filed = file_household(installation, tenant, verified_on=today)
    with installation.system(tenant) as ctx:
        household = ctx.session.get_one(Household, (ctx.tenant_id, filed.id))
        application = Application(
            tenant_id=ctx.tenant_id, household_id=filed.id, number=f"{household.file_number}-M",
            unit_id=household.unit_id, programme="living_aid", programme_version="1.0.0",
            state="granted", version=1, round=1, category="deep", applied_on=today, answers={},
            asked=AMOUNT, amount=AMOUNT, facts={}, parameters=b"", assessment={"kind": "monthly"},
            started_by=filed.id, started_at=ctx.now,
        )  # fmt: skip
        ctx.session.add(application)
        ctx.session.flush()
        one = Entitlement(
            tenant_id=ctx.tenant_id, application_id=application.id, household_id=filed.id,
            programme="living_aid", amount=AMOUNT, starts_on=today.replace(day=1),
            state="running", since=today, granted_at=ctx.now,
        )  # fmt: skip
        ctx.session.add(one)
    return one, application.number
