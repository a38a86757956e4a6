"""A fund's budget: raised and lowered with a reason, by two people."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.funds.budget_changes import confirm_change, propose_change, refuse_change
from core.funds.budgets import find_fund
from core.funds.queries import list_changes
from core.money import parse_yuan
from core.paging import WHOLE
from web import excel
from web.labels import label
from web.request import context

blueprint = Blueprint("budget", __name__, url_prefix="/<tenant>/funds")
LOWER = "lower"


@blueprint.post("/<uuid:fund_id>/budget")
def propose(fund_id: uuid.UUID) -> ResponseReturnValue:
    """Propose a change of the budget."""
    form = request.form
    amount = parse_yuan(form.get("amount", ""), field="amount")
    signed = -amount if form.get("way") == LOWER else amount
    propose_change(context(), fund_id, signed, form.get("reason", ""))
    flash(_("The change is proposed. Someone else must confirm it."))
    return _back(fund_id)


@blueprint.post("/budget/<uuid:change_id>/confirm")
def confirm(change_id: uuid.UUID) -> ResponseReturnValue:
    """Confirm a change that somebody else proposed."""
    change = confirm_change(context(), change_id)
    flash(_("The budget is changed."))
    return _back(change.fund_id)


@blueprint.post("/budget/<uuid:change_id>/refuse")
def refuse(change_id: uuid.UUID) -> ResponseReturnValue:
    """Put a proposed change aside."""
    change = refuse_change(context(), change_id, request.form.get("reason", ""))
    flash(_("The proposed change is put aside; the budget stays as it is."))
    return _back(change.fund_id)


@blueprint.get("/<uuid:fund_id>/budget/excel")
def download(fund_id: uuid.UUID) -> Response:
    """Hand the changes of a fund's budget out as a workbook."""
    ctx = context()
    fund = find_fund(ctx, fund_id)
    titles = [_("Amount (yuan)"), _("Reason"), _("State"), _("Proposed by"), _("Proposed at"),
              _("Decided by"), _("Decided at")]  # fmt: skip
    rows = [
        [excel.yuan(one["amount"]), one["reason"], label("change", one["state"]),
         one["proposed_by_name"], one["proposed_at"], one["decided_by_name"], one["decided_at"]]
        for one in list_changes(ctx, fund_id=fund.id, size=WHOLE)
    ]  # fmt: skip
    return excel.hand_out(f"{_('Changes of the budget')}-{fund.name} {fund.year}", titles, rows)


def _back(fund_id: uuid.UUID) -> ResponseReturnValue:
    return redirect(url_for("fund.show", fund_id=fund_id, _anchor="budget"), 303)
