"""People of a federation, for its administrators: who works here, in which roles, since when."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.access import ROLES, Subject, allowed
from core.context import Context
from core.federations import list_units
from core.paging import WHOLE
from core.personnel import (
    PLATFORM_ROLES,
    add_person,
    disable_person,
    enable_person,
    grant_role,
    revoke_role,
)
from core.roster import Colleague, get_person, list_people, read_person
from core.units import get_unit
from web import excel
from web.display import yes
from web.labels import role_name
from web.pages.addressing import posted_id, whole
from web.request import context
from web.shared_ledger import choices, department_name

blueprint = Blueprint("person", __name__, url_prefix="/<tenant>/people")
SIZE = 50
NOTHING = ("", "", "")
GIVEN = tuple(role for role in ROLES if role not in PLATFORM_ROLES)


@blueprint.get("")
def show_list() -> str:
    """Show a page of the people, and the form to take somebody on."""
    ctx, page = context(), whole("page", 1)
    search, role = _filters()
    people, total = list_people(ctx, search=search, role=role, page=page, size=SIZE)
    return render_template(
        "people/list.html", people=people, total=total, page=page, size=SIZE, search=search,
        role=role, roles=_role_choices(), everywhere=_everywhere(ctx),
    )  # fmt: skip


@blueprint.get("/excel")
def download() -> Response:
    """Hand the list out as a workbook, as it is narrowed: a line for each role over a unit."""
    titles = [_("Login"), _("Name"), _("Account open"), _("Role"), _("Over the union"),
              _("Department"), _("Since")]  # fmt: skip
    search, role = _filters()
    people, _total = list_people(context(), search=search, role=role, size=WHOLE)
    rows = (
        [one.login, one.name, yes(one.active), role_name(held[0]) if held[0] else "", held[1],
         department_name(held[2]), one.created_at]
        for one in people
        for held in [(each.role, each.unit, each.department) for each in one.roles] or [NOTHING]
    )  # fmt: skip
    return excel.hand_out(_("People"), titles, rows)


@blueprint.post("")
def take_on() -> ResponseReturnValue:
    """Take somebody on."""
    ctx = context()
    person = add_person(ctx, request.form.get("login", ""), request.form.get("name", ""))
    ctx.session.flush()
    flash(_("%(name)s can be given roles now.", name=person.name))
    return _back(person.id)


@blueprint.get("/<uuid:person_id>")
def show(person_id: uuid.UUID) -> str:
    """Show one person with what can be given and taken."""
    ctx = context()
    person = read_person(ctx, person_id)
    return render_template(
        "people/show.html", person=person, roles=_role_choices(), units=_unit_choices(ctx),
        mine=person.id == ctx.actor.person_id, everywhere=_everywhere(ctx),
        taken_by_me=_may_take(ctx, person), departments=choices(ctx.pack.departments),
    )  # fmt: skip


@blueprint.post("/<uuid:person_id>/roles")
def give(person_id: uuid.UUID) -> ResponseReturnValue:
    """Give a role over a unit."""
    ctx = context()
    unit = get_unit(ctx, posted_id("unit"))
    grant_role(ctx, get_person(ctx, person_id), request.form.get("role", ""), unit, _department())
    flash(_("The role is given."))
    return _back(person_id)


@blueprint.post("/<uuid:person_id>/roles/revoke")
def take(person_id: uuid.UUID) -> ResponseReturnValue:
    """Take a role over a unit away."""
    ctx = context()
    unit = get_unit(ctx, posted_id("unit"))
    revoke_role(ctx, get_person(ctx, person_id), request.form.get("role", ""), unit, _department())
    flash(_("The role is taken away."))
    return _back(person_id)


@blueprint.post("/<uuid:person_id>/close")
def close(person_id: uuid.UUID) -> ResponseReturnValue:
    """Close an account."""
    ctx = context()
    disable_person(ctx, get_person(ctx, person_id), request.form.get("reason", ""))
    flash(_("The account is closed; its logins have ended."))
    return _back(person_id)


@blueprint.post("/<uuid:person_id>/open")
def open_again(person_id: uuid.UUID) -> ResponseReturnValue:
    """Open a closed account again."""
    ctx = context()
    enable_person(ctx, get_person(ctx, person_id), request.form.get("reason", ""))
    flash(_("The account is open again."))
    return _back(person_id)


def _department() -> str:
    return request.form.get("department", "")


def _filters() -> tuple[str, str]:
    role = request.args.get("role", "")
    return request.args.get("search", ""), role if role in ROLES else ""


def _role_choices() -> list[tuple[str, str]]:
    return [(role, role_name(role)) for role in GIVEN]


def _unit_choices(ctx: Context) -> list[tuple[str, str]]:
    return [(str(unit.id), unit.full_name) for unit in list_units(ctx, "person.manage")]


def _everywhere(ctx: Context) -> bool:
    """Whether the administrator answers for the whole tenant: only then he hires and closes."""
    return allowed(ctx, "person.manage", Subject(ctx.tenant_id))


def _may_take(ctx: Context, person: Colleague) -> set[tuple[str, uuid.UUID, str]]:
    """Return the roles, with their units, that this administrator could take away."""
    return {
        (held.role, held.unit_id, held.department)
        for held in person.roles
        if held.role not in PLATFORM_ROLES
        and person.id != ctx.actor.person_id
        and allowed(ctx, "person.manage", Subject(ctx.tenant_id, held.path))
    }


def _back(person_id: uuid.UUID) -> ResponseReturnValue:
    return redirect(url_for(".show", person_id=person_id), 303)
