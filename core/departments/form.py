"""The blank workbook of the shared ledger, with the words of the region to choose from."""

from __future__ import annotations

import io

import xlsxwriter

from core.context import Context
from core.departments.workbook import SHEET, list_columns
from core.households.export import Formats, write_header
from core.households.template import LIST_SHEET, Lists, put_rules


def write_form(ctx: Context) -> bytes:
    """Return the blank workbook; its row of titles is the format that comes in again."""
    columns = list_columns(ctx.pack)
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = write_header(book, SHEET, Formats(book), columns)
        lists = Lists(book.add_worksheet(LIST_SHEET), ())
        put_rules(sheet, columns, lists)
        lists.sheet.hide()
    return target.getvalue()
