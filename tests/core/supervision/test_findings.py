"""Findings: what a supervisor must act on is found with its figures, and nothing else is."""

from __future__ import annotations

import datetime as dt
from typing import Any

from core.supervision.figures import day, share, yuan
from core.supervision.findings import find
from core.supervision.periods import Period
from core.supervision.queries import read_numbers
from tests.core.funds.grants import grant_many
from tests.core.households.life.acts import plan
from tests.core.supervision.records import (
    beijing,
    change_file,
    put_application,
    put_notice,
    put_objection,
    put_step,
)
from tests.factories import Filed, acting
from tests.office import Office
from worker.pdf.wording import Wording

MAY = beijing("2023-05-08T10:00")


def findings(office: Office) -> list[dict[str, Any]]:
    tree, people = office.tree, office.people
    with acting(office.installation, tree.province, people["supervisor"], at=office.now) as ctx:
        return find(ctx, tree.city_a, read_numbers(ctx, tree.city_a, Period(2023, 2)))


def kept(office: Office, **values: Any) -> Filed:
    """File a household that has its plan."""
    file = office.file(**values)
    plan(office, file)
    return file


def only(office: Office) -> dict[str, Any]:
    (found,) = findings(office)
    values: dict[str, Any] = found["values"]
    return values


def test_where_all_is_well_nothing_is_found(office: Office) -> None:
    assert findings(office) == []
    application = put_application(office, office.city, kept(office, category="deep"), MAY)
    put_step(office, application, due_on=dt.date(2023, 6, 30))
    put_step(office, application, 2, state="done", decided_at=MAY, due_on=MAY.date())
    assert findings(office) == []


def test_overdue_steps_with_the_oldest(office: Office) -> None:
    application = put_application(office, office.city, kept(office, category="deep"), MAY)
    for position, last in enumerate((1, 28, 30), start=1):
        put_step(office, application, position, due_on=dt.date(2023, 6, last))
    values = only(office)
    assert (values["overdue"], values["open"], values["day"]) == (2, 3, day(dt.date(2023, 6, 1)))


def test_steps_decided_late(office: Office) -> None:
    application = put_application(office, office.city, kept(office, category="deep"), MAY)
    for position, due in enumerate((7, 8, 9), start=1):
        put_step(office, application, position, state="done", decided_at=MAY,
                 due_on=dt.date(2023, 5, due))  # fmt: skip
    values = only(office)
    assert (values["late"], values["decided"], values["share"]) == (1, 3, share(1, 3))


def test_objections_that_wait_and_that_were_upheld(office: Office) -> None:
    application = put_application(office, office.city, kept(office, category="deep"), MAY)
    notice = put_notice(office, application, MAY)
    put_objection(office, office.city, notice, beijing("2023-05-09T00:10"))
    put_objection(office, office.city, notice, MAY, state="upheld", decided_at=MAY)
    waiting, upheld = findings(office)
    assert waiting["values"] == {"count": 1, "day": day(dt.date(2023, 5, 9))}
    assert upheld["values"] == {"count": 1}


def test_grants_nobody_pays(office: Office) -> None:
    fund = office.fund("300")
    file = kept(office, category="deep")
    paid, *_left = grant_many(office, 3, household=file)
    office.reserve(paid, fund)
    values = next(one["values"] for one in findings(office) if "granted" in one["text"])
    assert values == {"count": 2, "amount": yuan(20_000)}


def test_a_fund_is_hardly_used_when_it_lags_far_behind_the_year(office: Office) -> None:
    """On 30 June 180 of 365 days are over: below 24.66 % of the budget it is behind."""
    slow, fair = office.fund("1000", name="慢"), office.fund("1000", name="快")
    file = kept(office, category="deep")
    for fund, amount in ((slow, "246"), (fair, "247")):
        (application,) = grant_many(office, 1, amount, household=file)
        office.reserve(application, fund)
    values = only(office)
    assert (values["fund"], values["used"], values["budget"]) == (
        "慢", yuan(24_600), yuan(100_000),
    )  # fmt: skip
    assert values["over"] == share(180, 365)


def test_files_nobody_looks_after(office: Office) -> None:
    city = office.city
    for _file in range(3):
        kept(office, category="deep")
    kept(office, category=None)
    kept(office, category="none")
    change_file(office, city, kept(office, category="deep"), contact_person="")
    change_file(office, city, kept(office, category="deep"), verified_on=dt.date(2022, 1, 1))
    office.file(category="deep")
    found = findings(office)
    assert [one["values"] for one in found] == [{"count": 1, "share": share(1, 8)}] * 5
    assert "without a plan" in found[-1]["text"]


def test_findings_read_as_sentences_in_both_languages(office: Office) -> None:
    office.fund("1000", name="慢")
    application = put_application(office, office.city, kept(office, category=None), MAY)
    put_step(office, application, due_on=dt.date(2023, 5, 4))
    chinese, english = (
        [Wording(language).put(one) for one in findings(office)] for language in ("zh", "en")
    )
    assert chinese == [
        "县级工会审核环节逾期：待办1件中有1件逾期，最早一件应于2023年5月4日办结。请督促尽快办结。",
        "资金“慢”使用缓慢：预算1,000.00元，已使用0.00元（0.0%），"
        "而年度时间已过49.3%。请加快使用或调整资金安排。",
        "未认定的档案1户（100.0%）。请尽快认定。",
    ]
    assert english[0] == (
        "Overdue steps (Review, level: County): 1 of 1 open, the oldest due on 4 May 2023. "
        "Have them decided."
    )
