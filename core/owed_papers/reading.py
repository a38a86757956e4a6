"""One application's owed papers with all that is needed to hand them in or to check them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import select

from core.access import Subject, allowed
from core.applications.lookup import unit_path
from core.applications.models import Application
from core.applications.route import parties
from core.context import Context
from core.households.life.models import Visit
from core.households.models import Evidence
from core.owed_papers.models import HANDED_IN, OWED, OwedPapers
from core.owed_papers.owing import Item, list_items
from core.owed_papers.queries import Listed, find_owed
from core.owed_papers.visits import list_visits

HAND_IN, CHECK = "hand_in", "check"


class Paper(NamedTuple):
    """A paper of the household."""

    id: uuid.UUID
    kind: str
    filename: str


@dataclass(frozen=True)
class Document:
    """What is owed, each with the papers of the household that can be handed in for it, and what
    was handed in; `can` is what the actor may do now: hand_in, check."""

    listed: Listed
    items: Sequence[Item]
    choices: Mapping[str, Sequence[Paper]]
    given: Mapping[str, Sequence[Paper]]
    visits: Sequence[Visit]
    visit: Visit | None
    can: Sequence[str]


def read_owed(ctx: Context, owed_id: uuid.UUID) -> Document:
    """Return the papers with all about them; NotFoundError where the actor may see none."""
    listed = find_owed(ctx, owed_id)
    owed = ctx.session.get_one(OwedPapers, (ctx.tenant_id, owed_id))
    application = ctx.session.get_one(Application, (ctx.tenant_id, owed.application_id))
    items, papers = list_items(application), _papers(ctx, application)
    return Document(
        listed, items, {item.name: _fitting(item, papers) for item in items},
        {name: [one for one in papers if str(one.id) in ids] for name, ids in owed.papers.items()},
        list_visits(ctx, application), _visit(ctx, owed),
        _actions(ctx, owed, application),
    )  # fmt: skip


def _papers(ctx: Context, application: Application) -> list[Paper]:
    query = select(Evidence.id, Evidence.kind, Evidence.filename).where(
        Evidence.tenant_id == ctx.tenant_id, Evidence.household_id == application.household_id
    )
    return [Paper(*row) for row in ctx.session.execute(query.order_by(Evidence.id))]


def _fitting(item: Item, papers: Sequence[Paper]) -> list[Paper]:
    return [one for one in papers if item.kind in ("", one.kind)]


def _visit(ctx: Context, owed: OwedPapers) -> Visit | None:
    if owed.visit_id is None:
        return None
    return ctx.session.get_one(Visit, (ctx.tenant_id, owed.visit_id))


def _actions(ctx: Context, owed: OwedPapers, application: Application) -> list[str]:
    people = set(parties(ctx, application)) | {owed.handed_in_by} - {None}
    subject = Subject(
        ctx.tenant_id, unit_path(ctx, application),
        frozenset(one for one in people if one is not None),
    )  # fmt: skip
    states = {HAND_IN: OWED, CHECK: HANDED_IN}
    return [
        action
        for action, state in states.items()
        if owed.state == state and allowed(ctx, f"papers.{action}", subject)
    ]
