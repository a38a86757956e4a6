"""Cleaning the cells of a sheet: raw cells in, typed values and faults out.

Each kind of column has one function that works on the whole column. The common case, a column of
one clean type, is decided once; only cells that stand out are looked at one by one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.households.workbook import amounts, numbers, words
from core.households.workbook import columns as kinds
from core.households.workbook.columns import Column
from core.households.workbook.findings import Cells, Check, Findings
from core.households.workbook.sheets import Table

Values = Sequence[Any] | NDArray[np.int64]


def clean_table(
    table: Table, columns: Sequence[Column], *, today: dt.date, units: Collection[str]
) -> tuple[dict[str, Values], Findings]:
    """Return the columns' clean values by field, and the faults; a faulty cell's value is void."""
    findings = Findings(table)
    for (index, title), kind in table.hidden.items():
        findings.add(index, title, kind)
    values = {
        column.field: CLEANERS[column.kind](
            Check(column, findings, today, units), table.cells[column.title]
        )
        for column in columns
    }
    return values, findings


CLEANERS: dict[str, Callable[[Check, Cells], Any]] = {
    kinds.TEXT: words.clean_text,
    kinds.NAME: words.clean_names,
    kinds.NUMBER: words.clean_file_numbers,
    kinds.WORD: words.clean_words,
    kinds.WORDS: words.clean_word_lists,
    kinds.YES_NO: words.clean_yes_no,
    kinds.ID_NUMBER: numbers.clean_ids,
    kinds.CARD: numbers.clean_cards,
    kinds.CREDIT_CODE: numbers.clean_credit_codes,
    kinds.PHONE: numbers.clean_phones,
    kinds.DIVISION: words.clean_divisions,
    kinds.UNIT: words.clean_units,
    kinds.MONEY: amounts.clean_money,
    kinds.AREA: amounts.clean_areas,
    kinds.COUNT: amounts.clean_counts,
    kinds.YEAR: amounts.clean_years,
    kinds.QUANTITY: amounts.clean_quantities,
    kinds.DATE: amounts.clean_dates,
    kinds.MONTH: amounts.clean_months,
    kinds.ANSWER: words.clean_answers,
    kinds.DAY: amounts.clean_days,
    kinds.STORY: words.clean_stories,
}
