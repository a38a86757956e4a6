"""What is handed over in person: two givers, a signed receipt, and another person who confirms."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

import pytest

from core.campaigns.models import Campaign
from core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from core.funds.batches import make_batch
from core.funds.reservations import reserve
from core.handovers.models import Receipt
from core.handovers.recording import Given, keep_receipt, open_receipt, record_handovers
from core.handovers.settling import confirm_handovers, refuse_handover
from tests.factories import hire
from tests.visiting import SCAN, Visiting


@pytest.fixture
def campaign(office: Visiting) -> Campaign:
    """A campaign of one household that waits for its visit."""
    begun = office.begin()
    office.put(begun, [office.file()])
    office.grant_list(begun)
    return begun


def given(office: Visiting, campaign: Campaign) -> Given:
    [visit] = office.visits(campaign, "waiting")
    assert visit.payment_id is not None
    return Given(visit.payment_id, office.now.date(), ("王晓燕", "陈立新"), "王建国")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"givers": ("王晓燕",)}, "givers"),
        ({"givers": ("王晓燕", " 王晓燕 ")}, "givers"),
        ({"receiver": " "}, "remark"),
        ({"on": dt.date(2023, 7, 16)}, "on"),
        ({"on": dt.date(2023, 7, 14)}, "on"),
    ],
)
def test_what_a_record_lacks_is_named(
    office: Visiting, campaign: Campaign, changed: dict[str, object], field: str
) -> None:
    """It was granted on 15 July and today is that day."""
    assert office.now.date() == dt.date(2023, 7, 15)
    told = replace(given(office, campaign), **changed)  # type: ignore[arg-type]
    with pytest.raises(InvalidError) as caught, office.acting("clerk") as ctx:
        record_handovers(ctx, [told], keep_receipt(ctx, "签领表.pdf", SCAN))
    assert caught.value.field == field


def test_nothing_is_handed_over_without_a_signed_receipt(
    office: Visiting, campaign: Campaign
) -> None:
    with office.acting("clerk") as ctx, pytest.raises(InvalidError, match="signed receipt"):
        record_handovers(ctx, [given(office, campaign)], None)


def test_it_is_recorded_once_until_the_record_is_refused(
    office: Visiting, campaign: Campaign
) -> None:
    told = given(office, campaign)
    [first] = office.hand_over(office.visits(campaign, "waiting"))
    with office.acting("clerk") as ctx, pytest.raises(ConflictError, match="recorded already"):
        record_handovers(ctx, [told], keep_receipt(ctx, "签领表.pdf", SCAN))
    with office.acting("finance") as ctx:
        with pytest.raises(InvalidError):
            refuse_handover(ctx, first, "")
        refuse_handover(ctx, first, "签名不是户主")
    [visit] = office.visits(campaign, "waiting")
    assert visit.refusal == "签名不是户主"
    [second] = office.hand_over([visit])
    with office.acting("finance") as ctx:
        assert confirm_handovers(ctx, [second]).handed_over_total == 100_000
    with office.acting("second_finance") as ctx, pytest.raises(ConflictError, match="already"):
        confirm_handovers(ctx, [second])


def test_of_two_records_one_of_them_decided_none_is_booked(office: Visiting) -> None:
    begun = office.begin()
    office.put(begun, [office.file(), office.file()])
    office.grant_list(begun)
    first, second = office.hand_over(office.visits(begun, "waiting"))
    with office.acting("finance") as ctx:
        confirm_handovers(ctx, [first])
    with pytest.raises(ConflictError), office.acting("finance") as ctx:
        confirm_handovers(ctx, [first, second])
    with pytest.raises(NotFoundError), office.acting("finance") as ctx:
        confirm_handovers(ctx, [second, uuid.uuid4()])
    assert len(office.visits(begun, "recorded")) == 1


def test_it_is_no_matter_of_the_bank(office: Visiting, campaign: Campaign) -> None:
    [visit] = office.visits(campaign, "waiting")
    with office.acting("finance") as ctx:
        with pytest.raises(ConflictError, match="nothing to pay"):
            make_batch(ctx, campaign.fund_id)
        with pytest.raises(ConflictError, match="list of a campaign"):
            reserve(ctx, visit.application_id, campaign.fund_id)


def test_a_clerk_of_another_union_records_nothing_here(
    office: Visiting, campaign: Campaign
) -> None:
    other = "钟山区总工会/荷城街道工会/凉都商贸集团工会"
    office.people["stranger"] = hire(office.installation, office.city, "clerk", unit=other)
    told = given(office, campaign)
    with office.acting("stranger") as ctx, pytest.raises(NotFoundError):
        record_handovers(ctx, [told], keep_receipt(ctx, "签领表.pdf", SCAN))


def test_a_receipt_is_kept_as_it_came_and_shown_to_few(office: Visiting) -> None:
    with office.acting("clerk") as ctx:
        receipt = keep_receipt(ctx, "签领表.pdf", SCAN)
        for data, words in ((b"", "empty"), (b"no such type", "type")):
            with pytest.raises(InvalidError, match=words):
                keep_receipt(ctx, "x.pdf", data)
    with office.acting("finance") as ctx:
        assert open_receipt(ctx, receipt.id)[1] == SCAN
    with office.acting("reviewer") as ctx, pytest.raises(ForbiddenError):
        open_receipt(ctx, receipt.id)
    with office.system() as ctx:
        assert ctx.session.get_one(Receipt, (office.city.id, receipt.id)).size == len(SCAN)
