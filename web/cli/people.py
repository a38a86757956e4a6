"""`bangfu person`: who works in a federation, in which roles."""

from __future__ import annotations

import click

from core import personnel
from core.access import ROLES
from core.federations import find_unit
from core.paging import WHOLE
from core.roster import Held
from core.roster import list_people as list_people_of
from core.tenancy import Unit
from web.cli.console import as_json, give, say, show_table
from web.cli.console import translate as _
from web.cli.environment import find_tenant, open_installation

in_tenant = click.option("--tenant", "slug", required=True, help=_("Federation"))
over_unit = click.option("--unit", default="", help=_("Full name of the unit; none is all of it"))
for_department = click.option(
    "--department", default="", help=_("Department (code) of a department officer")
)
role_choice = click.argument("role", type=click.Choice(sorted(ROLES)))


@click.group(help=_("People: add, grant and revoke roles, disable, enable."))
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
@for_department
@as_json
def grant(login: str, role: str, slug: str, unit: str, department: str, as_json: bool) -> None:
    """Give a role."""
    installation = open_installation()
    with installation.system(find_tenant(installation, slug)) as ctx:
        who, where = personnel.find_person(ctx, login), find_unit(ctx, unit)
        personnel.grant_role(ctx, who, role, where, department)
    _confirm(as_json, login, role, where, _("✓ %(login)s is %(role)s of %(unit)s"))


@person.command("revoke", help=_("Take a role over a unit away from a person."))
@click.argument("login")
@role_choice
@in_tenant
@over_unit
@for_department
@as_json
def revoke(login: str, role: str, slug: str, unit: str, department: str, as_json: bool) -> None:
    """Take a role away."""
    installation = open_installation()
    with installation.system(find_tenant(installation, slug)) as ctx:
        who, where = personnel.find_person(ctx, login), find_unit(ctx, unit)
        personnel.revoke_role(ctx, who, role, where, department)
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


@person.command("enable", help=_("Open a closed account again."))
@click.argument("login")
@click.option("--reason", required=True)
@in_tenant
@as_json
def enable(login: str, reason: str, slug: str, as_json: bool) -> None:
    """Open an account again."""
    installation = open_installation()
    with installation.system(installation.tenant(slug)) as ctx:
        personnel.enable_person(ctx, personnel.find_person(ctx, login), reason)
    if as_json:
        give({"login": login, "active": True})
    else:
        say(_("✓ the account %(login)s is open again"), login=login)


@person.command("list", help=_("List the people of a federation with their roles."))
@in_tenant
@as_json
def list_people(slug: str, as_json: bool) -> None:
    """Show people and roles."""
    installation = open_installation()
    with installation.system(find_tenant(installation, slug)) as ctx:
        people, _total = list_people_of(ctx, size=WHOLE)
    found = [
        (one.login, one.name, one.active, *_role(held))
        for one in people
        for held in one.roles or (None,)
    ]
    if as_json:
        names = ("login", "name", "active", "role", "unit", "department")
        give([dict(zip(names, row, strict=True)) for row in found])
    else:
        titles = (_("Login"), _("Name"), _("Active"), _("Role"), _("Unit"), _("Department"))
        show_table(titles, found)


def _role(held: Held | None) -> tuple[str | None, ...]:
    return (held.role, held.unit, held.department or None) if held else (None, None, None)


def _confirm(as_json: bool, login: str, role: str, unit: Unit, text: str) -> None:
    if as_json:
        give({"login": login, "role": role, "unit": unit.full_name})
    else:
        say(text, login=login, role=role, unit=unit.full_name)
