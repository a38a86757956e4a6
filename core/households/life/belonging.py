"""What is named together with a file must be a part of that file."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from core.context import Context
from core.errors import NotFoundError
from core.households.life.models import ExitReview, Measure

Part = type[Measure] | type[ExitReview]


def require_part(ctx: Context, part: Part, part_id: uuid.UUID, household_id: uuid.UUID) -> None:
    """Raise NotFoundError where a measure or an exit review is not one of this file."""
    own = (part.tenant_id == ctx.tenant_id, part.id == part_id)
    if ctx.session.scalar(select(part.household_id).where(*own)) != household_id:
        raise NotFoundError
