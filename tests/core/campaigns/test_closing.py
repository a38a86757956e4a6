"""A campaign from its list to the last fen accounted for."""

from __future__ import annotations

import pytest

from core.access import allowed
from core.campaigns.closing import settle_campaign
from core.campaigns.queries import read_campaign
from core.errors import ConflictError, ForbiddenError
from core.funds.ledger import trial_balance
from core.funds.models import Fund, Payment
from core.replay import replay
from tests.factories import hire
from tests.visiting import Visiting


def balances(office: Visiting, fund_id: object) -> dict[str, int]:
    with office.system() as ctx:
        return {one.account: one.balance for one in trial_balance(ctx, fund_id)}  # type: ignore[arg-type]


def test_a_list_is_approved_visited_and_accounted_for_to_the_fen(office: Visiting) -> None:
    campaign = office.begin()
    parcel = office.pack(campaign)
    met, missed = office.file(name="王建国"), office.file(name="李秀英")
    assert office.put(campaign, [met, missed], "1000", parcel).count == 2
    office.grant_list(campaign)
    waiting = office.visits(campaign, "waiting")
    assert [one.value for one in waiting] == [115_000, 115_000]
    held = balances(office, campaign.fund_id)
    assert (held["available"], held["reserved"], held["paid"]) == (9_770_000, 230_000, 0)
    first = next(one for one in waiting if one.head_name == "王建国")
    second = next(one for one in waiting if one.head_name == "李秀英")
    office.hand_over([first])
    office.hand_over([second], missed="外出务工，联系不上")
    assert len(office.visits(campaign, "recorded")) == 2
    with office.acting("finance") as ctx:
        settled = settle_campaign(ctx, campaign.id)
    assert (settled.handed_over, settled.handed_over_total) == (1, 115_000)
    assert (settled.missed, settled.missed_total) == (1, 115_000)
    after = balances(office, campaign.fund_id)
    assert (after["available"], after["reserved"], after["paid"]) == (9_885_000, 0, 115_000)
    assert sum(after.values()) == 0
    with office.system() as ctx:
        fund = ctx.session.get_one(Fund, (office.city.id, campaign.fund_id))
        assert (fund.reserved, fund.paid) == (0, 115_000)
        told = read_campaign(ctx, campaign.id)
        assert (told.state, told.handed_over, told.missed) == ("closed", 1, 1)
        assert told.handed_over_value == 115_000
    states = {one.head_name: one.state for one in office.visits(campaign)}
    assert states == {"王建国": "paid", "李秀英": "withdrawn"}


def test_a_campaign_stays_open_while_one_household_waits(office: Visiting) -> None:
    campaign = office.begin()
    office.put(campaign, [office.file(), office.file()])
    office.grant_list(campaign)
    office.hand_over(office.visits(campaign, "waiting")[:1])
    with office.acting("finance") as ctx:
        settle_campaign(ctx, campaign.id)
        assert read_campaign(ctx, campaign.id).state == "approved"
    assert len(office.visits(campaign, "waiting")) == 1


def test_who_recorded_it_does_not_confirm_it(office: Visiting) -> None:
    office.people["both"] = hire(office.installation, office.city, "clerk", "finance")
    campaign = office.begin()
    office.put(campaign, [office.file()])
    office.grant_list(campaign)
    office.hand_over(office.visits(campaign, "waiting"), by="both")
    with office.acting("both") as ctx, pytest.raises(ForbiddenError, match="someone else"):
        settle_campaign(ctx, campaign.id)


def test_nothing_recorded_is_nothing_to_confirm(office: Visiting) -> None:
    campaign = office.begin()
    office.put(campaign, [office.file()])
    office.grant_list(campaign)
    with office.acting("finance") as ctx, pytest.raises(ConflictError, match="Nothing recorded"):
        settle_campaign(ctx, campaign.id)


def test_what_was_brought_is_replayed_and_can_be_declared_a_wrong_payment(
    office: Visiting,
) -> None:
    campaign = office.begin()
    office.put(campaign, [office.file()])
    office.grant_list(campaign)
    office.hand_over(office.visits(campaign, "waiting"))
    with office.acting("finance") as ctx:
        settle_campaign(ctx, campaign.id)
    with office.system() as ctx:
        assert replay(ctx).differences == []
        [visit] = office.visits(campaign, "handed_over")
        payment = ctx.session.get_one(Payment, (office.city.id, visit.payment_id))
        assert (payment.state, payment.means) == ("paid", "in_person")
        assert (payment.card_cipher, payment.card_masked) == (None, "")
        assert payment.paid_on == office.now.date()
        assert allowed(ctx, "wrong_payment.record")
