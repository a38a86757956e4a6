"""Judging a registry, its explanation kept, against the bare rule in numpy and openfisca-core."""

from __future__ import annotations

import datetime as dt

import numpy as np
import numpy.typing as npt

from core.catalogue import Catalogue
from core.judging import judge_registry
from core.policies import Policies
from tests.bench import openfisca
from tests.bench.timing import Comparison, compare

HOUSEHOLDS = 500_000
ON = dt.date(2023, 6, 30)
Columns = dict[str, npt.NDArray[np.int64]]
CODES = {"deep": 0, "relative": 1, "accidental": 2, "none": 3}


def measure() -> list[Comparison]:
    """Return the rate of the rules relative to plain numpy and to openfisca-core.

    All must agree on every category.
    """
    catalogue, pack = Catalogue.load(), Policies.load().pack("city_2023")
    columns = draw_columns(np.random.default_rng(1))
    facts = {**columns, "still_difficult": columns["still_difficult"].astype(bool)}
    judged = judge_registry(catalogue, pack, facts, ON)
    found = np.array([CODES[label] for label in judged.labels])[judged.categories]
    if not np.array_equal(found, judge_plainly(columns)):
        raise AssertionError("the rules and plain numpy disagree")
    ours, theirs = compare(
        lambda: judge_registry(catalogue, pack, facts, ON), lambda: judge_plainly(columns)
    )
    detail = f"{HOUSEHOLDS / ours:,.0f} households/s, {len(judged.trace.steps)} steps kept of each"
    plain = Comparison("rules", "plain numpy int64", ours, theirs, 0.5, "rate", detail)
    counts = np.bincount(found, minlength=len(CODES)).tolist()
    with openfisca.start(columns) as peer:
        told = peer.check()
        if told["categories"] != counts:
            raise AssertionError(f"openfisca-core finds {told['categories']}, not {counts}")
        ours, theirs = compare(lambda: judge_registry(catalogue, pack, facts, ON), peer.run)
    detail = f"its 32-bit floats get {told['wrong']:,} net incomes wrong, ours none"
    other = Comparison("rules", peer.name, ours, theirs, 10.0, "rate", detail)
    return [plain, other]


def draw_columns(draw: np.random.Generator) -> Columns:
    """Return facts of a registry, spread so that every category occurs; amounts in fen."""

    def some(share: float, high: int) -> npt.NDArray[np.int64]:
        return draw.integers(0, high, HOUSEHOLDS) * (draw.random(HOUSEHOLDS) < share)

    return {
        "members": draw.integers(1, 7, HOUSEHOLDS),
        "income": draw.integers(500_000, 15_000_000, HOUSEHOLDS) + some(0.03, 15_000_000),
        "earlier_aid": some(0.1, 800_000),
        "illness": some(0.5, 4_000_000),
        "disability": some(0.15, 900_000),
        "schooling": some(0.5, 1_500_000),
        "work_cost": some(0.4, 1_000_000),
        "loss": some(0.2, 12_000_000),
        "compensation": some(0.1, 2_000_000),
        "still_difficult": (draw.random(HOUSEHOLDS) < 0.3).astype(np.int64),
    }


def judge_plainly(facts: Columns) -> npt.NDArray[np.uint8]:
    """Return the categories by the shortest numpy that is exact; nothing else is kept."""
    line, persons = 70_000, facts["members"] * 12
    net = facts["income"] + facts["earlier_aid"] - facts["illness"] - facts["disability"]
    net = net - facts["schooling"]
    deep = net < line * persons
    relative = net - facts["work_cost"] < 2 * line * persons
    borne = facts["loss"] - facts["compensation"]
    accidental = (borne >= 2_400_000) & (facts["still_difficult"] == 1)
    codes = np.full(len(net), 3, np.uint8)
    codes[accidental], codes[relative], codes[deep] = 2, 1, 0
    return codes
