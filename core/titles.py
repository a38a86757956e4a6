"""What a programme is called, also when its plugin is away: applications keep its title."""

from __future__ import annotations

from bangfu_sdk import Text
from sqlalchemy import select

from core.applications.models import Application
from core.context import Context
from core.errors import DomainError


def title_of(ctx: Context, name: str) -> Text:
    """Return the title of a rule, that its newest application keeps where its plugin is away, and
    its name where there is none."""
    try:
        return ctx.catalogue.rule(name).title
    except DomainError:
        return kept_title(ctx, name)


def kept_title(ctx: Context, name: str) -> Text:
    """Return the title that the newest application to a programme within reach keeps."""
    query = (
        select(Application.assessment["title"])
        .where(
            Application.tenant_id.in_(ctx.tenant.readable), Application.programme == name,
            Application.assessment.has_key("title"),
        )
        .order_by(Application.id.desc())
        .limit(1)
    )  # fmt: skip
    found = ctx.session.scalars(query).first()
    return Text(**found) if found else Text(name, name)
