"""Commands that act in somebody's name: the same services, rights and four eyes as elsewhere."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click
from sqlalchemy import select

from core.applications.models import Application
from core.context import Context
from core.errors import NotFoundError
from core.errors import _ as mark
from core.households.models import Household
from core.installation import Installation
from core.money import parse_yuan
from core.people import Actor
from web.cli.console import translate as _
from web.cli.environment import find_actor, find_tenant, open_installation
from worker.queue import hint


def acting(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say whose federation it is and who acts."""
    command = click.option(
        "--as", "login", required=True, help=_("Who acts: a login, or login@federation")
    )(command)
    return click.option("--tenant", "slug", required=True, help=_("Federation"))(command)


class Yuan(click.ParamType[int]):
    """An amount in yuan on the command line, fen inside."""

    name = "yuan"

    def convert(self, value: Any, param: Any, ctx: Any) -> int:
        """Return fen."""
        return value if isinstance(value, int) else parse_yuan(str(value))


@contextmanager
def act(slug: str, login: str, application: str = "") -> Iterator[Context]:
    """Yield a Context on a federation for a person of it, or of one above it.

    Someone from above can write to the one `application` (its number) and to nothing else.
    """
    installation = open_installation()
    tenant = find_tenant(installation, slug)
    actor = _find(installation, slug, login)
    foreign = actor.tenant_id != tenant.id
    confined = _find_id(installation, slug, application) if foreign else None
    with installation.context(tenant, actor, application=confined) as ctx:
        yield ctx
    if ctx.to_hint:
        hint(installation, ctx.to_hint)


def find_number(ctx: Context, number: str) -> uuid.UUID:
    """Return the id of the application with this number; NotFoundError when there is none."""
    found = ctx.session.scalars(
        select(Application.id).where(
            Application.tenant_id == ctx.tenant_id, Application.number == number
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError(
            mark("%(tenant)s has no application %(number)s."),
            remedy=mark("Its number stands on the application, as in LPS0700001-2026-01."),
            tenant=ctx.tenant.slug, number=number,
        )  # fmt: skip
    return found


def find_file(ctx: Context, file_number: str) -> uuid.UUID:
    """Return the id of the household file with this number; NotFoundError when there is none."""
    found = ctx.session.scalars(
        select(Household.id).where(
            Household.tenant_id == ctx.tenant_id, Household.file_number == file_number
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError(
            mark("%(tenant)s has no household file %(number)s."),
            tenant=ctx.tenant.slug, number=file_number,
        )  # fmt: skip
    return found


def _find(installation: Installation, slug: str, login: str) -> Actor:
    name, _at, home = login.partition("@")
    tenant = find_tenant(installation, home or slug)
    with installation.system(tenant) as ctx:
        return find_actor(ctx, tenant, name)


def _find_id(installation: Installation, slug: str, number: str) -> uuid.UUID:
    with installation.system(find_tenant(installation, slug)) as ctx:
        return find_number(ctx, number)
