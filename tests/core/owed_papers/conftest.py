"""The office of Nanning, in which aid that cannot wait is paid first."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

import pytest
from sqlalchemy import select

from core.applications.models import Application
from core.installation import Installation
from core.owed_papers.handing_in import hand_in
from core.owed_papers.models import OwedPapers
from tests import urgent
from tests.factories import Filed, found_tree
from tests.office import Office
from tests.urgent import ANSWERS, PROGRAMME, REASON, found_nanning

MARCH = dt.datetime(2019, 3, 15, 1, tzinfo=dt.UTC)
"""Friday 15 March 2019; ten working days later is Friday the 29th."""
DUE = dt.date(2019, 3, 29)


@pytest.fixture(scope="module")
def nanning(module_installation: Installation) -> Office:
    """The office of a city of Guangxi, with somebody in every role."""
    tree = found_tree(module_installation)
    city = found_nanning(module_installation)
    own = replace(tree, city_a=city, province=module_installation.tenant("guangxi"))
    return Office(module_installation, own, MARCH)


@pytest.fixture
def office(nanning: Office) -> Office:
    """The office on a morning in March 2019."""
    return replace(nanning)


def file_burnt(office: Office, admitted_by: str | None = None) -> Filed:
    """File one person in special hardship, not admitted to help unless told."""
    return urgent.file_burnt(office.installation, office.city, office.now, admitted_by)


def ask(office: Office, filed: Filed, asked: str = "5000", reason: str = REASON) -> Application:
    """Start an application that cannot wait."""
    return office.start(filed, PROGRAMME, asked, answers=ANSWERS, urgent_reason=reason)


def grant_first(office: Office, filed: Filed, asked: str = "5000") -> Application:
    """Bring an application through the urgent route and grant it, as the job does."""
    application = office.submit(ask(office, filed, asked))
    for who in ("investigator", "approver"):
        application = office.decide(who, application)
    office.publish(application)
    return application


def owed_of(office: Office, application: Application) -> OwedPapers:
    """Return what an application owes as the database has it now."""
    with office.system() as ctx:
        query = select(OwedPapers).where(OwedPapers.application_id == application.id)
        return ctx.session.scalars(query).one()


def visitors_of(office: Office) -> tuple[uuid.UUID, uuid.UUID]:
    """Return two people who visit a household."""
    one, other = (office.people[name].person_id for name in ("investigator", "second_clerk"))
    assert one and other
    return one, other


def gather(office: Office, filed: Filed) -> tuple[dict[str, list[uuid.UUID]], uuid.UUID]:
    """Bring in all that is owed, and return it with the visit that makes the investigation good."""
    clerk, people = office.people["clerk"], visitors_of(office)
    return urgent.gather(office.installation, office.city, clerk, filed, people, office.now)


def bring(office: Office, filed: Filed, owed: OwedPapers, who: str = "clerk") -> OwedPapers:
    """Gather and hand in all that is owed."""
    papers, visit = gather(office, filed)
    with office.acting(who) as ctx:
        return hand_in(ctx, owed.id, papers, visit, "原件已核对")
