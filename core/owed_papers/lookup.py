"""Finding the papers a service is about, held for an actor who may do this with them."""

from __future__ import annotations

import uuid

from core.access import Subject, require
from core.applications.lookup import lock_application, unit_path
from core.applications.models import Application
from core.applications.route import parties
from core.context import Context
from core.errors import ConflictError, NotFoundError, StaleError, _
from core.owed_papers.models import OwedPapers


def lock_owed(
    ctx: Context, owed_id: uuid.UUID, permission: str, state: str, version: int | None
) -> tuple[OwedPapers, Application]:
    """Return papers in a state with their application, both held until the commit.

    Whoever had a hand in the application or handed the papers in is a party. StaleError where they
    changed after the caller saw `version`, ConflictError where they are in another state.
    """
    found = ctx.session.get(OwedPapers, (ctx.tenant_id, owed_id))
    if found is None:
        raise NotFoundError
    # The application is held first, as everywhere.
    application = lock_application(ctx, found.application_id, "application.read")
    ctx.session.refresh(found, with_for_update=True)
    own = {found.handed_in_by} - {None}
    people = parties(ctx, application) | frozenset(one for one in own if one is not None)
    subject = Subject(ctx.tenant_id, unit_path(ctx, application), parties=people)
    require(ctx, permission, subject)
    if version is not None and version != found.version:
        raise StaleError
    if found.state != state:
        raise ConflictError(
            _("The papers of the application %(number)s are not in a state that allows this."),
            remedy=_("Look at them again."), number=application.number,
        )  # fmt: skip
    return found, application
