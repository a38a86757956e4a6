"""What a programme declares of itself: what it excludes, what comes first, had once or not."""

from __future__ import annotations

import datetime as dt

from bangfu_sdk import Kind, Text
from housing_subsidy import RentSubsidy
from living_aid import LivingAid

from core.between.declared import bound_by, name_after
from core.catalogue import Catalogue
from core.policies import Policies

ON = dt.date(2019, 9, 16)


class Late(LivingAid):
    """Living aid that follows a rent subsidy, wherever it is given."""

    name = "late_aid"
    after = ("rent_subsidy", "atlantis")
    excludes = ("golden_autumn",)


def test_its_own_rules_stand_before_the_region_s() -> None:
    pack = Policies.load().pack("baotou")
    rules = {one.code: one for one in bound_by(pack, Late(), ON)}
    assert list(rules) == ["excludes_golden_autumn", "comes_after"]
    first = rules["comes_after"]
    assert (first.reached, first.begun, first.binds) == ("decided", True, ("late_aid",))
    titles = name_after(first, Catalogue.load()).titles
    assert titles == {
        "rent_subsidy": RentSubsidy.title, "atlantis": Text("atlantis", "atlantis"),
    }  # fmt: skip


def test_what_lasts_is_had_once_and_a_single_sum_is_not_said_to_be() -> None:
    pack = Policies.load().pack("baotou")
    codes = [one.code for one in bound_by(pack, RentSubsidy(), ON)]
    assert codes == ["once", "excludes_in_kind_lease"]
    assert RentSubsidy.kind is Kind.MONTHLY
    assert bound_by(pack, LivingAid(), ON) == ()
