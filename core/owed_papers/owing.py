"""What is owed of aid that is paid first, and until when."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from bangfu_sdk import QuestionKind, Text

from core.applications.models import Application
from core.applications.questions import is_asked
from core.applications.urgency import read_terms
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
    days = read_terms(ctx, application.programme, application.applied_on).paper_days
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


def list_items(ctx: Context, application: Application) -> list[Item]:
    """Return what an application owes: every paper its form asks for with these answers, needed on
    the ordinary route or not, for nobody saw any before it was paid; and the region's own.

    UnavailableError where its plugin is out of order: then nobody knows.
    """
    return [*_asked_for(ctx, application), *_of_region(ctx, application.programme)]


def _asked_for(ctx: Context, application: Application) -> Iterator[Item]:
    rule = ctx.catalogue.programme(application.programme)
    for question in rule.questions:
        asked = is_asked(rule, question, application.answers)
        if question.kind is QuestionKind.EVIDENCE and asked:
            yield Item(question.name, question.text)


def _of_region(ctx: Context, programme: str) -> Iterator[Item]:
    route = ctx.pack.urgent.get(programme)
    for paper in route.papers if route else ():
        yield Item(paper.kind, paper.name, paper.kind)
