"""What is owed of aid that is paid first, and until when."""

from __future__ import annotations

from typing import NamedTuple

from bangfu_sdk import Text

from core.applications.models import Application
from core.applications.urgency import stored_terms
from core.audit import record
from core.context import Context
from core.db import new_id
from core.owed_papers.models import OWED, OwedPapers
from core.workdays import add_working_days


class Item(NamedTuple):
    """Something to be handed in: a question of the form for papers, or a paper of the region's own,
    which is of this `kind` of evidence."""

    name: str
    text: Text
    kind: str = ""


def begin_owing(ctx: Context, application: Application) -> OwedPapers:
    """Let an application that was just granted by the urgent route owe its papers, from today."""
    days = stored_terms(ctx, application).paper_days
    owed = OwedPapers(
        tenant_id=ctx.tenant_id, id=new_id(), application_id=application.id,
        household_id=application.household_id, state=OWED, version=1, granted_on=ctx.today,
        due_on=add_working_days(ctx.today, days), papers={}, note="", reason="", begun_at=ctx.now,
    )  # fmt: skip
    ctx.session.add(owed)
    ctx.session.flush()
    record(ctx, "papers.owed", owed, after={
        "application": application.number, "due_on": owed.due_on.isoformat(),
    })  # fmt: skip
    return owed


def list_items(application: Application) -> list[Item]:
    """Return what an application owes, as it was when it was handed in."""
    return [
        Item(one["name"], Text(**one["text"]), one["kind"])
        for one in application.assessment.get("owed", ())
    ]
