"""A vendor's programme that is no money: its sheet, or the federation, says to which department."""

from __future__ import annotations

import datetime as dt
import importlib
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from core.applications.models import Application
from core.applications.referral import refer_application
from core.audit.models import AuditRecord
from core.catalogue import Catalogue
from core.errors import InvalidError
from core.households.life.models import Measure
from core.judging import assess
from core.policies import TENANTS, Policies
from core.programmes import is_offered, offer_programme, referral_line
from tests.factories import acting, hire
from tests.office import Office

ON = dt.date(2023, 6, 30)
RULE = '''
from bangfu_sdk import (
    Assessment, Column, Facts, Figures, Kind, Option, Programme, Question, QuestionKind, Reason,
    Text, Trace, Flags, hookimpl,
)


class LegalHelp(Programme):
    """Help with a suit for wages, by the department that leads."""

    name = "NAME"
    version = "1.0.0"
    api_version = "1.1"
    title = Text("法律援助转介", "legal help")
    kind = Kind.REFERRAL
    parameters = ()
    facts = ()
    questions = (Question("suit", QuestionKind.TEXT, Text("案由", "the suit")),)

    def assess(self, facts: Facts, figures: Figures, trace: Trace) -> Assessment:
        nothing, fits = Column.constant(0, facts.size), Flags.constant(True, facts.size)
        why = Text("可转介法律援助", "can be referred")
        return Assessment(fits, nothing, nothing, (Reason("referred", why, fits),))


@hookimpl
def bangfu_programmes():
    return [LegalHelp()]
'''
SHEET = """
programme = "NAME"
document = { zh = "示例办法", en = "an example" }

[route]
section = { zh = "一", en = "I" }
steps = [{ kind = "approval", level = "city", due_days = 5 }]

[referral]
REFERRAL
due_days = 15
section = { zh = "二", en = "II" }
"""
NAMES = {
    "by_line": 'measures = ["moon", "employment"]',
    "by_department": 'departments = ["civil_affairs"]',
    "by_choice": 'measures = ["moon"]\nfederation_chooses = true',
    "by_nobody": 'measures = ["moon"]\ndepartments = ["sun"]',
}


@pytest.fixture(scope="module")
def brought(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    """The programmes of four wheels, each with a sheet for any region."""
    folder = tmp_path_factory.mktemp("wheels")
    for name, referral in NAMES.items():
        package = folder / name
        (package / "regions").mkdir(parents=True)
        (package / "__init__.py").write_text(RULE.replace("NAME", name), "utf-8")
        sheet = SHEET.replace("NAME", name).replace("REFERRAL", referral)
        (package / "regions" / "any.toml").write_text(sheet, "utf-8")
    sys.path.insert(0, str(folder))
    yield Catalogue.load([importlib.import_module(name) for name in NAMES])
    sys.path.remove(str(folder))
    for name in NAMES:
        sys.modules.pop(name)


@pytest.fixture(scope="module")
def policies(brought: Catalogue) -> Policies:
    return Policies.load(TENANTS, brought)


def test_the_sheet_names_a_line_or_a_department_of_the_region(policies: Policies) -> None:
    pack = policies.pack("baotou")
    assert pack.referrals["by_line"].measure == "employment"
    assert pack.referrals["by_line"].due_days == 15
    led = pack.measure(pack.referrals["by_department"].measure)
    assert led.lead == "civil_affairs"
    assert pack.referrals["by_choice"].measure == ""
    assert pack.notice_days("by_line") == 0, "a referral is not published"
    assert "by_line" in pack.added


def test_where_the_region_has_no_such_department_it_is_refused_with_the_reason(
    policies: Policies,
) -> None:
    found = policies.pack("baotou").refused["by_nobody"]
    assert "has no measure line of moon, sun" in str(found.message)
    assert "employment" in str(found.remedy)
    bare = policies.pack("city_2023")
    assert not bare.measures
    assert set(bare.refused) == set(NAMES), "a region without lines can refer nothing"
    assert "has to name measure lines" in str(bare.refused["by_choice"].remedy)


def test_the_federation_chooses_and_what_is_approved_goes_there(
    baotou: Office, brought: Catalogue, policies: Policies
) -> None:
    office = replace(
        baotou, installation=replace(baotou.installation, catalogue=brought, policies=policies)
    )
    chief = hire(office.installation, office.city, "tenant_administrator")
    with acting(office.installation, office.city, chief, at=office.now) as ctx:
        for wrong in ("", "moon"):
            with pytest.raises(InvalidError, match="to which measure line") as caught:
                offer_programme(ctx, "by_choice", "试用", offered=True, measure=wrong)
            assert caught.value.field == "measure"
        with pytest.raises(InvalidError, match="not for the federation to choose"):
            offer_programme(ctx, "by_line", "试用", offered=True, measure="education")
        offer_programme(ctx, "by_choice", "试用", offered=True, measure="employment")
        offer_programme(ctx, "by_department", "试用", offered=True)
        assert is_offered(ctx, "by_choice")
        assert referral_line(ctx, "by_choice").measure == "employment"
        told = ctx.session.scalars(
            select(AuditRecord.after).where(AuditRecord.event == "programme.offered")
        )
        assert {"programme": "by_choice", "offered": True, "measure": "employment"} in list(told)
    filed = office.file(as_of=office.now.date().replace(month=1), verified_on=office.now.date())
    application = office.start(filed, "by_choice", "0", answers={"suit": "欠薪"})
    office.submit(application)
    office.decide("approver", application)
    with office.system() as ctx:
        found = ctx.session.get_one(Application, (ctx.tenant_id, application.id))
        if found.state == "approved":
            refer_application(ctx, found)
        [measure] = ctx.session.scalars(
            select(Measure).where(Measure.application_id == application.id)
        )
        lead = ctx.pack.measure("employment").lead
        assert measure.line == "employment"
        assert measure.department == ctx.pack.department(lead).name.zh


def test_the_limit_on_items_of_aid_does_not_hold_a_referral_back(
    brought: Catalogue, policies: Policies
) -> None:
    pack = policies.pack("baotou")
    assert pack.figures("by_line", ON).values == {}
    had = {"category": "relative", "earlier_items": 1, "earlier_aid": 840_000}
    found = assess(brought, pack, "by_line", had, ON)
    assert found.eligible
    assert [one["code"] for one in found.reasons] == ["referred"]
    assert found.steps == []
