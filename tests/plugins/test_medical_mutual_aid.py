"""Medical mutual aid against the same scheme written a second time, in exact fractions."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from bangfu_sdk import UNLIMITED, Source, Text

from core.catalogue import Catalogue
from core.judging import settle_claims_with
from core.policies.figures import Figures, seal_figures

ON = dt.date(2024, 3, 1)
ROWS = 400
MONEY = ("in_policy", "out_of_policy", "earlier_benefit")


def pay(claim: dict[str, Any], figures: dict[str, int]) -> int:
    """Return what a claim is paid in fen, band by band upwards."""
    if claim["days_covered"] < figures["waiting_days"]:
        return 0
    edges = [figures["deductible"]]
    for edge in (figures["band_1_to"], figures["band_2_to"]):
        edges.append(max(edges[-1], figures["deductible"] + edge))
    by_bands, over = Fraction(0), claim["in_policy"]
    for number in (3, 2, 1):
        part = max(over - edges[number - 1], 0)
        by_bands += Fraction(part * figures[f"band_{number}_share"], 100)
        over -= part
    outside = Fraction(claim["out_of_policy"] * figures["out_of_policy_share"], 100)
    paid = min(_nearest(by_bands) + _nearest(outside), figures["claim_cap"])
    if claim["listed_illness"] and not claim["listed_before"]:
        paid += figures["lump_sum"]
    paid += min(claim["days"], figures["allowance_days"]) * figures["day_allowance"]
    return int(max(min(paid, figures["period_cap"] - claim["earlier_benefit"]), 0))


def _nearest(amount: Fraction) -> int:
    return int((2 * amount + 1) // 2)


def draw(rng: np.random.Generator) -> dict[str, int]:
    """Return figures of a scheme as some federation might set them, absurd ones among them."""
    fen = {
        name: (0, 1, 99, int(rng.integers(1, 5_000_000)), UNLIMITED)[rng.integers(0, 5)]
        for name in ("deductible", "band_1_to", "band_2_to", "claim_cap", "period_cap")
    }
    shares = {
        name: int(rng.integers(0, 101))
        for name in ("band_1_share", "band_2_share", "band_3_share", "out_of_policy_share")
    }
    return {
        **fen, **shares, "waiting_days": int(rng.integers(0, 91)),
        "lump_sum": int(rng.integers(0, 10**6)), "day_allowance": int(rng.integers(0, 10**4)),
        "allowance_days": int(rng.integers(0, 91)),
    }  # fmt: skip


def draw_claims(rng: np.random.Generator, figures: dict[str, int]) -> dict[str, Any]:
    """Return claims with amounts about the edges of the figures, a fen off among them."""
    edges = [one for one in figures.values() if one < UNLIMITED] + [0, 10**8]
    spread = rng.choice(edges, (len(MONEY), ROWS)) + rng.integers(-1, 2, (len(MONEY), ROWS))
    amounts = dict(zip(MONEY, np.maximum(spread, 0).astype(np.int64), strict=True))
    days = figures["waiting_days"] + rng.integers(-2, 3, ROWS)
    return {
        **amounts, "days": rng.integers(0, 120, ROWS), "days_covered": days.astype(np.int64),
        "listed_illness": rng.random(ROWS) < 0.5, "listed_before": rng.random(ROWS) < 0.5,
    }  # fmt: skip


def seal(values: dict[str, int]) -> Figures:
    source = Source(Text("试", "test"), Text("一", "1"), ON)
    return seal_figures("medical_mutual_aid", values, dict.fromkeys(values, source), ())


@pytest.mark.parametrize("seed", range(25))
def test_pays_what_the_reference_pays_to_the_fen(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = draw(rng)
    columns = draw_claims(rng, values)
    settled = settle_claims_with(
        Catalogue.load(), "medical_mutual_aid", columns, seal(values), ON
    )  # fmt: skip
    for row in range(ROWS):
        claim = {name: column[row].item() for name, column in columns.items()}
        assert settled.benefit[row] == pay(claim, values), (claim, values)
    alone = {name: column[0].item() for name, column in columns.items()}
    one = settle_claims_with(Catalogue.load(), "medical_mutual_aid", alone, seal(values), ON)
    assert one.decision(0) == settled.decision(0)
