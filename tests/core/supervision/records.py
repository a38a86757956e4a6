"""Rows as a quarter leaves them, put where a test wants them: moments, states and amounts its own.

What the services make is made by them; here stands only what would take them months.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from core.applications.models import Application, Step
from core.context import BEIJING
from core.db import new_id
from core.households.life.models import FileEvent
from core.households.models import Household
from core.notices.models import Notice, Objection
from core.supervision.periods import read_period
from core.supervision.queries import Numbers, read_numbers
from core.tenancy import TenantView
from tests.factories import Filed, acting
from tests.office import Office


def beijing(text: str) -> dt.datetime:
    """Return a moment written as clocks in China show it."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def count(office: Office, subject: TenantView | None = None, period: str = "2023Q2") -> Numbers:
    """Return what the province counts in a tenant, the office's city by default."""
    people, tree = office.people, office.tree
    with acting(office.installation, tree.province, people["supervisor"], at=office.now) as ctx:
        return read_numbers(ctx, subject or tree.city_a, read_period(period, ctx.today))


def change_file(office: Office, tenant: TenantView, file: Filed, **values: Any) -> None:
    """Change columns of a household file."""
    with office.installation.system(tenant) as ctx:
        household = ctx.session.get_one(Household, (tenant.id, file.id))
        for name, value in values.items():
            setattr(household, name, value)


def put_move(office: Office, tenant: TenantView, file: Filed, day: dt.date, way: str) -> None:
    """Put a step of a file, as of a day."""
    with office.installation.system(tenant) as ctx:
        ctx.session.add(FileEvent(
            tenant_id=tenant.id, id=new_id(), household_id=file.id, before="active",
            after="exited", on_date=day, way=way, reason="", at=ctx.now,
        ))  # fmt: skip


def put_application(
    office: Office, tenant: TenantView, file: Filed, at: dt.datetime, **values: Any
) -> Application:
    """Put an application that was handed in at a moment; 100 yuan asked, in approval."""
    with office.installation.system(tenant) as ctx:
        household = ctx.session.get_one(Household, (tenant.id, file.id))
        given = {"programme": "living_aid", "state": "in_route", "asked": 10_000} | values
        made = Application(
            tenant_id=tenant.id, id=new_id(), number=uuid.uuid4().hex, household_id=file.id,
            unit_id=household.unit_id, programme_version="1.0.0", category="deep",
            applied_on=at.astimezone(BEIJING).date(), answers={}, facts={}, parameters=b"",
            assessment={}, started_by=uuid.uuid4(), started_at=at, submitted_at=at, round=1,
            **given,
        )  # fmt: skip
        ctx.session.add(made)
    return made


def put_step(office: Office, application: Application, position: int = 1, **values: Any) -> None:
    """Put a step of an application; a review at the county unless told otherwise."""
    tenant = office.installation.tenant_by_id(application.tenant_id)
    given = {"kind": "review", "level": "county", "state": "open"} | values
    with office.installation.system(tenant) as ctx:
        ctx.session.add(
            Step(
                tenant_id=tenant.id,
                application_id=application.id,
                round=1,
                position=position,
                deciding_tenant=tenant.id,
                unit_path="",
                due_days=10,
                **given,
            )
        )


def put_notice(
    office: Office, application: Application, at: dt.datetime, **values: Any
) -> uuid.UUID:
    """Put a public notice that was opened at a moment."""
    tenant = office.installation.tenant_by_id(application.tenant_id)
    given = {"state": "open", "closed_at": None} | values
    with office.installation.system(tenant) as ctx:
        notice = Notice(
            tenant_id=tenant.id, id=new_id(), application_id=application.id,
            first_day=at.date(), last_day=at.date() + dt.timedelta(days=7), working_days=5,
            name_masked="王**", unit_name="", programme="living_aid", amount=10_000,
            opened_at=at, **given,
        )  # fmt: skip
        ctx.session.add(notice)
    return notice.id


def put_objection(
    office: Office, tenant: TenantView, notice: uuid.UUID, at: dt.datetime, **values: Any
) -> None:
    """Put an objection that was raised at a moment."""
    given = {"state": "open", "decided_at": None} | values
    with office.installation.system(tenant) as ctx:
        ctx.session.add(
            Objection(tenant_id=tenant.id, notice_id=notice, text="异议", raised_at=at, **given)
        )
