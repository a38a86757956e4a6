"""Claims: entered, judged, decided by three, paid from the pool; every fault is named."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from typing import Any

import pytest
from sqlalchemy import select, text

from core.audit.models import AuditRecord
from core.catalogue import Catalogue
from core.claims.decisions import correct_claim, decide_claim, pay_claim
from core.claims.entering import enter_claim
from core.claims.models import Claim
from core.claims.queries import Filters, find_claim, list_claims, read_claim
from core.db import Scope, open_session
from core.enrolments.models import Enrolment
from core.enrolments.periods import open_period
from core.errors import ConflictError, DomainError, ForbiddenError, InvalidError, NotFoundError
from core.funds.bank_file import bank_file
from core.funds.batches import make_batch, send_batch
from core.funds.budget_changes import confirm_change, propose_change
from core.funds.ledger import trial_balance
from core.funds.reconciliation import import_result
from core.replay import replay
from core.supervision.content import build_report
from core.wrong_payments.queries import list_wrong_payments
from core.wrong_payments.service import Found, confirm_wrong_payment, record_wrong_payment
from tests.core.claims.city import BENEFIT, BILL, CARD, NOW, City, staff
from tests.core.funds.grants import FAILURE, answer, rows_of
from tests.factories import GRASSROOTS, acting, hire, id_number

DAY = dt.timedelta(days=1)


def test_from_the_bill_to_the_bank_and_back(city: City) -> None:
    claim = city.enter()
    assert (claim.state, claim.benefit, claim.granted) == ("in_route", BENEFIT, BENEFIT)
    before = city.pool()
    approved = city.approve(claim)
    assert approved.state == "approved"
    assert city.pool().reserved == before.reserved + BENEFIT
    with city.acting("finance") as ctx:
        batch = make_batch(ctx, before.id).id
    with city.acting("second_finance") as ctx:
        send_batch(ctx, batch)
        data = bank_file(ctx, batch)
    (row,) = rows_of(data)
    assert (row["收款账号"], row["金额（元）"]) == (CARD, "4490.00")
    with city.acting("finance") as ctx:
        import_result(ctx, batch, answer([row], {row["付款编号"]: FAILURE}))
    with city.acting("finance") as ctx:
        assert read_claim(ctx, claim.id)["payment"]["state"] == "failed"
        pay_claim(ctx, claim.id)
        batch = make_batch(ctx, before.id).id
    with city.acting("second_finance") as ctx:
        send_batch(ctx, batch)
        (row,) = rows_of(bank_file(ctx, batch))
    with city.acting("finance") as ctx:
        import_result(ctx, batch, answer([row]))
        shown = read_claim(ctx, claim.id)
        balances = {one.account: one.balance for one in trial_balance(ctx, before.id)}
    assert (shown["state"], shown["payment"]["state"]) == ("paid", "paid")
    pool = city.pool()
    assert (pool.reserved, pool.paid) == (before.reserved, before.paid + BENEFIT)
    assert balances["paid"] == pool.paid
    assert balances["available"] == pool.budget - pool.reserved - pool.paid
    assert sum(balances.values()) == 0
    _a_wrong_payment_of_a_claim_counts(city, shown["payment"]["id"])


def _a_wrong_payment_of_a_claim_counts(city: City, payment: str) -> None:
    found = Found("own_mistake", 100, dt.date(2018, 6, 30), "财务", "重复计算")
    with city.acting("finance") as ctx:
        wrong = record_wrong_payment(ctx, uuid.UUID(payment), found)
    with city.acting("approver") as ctx:
        confirm_wrong_payment(ctx, wrong.id)
        (listed,) = [one for one in list_wrong_payments(ctx) if one["id"] == str(wrong.id)]
    assert (listed["standing"], listed["household_id"]) == ("open", None)
    assert listed["application"].startswith("HZ2018")


def test_what_is_private_is_sealed_and_masked_everywhere(city: City) -> None:
    claim = city.enter()
    assert CARD.encode() not in (claim.card_cipher or b"")
    assert "急性阑尾炎".encode() not in (claim.illness_cipher or b"")
    with city.acting("clerk") as ctx:
        shown = read_claim(ctx, claim.id)
    assert shown["illness"] == "急性阑尾炎"
    assert shown["card"] == "***************9113"
    assert "*" in shown["id_number"]
    with city.acting("finance") as ctx:
        assert read_claim(ctx, claim.id)["illness"] == ""
    with city.installation.system(city.tenant) as ctx:
        query = select(AuditRecord).where(AuditRecord.object_id == claim.id)
        told = str([record.after for record in ctx.session.scalars(query)])
    assert str(BENEFIT) in told
    assert CARD not in told
    assert "阑尾炎" not in told


def test_the_explanation_is_stored_and_replayed(city: City) -> None:
    claim = city.enter()
    with city.acting("clerk") as ctx:
        shown = read_claim(ctx, claim.id)
    steps = {one["name"]: one["value"] for one in shown["steps"]}
    assert (steps["band_1"], steps["band_2"], steps["band_3"]) == (500_000, 450_000, 0)
    assert steps["benefit"] == BENEFIT
    assert all(one["source"] for one in shown["steps"] if one["figures"])
    assert shown["reasons"][0]["code"] == "paid"
    with city.installation.system(city.tenant) as ctx:
        found = replay(ctx)
        assert found.claims >= 1
        assert found.differences == []
        stored = ctx.session.get_one(Claim, (ctx.tenant_id, claim.id))
        stored.benefit += 1
        ctx.session.flush()
        (difference,) = replay(ctx).differences
        assert (difference.kind, difference.number, difference.what) == (
            "claim", claim.number, ("benefit",),
        )  # fmt: skip
        ctx.session.rollback()


def test_what_was_judged_is_decided_and_paid_while_the_scheme_s_plugin_is_away(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = city.enter()
    entries = city.installation.catalogue.entries()
    away = Catalogue(one for one in entries if one.name != "medical_mutual_aid")
    monkeypatch.setattr(city.installation, "catalogue", away)
    with city.acting("clerk") as ctx:
        shown = read_claim(ctx, claim.id)
        assert (shown["benefit"], shown["reasons"][0]["code"]) == (BENEFIT, "paid")
        assert claim.number in [one["number"] for one in list_claims(ctx, Filters())]
    assert city.approve(claim).state == "approved"
    with city.acting("finance") as ctx:
        batch = make_batch(ctx, city.pool().id).id
    with city.acting("second_finance") as ctx:
        send_batch(ctx, batch)
        rows = rows_of(bank_file(ctx, batch))
    with city.acting("finance") as ctx:
        import_result(ctx, batch, answer(rows))
        assert read_claim(ctx, claim.id)["state"] == "paid"
    with pytest.raises(DomainError, match="medical_mutual_aid"):
        city.enter()
    with city.installation.system(city.tenant) as ctx:
        found = {one.number: one for one in replay(ctx).differences}[claim.number]
    assert (found.kind, found.what, found.installed) == ("claim", ("failed",), "")
    assert "No plugin provides" in str(found.reason)


@pytest.mark.parametrize(
    ("told", "kind", "field"),
    [
        ({"id_number": id_number(999_999)}, InvalidError, "id_number"),
        ({"id_number": "520201196911201549"}, InvalidError, "id_number"),
        ({"name": "李四"}, InvalidError, "name"),
        ({"discharged_on": dt.date(2018, 4, 30)}, InvalidError, "discharged_on"),
        ({"discharged_on": dt.date(2018, 7, 1)}, InvalidError, "discharged_on"),
        ({"admitted_on": dt.date(2017, 12, 1), "discharged_on": dt.date(2017, 12, 31)},
         InvalidError, "discharged_on"),
        ({"total": 2_000_001}, InvalidError, "total"),
        ({"admitted_on": dt.date(2018, 1, 30)}, InvalidError, "admitted_on"),
        ({"hospital_code": ""}, InvalidError, "hospital_code"),
        ({"card": "6217003194875749114"}, InvalidError, "card"),
        ({"payee": "nobody"}, InvalidError, "payee"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_a_remedy(
    city: City, told: dict[str, Any], kind: type[DomainError], field: str
) -> None:
    bill = city.bill(**told)
    with pytest.raises(kind) as raised, city.acting("clerk") as ctx:
        enter_claim(ctx, city.period.id, bill)
    assert raised.value.field == field
    assert str(raised.value.remedy)


def test_the_first_day_after_the_waiting_period_is_covered(city: City) -> None:
    claim = city.enter(admitted_on=dt.date(2018, 1, 31), discharged_on=dt.date(2018, 2, 12))
    assert claim.facts["days_covered"] == 30


def test_who_was_enrolled_in_the_period_before_has_waited_already(city: City) -> None:
    with city.acting("administrator") as ctx:
        before = open_period(ctx, "2017年度", dt.date(2017, 1, 1), dt.date(2017, 12, 31), 100_00)
    number = city.enrol(since=dt.date(2017, 3, 1), period=before.id)
    city.enrol(number=number)
    claim = city.enter(number, admitted_on=dt.date(2018, 1, 5))
    assert claim.facts["days_covered"] == (dt.date(2018, 1, 5) - dt.date(2017, 3, 1)).days


def test_a_bill_is_claimed_once_until_its_claim_is_refused(city: City) -> None:
    bill = city.bill()
    with city.acting("clerk") as ctx:
        first = enter_claim(ctx, city.period.id, bill)
    again = bill._replace(bill_number=f" {bill.bill_number.lower()} ")
    for one in (bill, again):
        with pytest.raises(ConflictError, match=first.number), city.acting("clerk") as ctx:
            enter_claim(ctx, city.period.id, one)
    city.decide("reviewer", first.id, "refuse", "非本人票据")
    with city.acting("clerk") as ctx:
        assert enter_claim(ctx, city.period.id, bill).number != first.number


def test_a_bill_claimed_next_door_is_found_and_nothing_of_it_is_shown(
    city: City, neighbour: City
) -> None:
    bill = city.bill()
    with city.acting("clerk") as ctx:
        claim = enter_claim(ctx, city.period.id, bill)
    there = bill._replace(id_number=neighbour.enrol(number=bill.id_number))
    with pytest.raises(ConflictError) as raised, neighbour.acting("clerk") as ctx:
        enter_claim(ctx, neighbour.period.id, there)
    told = f"{raised.value} {raised.value.remedy} {raised.value.message.values}"
    assert "province" in told
    for secret in (claim.number, city.tenant.name, bill.id_number, BILL.illness, str(claim.id)):
        assert secret not in told
    with neighbour.acting("clerk") as ctx:
        rows = ctx.session.scalar(text("select count(*) from claimed_bills"))
        assert rows == 0, "the province's rows are read by nobody of a city"
        assert ctx.session.scalar(select(Claim.id).where(Claim.id == claim.id)) is None
    province = city.installation.tenant("province")
    with open_session(city.installation.engine, Scope(province.id, (province.id,))) as session:
        found = session.execute(
            text("select octet_length(digest), federation from claimed_bills"
                 " where federation = :own"),
            {"own": city.tenant.id},
        ).first()  # fmt: skip
    assert found == (32, city.tenant.id)
    city.decide("reviewer", claim.id, "refuse", "应在参加地申请")
    with neighbour.acting("clerk") as ctx:
        assert enter_claim(ctx, neighbour.period.id, there).state == "in_route"


def test_of_two_who_enter_one_bill_at_once_one_is_refused(city: City, neighbour: City) -> None:
    bill = city.bill()
    neighbour.enrol(number=bill.id_number)
    start, outcomes = threading.Barrier(3), []

    def enter(place: City, who: str) -> None:
        start.wait()
        try:
            with place.acting(who) as ctx:
                enter_claim(ctx, place.period.id, bill)
        except ConflictError:
            outcomes.append("refused")
        else:
            outcomes.append("entered")

    clerks = ((city, "clerk"), (city, "second_clerk"), (neighbour, "clerk"))
    threads = [threading.Thread(target=enter, args=one) for one in clerks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["entered", "refused", "refused"]


def test_nobody_decides_on_what_he_had_a_hand_in(city: City) -> None:
    both = hire(city.installation, city.tenant, "clerk", "reviewer", "approver")
    bill = city.bill()
    with acting(city.installation, city.tenant, both, at=NOW) as ctx:
        claim = enter_claim(ctx, city.period.id, bill)
    for _step in ("review", "approval"):
        with (
            pytest.raises(ForbiddenError, match="someone else"),
            acting(city.installation, city.tenant, both, at=NOW) as ctx,
        ):
            decide_claim(ctx, claim.id, "approve")
        city.decide("second_reviewer" if _step == "review" else "approver", claim.id)
    for who in ("clerk", "finance", "supervisor", "administrator"):
        with pytest.raises(DomainError), city.acting(who) as ctx:
            decide_claim(ctx, claim.id, "approve")


def test_a_reviewer_who_approves_too_needs_another_for_the_second_step(city: City) -> None:
    two = hire(city.installation, city.tenant, "reviewer", "approver")
    claim = city.enter()
    with acting(city.installation, city.tenant, two, at=NOW) as ctx:
        decide_claim(ctx, claim.id, "approve")
    with (
        pytest.raises(ForbiddenError),
        acting(city.installation, city.tenant, two, at=NOW) as ctx,
    ):
        decide_claim(ctx, claim.id, "approve")


def test_a_returned_claim_is_corrected_and_judged_anew(city: City) -> None:
    claim = city.enter()
    with pytest.raises(InvalidError, match="reason"), city.acting("reviewer") as ctx:
        decide_claim(ctx, claim.id, "return")
    returned = city.decide("reviewer", claim.id, "return", "自付金额有误")
    assert (returned.state, returned.note) == ("returned", "自付金额有误")
    bill = city.bill(
        _number(city, claim), bill_number=claim.bill_number,
        in_policy=500_000, out_of_policy=800_000,
    )  # fmt: skip
    with city.acting("second_clerk") as ctx:
        again = correct_claim(ctx, claim.id, bill, returned.version)
    assert (again.state, again.benefit) == ("in_route", 204_000)
    with city.acting("clerk") as ctx:
        shown = read_claim(ctx, claim.id)
    assert shown["steps"][-1]["value"] == 204_000
    assert city.approve(again).state == "approved"


def _number(city: City, claim: Claim) -> str:
    with city.installation.system(city.tenant) as ctx:
        one = ctx.session.get_one(Enrolment, (ctx.tenant_id, claim.enrolment_id))
        return ctx.vault.decrypt(ctx.tenant_id, "enrolments.id_cipher", one.id, one.id_cipher)


def test_the_cap_of_the_period_and_the_lump_sum_count_what_was_granted_before(city: City) -> None:
    number = city.enrol()
    big = {"total": 11_000_000, "in_policy": 10_000_000, "listed_illness": True,
           "basic_insurance": 600_000, "illness_insurance": 100_000}  # fmt: skip
    first = city.enter(number, **big)
    assert first.benefit == 2_000_000 + 500_000 + 24_000
    second = city.enter(number, **big)
    assert second.benefit == 3_000_000 - first.benefit
    assert second.facts["listed_before"] is True
    third = city.enter(number, **big)
    assert third.benefit == 0
    assert city.approve(third).state == "approved"
    with city.acting("finance") as ctx:
        assert read_claim(ctx, third.id)["payment"] is None


def test_nothing_is_paid_beyond_the_pool_until_two_have_raised_it(city: City) -> None:
    poor = staff(city.installation, "lps-poor")
    poor.receive(4_000)
    claim = poor.enter()
    poor.decide("reviewer", claim.id)
    with pytest.raises(ConflictError, match="left") as raised:
        poor.decide("approver", claim.id)
    assert "raise the budget" in str(raised.value.remedy)
    with poor.acting("finance") as ctx:
        change = propose_change(ctx, poor.pool().id, 49_000, "超支由工会经费补足").id
    with pytest.raises(ForbiddenError), poor.acting("finance") as ctx:
        confirm_change(ctx, change)
    with poor.acting("second_finance") as ctx:
        confirm_change(ctx, change)
    assert poor.decide("approver", claim.id).state == "approved"
    assert poor.pool().budget == poor.pool().reserved == BENEFIT


def test_a_clerk_of_one_union_sees_what_he_entered_alone(city: City) -> None:
    outside = city.enter()
    clerk = hire(city.installation, city.tenant, "clerk", unit=GRASSROOTS)
    bill = city.bill()
    with acting(city.installation, city.tenant, clerk, at=NOW) as ctx:
        own = enter_claim(ctx, city.period.id, bill)
        assert [one["id"] for one in list_claims(ctx)] == [str(own.id)]
        with pytest.raises(NotFoundError):
            read_claim(ctx, outside.id)
        with pytest.raises(NotFoundError):
            find_claim(ctx, outside.number)
    with city.acting("supervisor") as ctx:
        assert {str(own.id), str(outside.id)} <= {one["id"] for one in list_claims(ctx, size=200)}
        waiting = list_claims(ctx, Filters(standing="review"), size=200)
    assert {one["step"] for one in waiting} == {"review"}


def test_a_region_without_a_scheme_settles_nothing(city: City) -> None:
    other = city.installation.tenant("city-a")
    clerk = hire(city.installation, other, "clerk")
    administrator = hire(city.installation, other, "tenant_administrator")
    with acting(city.installation, other, administrator) as ctx:
        period = open_period(ctx, "无方案", dt.date(2018, 1, 1), dt.date(2018, 12, 31), 1_00)
    with (
        pytest.raises(NotFoundError, match="no scheme"),
        acting(city.installation, other, clerk) as ctx,
    ):
        enter_claim(ctx, period.id, BILL._replace(id_number=id_number(1), bill_number="1"))


def test_the_report_tells_claims_paid_loss_ratio_and_reserve(city: City) -> None:
    with city.acting("supervisor") as ctx:
        report = build_report(ctx, city.tenant, "2018Q2")
    told = report["tables"]["pools"]
    (row,) = [one for one in told["rows"] if one[0] == "2018年度"]
    pool = city.pool()
    assert row[3] == {"fen": 100_000_000}
    assert (row[4], row[5]) == ({"fen": pool.paid}, {"fen": pool.reserved})
    assert row[6] == {"part": pool.paid + pool.reserved, "whole": 100_000_000}
    assert row[7] == {"fen": 10_000_000}
    assert "pools" in str(report["sections"])
