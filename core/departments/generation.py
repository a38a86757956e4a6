"""The departments' workbook of a made-up registry: what a region published, helping by helping."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from core.departments.workbook import SHEET, list_columns
from core.households.export import write_rows
from core.policies import Pack


def write_ledger(
    pack: Pack, rows: Iterable[Mapping[str, Any]], *, created: dt.datetime | None = None
) -> bytes:
    """Return a workbook of the shared ledger, in the form in which departments bring theirs."""
    return write_rows(SHEET, list_columns(pack), rows, created=created)
