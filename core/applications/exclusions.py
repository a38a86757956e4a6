"""What a household cannot have side by side: two programmes that exclude each other, or one that
lasts twice."""

from __future__ import annotations

import uuid

from bangfu_sdk import Programme
from sqlalchemy import and_, exists, or_, select

from core.applications.models import Application
from core.context import Context
from core.entitlements.models import Entitlement
from core.errors import ConflictError, _
from core.households.models import Household

ON_ITS_WAY = ("in_route", "returned", "approved", "noticed", "referred")


def refuse_beside(
    ctx: Context, household: Household, rule: Programme, besides: uuid.UUID | None = None
) -> None:
    """Raise ConflictError where the household asks for, or has, what it cannot have beside this.

    Drafts do not count: they are tried again when they are handed in, the household held.
    """
    names = {*rule.excludes, *((rule.name,) if rule.kind.lasts else ())}
    if not names:
        return
    runs = exists().where(
        Entitlement.tenant_id == Application.tenant_id,
        Entitlement.application_id == Application.id, Entitlement.state != "ended",
    )  # fmt: skip
    query = select(Application).where(
        Application.tenant_id == ctx.tenant_id, Application.household_id == household.id,
        Application.programme.in_(sorted(names)),
        or_(Application.state.in_(ON_ITS_WAY), and_(Application.state != "draft", runs)),
    )  # fmt: skip
    other = next((one for one in ctx.session.scalars(query) if one.id != besides), None)
    if other is not None:
        raise ConflictError(
            _("The household has “%(title)s” already, or has asked for it: %(number)s."),
            remedy=_("The two are never given together: let the one end, or withdraw it."),
            title=ctx.catalogue.programme(other.programme).title, number=other.number,
        )  # fmt: skip
