"""A city's office at work: people in every role, and short ways through the whole job.

Each short way acts as the right person in a transaction of its own, as the web does it.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from core.applications.decisions import decide
from core.applications.drafts import start_application
from core.applications.models import Application
from core.applications.submission import submit
from core.context import Context
from core.funds.batches import make_batch, send_batch
from core.funds.budgets import create_fund
from core.funds.models import Fund
from core.funds.reservations import reserve
from core.installation import Installation
from core.money import parse_yuan as yuan
from core.notices.publication import close_due_notices, open_notice
from core.people import SYSTEM, Actor
from core.tenancy import TenantView
from tests.factories import COUNTY, GRASSROOTS, VERIFIED, Filed, Tree, acting, file_household, hire

ANSWERS: dict[str, dict[str, Any]] = {
    "living_aid": {"circumstances": "户主患病，家庭开支大"},
    "medical_relief": {"illness_name": "尿毒症"},
    "golden_autumn": {},
    "temporary_relief": {"event": "交通事故", "event_on": "2023-03-01"},
}
MORNING = dt.datetime(2023, 6, 30, 1, tzinfo=dt.UTC)
"""09:00 in China on Friday 30 June 2023, the day the office stands in."""


@dataclass
class Office:
    """One city and the federations above it, with somebody in every role."""

    installation: Installation
    tree: Tree
    now: dt.datetime = MORNING
    people: dict[str, Actor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.people:
            self._staff()

    def _staff(self) -> None:
        city, province = self.tree.city_a, self.tree.province
        posts: Sequence[tuple[str, TenantView, str, str]] = (
            ("clerk", city, "clerk", GRASSROOTS),
            ("second_clerk", city, "clerk", GRASSROOTS),
            ("investigator", city, "investigator", GRASSROOTS),
            ("reviewer", city, "reviewer", COUNTY),
            ("approver", city, "approver", ""),
            ("second_approver", city, "approver", ""),
            ("finance", city, "finance", ""),
            ("second_finance", city, "finance", ""),
            ("province", province, "approver", ""),
            ("supervisor", province, "supervisor", ""),
            ("nation", self.tree.nation, "approver", ""),
        )
        for name, tenant, role, unit in posts:
            self.people[name] = hire(self.installation, tenant, role, unit=unit)

    @property
    def city(self) -> TenantView:
        """The city the office works for."""
        return self.tree.city_a

    def acting(
        self, who: str, application: uuid.UUID | None = None
    ) -> AbstractContextManager[Context]:
        """Open a Context in which someone works on the city; from above, on one application."""
        actor = self.people[who]
        foreign = application if actor.tenant_id != self.city.id else None
        return acting(self.installation, self.city, actor, at=self.now, application=foreign)

    def system(self) -> AbstractContextManager[Context]:
        """Open a Context in which the system works on the city, as a job does."""
        return acting(self.installation, self.city, SYSTEM, at=self.now)

    def file(self, **values: Any) -> Filed:
        """File a household, verified within the year; worked example C1 unless told otherwise."""
        if self.now.year > VERIFIED.year:
            values.setdefault("verified_on", self.now.date())
        return file_household(self.installation, self.city, **values)

    def start(
        self,
        household: Filed,
        programme: str = "living_aid",
        asked: str = "8400",
        *,
        member: uuid.UUID | None = None,
        by: str = "clerk",
        answers: dict[str, Any] | None = None,
        urgent_reason: str = "",
    ) -> Application:
        """Start an application, `asked` in yuan; with a reason by the urgent route."""
        told = ANSWERS[programme] if answers is None else answers
        with self.acting(by) as ctx:
            return start_application(
                ctx, household.id, programme, told, yuan(asked), member, urgent_reason
            )

    def submit(self, application: Application) -> Application:
        """Hand an application in."""
        with self.acting("clerk") as ctx:
            return submit(ctx, application.id)

    def decide(self, who: str, application: Application, **values: Any) -> Application:
        """Take the open step; an approval unless told otherwise."""
        with self.acting(who, application.id) as ctx:
            return decide(ctx, application.id, values.pop("decision", "approve"), **values)

    def approve(
        self, household: Filed, programme: str = "living_aid", asked: str = "8400", **values: Any
    ) -> Application:
        """Bring an application through its whole route within the city."""
        application = self.submit(self.start(household, programme, asked, **values))
        for who in ("investigator", "reviewer", "approver"):
            application = self.decide(who, application)
        return application

    def publish(self, application: Application) -> None:
        """Open the notice of an approved application, as the job does."""
        with self.system() as ctx:
            open_notice(ctx, application.id)

    def wait_out_notice(self) -> list[uuid.UUID]:
        """Let the days of the notice pass and close what is over, as the tick does."""
        self.now += dt.timedelta(days=15)
        with self.system() as ctx:
            return close_due_notices(ctx)

    def grant(self, household: Filed, *arguments: Any, **values: Any) -> Application:
        """Bring an application to its final decision."""
        application = self.approve(household, *arguments, **values)
        self.publish(application)
        assert application.id in self.wait_out_notice()
        return application

    def fund(self, budget: str = "1000000", **values: Any) -> Fund:
        """Set up a fund, `budget` in yuan."""
        name = values.pop("name", f"基金{uuid.uuid4().hex[:8]}")
        year = values.pop("year", 2023)
        with self.acting("finance") as ctx:
            return create_fund(ctx, name, "中央财政", year, yuan(budget), **values)

    def reserve(self, application: Application, fund: Fund) -> uuid.UUID:
        """Reserve a granted application on a fund and return the payment's id."""
        with self.acting("finance") as ctx:
            return reserve(ctx, application.id, fund.id).id

    def send(self, fund: Fund) -> uuid.UUID:
        """Put all that is reserved on a fund into a batch, release it, return the batch's id."""
        with self.acting("finance") as ctx:
            batch = make_batch(ctx, fund.id)
        with self.acting("second_finance") as ctx:
            send_batch(ctx, batch.id)
        return batch.id


def read(office: Office, application: Application) -> Application:
    """Return the application as it stands in the database now."""
    with office.system() as ctx:
        return ctx.session.get_one(Application, (application.tenant_id, application.id))
