"""`bangfu person`: who works in a federation, in which roles."""

from __future__ import annotations

import click
from sqlalchemy import select

from core import personnel
from core.access import ROLES
from core.federations import find_unit
from core.people import Person, RoleGrant
from core.tenancy import Unit
from web.cli.console import as_json, give, say, show_table
from web.cli.console import translate as _
from web.cli.environment import find_tenant, open_installation

in_tenant = click.option("--tenant", "slug", required=True, help=_("Federation"))
over_unit = click.option("--unit", default="", help=_("Full name of the unit; none is all of it"))
role_choice = click.argument("role", type=click.Choice(sorted(ROLES)))


@click.group(help=_("People: add, grant and revoke roles, disable."))
def person() -> None:
    """Hold the commands on people."""


@person.command("add", help=_("Take on a person with a LOGIN and a NAME."))
@click.argument("login")
@click.argument("name")
@in_tenant
@as_json
def add(login: str, name: str, slug: str, as_json: bool) -> None:
    """Take on a person."""
    installation = open_installation()
    with installation.system(find_tenant(installation, slug)) as ctx:
        made = personnel.add_person(ctx, login, name)
    if as_json:
        give({"id": made.id, "login": made.login})
    else:
        say(_("✓ %(name)s can be given roles now"), name=made.name)


@person.command("grant", help=_("Give a person a role over a unit and all below it."))
@click.argument("login")
@role_choice
@in_tenant
@over_unit
@as_json
def grant(login: str, role: str, slug: str, unit: str, as_json: bool) -> None:
    """Give a role."""
    installation = open_installation()
    with installation.system(find_tenant(installation, slug)) as ctx:
        who, where = personnel.find_person(ctx, login), find_unit(ctx, unit)
        personnel.grant_role(ctx, who, role, where)
    _confirm(as_json, login, role, where, _("✓ %(login)s is %(role)s of %(unit)s"))


@person.command("revoke", help=_("Take a role over a unit away from a person."))
@click.argument("login")
@role_choice
@in_tenant
@over_unit
@as_json
def revoke(login: str, role: str, slug: str, unit: str, as_json: bool) -> None:
    """Take a role away."""
    installation = open_installation()
    with installation.system(find_tenant(installation, slug)) as ctx:
        who, where = personnel.find_person(ctx, login), find_unit(ctx, unit)
        personnel.revoke_role(ctx, who, role, where)
    _confirm(as_json, login, role, where, _("✓ %(login)s is no longer %(role)s of %(unit)s"))


@person.command("disable", help=_("Close a person's account and all his logins."))
@click.argument("login")
@click.option("--reason", required=True)
@in_tenant
@as_json
def disable(login: str, reason: str, slug: str, as_json: bool) -> None:
    """Close an account."""
    installation = open_installation()
    with installation.system(find_tenant(installation, slug)) as ctx:
        personnel.disable_person(ctx, personnel.find_person(ctx, login), reason)
    if as_json:
        give({"login": login, "active": False})
    else:
        say(_("✓ the account %(login)s is closed"), login=login)


@person.command("list", help=_("List the people of a federation with their roles."))
@in_tenant
@as_json
def list_people(slug: str, as_json: bool) -> None:
    """Show people and roles."""
    installation = open_installation()
    with installation.system(find_tenant(installation, slug)) as ctx:
        query = (
            select(Person.login, Person.name, Person.active, RoleGrant.role, Unit.full_name)
            .outerjoin(RoleGrant, (RoleGrant.tenant_id == Person.tenant_id)
                       & (RoleGrant.person_id == Person.id))
            .outerjoin(Unit, (Unit.tenant_id == RoleGrant.tenant_id)
                       & (Unit.id == RoleGrant.unit_id))
            .where(Person.tenant_id == ctx.tenant_id)
            .order_by(Person.login, RoleGrant.role)
        )  # fmt: skip
        found = [tuple(row) for row in ctx.session.execute(query)]
    if as_json:
        names = ("login", "name", "active", "role", "unit")
        give([dict(zip(names, row, strict=True)) for row in found])
    else:
        show_table((_("Login"), _("Name"), _("Active"), _("Role"), _("Unit")), found)


def _confirm(as_json: bool, login: str, role: str, unit: Unit, text: str) -> None:
    if as_json:
        give({"login": login, "role": role, "unit": unit.full_name})
    else:
        say(text, login=login, role=role, unit=unit.full_name)
