"""A federation's registry that is judged again, for the tests of the service and its edges."""

from __future__ import annotations

import datetime as dt
import os
import uuid
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import select

from core.audit.models import AuditRecord
from core.households.models import Household, Judgement
from core.installation import Installation
from core.people import Actor
from core.reverification.models import Reverification
from core.reverification.service import begin, carry_on
from core.tenancy import TenantView
from tests.factories import SPOUSE, Filed, Tree, file_household

DAY = dt.date(2023, 6, 30)
NEXT = dt.date(2023, 7, 31)


@dataclass
class Registry:
    """A city's registry and those who may judge it."""

    installation: Installation
    tree: Tree
    city: TenantView
    approver: Actor

    def file(self, *, size: int = 4, **values: Any) -> Filed:
        """File a household, not yet judged."""
        people = (SPOUSE,) * (size - 1)
        return file_household(self.installation, self.city, relatives=people, **values)

    def run(self, on: dt.date = DAY) -> Reverification:
        """Judge the whole registry again."""
        with self.installation.system(self.city) as ctx:
            run = begin(ctx, on)
        work = partial(self.installation.system, self.city)
        return carry_on(work, run.id, lambda _done, _total: None)

    def environment(self) -> dict[str, str]:
        """Return what another process needs to work on the same installation."""
        settings = self.installation.settings
        return {
            **os.environ,
            "DATABASE_URL": settings.database_url,
            "DATABASE_OWNER_URL": settings.database_owner_url,
            "REDIS_URL": settings.redis_url,
            "BANGFU_MASTER_KEY": settings.master_key,
            "BANGFU_SECRET_KEY": settings.secret_key,
            "BANGFU_STORAGE": str(settings.storage),
            "BANGFU_CHECKPOINTS": str(settings.checkpoints),
        }

    def household(self, filed: Filed) -> Household:
        """Return a file as it stands."""
        with self.installation.system(self.city) as ctx:
            return ctx.session.get_one(Household, (ctx.tenant_id, filed.id))

    def judgements(self, filed: Filed) -> list[Judgement]:
        """Return the judgements of a file, oldest first."""
        query = select(Judgement).where(Judgement.household_id == filed.id)
        with self.installation.system(self.city) as ctx:
            return list(ctx.session.scalars(query.order_by(Judgement.id)))

    def trail(self, thing: uuid.UUID, event: str) -> list[AuditRecord]:
        """Return what the audit trail says of a thing."""
        query = select(AuditRecord).where(
            AuditRecord.object_id == thing, AuditRecord.event == event
        )
        with self.installation.system(self.city) as ctx:
            return list(ctx.session.scalars(query.order_by(AuditRecord.id)))
