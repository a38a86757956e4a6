"""Names of what a report counts: codes, programmes, federations, the quarter itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bangfu_sdk import Text

from core.context import Context
from core.supervision.figures import bilingual, say
from core.supervision.periods import Period
from core.tenancy import TenantView
from core.titles import title_of

STATES = {
    "in_route": say("In approval"),
    "returned": say("Returned for completion"),
    "approved": say("Approved, notice to come"),
    "noticed": say("On public notice"),
    "granted": say("Granted, to be paid"),
    "paid": say("Paid"),
    "rejected": say("Rejected"),
    "withdrawn": say("Withdrawn"),
    "referred": say("Referred to a department"),
    "fulfilled": say("Done by the department"),
    "unfulfilled": say("Not done by the department"),
}
"""What can have become of an application that was handed in, in the order of its way."""

KINDS = {
    "investigation": say("Investigation"),
    "review": say("Review"),
    "approval": say("Approval"),
}
LEVELS = {
    "grassroots": say("Grassroots"),
    "township": say("Township"),
    "county": say("County"),
    "city": say("City"),
    "province": say("Province"),
    "nation": say("Nation"),
}
STANDINGS = {
    "filed": say("Filed, to be judged or admitted"),
    "active": say("In force"),
    "overdue": say("Overdue for verification"),
    "suspended": say("Suspended"),
    "phase_out": say("In phase-out"),
    "safety_net": say("Under the safety net"),
    "exited": say("Closed"),
}
"""How a file can stand, in the order of its life."""
WAYS = {
    "recovery": say("Recovered"),
    "safety_net": say("Left by the safety net"),
    "moved_away": say("Moved away"),
    "died": say("Died"),
    "not_eligible": say("Not eligible any more"),
    "false_statement": say("False statement"),
    "phase_out_ended": say("Phase-out over, file closed"),
    "returned": say("Returned to the file"),
}
"""How files are left, and how they are come back to."""
_UNJUDGED = {"none": say("Not eligible"), None: say("Not judged yet")}
_ORDINALS = "一二三四"


def name_categories(ctx: Context, tenants: Iterable[TenantView]) -> dict[str | None, Any]:
    """Return the categories of the tenants' regions by code, the gravest first, each as the first
    region that has it calls it; then those judged not eligible, and those not judged."""
    packs = {one.pack: ctx.policies.pack(one.pack) for one in tenants}
    names: dict[str | None, Any] = {}
    for pack in packs.values():
        for category in pack.categories:
            names.setdefault(category.code, name_text(category.name))
    return {**names, **_UNJUDGED}


def name_programme(ctx: Context, name: str) -> Any:
    """Return a programme's title, also where its plugin is away."""
    return name_text(title_of(ctx, name))


def name_text(text: Text) -> Any:
    """Return a name that a pack or a plugin gives in both languages."""
    return bilingual(text.zh, text.en)


def name_tenant(tenant: TenantView) -> Any:
    """Return a federation's name."""
    return bilingual(tenant.name, tenant.name_en)


def name_period(period: Period) -> Any:
    """Return a quarter in words."""
    return say(
        "quarter %(quarter)s of %(year)s",
        quarter=bilingual(_ORDINALS[period.quarter - 1], str(period.quarter)),
        year=str(period.year),
    )
