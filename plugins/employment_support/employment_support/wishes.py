"""What somebody able to work and without work can wish for, and whether his region gives it."""

from __future__ import annotations

from collections.abc import Iterator

from bangfu_sdk import Facts, Figures, Flags, Option, Text

NO_WISH = ""
"""The wish of a household judged before anybody told it: as if it wished for anything."""

WISHES = (
    Option("training", Text("职业技能培训及培训补贴", "vocational training and its subsidy")),
    Option("startup_loan", Text("创业扶持及创业担保贷款", "start-up help and guaranteed loan")),
    Option("welfare_post", Text("公益性岗位安置", "public-welfare post")),
    Option("job_placement", Text("职业介绍和就业援助", "job placement")),
)
"""The `code` of each is also the name of the figure that says which categories are given it."""


def entitled(facts: Facts, figures: Figures) -> Iterator[tuple[Option, Flags]]:
    """Yield everything that can be wished for, with who wishes for it and is given it."""
    wish, category = facts.choice("wish"), facts.choice("category")
    for one in WISHES:
        given = category.pick(figures.by_category(one.code)) > 0
        yield one, wish.among((one.code, NO_WISH)) & given


def given_anything(facts: Facts, figures: Figures) -> Flags:
    """Return whose category is given anything at all, whatever the wish."""
    found = Flags.constant(False, facts.size)
    for one in WISHES:
        found |= facts.choice("category").pick(figures.by_category(one.code)) > 0
    return found
