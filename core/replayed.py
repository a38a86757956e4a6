"""What every replay of a decision needs: its stored figures, and how a difference is told."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from core.context import Context
from core.errors import DomainError, Message, NotFoundError, _
from core.households.models import ParameterSet
from core.policies import Figures
from core.policies.figures import figures_from_json

BROKEN = (DomainError, KeyError, TypeError, ValueError, OverflowError)
"""How a decision fails whose stored parts were damaged, or whose rule or figures are gone."""


@dataclass(frozen=True)
class Difference:
    """A decision that did not come out the same.

    `kind` is judgement, application, exit or claim; `number` is that of the file, or of the
    application or claim; `what` names what differs, or is "failed" where `reason` says why nothing
    could be judged. `version` is the rule's that decided, `installed` the present one's, "" where
    there is none.
    """

    kind: str
    id: uuid.UUID
    number: str
    on: dt.date
    programme: str
    version: str
    installed: str
    what: tuple[str, ...]
    reason: Message | None = None


def stored_figures(ctx: Context, sha256: bytes) -> Figures:
    """Return the figures a decision was made with; NotFoundError where they are gone."""
    stored = ctx.session.scalars(
        select(ParameterSet).where(
            ParameterSet.tenant_id == ctx.tenant_id, ParameterSet.sha256 == sha256
        )
    ).one_or_none()
    if stored is None:
        raise NotFoundError(_("The figures it was decided with are not stored."))
    return figures_from_json(stored.figures, ())


def tell_reason(error: Exception) -> Message:
    """Return in words why a stored decision cannot be judged anew."""
    if isinstance(error, DomainError):
        return error.message
    return Message(_("What is stored of it cannot be read (%(problem)s)."), {"problem": str(error)})


def differing(same: Mapping[str, bool]) -> tuple[str, ...]:
    """Return the names of what is not the same."""
    return tuple(name for name, is_same in same.items() if not is_same)


def installed_version(ctx: Context, programme: str) -> str:
    """Return the version of a rule as it is installed now, "" where there is none."""
    try:
        return ctx.catalogue.rule(programme).version
    except DomainError:
        return ""
