"""Reads the figures of a rule from a table: every parameter, each by its unit."""

from __future__ import annotations

from collections.abc import Collection

from bangfu_sdk.kit.tables import Table
from bangfu_sdk.parameters import Figures, Parameter, Source
from bangfu_sdk.texts import HUNDREDTHS, UNLIMITED, Text, Unit


def read_figures(table: Table, parameters: Collection[Parameter], source: Source) -> Figures:
    """Return the figures of a rule. A table stands for the values by category or by stage, a list
    for those by month: that of the day, then of the month before it and so on."""
    values: dict[str, int] = {}
    for parameter in parameters:
        values |= _read_parameter(table, parameter)
    table.finish()
    return Figures(values, dict.fromkeys(values, source), tuple(parameters))


def read_number(table: Table, key: str, parameter: Parameter) -> int:
    """Return one value: yuan or square metres in quotes, a flag as true or false, hundredths of a
    multiple, a number."""
    if parameter.unit is Unit.FLAG:
        return int(table.flag(key))
    if parameter.unit is Unit.TIMES:
        return _within(table, key, parameter, table.times(key))
    if parameter.unit not in HUNDREDTHS:
        return table.integer(key, parameter.low, parameter.high)
    if parameter.unit is Unit.AREA:
        return _within(table, key, parameter, table.money(key, _SQUARE_METRES))
    if table.raw(key) == "unlimited":
        return UNLIMITED
    return _within(table, key, parameter, table.money(key))


def _read_parameter(given: Table, parameter: Parameter) -> dict[str, int]:
    name = parameter.name
    if parameter.by_month:
        values = given.series(name, 1 + parameter.by_month)
        names = (name, *(f"{name}.{back}" for back in range(1, 1 + parameter.by_month)))
        return {key: read_number(values, str(place), parameter) for place, key in enumerate(names)}
    if not (parameter.by_category or parameter.by_stage):
        return {name: read_number(given, name, parameter)}
    below = given.table(name)
    return {f"{name}.{key}": read_number(below, key, parameter) for key in below}


def _within(table: Table, key: str, parameter: Parameter, value: int) -> int:
    if not parameter.low <= value <= parameter.high:
        problem = Text("超出范围。", "is out of range.")
        raise table.fault(key, problem, Text("请改正该值。", "Correct the amount."))
    return value


_SQUARE_METRES = Text(
    '请写平方米数，如"15.00"。', 'Write square metres in quotes, such as "15.00".'
)
