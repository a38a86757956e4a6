# mypy: ignore-errors
"""The city's rule of 2023 in openfisca-core, as its users write one; runs in its own environment.

`python peer.py FACTS.npz`: for each line on standard input the rule is run once over all
households and a line is printed: what it found where the line asks `check`. Nothing of Bangfu
is imported here, and Bangfu imports nothing of this. People live in households, as openfisca-core
has it: the number of members is counted, what a household declares is given for the household.
"""

from __future__ import annotations

import json
import sys

import numpy as np
from openfisca_core.entities import Entity, GroupEntity
from openfisca_core.parameters import ParameterNode
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

PERSON = Entity("person", "persons", "", "")
HOUSEHOLD = GroupEntity("household", "households", "", "", roles=[{"key": "member"}])
DAY = "2023-06"
AMOUNTS = (
    "income", "earlier_aid", "illness", "disability", "schooling", "work_cost", "loss",
    "compensation",
)  # fmt: skip
FIGURES = {
    "dibao_line": 70_000, "window_months": 12, "relative_multiple": 2,
    "accidental_threshold": 2_400_000,
}  # fmt: skip


def make_input(name: str, kind: type) -> type[Variable]:
    """Return a variable that is given, not computed."""
    values = {"value_type": kind, "entity": HOUSEHOLD, "definition_period": DateUnit.MONTH,
              "label": name}  # fmt: skip
    return type(name, (Variable,), values)


def make_formula(name: str, kind: type, formula: object) -> type[Variable]:
    """Return a variable that is computed."""
    return type(name, (Variable,), {**make_input(name, kind).__dict__, "formula": formula})


def net_income(household, period):  # noqa: ANN001, ANN201 (as openfisca calls it)
    """Income and earlier aid less rigid spending."""
    spent = household("illness", period) + household("disability", period)
    spent = spent + household("schooling", period)
    return household("income", period) + household("earlier_aid", period) - spent


def net_per_head(household, period, parameters):  # noqa: ANN001, ANN201
    """Net income per head and month."""
    months = parameters(period).window_months
    return household("net_income", period) / (household.nb_persons() * months)


def net_after_work(household, period, parameters):  # noqa: ANN001, ANN201
    """Net income per head and month less work cost."""
    left = household("net_income", period) - household("work_cost", period)
    return left / (household.nb_persons() * parameters(period).window_months)


def loss_borne(household, period):  # noqa: ANN001, ANN201
    """Loss after compensation."""
    return household("loss", period) - household("compensation", period)


def category(household, period, parameters):  # noqa: ANN001, ANN201
    """The first that fits: 0 deep, 1 relative, 2 accidental, 3 none."""
    figures = parameters(period)
    deep = household("net_per_head", period) < figures.dibao_line
    limit = figures.relative_multiple * figures.dibao_line
    relative = household("net_after_work", period) < limit
    reached = household("loss_borne", period) >= figures.accidental_threshold
    accidental = reached & household("still_difficult", period)
    return np.select([deep, relative, accidental], [0, 1, 2], 3)


def build() -> TaxBenefitSystem:
    """Return the rule with its figures."""
    system = TaxBenefitSystem([PERSON, HOUSEHOLD])
    system.parameters = ParameterNode(
        "", data={name: {"values": {"2023-01-01": value}} for name, value in FIGURES.items()}
    )
    for name in AMOUNTS:
        system.add_variable(make_input(name, float))
    system.add_variable(make_input("still_difficult", bool))
    for formula in (net_income, net_per_head, net_after_work, loss_borne):
        system.add_variable(make_formula(formula.__name__, float, formula))
    system.add_variable(make_formula("category", int, category))
    return system


def run(system: TaxBenefitSystem, facts: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Judge all households; return categories and net incomes in fen."""
    households = np.arange(len(facts["members"]))
    persons = np.repeat(households, facts["members"])
    builder = SimulationBuilder()
    builder.create_entities(system)
    builder.declare_person_entity("person", np.arange(len(persons)))
    declared = builder.declare_entity("household", households)
    builder.join_with_persons(declared, persons, roles=np.repeat("member", len(persons)))
    simulation = builder.build(system)
    for name, values in facts.items():
        if name != "members":
            simulation.set_input(name, DAY, values)
    return simulation.calculate("category", DAY), simulation.calculate("net_income", DAY)


def main(path: str) -> None:
    """Run the rule as often as asked."""
    facts, system = dict(np.load(path)), build()
    exact = facts["income"] + facts["earlier_aid"] - facts["illness"] - facts["disability"]
    exact = exact - facts["schooling"]
    facts["still_difficult"] = facts["still_difficult"].astype(bool)
    for line in sys.stdin:
        found, net = run(system, facts)
        if line.strip() != "check":
            print("done", flush=True)
            continue
        wrong = int((np.rint(net.astype(np.float64)).astype(np.int64) != exact).sum())
        told = {"categories": np.bincount(found, minlength=4).tolist(), "wrong": wrong}
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
