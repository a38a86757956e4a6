"""One federation's part of a simulation: its rules, its figures before and after, its blocks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from bangfu_sdk import NO_STAGE, STAGES, Programme, Rule, check_facts

from core.between.registry import find_caps
from core.context import Context
from core.errors import DomainError, Message, _
from core.households.fact_columns import SOURCES, STUDYING, count_members
from core.households.registry import Asked, Block, read_blocks
from core.judging import (
    RegistryJudged,
    assess_registry_with,
    judge_registry_with,
)
from core.overrides import read_overrides
from core.policies import Figures
from core.programmes import is_offered, programme_names
from core.simulation.caps import Caps, Granted
from core.simulation.outcome import AFTER, BEFORE, Cost, Integers, Outcome, add_up, count
from core.simulation.parameters import PERMISSION, Assumption, assume

COUNTY: Final = {"county": "coalesce(nullif(split_part(u.path, '.', 1), ''), '0')::bigint"}
COUNTIES: Final = """
select number, name from units
where tenant_id = %(tenant)s and parent_id in (
  select id from units where tenant_id = %(tenant)s and parent_id is null)
order by number
"""


AT_STAGE: Final = {
    f"at_{stage.code}": count_members(f"{STUDYING} and m.education_stage = '{stage.code}'")
    for stage in STAGES
}
"""The students of a file by stage of education."""


@dataclass(frozen=True)
class Pair:
    """A rule's figures in force and those to be tried; one object where nothing changes."""

    rule: Rule
    before: Figures
    after: Figures

    @property
    def varies(self) -> bool:
        """Whether a student of one stage of education may get another sum than one of another."""
        by_stage = [one.name for one in self.rule.parameters if one.by_stage]
        return any(
            len(set(figures.by_stage(name).values())) > 1
            for figures in (self.before, self.after)
            for name in by_stage
        )

    @property
    def changes(self) -> bool:
        """Whether anything is tried out here."""
        return self.before is not self.after


@dataclass
class Work:
    """What is run over one federation, and what it came to so far."""

    ctx: Context
    on: dt.date
    identification: Pair
    programmes: list[Pair]
    places: dict[int, int]
    outcome: Outcome
    caps: Caps

    @classmethod
    def prepare(cls, ctx: Context, on: dt.date, assumptions: Sequence[Assumption]) -> Work:
        """Return the work on the Context's federation, its figures found and changed."""
        overrides, place = read_overrides(ctx), ctx.pack.place(ctx.tenant.division_code)

        def pair(rule: Rule) -> Pair:
            before = ctx.pack.figures(rule.name, on, overrides, place)
            return Pair(rule, before, assume(before, assumptions, on))

        identification = ctx.catalogue.identification(ctx.pack.identification)
        rules, left_out = _find_programmes(ctx)
        counties = ctx.session.fetch(COUNTIES, {"tenant": ctx.tenant_id})
        names = ["", *(name for _number, name in counties)]
        labels = tuple(option.code for option in identification.categories)
        pairs = [pair(rule) for rule in rules]
        matrix = np.zeros((len(names), len(labels), len(labels)), np.int64)
        costs = [Cost.empty(rule.name, len(names), len(labels)) for rule in rules]
        outcome = Outcome(ctx.tenant.slug, names, labels, matrix, costs, left_out=left_out)
        places = {number: at for at, (number, _name) in enumerate(counties, start=1)}
        held = ctx.pack.caps_in_force(on, overrides, place)
        bound = {rule.name: find_caps(ctx.pack, rule.name, on) for rule in rules}
        caps = Caps({name: found for name, found in bound.items() if found},
                    (held, assume(held, assumptions, on)))  # fmt: skip
        return cls(ctx, on, pair(identification), pairs, places, outcome, caps)

    def figures(self) -> list[Figures]:
        """Return the figures in force of all rules."""
        own = [pair.before for pair in (self.identification, *self.programmes)]
        return [*own, self.caps.figures[BEFORE]]

    def asked(self) -> Asked:
        """Return what all rules together need to know of the files."""
        needed = {
            fact.name: fact
            for pair in (self.identification, *self.programmes)
            for fact in pair.rule.facts
            if fact.name in SOURCES
        }
        more = COUNTY | AT_STAGE if any(pair.varies for pair in self.programmes) else COUNTY
        return Asked(self.ctx.tenant_id, self.on, tuple(needed), PERMISSION, more)

    def run(self) -> Iterator[int]:
        """Judge all blocks, yielding how many files each had."""
        for block in read_blocks(self.ctx, self.asked()):
            self.outcome.undecidable += len(block) - len(block.decidable)
            if len(block.decidable):
                self._judge(block)
            yield len(block)

    def _judge(self, block: Block) -> None:
        facts = check_facts(block.facts())
        self.caps.given.clear()
        before = self._identify(facts, self.identification.before)
        after = before
        if self.identification.changes:
            after = self._identify(facts, self.identification.after)
        unions = self._unions(block)
        size = len(self.outcome.labels)
        codes = [self._codes(one) for one in (before, after)]
        self.outcome.matrix += count(
            (unions * size + codes[BEFORE]) * size + codes[AFTER], self.outcome.matrix.shape
        )
        moved = codes[BEFORE] != codes[AFTER]
        if moved.any():
            both = (one[moved].astype(np.uint8) for one in codes)
            self.outcome.affected.append((block.decidable["id"][moved].tobytes(), *both))
        same = not moved.any()
        for pair, cost in zip(list(self.programmes), list(self.outcome.costs), strict=True):
            try:
                students = _students(pair, block, facts)
                self._assess(pair, cost, facts, (before, after), codes, unions, students, same=same)
            except DomainError as error:
                self.programmes.remove(pair)
                self.outcome.costs.remove(cost)
                self.outcome.left_out[pair.rule.name] = error.message

    def _assess(
        self,
        pair: Pair,
        cost: Cost,
        facts: Mapping[str, Any],
        judged: tuple[RegistryJudged, RegistryJudged],
        codes: Sequence[Integers],
        unions: Integers,
        students: Mapping[str, Integers],
        *,
        same: bool,
    ) -> None:
        granted = self._grant(pair, facts, judged[BEFORE], pair.before, students)
        self._add(cost, BEFORE, granted, codes[BEFORE], unions)
        if pair.changes or not same:
            granted = self._grant(pair, facts, judged[AFTER], pair.after, students)
        self._add(cost, AFTER, granted, codes[AFTER], unions)

    def _add(
        self, cost: Cost, side: int, granted: Sequence[Granted], codes: Integers, unions: Integers
    ) -> None:
        shape = (cost.minimum.shape[0], cost.minimum.shape[2])
        cells = unions * shape[1] + codes
        eligible = np.zeros(len(cells), np.bool_)
        if cost.programme in self.caps.rules:
            self._add_within(cost, side, granted, codes, cells)
            return
        for one, times in granted:
            eligible |= one.eligible & (times > 0)
            cost.minimum[:, side] += add_up(cells, one.minimum * times, shape)
            cost.maximum[:, side] += add_up(cells, one.maximum * times, shape)
        cost.households[:, side] += count(cells[eligible], shape)

    def _add_within(
        self, cost: Cost, side: int, granted: Sequence[Granted], codes: Integers, cells: Integers
    ) -> None:
        """Add what is granted within the caps over this and the programmes before it."""
        shape = (cost.minimum.shape[0], cost.minimum.shape[2])
        name, labels, kind = cost.programme, self.outcome.labels, granted[0][0].kind
        each = self.caps.limit_each(name, side, granted, codes, labels)
        eligible = np.any([one.eligible & (times > 0) for one, times in each], axis=0)
        whole = np.sum([one.maximum * times for one, times in each], axis=0)
        least = np.sum([one.minimum * times for one, times in each], axis=0)
        most = self.caps.limit_sum(name, side, whole, codes, labels, kind)
        eligible &= (most > 0) | (whole == 0)
        cost.minimum[:, side] += add_up(cells, np.minimum(least, most), shape)
        cost.maximum[:, side] += add_up(cells, most, shape)
        cost.households[:, side] += count(cells[eligible], shape)

    def _identify(self, facts: Mapping[str, Any], figures: Figures) -> RegistryJudged:
        rule = self.identification.rule.name
        return judge_registry_with(self.ctx.catalogue, rule, facts, figures, self.on)

    def _grant(
        self,
        pair: Pair,
        facts: Mapping[str, Any],
        judged: RegistryJudged,
        figures: Figures,
        students: Mapping[str, Integers],
    ) -> list[Granted]:
        """Return what is granted and how often: once, for each student, or by his stage."""
        given, name = {**facts, "category": judged.category}, pair.rule.name
        return [
            (
                assess_registry_with(
                    self.ctx.catalogue, name, {**given, "stage": stage}, figures, self.on
                ),
                times,
            )
            for stage, times in students.items()
        ]

    def _unions(self, block: Block) -> Integers:
        numbers = block.numbers("county")
        table = np.zeros(max(self.places, default=0) + 1, np.int64)
        for number, place in self.places.items():
            table[number] = place
        return table[numbers]

    def _codes(self, judged: RegistryJudged) -> Integers:
        """Return the categories as positions among the outcome's labels."""
        places = [self.outcome.labels.index(label) for label in judged.labels]
        return np.array(places, np.int64)[judged.categories]


def _students(pair: Pair, block: Block, facts: Mapping[str, Any]) -> dict[str, Integers]:
    """Return how often a programme is granted, by stage where that makes a difference."""
    if not getattr(pair.rule, "per_student", False):
        return {NO_STAGE: np.ones(len(block.decidable), np.int64)}
    all_of_them: Integers = facts["students"].values
    if not pair.varies:
        return {NO_STAGE: all_of_them}
    told = {stage.code: block.numbers(f"at_{stage.code}") for stage in STAGES}
    return {**told, NO_STAGE: all_of_them - np.sum(list(told.values()), axis=0)}


def _find_programmes(ctx: Context) -> tuple[list[Programme], dict[str, Message]]:
    """Return the programmes the federation offers that can be run on the files alone."""
    rules, left_out = [], {}
    for name in programme_names(ctx):
        if not is_offered(ctx, name):
            continue
        try:
            rule = ctx.catalogue.programme(name)
        except DomainError as error:
            left_out[name] = error.message
            continue
        asked = [
            fact.meaning
            for fact in rule.facts
            if fact.name not in SOURCES and fact.name != "category" and fact.default is None
        ]
        if asked:
            text = _("It needs what only an application tells: %(fact)s.")
            left_out[name] = Message(text, {"fact": asked[0]})
        else:
            rules.append(rule)
    return rules, left_out
