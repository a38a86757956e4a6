"""Tokens for programs. The demonstration hands them out; a real installation's login does."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from core.errors import NotFoundError
from core.sessions import close_login, list_accounts, open_login
from web.auth.demo import is_loopback
from web.request import context, installation, signed_in

blueprint = Blueprint("sessions", __name__, url_prefix="/api/sessions")


class SessionRequest(Schema):
    """Whom to be: a demonstration account of a tenant."""

    tenant = fields.String(required=True, metadata={"examples": ["city-a"]})
    login = fields.String(required=True, metadata={"examples": ["clerk"]})


class SessionAnswer(Schema):
    """A bearer token; it says who acts and is not shown again."""

    token = fields.String(required=True)


class GrantSchema(Schema):
    """A role over a unit and all below it."""

    role = fields.String(required=True)
    unit_id = fields.UUID(required=True)


class ActorSchema(Schema):
    """Who is signed in, and what roles he holds."""

    tenant = fields.String(required=True)
    person_id = fields.UUID(required=True)
    login = fields.String(required=True)
    name = fields.String(required=True)
    grants = fields.List(fields.Nested(GrantSchema), required=True)


@blueprint.route("")
class Sessions(MethodView):
    """Signing in and out."""

    @blueprint.doc(security=[])
    @blueprint.arguments(SessionRequest)
    @blueprint.response(201, SessionAnswer)
    @blueprint.alt_response(404, "NOT_FOUND")
    def post(self, wanted: dict[str, str]) -> dict[str, str]:
        """Sign in as a demonstration account (only in a demonstration, on this machine)."""
        here = installation()
        if not here.settings.demo or not is_loopback(request.remote_addr or ""):
            raise NotFoundError
        tenant = here.tenant(wanted["tenant"])
        with here.system(tenant) as ctx:
            people = {account.login: account.person_id for account in list_accounts(ctx)}
            if wanted["login"] not in people:
                raise NotFoundError
            token = open_login(ctx, people[wanted["login"]])
        return {"token": f"{tenant.id}:{token}"}

    @blueprint.response(204)
    def delete(self) -> None:
        """Sign out: the token opens nothing from now on."""
        close_login(context(), signed_in().token)


@blueprint.route("/current")
class CurrentSession(MethodView):
    """Who I am."""

    @blueprint.response(200, ActorSchema)
    def get(self) -> dict[str, Any]:
        """Return who is signed in with this token."""
        who = signed_in()
        return {
            "tenant": who.tenant.slug,
            "person_id": who.actor.person_id,
            "login": who.actor.login,
            "name": who.actor.name,
            "grants": who.actor.grants,
        }
