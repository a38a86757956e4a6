"""The audit trail, for auditors: who changed what, when, why."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _

from core.audit.models import AuditRecord
from core.audit.queries import TrailFilters, list_records, take_records
from web import excel
from web.events import EVENTS
from web.labels import actor_name, event_name
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


@blueprint.get("/excel")
def download() -> Response:
    """Hand the trail out as a workbook, as it is narrowed; that is itself on record."""
    titles = [_("At"), _("Person"), _("Event"), _("What it happened to"), _("Number"),
              _("Before"), _("After"), _("Reason"), _("Request number"),
              _("Sealed in block")]  # fmt: skip
    rows = (_cells(one) for one in take_records(context(), _filters()))
    return excel.hand_out(_("Audit trail"), titles, rows)


def _cells(one: AuditRecord) -> list[Any]:
    return [
        one.at, actor_name(one.actor_name), event_name(one.event), one.object_type,
        str(one.object_id), _write(one.before), _write(one.after), one.reason, one.request_id,
        one.block,
    ]  # fmt: skip


def _write(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False) if values else ""


def _filters() -> TrailFilters:
    first: dt.date | None = asked_day("first")
    return TrailFilters(
        event=request.args.get("event", ""),
        actor=request.args.get("actor", "").strip(),
        object_id=request.args.get("object", type=uuid.UUID),
        first=first,
        last=asked_day("last"),
    )
