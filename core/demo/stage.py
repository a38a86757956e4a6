"""Where the demonstration is played: who acts, and on which day of the past."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache

from core.context import BEIJING, Context
from core.installation import Installation
from core.people import Actor
from core.personnel import find_person
from core.sessions import find_actor
from core.tenancy import TenantView

MORNING = dt.time(9, 30)


@dataclass(frozen=True, eq=False)
class Stage:
    """One federation of the demonstration on a day."""

    installation: Installation
    tenant: TenantView
    today: dt.date

    @property
    def quarter(self) -> dt.date:
        """The first day of the last quarter that is over: its report is the one to be made."""
        month = (self.today.month - 1) // 3 * 3 + 1
        before = dt.date(self.today.year, month, 1) - dt.timedelta(days=1)
        return dt.date(before.year, (before.month - 1) // 3 * 3 + 1, 1)

    @contextmanager
    def acting(self, login: str, day: dt.date) -> Iterator[Context]:
        """Yield a Context in which someone of this federation works on a day."""
        with self.installation.context(self.tenant, _actor(self, login)) as ctx:
            yield replace(ctx, now=self._moment(day))

    @contextmanager
    def deciding_above(self, application: uuid.UUID, slug: str, day: dt.date) -> Iterator[Context]:
        """Yield a Context in which the approver of a federation above decides one application."""
        above = Stage(self.installation, self.installation.tenant(slug), self.today)
        actor = _actor(above, "approver")
        with self.installation.context(self.tenant, actor, application=application) as ctx:
            yield replace(ctx, now=self._moment(day))

    @contextmanager
    def system(self, day: dt.date) -> Iterator[Context]:
        """Yield a Context in which the system itself works on a day."""
        with self.installation.system(self.tenant) as ctx:
            yield replace(ctx, now=self._moment(day))

    def _moment(self, day: dt.date) -> dt.datetime:
        at = dt.datetime.combine(day, MORNING, BEIJING).astimezone(dt.UTC)
        return min(at, self.installation.now())


@lru_cache(maxsize=256)
def _actor(stage: Stage, login: str) -> Actor:
    with stage.installation.system(stage.tenant) as ctx:
        return find_actor(ctx.session, stage.tenant, find_person(ctx, login).id)


def find_stages(installation: Installation, slugs: tuple[str, ...]) -> list[Stage]:
    """Return the stages of some federations on the installation's day."""
    today = installation.now().astimezone(BEIJING).date()
    return [Stage(installation, installation.tenant(slug), today) for slug in slugs]
