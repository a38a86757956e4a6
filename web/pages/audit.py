"""The audit trail, for auditors: who changed what, when, why."""

from __future__ import annotations

import datetime as dt
import uuid

from flask import Blueprint, render_template, request

from core.audit.queries import TrailFilters, list_records
from web.events import EVENTS
from web.pages.addressing import asked_day, whole
from web.request import context

blueprint = Blueprint("audit", __name__, url_prefix="/<tenant>/audit")
SIZE = 50


@blueprint.get("")
def show_list() -> str:
    """Show a page of the trail."""
    page, filters = whole("page", 1), _filters()
    records, total = list_records(context(), filters, page=page, size=SIZE)
    return render_template(
        "audit/list.html", records=records, total=total, page=page, size=SIZE, filters=filters,
        events=EVENTS,
    )  # fmt: skip


def _filters() -> TrailFilters:
    first: dt.date | None = asked_day("first")
    return TrailFilters(
        event=request.args.get("event", ""),
        actor=request.args.get("actor", "").strip(),
        object_id=request.args.get("object", type=uuid.UUID),
        first=first,
        last=asked_day("last"),
    )
