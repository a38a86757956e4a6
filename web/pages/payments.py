"""Payments as a workbook, wherever a page lists them: cards masked as there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Response
from flask_babel import gettext as _

from web import excel
from web.display import programme_title
from web.labels import label


def write_payments(title: str, payments: Iterable[dict[str, Any]]) -> Response:
    """Return payments as a workbook under a title."""
    titles = [_("Payment"), _("Application"), _("Payee"), _("Programme"), _("Bank"), _("Account"),
              _("Amount (yuan)"), _("State"), _("Paid on"), _("Why not")]  # fmt: skip
    rows = (
        [row["number"], row["application"], row["payee"], programme_title(row["programme"]),
         row["bank_name"], row["card"] or _("In person"), excel.yuan(row["amount"]),
         label("payment", row["state"]), row["paid_on"], row["failure"]]
        for row in payments
    )  # fmt: skip
    return excel.hand_out(title, titles, rows)
