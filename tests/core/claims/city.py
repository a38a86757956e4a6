"""A city with a scheme at work, its neighbour of the same province, and short ways through it."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from core.claims.bills import Bill
from core.claims.decisions import decide_claim
from core.claims.entering import enter_claim
from core.claims.models import Claim
from core.claims.workbook import COLUMNS, SHEET
from core.context import BEIJING, Context
from core.enrolments.contributions import Receipt, receive
from core.enrolments.models import MutualAidPeriod
from core.enrolments.periods import open_period
from core.enrolments.pools import pool_of
from core.enrolments.workbook import COLUMNS as ENROLLED
from core.enrolments.workbook import SHEET as ROSTER
from core.federations import NewTenant, add_tenant
from core.funds.models import Fund
from core.households.export import write_rows
from core.installation import Installation
from core.people import Actor
from core.tenancy import TenantView
from core.verification import files
from core.verification.models import DepartmentFile
from tests.core.enrolments.test_enrolments import MILL, worker
from tests.factories import acting, hire, id_number

NOW = dt.datetime(2018, 6, 30, 9, tzinfo=BEIJING)
FIRST, LAST = dt.date(2018, 1, 1), dt.date(2018, 12, 31)
CARD = "6217003194875749113"
BILL = Bill(
    sheet="", row=0, name="王建国", id_number="", hospital="六盘水市人民医院",
    hospital_code="H52020000001", bill_number="", admitted_on=dt.date(2018, 5, 1),
    discharged_on=dt.date(2018, 5, 13), total=2_000_000, basic_insurance=600_000,
    illness_insurance=100_000, in_policy=1_000_000, out_of_policy=300_000, listed_illness=False,
    illness="急性阑尾炎", payee="worker", payee_name="王建国", bank_name="中国建设银行",
    card=CARD,
)  # fmt: skip
"""40 % of 5,000 and half of 4,500 above the deductible, and 12 days at 20: 4,490.00 yuan."""
BENEFIT = 449_000
_serials, _bills = itertools.count(1), itertools.count(1)


@dataclass
class City:
    """A federation with a period of mutual aid for 2018, and somebody in every role."""

    installation: Installation
    tenant: TenantView
    period: MutualAidPeriod
    people: dict[str, Actor] = field(default_factory=dict)

    def acting(self, who: str, at: dt.datetime = NOW) -> AbstractContextManager[Context]:
        """Open a Context in which somebody works on the morning of 30 June 2018."""
        return acting(self.installation, self.tenant, self.people[who], at=at)

    def enrol(self, *, since: dt.date = FIRST, period: uuid.UUID | None = None,
              number: str = "") -> str:  # fmt: skip
        """Enrol a worker and return his ID number."""
        number = number or id_number(300_000 + next(_serials))
        data = write_rows(ROSTER, ENROLLED, [worker(1, id_number=number, enrolled_on=since)])
        with self.acting("clerk") as ctx:
            source = str(period or self.period.id)
            item = files.take_file(ctx, files.ENROLMENTS, source, "名册.xlsx", data)
            assert files.run_file(ctx, item.id, quiet).counts["added"] == 1
        return number

    def receive(self, yuan: int) -> None:
        """Book so much from the mill."""
        reference = f"回单{next(_bills)}"
        with self.acting("finance") as ctx:
            receipt = Receipt("红果镇煤矿", MILL, yuan * 100, FIRST, reference)
            receive(ctx, self.period.id, receipt)

    def bill(self, number: str = "", **told: Any) -> Bill:
        """Return a new bill of somebody, newly enrolled if nobody is named."""
        given = {"id_number": number or self.enrol(), "bill_number": f"B{next(_bills):06d}"}
        return BILL._replace(**{**given, **told})

    def enter(self, number: str = "", **told: Any) -> Claim:
        """Have the clerk enter a claim."""
        bill = self.bill(number, **told)
        with self.acting("clerk") as ctx:
            return enter_claim(ctx, self.period.id, bill)

    def decide(self, who: str, claim: uuid.UUID, decision: str = "approve", why: str = "") -> Claim:
        """Decide on the open step in somebody's name."""
        with self.acting(who) as ctx:
            return decide_claim(ctx, claim, decision, why)

    def approve(self, claim: Claim) -> Claim:
        """Review and approve a claim."""
        self.decide("reviewer", claim.id)
        return self.decide("approver", claim.id)

    def bring(self, *bills: Bill, check: bool = False) -> DepartmentFile:
        """Bring a workbook of bills, as hospital or insurer send it."""
        data = write_rows(SHEET, COLUMNS, (bill._asdict() for bill in bills))
        with self.acting("clerk") as ctx:
            if check:
                return files.preview_file(ctx, files.CLAIMS, str(self.period.id), data)
            item = files.take_file(ctx, files.CLAIMS, str(self.period.id), "结算.xlsx", data)
            return files.run_file(ctx, item.id, quiet)

    def pool(self) -> Fund:
        """Return the pool as it is now."""
        with self.installation.system(self.tenant) as ctx:
            return pool_of(ctx, self.period)


def staff(installation: Installation, slug: str) -> City:
    """Return a city of Liupanshui's policy with everybody in it."""
    new = NewTenant(slug, "city", "六盘水市总工会", slug, "liupanshui", "520200", "province")
    add_tenant(installation, new)
    tenant = installation.tenant(slug)
    posts = {
        "clerk": "clerk", "second_clerk": "clerk", "reviewer": "reviewer",
        "second_reviewer": "reviewer", "approver": "approver", "finance": "finance",
        "second_finance": "finance", "administrator": "tenant_administrator",
        "supervisor": "supervisor",
    }  # fmt: skip
    people = {name: hire(installation, tenant, role) for name, role in posts.items()}
    with acting(installation, tenant, people["administrator"], at=NOW) as ctx:
        period = open_period(ctx, "2018年度", FIRST, LAST, 100_00)
    return City(installation, tenant, period, people)


def quiet(_done: int, _total: int) -> None:
    """Show no progress."""
