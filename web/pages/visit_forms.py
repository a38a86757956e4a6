"""Forms of home visits, printed to be taken along: one file's, or those of a page of a list."""

from __future__ import annotations

import uuid

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from core.errors import InvalidError
from core.households.life.visit_forms import open_visit_forms
from core.households.life.visits import CONCLUSIONS
from web.labels import label
from web.request import context

blueprint = Blueprint("visit_forms", __name__, url_prefix="/<tenant>/visit-forms")


@blueprint.get("")
def show() -> str:
    """Show the forms of the files the address names, each on a sheet of its own when printed."""
    ctx = context()
    return render_template(
        "visits/forms.html", files=open_visit_forms(ctx, _asked()), today=ctx.today,
        federation=ctx.tenant, conclusions=[label("visit_conclusion", one) for one in CONCLUSIONS],
    )  # fmt: skip


def _asked() -> list[uuid.UUID]:
    try:
        return [uuid.UUID(one) for one in request.args.getlist("file")]
    except ValueError:
        raise InvalidError(
            _("One of the files is not named rightly."),
            remedy=_("Open the form from the file's page or from a list."), field="file",
        ) from None  # fmt: skip
