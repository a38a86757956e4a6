"""`bangfu tenant`, `bangfu unit`: the federations of an installation and what lies in them."""

from __future__ import annotations

import click
from sqlalchemy import select

from core.federations import NewTenant, add_tenant, add_unit, find_unit
from core.tenancy import TENANT_LEVELS, UNIT_LEVELS, Unit
from core.units import rename_unit
from web.cli.console import as_json, give, say, show_table
from web.cli.console import translate as _
from web.cli.environment import find_tenant, open_installation


@click.group(help=_("Federations: add, list."))
def tenant() -> None:
    """Hold the commands on tenants."""


@tenant.command("add", help=_("Found the federation SLUG."))
@click.argument("slug")
@click.option("--level", type=click.Choice(TENANT_LEVELS), required=True)
@click.option("--name", required=True, help=_("Chinese name"))
@click.option("--name-en", required=True, help=_("English name"))
@click.option("--pack", required=True, help=_("Region pack"))
@click.option("--code", required=True, help=_("GB/T 2260 division code"))
@click.option("--parent", help=_("The federation above (slug)"))
@as_json
def add(
    slug: str,
    level: str,
    name: str,
    name_en: str,
    pack: str,
    code: str,
    parent: str | None,
    as_json: bool,
) -> None:
    """Found a tenant."""
    found = add_tenant(
        open_installation(), NewTenant(slug, level, name, name_en, pack, code, parent)
    )
    if as_json:
        give({"id": found.id, "slug": found.slug})
    else:
        say(_("✓ %(name)s stands"), name=found.name)


@tenant.command("list", help=_("List the federations."))
@as_json
def list_tenants(as_json: bool) -> None:
    """Show every tenant."""
    installation = open_installation()
    found = installation.tenants()
    slugs = {one.id: one.slug for one in found}
    rows = [
        (one.slug, one.level, one.name, one.pack, slugs.get(one.parent_id) if one.parent_id else "")
        for one in found
    ]
    if as_json:
        names = ("slug", "level", "name", "pack", "parent")
        give([dict(zip(names, row, strict=True)) for row in rows])
    else:
        show_table((_("Federation"), _("Level"), _("Name"), _("Pack"), _("Below")), rows)


@click.group(help=_("Units of a federation: add, rename, list."))
def unit() -> None:
    """Hold the commands on units."""


@unit.command("add", help=_("Add a unit called NAME below another."))
@click.argument("name")
@click.option("--tenant", "slug", required=True)
@click.option("--below", default="", help=_("Full name of the unit above; none is the root"))
@click.option("--level", type=click.Choice(UNIT_LEVELS), required=True)
@click.option("--code", default="", help=_("GB/T 2260 division code"))
@as_json
def add_one(name: str, slug: str, below: str, level: str, code: str, as_json: bool) -> None:
    """Add a unit."""
    installation = open_installation()
    with installation.system(find_tenant(installation, slug)) as ctx:
        made = add_unit(ctx, find_unit(ctx, below), name, level, code)
    if as_json:
        give({"id": made.id, "name": made.full_name, "path": made.path})
    else:
        say(_("✓ %(name)s stands"), name=made.full_name)


@unit.command("rename", help=_("Give the unit with the full name UNIT another NAME."))
@click.argument("full_name", metavar="UNIT")
@click.argument("name")
@click.option("--tenant", "slug", required=True)
@click.option("--reason", required=True)
@as_json
def rename(full_name: str, name: str, slug: str, reason: str, as_json: bool) -> None:
    """Rename a unit."""
    installation = open_installation()
    with installation.system(installation.tenant(slug)) as ctx:
        renamed = rename_unit(ctx, find_unit(ctx, full_name).id, name, reason)
    if as_json:
        give({"id": renamed.id, "name": renamed.full_name, "path": renamed.path})
    else:
        say(_("✓ it is called %(name)s now"), name=renamed.full_name)


@unit.command("list", help=_("List the units of a federation."))
@click.option("--tenant", "slug", required=True)
@as_json
def list_units(slug: str, as_json: bool) -> None:
    """Show the units of a tenant in the order of the tree."""
    installation = open_installation()
    with installation.system(find_tenant(installation, slug)) as ctx:
        query = select(Unit).where(Unit.tenant_id == ctx.tenant_id).order_by(Unit.path)
        found = [(one.path, one.level, one.full_name) for one in ctx.session.scalars(query)]
    if as_json:
        give([dict(zip(("path", "level", "name"), row, strict=True)) for row in found])
    else:
        show_table((_("Path"), _("Level"), _("Name")), found)
