"""One running Bangfu: its settings, database, programmes, policies, keys and files."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Engine, select

from core import clock
from core.catalogue import Catalogue
from core.context import Context
from core.db import Scope, ScopedSession, make_engine, new_id, open_session
from core.errors import NotFoundError
from core.people import SYSTEM, Actor
from core.pii import Vault
from core.policies import Policies
from core.settings import Settings
from core.storage import Storage
from core.tenancy import Tenant, TenantView

NOWHERE = Scope(tenant=None)


@dataclass
class Installation:
    """Everything a process needs, made once at its start and handed to whoever works."""

    settings: Settings
    engine: Engine
    catalogue: Catalogue
    policies: Policies
    vault: Vault
    storage: Storage
    _tenants: dict[str, TenantView] = field(default_factory=dict)

    @classmethod
    def start(cls, settings: Settings, *, catalogue: Catalogue | None = None) -> Installation:
        """Read plugins and packs, open the engine. Raises where anything of it is wrong."""
        plugins = catalogue or Catalogue.load(settings=settings)
        return cls(
            settings=settings,
            engine=make_engine(settings.database_url, pool_size=settings.pool_size),
            catalogue=plugins,
            policies=Policies.load(catalogue=plugins),
            vault=Vault(bytes.fromhex(settings.master_key)),
            storage=Storage(settings.storage),
        )

    def now(self) -> dt.datetime:
        """Return the moment as this installation counts it."""
        return clock.now(self.settings)

    def tenant(self, slug: str) -> TenantView:
        """Return a tenant by its slug; NotFoundError when there is none."""
        if slug not in self._tenants:
            self._tenants = {view.slug: view for view in self._read_tenants()}
        if slug not in self._tenants:
            raise NotFoundError
        return self._tenants[slug]

    def tenant_by_id(self, tenant_id: uuid.UUID) -> TenantView:
        """Return a tenant by its id; NotFoundError when there is none."""
        for view in self._tenants.values():
            if view.id == tenant_id:
                return view
        self._tenants = {view.slug: view for view in self._read_tenants()}
        found = [view for view in self._tenants.values() if view.id == tenant_id]
        if not found:
            raise NotFoundError
        return found[0]

    def tenants(self) -> tuple[TenantView, ...]:
        """Return all tenants, freshly read."""
        self._tenants = {view.slug: view for view in self._read_tenants()}
        return tuple(self._tenants.values())

    def forget_tenants(self) -> None:
        """Read the tenant tree anew at the next question: it has changed."""
        self._tenants = {}

    def _read_tenants(self) -> list[TenantView]:
        with open_session(self.engine, NOWHERE) as session:
            rows = list(session.scalars(select(Tenant)))
        return [_view(row, rows) for row in rows]

    @contextmanager
    def context(
        self,
        tenant: TenantView,
        actor: Actor,
        *,
        request_id: str = "",
        language: str = "zh",
        application: uuid.UUID | None = None,
    ) -> Iterator[Context]:
        """Yield a Context whose transaction commits at the end and rolls back on an error.

        The actor's own tenant and all below it are readable, besides the tenant worked on.
        With `application` the writes are confined to that one application.
        """
        with open_session(self.engine, self.scope(tenant, actor, application)) as session:
            yield self.context_of(session, tenant, actor, request_id, language)

    def context_of(
        self,
        session: ScopedSession,
        tenant: TenantView,
        actor: Actor,
        request_id: str = "",
        language: str = "zh",
    ) -> Context:
        """Return a Context on a session whose life the caller looks after."""
        return Context(
            session=session,
            tenant=tenant,
            actor=actor,
            now=self.now(),
            installation=self,
            request_id=request_id or str(new_id()),
            language=language,
        )

    def scope(
        self, tenant: TenantView, actor: Actor, application: uuid.UUID | None = None
    ) -> Scope:
        """Return what the actor may read and write while working on `tenant`."""
        readable = {tenant.id}
        if actor.is_system:
            readable.update(tenant.readable)
        elif actor.tenant_id:
            readable.update(self.tenant_by_id(actor.tenant_id).readable)
        return Scope(tenant.id, tuple(sorted(readable)), application)

    @contextmanager
    def system(self, tenant: TenantView, *, request_id: str = "") -> Iterator[Context]:
        """Yield a Context in which the system itself works on a tenant."""
        with self.context(tenant, SYSTEM, request_id=request_id) as ctx:
            yield ctx


def _view(row: Tenant, rows: list[Tenant]) -> TenantView:
    below: list[uuid.UUID] = []
    frontier = {row.id}
    while frontier:
        frontier = {other.id for other in rows if other.parent_id in frontier}
        below.extend(sorted(frontier))
    return TenantView(
        id=row.id,
        slug=row.slug,
        level=row.level,
        name=row.name,
        name_en=row.name_en,
        pack=row.pack,
        parent_id=row.parent_id,
        division_code=row.division_code,
        descendants=tuple(below),
    )
