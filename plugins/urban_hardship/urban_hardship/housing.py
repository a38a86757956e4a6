"""Need of a home: none, a dangerous one, or too little room a head."""

from __future__ import annotations

from bangfu_sdk import Facts, Figures, Flags, Parameter, Ratio, Reason, Text, Trace, Unit

from urban_hardship import means

AREA_PER_HEAD = Parameter(
    "housing_area_per_head",
    Unit.AREA,
    Text("住房困难人均建筑面积标准", "floor area a head below which room is short"),
    low=1,
    high=10**6,
)
_NEEDS = {
    "no_home": Text("无房", "has no home"),
    "dangerous_home": Text("居住危房", "lives in a dangerous home"),
    "cramped_home": Text(
        "人均建筑面积{area}，低于{least}", "has {area} of floor a head, less than {least}"
    ),
}


def find_needs(facts: Facts, figures: Figures, trace: Trace) -> dict[str, Flags]:
    """Return who is in need of a home and why. An area that nobody told is 0 and proves nothing:
    who has no home at all is `no_home`."""
    least = figures[AREA_PER_HEAD.name]
    told = facts.number("housing_area") > 0
    area = trace.step(
        "area_per_head", _area_per_head(facts), Unit.AREA,
        Text("人均建筑面积（未填为0）", "floor area a head, 0 where nobody told it"),
    )  # fmt: skip
    cramped = trace.step(
        "cramped_home", told & (area < least), Unit.FLAG,
        Text("人均建筑面积低于标准", "too little floor a head"), uses=(AREA_PER_HEAD.name,),
    )  # fmt: skip
    return {
        "no_home": facts.flag("no_home"),
        "dangerous_home": facts.flag("dangerous_home"),
        "cramped_home": cramped,
    }


def tell_needs(
    needs: dict[str, Flags], when: Flags, facts: Facts, figures: Figures
) -> tuple[Reason, ...]:
    """Return a reason for each need of the households that `when` names."""
    shown: means.Shown = {
        "area": (_area_per_head(facts), Unit.AREA),
        "least": (figures[AREA_PER_HEAD.name], Unit.AREA),
    }
    return tuple(
        Reason(code, text, when & needs[code], means.used(text, shown))
        for code, text in _NEEDS.items()
    )


def _area_per_head(facts: Facts) -> Ratio:
    return Ratio(facts.number("housing_area"), facts.number("members"))
