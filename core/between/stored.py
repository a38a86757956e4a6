"""The rules between programmes an application was judged with, as it keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.applications.models import Application
from core.between.limits import Beside, Other
from core.context import Context
from core.policies.between import CAP, between_from_json
from core.replayed import stored_figures


def stored_beside(
    ctx: Context, application: Application, others: Sequence[Other] | None = None
) -> Beside:
    """Return the rules an application was judged with and what they looked at, or `others` instead.

    NotFoundError where the figures are gone, KeyError where it keeps no such rules.
    """
    told = application.assessment["between"]
    rules = tuple(between_from_json(one) for one in told["rules"])
    seen = [Other.from_json(one) for one in told["others"]] if others is None else others
    figures = stored_figures(ctx, bytes.fromhex(told["parameters"]))
    declared = tuple(one.parameter for one in rules if one.kind == CAP)
    return Beside(
        application.programme, application.applied_on, rules, tuple(seen),
        replace(figures, parameters=declared), told["member"],
    )  # fmt: skip
