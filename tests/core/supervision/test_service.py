"""Asking for reports, keeping and opening them: who may, what is on record, nothing twice."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import select

from core.audit.models import AuditRecord
from core.context import Context
from core.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    UnavailableError,
)
from core.outbox import REPORTS
from core.people import Actor
from core.supervision.models import Report
from core.supervision.service import (
    JOB,
    build_content,
    fail_report,
    find_report,
    list_reports,
    open_report,
    request_report,
    store_report,
)
from core.tenancy import TenantView
from tests.factories import COUNTY, acting, hire
from tests.office import Office

PDF = b"%PDF-1.7 a report"


@contextmanager
def province(office: Office) -> Iterator[Context]:
    tree = office.tree
    who = office.people["supervisor"]
    with acting(office.installation, tree.province, who, at=office.now) as ctx:
        yield ctx


def ask(office: Office, subject: str = "city-a", **values: str) -> Report:
    with province(office) as ctx:
        return request_report(ctx, subject, values.pop("period", "2023Q2"), **values)[0]


def make(office: Office, report: Report, pdf: bytes = PDF) -> Report:
    with province(office) as ctx:
        return store_report(ctx, report.id, pdf, 8)


def as_(office: Office, tenant: TenantView, actor: Actor, report: Report) -> bytes:
    with acting(office.installation, tenant, actor, at=office.now) as ctx:
        return open_report(ctx, report.id)[1]


def events(office: Office, report: Report) -> list[str]:
    with province(office) as ctx:
        query = select(AuditRecord.event).where(AuditRecord.object_id == report.id)
        return list(ctx.session.scalars(query.order_by(AuditRecord.id)))


def test_asking_writes_a_report_and_a_job(office: Office) -> None:
    with province(office) as ctx:
        report, job = request_report(ctx, "city-a", "2023q2")
    assert report.tenant_id == office.tree.province.id
    assert report.subject_tenant == office.city.id
    assert (report.state, report.period, report.language) == ("waiting", "2023Q2", "zh")
    assert (job.job, job.queue, job.payload) == (JOB, REPORTS, {"report_id": str(report.id)})
    assert job.started_by == office.people["supervisor"].person_id
    assert events(office, report) == ["report.requested"]


@pytest.mark.parametrize(("tenant", "subject"), [
    ("city_a", "city-a"), ("province", "province"), ("province", "city-b"), ("nation", "city-a"),
])  # fmt: skip
@pytest.mark.parametrize("role", ["supervisor", "approver"])
def test_federations_report_on_themselves_and_those_below(
    office: Office, tenant: str, subject: str, role: str
) -> None:
    here = getattr(office.tree, tenant)
    with acting(office.installation, here, hire(office.installation, here, role)) as ctx:
        assert request_report(ctx, subject, "2023Q2")[0].state == "waiting"


@pytest.mark.parametrize(("tenant", "subject"), [
    ("city_a", "city-b"), ("city_a", "province"), ("province", "nation"), ("province", "city-z"),
])  # fmt: skip
def test_nobody_reports_on_what_is_not_below(office: Office, tenant: str, subject: str) -> None:
    here = getattr(office.tree, tenant)
    who = hire(office.installation, here, "supervisor")
    with (
        pytest.raises(NotFoundError),
        acting(office.installation, here, who) as ctx,
    ):
        request_report(ctx, subject, "2023Q2")


@pytest.mark.parametrize(
    "role", ["clerk", "investigator", "reviewer", "finance", "auditor", "tenant_administrator"]
)
def test_other_roles_do_not_ask(office: Office, role: str) -> None:
    who = hire(office.installation, office.city, role)
    with (
        pytest.raises(ForbiddenError),
        acting(office.installation, office.city, who) as ctx,
    ):
        request_report(ctx, "city-a", "2023Q2")


def test_a_report_is_on_the_whole_so_a_countys_supervisor_does_not_ask(office: Office) -> None:
    who = hire(office.installation, office.city, "supervisor", unit=COUNTY)
    with (
        pytest.raises((ForbiddenError, NotFoundError)),
        acting(office.installation, office.city, who) as ctx,
    ):
        request_report(ctx, "city-a", "2023Q2")


def test_a_province_asks_in_its_own_name_not_in_the_citys(office: Office) -> None:
    with (
        pytest.raises(ForbiddenError),
        acting(office.installation, office.city, office.people["supervisor"]) as ctx,
    ):
        request_report(ctx, "city-a", "2023Q2")


@pytest.mark.parametrize(
    ("period", "language"), [("2023Q7", "zh"), ("2023Q3", "zh"), ("2023Q2", "fr")]
)
def test_what_cannot_be_made_is_refused_at_once(office: Office, period: str, language: str) -> None:
    with pytest.raises(InvalidError):
        ask(office, period=period, language=language)
    with province(office) as ctx:
        assert list_reports(ctx) == []


def test_reports_are_numbered_within_their_year_even_when_many_ask_at_once(
    office: Office,
) -> None:
    threads = [threading.Thread(target=ask, args=(office,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with province(office) as ctx:
        assert sorted(one.number for one in list_reports(ctx)) == list(range(1, 9))


def test_the_content_is_read_once(office: Office) -> None:
    report = ask(office)
    with province(office) as ctx:
        first = build_content(ctx, report.id)
    office.file(category="deep")
    with province(office) as ctx:
        assert build_content(ctx, report.id) == first
        assert find_report(ctx, report.id).state == "waiting"


def test_it_is_not_opened_before_it_is_made(office: Office) -> None:
    report = ask(office)
    with pytest.raises(ConflictError), province(office) as ctx:
        open_report(ctx, report.id)


def test_who_opens_it_is_on_record(office: Office) -> None:
    report = make(office, ask(office))
    assert (report.state, report.pages) == ("made", 8)
    assert as_(office, office.tree.province, office.people["supervisor"], report) == PDF
    assert events(office, report) == ["report.requested", "report.finished", "report.opened"]


def test_a_second_pdf_is_not_kept(office: Office) -> None:
    report = ask(office)
    first = make(office, report)
    again = make(office, report, b"%PDF-1.7 another")
    assert (again.storage_key, again.sha256) == (first.storage_key, first.sha256)
    assert events(office, report).count("report.finished") == 1


def test_a_failed_report_says_so_and_can_still_be_made(office: Office) -> None:
    report = ask(office)
    with province(office) as ctx:
        fail_report(ctx, report.id)
        assert find_report(ctx, report.id).state == "failed"
    assert make(office, report).state == "made"
    with province(office) as ctx:
        fail_report(ctx, report.id)
        assert find_report(ctx, report.id).state == "made"


def test_a_changed_file_is_not_handed_out(office: Office) -> None:
    report = make(office, ask(office))
    path = office.installation.settings.storage / str(report.storage_key)
    path.write_bytes(PDF + b" changed")
    with pytest.raises(UnavailableError):
        as_(office, office.tree.province, office.people["supervisor"], report)


def test_the_city_reported_on_does_not_see_it(office: Office) -> None:
    report = make(office, ask(office))
    for role in ("approver", "finance"):
        with pytest.raises(NotFoundError):
            as_(office, office.city, office.people[role], report)
    with acting(office.installation, office.city, office.people["approver"]) as ctx:
        assert list_reports(ctx) == []
        assert ctx.session.scalars(select(Report)).all() == []


def test_another_city_and_clerks_see_nothing(office: Office) -> None:
    here, tree = office.installation, office.tree
    with acting(here, office.city, office.people["approver"]) as ctx:
        report, _job = request_report(ctx, "city-a", "2023Q2")
    with pytest.raises(NotFoundError):
        as_(office, tree.city_b, hire(here, tree.city_b, "approver"), report)
    with pytest.raises(NotFoundError):
        as_(office, office.city, office.people["clerk"], report)


def test_the_province_sees_that_a_city_reported_but_asks_for_its_own(office: Office) -> None:
    with acting(office.installation, office.city, office.people["approver"]) as ctx:
        report, _job = request_report(ctx, "city-a", "2023Q2")
        store_report(ctx, report.id, PDF, 1)
    supervisor = office.people["supervisor"]
    with acting(office.installation, office.city, supervisor) as ctx:
        assert [one.id for one in list_reports(ctx)] == [report.id]
    with pytest.raises(ForbiddenError):
        as_(office, office.city, supervisor, report)


def test_an_unknown_report_is_not_found(office: Office) -> None:
    with pytest.raises(NotFoundError), province(office) as ctx:
        find_report(ctx, uuid.uuid4())
