"""Handing in the papers that are owed, and the home visit that makes the investigation good."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy import select

from core.applications.models import Application
from core.audit import record
from core.context import Context
from core.errors import ForbiddenError, InvalidError, _
from core.households.life.models import Visit
from core.households.models import Evidence
from core.owed_papers.lookup import lock_owed
from core.owed_papers.models import HANDED_IN, OWED, OwedPapers
from core.owed_papers.owing import Item, list_items
from core.owed_papers.visits import select_visits

Papers = Mapping[str, Sequence[uuid.UUID]]
"""The ids of evidence of the household by what is owed."""


def hand_in(
    ctx: Context,
    owed_id: uuid.UUID,
    papers: Papers,
    visit_id: uuid.UUID | None,
    note: str = "",
    version: int | None = None,
) -> OwedPapers:
    """Hand in all that is owed at once, also when it is late; a second person then checks it.

    InvalidError names what is missing or is no paper of the household, and where no visit since the
    day of the application is named at which somebody was met.
    """
    owed, application = lock_owed(ctx, owed_id, "papers.hand_in", OWED, version)
    if ctx.actor.person_id is None:
        raise ForbiddenError(_("A person has to answer for this."))
    owed.papers = _check_papers(ctx, application, papers)
    owed.visit_id = _check_visit(ctx, application, visit_id)
    owed.state, owed.note, owed.reason = HANDED_IN, note.strip(), ""
    owed.handed_in_by, owed.handed_in_on = ctx.actor.person_id, ctx.today
    owed.version += 1
    ctx.session.flush()
    record(ctx, "papers.handed_in", owed, before={"state": OWED}, after={
        "state": HANDED_IN, "papers": owed.papers, "visit": str(owed.visit_id),
        "late": ctx.today > owed.due_on,
    })  # fmt: skip
    return owed


def _check_papers(ctx: Context, application: Application, papers: Papers) -> dict[str, list[str]]:
    items = {item.name: item for item in list_items(application)}
    unknown = set(papers) - set(items)
    if unknown:
        raise InvalidError(_("No paper “%(name)s” is owed."), field=min(unknown), name=min(unknown))
    kinds = _kinds(ctx, application)
    return {
        name: [str(paper) for paper in _check_item(ctx, item, papers.get(name, ()), kinds)]
        for name, item in items.items()
    }


def _check_item(
    ctx: Context, item: Item, given: Sequence[uuid.UUID], kinds: Mapping[uuid.UUID, str]
) -> Sequence[uuid.UUID]:
    """Return the papers given for one item: at least one, of the household and of its kind."""
    if not given:
        raise InvalidError(
            _("Missing: %(paper)s."), remedy=_("Add it to the household file, then name it here."),
            field=item.name, paper=item.text,
        )  # fmt: skip
    if any(paper not in kinds or item.kind not in ("", kinds[paper]) for paper in given):
        raise InvalidError(
            _("What is named for “%(paper)s” is no such paper of the household."),
            remedy=_("Add it to the household file as what it is, then name it here."),
            field=item.name, paper=item.text,
        )  # fmt: skip
    return given


def _kinds(ctx: Context, application: Application) -> dict[uuid.UUID, str]:
    query = select(Evidence.id, Evidence.kind).where(
        Evidence.tenant_id == ctx.tenant_id, Evidence.household_id == application.household_id
    )
    return {row.id: row.kind for row in ctx.session.execute(query)}


def _check_visit(ctx: Context, application: Application, visit_id: uuid.UUID | None) -> uuid.UUID:
    found = ctx.session.scalar(select_visits(ctx, application).where(Visit.id == visit_id))
    if found is None:
        raise InvalidError(
            _("A home visit since %(day)s at which somebody was met makes the investigation good."),
            remedy=_("Visit the household by two, record the visit, then name it here."),
            field="visit_id", day=application.applied_on.isoformat(),
        )  # fmt: skip
    return found.id
