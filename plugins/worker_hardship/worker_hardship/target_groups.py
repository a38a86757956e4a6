"""Identification where a region helps target groups: the categories, and who is listed besides."""

from __future__ import annotations

from dataclasses import replace

from bangfu_sdk import (
    FACTS,
    Facts,
    Figures,
    Identified,
    Option,
    Reason,
    Text,
    Trace,
    Unit,
    first_that_fits,
)

from worker_hardship import groups
from worker_hardship.identification import NEEDED, WorkerHardship

LISTED = Option("listed", Text("列入帮扶对象", "listed in a target group"))
_LISTED_REASON = Text(
    "收入和支出不属于以上困难类别，但属于帮扶对象，予以建档",
    "income and spending fit none of the categories, but the household is in a target group",
)


class WorkerTargetGroups(WorkerHardship):
    """The categories of workers in hardship, and a file for whoever is in a target group."""

    name = "worker_target_groups"
    api_version = "1.1"
    title = Text("困难职工及帮扶对象认定", "identification of workers in hardship by target groups")
    facts = tuple(FACTS[name] for name in (*NEEDED, *groups.NEEDED))
    categories = (*WorkerHardship.categories[:-1], LISTED, WorkerHardship.categories[-1])
    target_groups = groups.TARGET_GROUPS

    def identify(self, facts: Facts, figures: Figures, trace: Trace) -> Identified:
        """Return deep, relative, accidental, listed or none, and the groups, for each household."""
        identified = super().identify(facts, figures, trace)
        own = identified.category
        found = groups.find_groups(facts, trace, own.equals("deep"))
        listed = own.equals("none") & groups.in_any(found, facts.size)
        category = trace.step(
            "category_or_group",
            first_that_fits(
                *(
                    (own.equals(option.code), option.code)
                    for option in WorkerHardship.categories[:-1]
                ),
                (listed, LISTED.code),
                otherwise="none",
            ),
            Unit.CODE,
            Text("类别：不属于困难类别但属于帮扶对象的列入", "category: listed if in a group only"),
        )
        reasons = (
            *(replace(reason, when=reason.when & ~listed) for reason in identified.reasons),
            Reason(LISTED.code, _LISTED_REASON, listed),
            *groups.tell_groups(found),
        )
        return Identified(category, reasons, found)
