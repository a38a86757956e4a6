"""Papers owed on the pages: the form's reason, the queue, handing in, checking, what is overdue."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from dataclasses import dataclass

import openpyxl
import pytest
from sqlalchemy import select, update

from core.applications.models import Application
from core.funds.budgets import create_fund
from core.funds.models import Batch, Payment
from core.handovers.models import Handover
from core.households.life.visits import Seen, record_visit
from core.notices.publication import open_notice
from core.owed_papers.models import OwedPapers
from core.tenancy import TenantView
from tests.factories import Filed, acting, hire
from tests.urgent import ANSWERS, PDF, PROGRAMME, REASON, file_burnt, found_nanning
from tests.web.conftest import Site, Visitor


@dataclass
class Desk:
    """Nanning's people at their browsers, with a household that lost its home."""

    site: Site
    city: TenantView
    filed: Filed
    clerk: Visitor
    investigator: Visitor
    reviewer: Visitor
    approver: Visitor

    def application(self) -> Application:
        """Return the household's newest application."""
        with self.site.installation.system(self.city) as ctx:
            query = select(Application).where(Application.household_id == self.filed.id)
            return ctx.session.scalars(query.order_by(Application.id.desc())).first() or _none()

    def owed(self) -> OwedPapers:
        """Return what it owes."""
        with self.site.installation.system(self.city) as ctx:
            query = select(OwedPapers).where(OwedPapers.household_id == self.filed.id)
            return ctx.session.scalars(query).one()

    def start(self, asked: str, reason: str = REASON) -> tuple[int, str]:
        """Hand an application in; return status and page."""
        page = f"/nanning/households/{self.filed.id}/apply/{PROGRAMME}"
        sent = self.clerk.post(
            page, page, asked=asked, urgent_reason=reason, then="submit", **ANSWERS
        )
        return sent.status_code, sent.text

    def grant(self) -> OwedPapers:
        """Bring an application of 5,000.00 through the urgent route."""
        assert self.start("5000")[0] == 303
        application = self.application()
        page = f"/nanning/applications/{application.id}"
        for who in (self.investigator, self.approver):
            assert who.post(f"{page}/decide", page, decision="approve").status_code == 303
        with self.site.installation.system(self.city) as ctx:
            open_notice(ctx, application.id)
        return self.owed()

    def visit(self) -> uuid.UUID:
        """Record the home visit."""
        clerk, other = self.clerk.actor, self.investigator.actor
        assert clerk and other and clerk.person_id and other.person_id
        with acting(self.site.installation, self.city, clerk) as ctx:
            seen = Seen(ctx.today, (clerk.person_id, other.person_id), "户主", "属实",
                        "still_difficult")  # fmt: skip
            return record_visit(ctx, self.filed.id, seen).id

    def let_it_be_overdue(self) -> None:
        """Let the due day have been yesterday."""
        with self.site.installation.system(self.city) as ctx:
            ctx.session.execute(
                update(OwedPapers)
                .where(OwedPapers.household_id == self.filed.id)
                .values(due_on=ctx.today - dt.timedelta(days=1))
            )


def rows_of(book: bytes) -> list[tuple[object, ...]]:
    """Return the rows of a workbook's first sheet."""
    return list(openpyxl.load_workbook(io.BytesIO(book)).worksheets[0].values)


def _none() -> Application:
    raise AssertionError


@pytest.fixture(scope="module")
def city(site: Site) -> TenantView:
    return found_nanning(site.installation)


@pytest.fixture
def desk(site: Site, city: TenantView) -> Desk:
    filed = file_burnt(site.installation, city, dt.datetime.now(dt.UTC))
    roles = ("clerk", "investigator", "reviewer", "approver")
    people = (site.sign_in(hire(site.installation, city, role)) for role in roles)
    return Desk(site, city, filed, *people)


def test_the_clerk_says_why_it_cannot_wait(desk: Desk) -> None:
    choice = desk.clerk.read(f"/nanning/households/{desk.filed.id}/apply")
    assert "Only where it cannot wait" in choice
    form = desk.clerk.read(f"/nanning/households/{desk.filed.id}/apply/{PROGRAMME}")
    assert "up to 5,000.00 yuan" in form
    assert "within 10 working days" in form
    status, text = desk.start("5000.01")
    assert (status, "At most 5,000.00 yuan go the urgent route" in text) == (422, True)
    assert REASON in text
    assert desk.start("100", reason="")[0] == 422, "not admitted, so only what cannot wait"
    desk.grant()
    page = desk.clerk.read(f"/nanning/applications/{desk.application().id}")
    assert f"It cannot wait: {REASON}" in page
    assert "Its papers are due on" in page
    assert "Cannot wait" in desk.clerk.read("/nanning/applications?urgent=1")


def test_finance_pays_it_in_a_batch_of_its_own(desk: Desk) -> None:
    finance, fund = hire(desk.site.installation, desk.city, "finance"), "急难备用金"
    with acting(desk.site.installation, desk.city, finance) as ctx:
        made = create_fund(ctx, fund, "财政", ctx.today.year, 10_000_000)
    desk.grant()
    cashier, page = desk.site.sign_in(finance), "/nanning/batches"
    with desk.site.installation.system(desk.city) as ctx:
        query = select(Payment).where(Payment.household_id == desk.filed.id)
        payment = ctx.session.scalars(query).one()
    assert "A batch of this one" in cashier.read(page)
    sent = cashier.post(page, page, fund=str(made.id), payment=str(payment.id))
    assert sent.status_code == 303
    with desk.site.installation.system(desk.city) as ctx:
        batch = ctx.session.scalars(select(Batch).where(Batch.fund_id == made.id)).one()
    assert (batch.count, batch.total) == (1, 500_000)


def test_it_is_handed_over_in_cash_and_goods_by_two_and_confirmed_by_another(desk: Desk) -> None:
    finance = hire(desk.site.installation, desk.city, "finance")
    with acting(desk.site.installation, desk.city, finance) as ctx:
        made = create_fund(ctx, "急难备用金二", "财政", ctx.today.year, 10_000_000)
        today = ctx.today.isoformat()
    desk.grant()
    cashier, page = desk.site.sign_in(finance), f"/nanning/applications/{desk.application().id}"
    assert "Hand it over in person" in cashier.read(page)
    assert "Hand it over in person" not in desk.clerk.read(page)
    held = cashier.post(
        f"{page}/in-person", page, fund=str(made.id), article_name="棉被", article_measure="床",
        article_quantity="2", article_price="150",
    )  # fmt: skip
    assert held.status_code == 303, held.text
    assert "棉被 2床 × 150.00" in cashier.read(page)
    assert "4,700.00" in desk.clerk.read(f"{page}/in-person/receipt"), "the rest is money"
    with desk.site.installation.system(desk.city) as ctx:
        query = select(Payment.id).where(
            Payment.household_id == desk.filed.id, Payment.means == "in_person"
        )
        payment = ctx.session.scalars(query).one()
    told = {"on": today, "first": "王一", "second": "李二", "receiver": "王建国"}
    assert desk.clerk.post(f"{page}/in-person/{payment}", page, **told).status_code == 422
    scan = {"file": (io.BytesIO(PDF), "签领单.pdf")}
    sent = desk.clerk.post(f"{page}/in-person/{payment}", page, **told, **scan)
    assert sent.status_code == 303, sent.text
    assert "Another person confirms" in desk.clerk.read(page)
    assert "Hand it over in person" not in cashier.read(page)
    with desk.site.installation.system(desk.city) as ctx:
        over = ctx.session.scalars(select(Handover).where(Handover.payment_id == payment)).one()
    receipt = desk.clerk.get(f"{page}/in-person/receipts/{over.receipt_id}")
    assert receipt.data == PDF
    done = cashier.post(f"{page}/in-person/{over.id}/confirmation", page)
    assert done.status_code == 303
    assert desk.application().state == "paid"


def test_papers_are_sent_with_the_form_and_checked_by_another(desk: Desk) -> None:
    owed = desk.grant()
    page = f"/nanning/owed-papers/{owed.id}"
    assert page in desk.clerk.read("/queue")
    assert "to be handed in or checked: " in desk.clerk.read("/")
    assert page in desk.clerk.read("/nanning/owed-papers?standing=owed")
    assert f"{page}/papers" not in desk.reviewer.read(page)
    missing = desk.clerk.post(f"{page}/papers", page, version="1")
    assert missing.status_code == 422
    assert "Missing: " in missing.text
    visit = desk.visit()
    sent = desk.clerk.post(
        f"{page}/papers", page, version="1", visit_id=str(visit), note="原件已核对",
        **{f"file-{name}": (io.BytesIO(PDF), f"{name}.pdf")
           for name in ("event_paper", "application_form")},
    )  # fmt: skip
    assert sent.status_code == 303, sent.text
    shown = desk.reviewer.read(page)
    assert "event_paper.pdf" in shown
    assert "属实" in shown
    assert page in desk.reviewer.read("/queue")
    assert page not in desk.clerk.read("/queue")
    assert f"{page}/check" not in desk.approver.read(page), "he approved it"
    back = desk.reviewer.post(f"{page}/check", page, decision="return", version="2")
    assert back.status_code == 422
    done = desk.reviewer.post(f"{page}/check", page, decision="approve", version="2")
    assert done.status_code == 303
    assert "Settled" in desk.reviewer.read(page)


def test_what_is_overdue_is_told_everywhere_and_there_is_no_new_aid(desk: Desk) -> None:
    owed = desk.grant()
    desk.let_it_be_overdue()
    assert "no new aid" in desk.clerk.read(f"/nanning/owed-papers/{owed.id}")
    told = "Papers of aid that was paid first are overdue"
    assert told in desk.clerk.read(f"/nanning/households/{desk.filed.id}/life")
    status, text = desk.start("1")
    assert (status, "which was paid first" in text) == (422, True)
    book = rows_of(desk.clerk.get("/nanning/owed-papers/excel?standing=overdue").data)
    assert [row for row in book if REASON in row] != []
    waiting = rows_of(desk.clerk.get("/queue/papers/excel").data)
    assert [row for row in waiting if REASON in row] != []
