"""The platform before its operator: every federation as a tree, and the jobs that failed."""

from __future__ import annotations

from flask import Blueprint, Response, render_template
from flask_babel import gettext as _

from core.operations import list_failed, survey_federations
from core.outbox import failure_of
from core.tenancy import TenantView
from web import excel
from web.labels import label
from web.request import context, installation
from web.translation import language

blueprint = Blueprint("federation", __name__, url_prefix="/federations")


@blueprint.get("")
def show_list() -> str:
    """Show the tree and the failed jobs of all of it."""
    ctx = context()
    jobs = [
        (job, installation().tenant_by_id(job.tenant_id), failure_of(job))
        for job in list_failed(ctx)
    ]
    return render_template(
        "federations/list.html", federations=survey_federations(ctx), jobs=jobs, name=_name
    )


@blueprint.get("/excel")
def download() -> Response:
    """Hand the tree out as a workbook."""
    titles = [_("Federation"), _("Short name"), _("Level"), _("Below"), _("Region pack"),
              _("Failed jobs")]  # fmt: skip
    rows = [
        [_name(one.tenant), one.tenant.slug, label("level", one.tenant.level),
         _above(one.tenant), one.tenant.pack, one.failed]
        for one in survey_federations(context())
    ]  # fmt: skip
    return excel.hand_out(_("Federations"), titles, rows)


def _name(tenant: TenantView) -> str:
    return tenant.name if language() == "zh" else tenant.name_en


def _above(tenant: TenantView) -> str:
    return _name(installation().tenant_by_id(tenant.parent_id)) if tenant.parent_id else ""
