"""Finding the one application a service is about, for an actor who may do this with it."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from core.access import Subject, require
from core.applications.models import Application
from core.context import Context
from core.errors import NotFoundError, StaleError
from core.tenancy import Unit


def find_application(ctx: Context, application_id: uuid.UUID, permission: str) -> Application:
    """Return an application of the tenant; NotFoundError or ForbiddenError as `require` does."""
    return _find(ctx, application_id, permission, lock=False)


def lock_application(
    ctx: Context, application_id: uuid.UUID, permission: str, version: int | None = None
) -> Application:
    """Return an application that nobody else changes before this transaction ends.

    With `version` given, StaleError where it is no longer the one the caller saw.
    """
    application = _find(ctx, application_id, permission, lock=True)
    check_version(application, version)
    return application


def check_version(application: Application, version: int | None) -> None:
    """Raise StaleError where the application changed after the caller saw `version`."""
    if version is not None and version != application.version:
        raise StaleError


def unit_path(ctx: Context, application: Application) -> str:
    """Return the path of the unit the application was filed at."""
    return ctx.session.scalars(
        select(Unit.path).where(
            Unit.tenant_id == application.tenant_id, Unit.id == application.unit_id
        )
    ).one()


def _find(ctx: Context, application_id: uuid.UUID, permission: str, *, lock: bool) -> Application:
    query = select(Application).where(
        Application.tenant_id == ctx.tenant_id, Application.id == application_id
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    application = ctx.session.scalars(query).one_or_none()
    if application is None:
        raise NotFoundError
    require(ctx, permission, Subject(ctx.tenant_id, unit_path(ctx, application)))
    return application
