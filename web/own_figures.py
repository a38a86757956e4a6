"""Figures of a federation's own in words, for its pages, the API and the command line alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from bangfu_sdk import Text
from bangfu_sdk.texts import show

from core.policies import Pack
from core.policies.figures import parse_figure
from core.policies.settable import Settable, list_settable
from core.tenancy import ParameterOverride


def as_data(pack: Pack, one: ParameterOverride, today: dt.date) -> dict[str, Any]:
    """Return a figure that was set, and whether it still can be withdrawn."""
    return {
        "id": one.id, "programme": one.programme, "name": one.name, "value": one.value,
        "shown": _show(pack, one), "holds_from": one.holds_from, "source": one.source,
        "set_at": one.set_at, "withdrawable": one.holds_from > today,
    }  # fmt: skip


def find_settable(pack: Pack, programme: str, name: str) -> Settable | None:
    """Return a figure that may be set, None where it may not."""
    found = (one for one in list_settable(pack) if (one.programme, one.name) == (programme, name))
    return next(found, None)


def set_for(own: Iterable[ParameterOverride], one: Settable) -> list[ParameterOverride]:
    """Return what was set of a figure, in the order given."""
    return [held for held in own if (held.programme, held.name) == (one.programme, one.name)]


def _show(pack: Pack, one: ParameterOverride) -> Text:
    """Return the value with its unit; as it stands where the region has no such figure any more."""
    found = find_settable(pack, one.programme, one.name)
    if found is None:
        return Text(one.value, one.value)
    return show(parse_figure(found.parameter, one.value), found.parameter.unit)
