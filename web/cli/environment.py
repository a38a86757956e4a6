"""Where a command finds its servers: those it is told of, or embedded ones on this machine."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from core.errors import InvalidError, NotFoundError, UnavailableError, _
from core.settings import Settings

if TYPE_CHECKING:
    import uuid

    from core.context import Context
    from core.installation import Installation
    from core.people import Actor
    from core.tenancy import TenantView


def prepare() -> Settings:
    """Return the settings, the embedded servers started where no address is set.

    The variables found are put into the environment, so that programs started from here use the
    same servers. Raises UnavailableError when there are no servers to be had.
    """
    settings = Settings()
    if settings.database_url and settings.redis_url and settings.master_key:
        return _checked(settings)
    try:
        from deploy.local.environment import provide, uses_own_servers  # noqa: PLC0415
    except ModuleNotFoundError:
        return _checked(settings)
    if uses_own_servers(_told(settings)):
        return _checked(settings)
    _start(provide, settings)
    return _checked(Settings())


def find_plugin_settings() -> Settings:
    """Return the settings of the plugin folder, which is that of `./dev up` where no other is set;
    no server is needed."""
    try:
        from deploy.local.places import DEFAULT_STATE  # noqa: PLC0415
    except ModuleNotFoundError:
        return Settings()
    os.environ.setdefault("BANGFU_PLUGINS", str(DEFAULT_STATE / "plugins"))
    return Settings()


def open_installation() -> Installation:
    """Return the installation a command works on, its schema brought up to date if it is ours."""
    from core.installation import Installation  # noqa: PLC0415 (not needed to show a help text)

    settings = prepare()
    bring_up(settings)
    return Installation.start(settings)


def bring_up(settings: Settings) -> None:
    """Migrate an embedded database that is behind; refuse to work on another that is."""
    from core.migrations.run import is_current, upgrade  # noqa: PLC0415

    if is_current(settings.database_url):
        return
    if not is_embedded():
        raise UnavailableError(
            _("The database's schema is not the one this version needs."),
            remedy=_("Run: bangfu migrate"),
        )
    upgrade(settings.database_owner_url)


def is_embedded() -> bool:
    """Return whether this command uses the embedded servers."""
    return os.environ.get(_EMBEDDED) == "1"


def find_tenant(installation: Installation, slug: str) -> TenantView:
    """Return a federation by its short name; NotFoundError that says which one there is not."""
    try:
        return installation.tenant(slug)
    except NotFoundError:
        raise NotFoundError(
            _("There is no federation “%(slug)s”."),
            remedy=_("bangfu tenant list shows them all."),
            slug=slug,
        ) from None


def find_actor(ctx: Context, tenant: TenantView, login: str) -> Actor:
    """Return the person a command is to act as; NotFoundError that says who is not there."""
    from core import sessions  # noqa: PLC0415
    from core.personnel import find_person  # noqa: PLC0415

    try:
        return sessions.find_actor(ctx.session, tenant, find_person(ctx, login).id)
    except NotFoundError:
        raise _nobody(tenant, login) from None


def find_somebody(ctx: Context, login: str) -> uuid.UUID:
    """Return the id of a person of the tenant; NotFoundError that says who is not there."""
    from core.personnel import find_person  # noqa: PLC0415

    try:
        return find_person(ctx, login).id
    except NotFoundError:
        raise _nobody(ctx.tenant, login) from None


def _nobody(tenant: TenantView, login: str) -> NotFoundError:
    return NotFoundError(
        _("%(tenant)s has nobody with the login “%(login)s” whose account is open."),
        remedy=_("bangfu person list shows who is there."),
        tenant=tenant.slug,
        login=login,
    )


_EMBEDDED = "BANGFU_EMBEDDED"


def _start(provide: object, settings: Settings) -> None:
    from deploy.local import ServersError  # noqa: PLC0415

    assert callable(provide)  # noqa: S101
    try:
        found = provide({**os.environ, **_told(settings)})
    except ServersError as error:
        raise UnavailableError(
            _("The embedded servers cannot be started: %(reason)s"),
            remedy=_("Set DATABASE_URL and REDIS_URL to use servers of your own."),
            reason=str(error),
        ) from None
    os.environ.update(found)
    if "DATABASE_URL" in found:
        os.environ[_EMBEDDED] = "1"


def _told(settings: Settings) -> dict[str, str]:
    """Return the addresses and keys that are set already, be it in a `.env` file."""
    told = {
        "DATABASE_URL": settings.database_url,
        "DATABASE_OWNER_URL": settings.database_owner_url,
        "REDIS_URL": settings.redis_url,
        "BANGFU_MASTER_KEY": settings.master_key,
        "BANGFU_SECRET_KEY": settings.secret_key,
    }
    return {name: value for name, value in told.items() if value}


def _checked(settings: Settings) -> Settings:
    for name, value in (
        ("DATABASE_URL", settings.database_url),
        ("BANGFU_MASTER_KEY", settings.master_key),
    ):
        if not value:
            raise UnavailableError(
                _("%(name)s is not set."),
                remedy=_("Set it in the environment or in a file .env beside the command."),
                name=name,
            )
    try:
        bytes.fromhex(settings.master_key)
    except ValueError:
        raise InvalidError(_("BANGFU_MASTER_KEY is no hexadecimal number.")) from None
    return settings
