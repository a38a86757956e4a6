"""Of several categories that fit, the one the region puts first counts (就高不就低)."""

from __future__ import annotations

from bangfu_sdk import Choice, Figures, Flags, Option, Reason, Text, Trace, Unit, first_that_fits

from urban_hardship.parameters import PRECEDENCE

NONE = "none"


def choose_category(fits: dict[str, Flags], figures: Figures, trace: Trace) -> Choice:
    """Return the category that counts for each household; `fits` says who is in which."""
    rank = figures.by_category(PRECEDENCE.name)
    ranked = [code for code in fits if code in rank] or list(fits)
    order = sorted(ranked, key=lambda code: (rank.get(code, 0), code))
    return trace.step(
        "category",
        first_that_fits(*((fits[code], code) for code in order), otherwise=NONE),
        Unit.CODE,
        Text("类别：同时符合多类的，就高认定", "category: of several that fit, the one put first"),
        uses=(PRECEDENCE.name,),
    )


def tell_others(
    fits: dict[str, Flags], category: Choice, options: tuple[Option, ...]
) -> tuple[Reason, ...]:
    """Return a reason for each category that fits as well and does not count."""
    return tuple(
        Reason(
            f"also_fits_{option.code}",
            Text(
                f"同时符合“{option.text.zh}”，按规定就高认定",
                f"fits “{option.text.en}” as well; the more favourable one counts",
            ),
            fits[option.code] & ~category.equals(option.code),
        )
        for option in options
        if option.code in fits
    )
