"""Proposals as tasks: listed, taken up into a file, or dismissed with a reason."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import select

from core import audit
from core.access import Subject, require
from core.context import Context
from core.errors import ConflictError, InvalidError, NotFoundError, _
from core.households.queries import readable_paths
from core.paging import clamp, skip
from core.tenancy import Unit
from core.verification.discovery.proposing import DETAILS_PLACE, ID_PLACE, NAME_PLACE
from core.verification.models import Proposal

READ, DECIDE = "discovery.read", "discovery.decide"
STATES = ("open", "taken_up", "dismissed")
REASONS = ("unfiled", "returned", "unaided")
LIST = """
select p.id, p.origin, p.reason, p.household_id, u.full_name as unit, p.name_masked, p.id_masked,
  p.grounds, p.state, p.found_at, p.decision, p.decided_at, h.file_number, f.filename,
  count(*) over () as total
from discovery_proposals p
join units u on u.tenant_id = p.tenant_id and u.id = p.unit_id
left join households h on h.tenant_id = p.tenant_id and h.id = p.household_id
left join department_files f on f.tenant_id = p.tenant_id and f.id = p.file_id
where p.tenant_id = %(tenant)s and u.path like any (%(paths)s)
  and (%(state)s = '' or p.state = %(state)s) and (%(reason)s = '' or p.reason = %(reason)s)
  and (%(origin)s = '' or p.origin = %(origin)s) and u.path like %(unit)s
order by p.id desc limit %(size)s offset %(offset)s
"""


@dataclass(frozen=True)
class Filters:
    """What a list of proposals is narrowed to; an empty filter narrows nothing."""

    state: str = "open"
    reason: str = ""
    origin: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Listed:
    """A proposal as a list shows it: masked, with the file it names or became."""

    id: uuid.UUID
    origin: str
    reason: str
    household_id: uuid.UUID | None
    unit: str
    name: str
    id_number: str
    grounds: dict[str, Any]
    state: str
    found_at: Any
    decision: str
    decided_at: Any
    file_number: str | None
    filename: str | None


@dataclass(frozen=True)
class Somebody:
    """Who a proposal is about, in clear, and what the list said of him besides."""

    name: str
    id_number: str
    unit: str
    details: dict[str, str]


def list_proposals(
    ctx: Context, filters: Filters, *, page: int = 1, size: int = 50
) -> tuple[list[Listed], int]:
    """Return a page of the proposals within the actor's units, newest first, and how many fit."""
    size = clamp(size)
    values = {
        "tenant": ctx.tenant_id, "paths": readable_paths(ctx, READ), "state": filters.state,
        "reason": filters.reason, "origin": filters.origin, "unit": f"{filters.unit}%",
        "size": size, "offset": skip(page, size),
    }  # fmt: skip
    rows = ctx.session.fetch(LIST, values)
    return [Listed(*row[:-1]) for row in rows], rows[0][-1] if rows else 0


def take_up(ctx: Context, proposal_id: uuid.UUID) -> Proposal:
    """Take a proposal up: whoever does goes on to file the household, or to apply for its aid."""
    proposal = _open(ctx, proposal_id)
    _decide(ctx, proposal, "taken_up", "")
    return proposal


def dismiss(ctx: Context, proposal_id: uuid.UUID, reason: str) -> Proposal:
    """Dismiss a proposal; InvalidError without a reason."""
    proposal = _open(ctx, proposal_id)
    if not reason.strip():
        raise InvalidError(_("A reason is needed."), field="reason")
    _decide(ctx, proposal, "dismissed", reason.strip())
    return proposal


def reveal(ctx: Context, proposal_id: uuid.UUID) -> Somebody:
    """Return who a proposal that was taken up is about, to fill in his file; audited."""
    proposal, unit = _find(ctx, proposal_id, DECIDE)
    if proposal.state != "taken_up":
        raise ConflictError(_("This proposal was not taken up."), remedy=_("Take it up first."))
    audit.record(ctx, "proposal.revealed", proposal, after={"reason": proposal.reason})
    details = _unseal(ctx, proposal, DETAILS_PLACE, proposal.details_cipher)
    return Somebody(
        name=_unseal(ctx, proposal, NAME_PLACE, proposal.name_cipher),
        id_number=_unseal(ctx, proposal, ID_PLACE, proposal.id_cipher),
        unit=unit.full_name,
        details=orjson.loads(details) if details else {},
    )


def note_filed(ctx: Context, proposal_id: uuid.UUID, household_id: uuid.UUID) -> None:
    """Note which file a proposal has become; ConflictError unless it was taken up to be filed."""
    proposal, _unit = _find(ctx, proposal_id, DECIDE, lock=True)
    if proposal.state != "taken_up" or proposal.household_id is not None:
        raise ConflictError(_("This proposal is not waiting for a new file."),
                            remedy=_("File the household without it."))  # fmt: skip
    before = {"household_id": str(proposal.household_id or "")}
    proposal.household_id = household_id
    ctx.session.flush()
    audit.record(ctx, "proposal.filed", proposal, before=before,
                 after={"household_id": str(household_id)})  # fmt: skip


def find_proposal(ctx: Context, proposal_id: uuid.UUID) -> Proposal:
    """Return a proposal within the actor's units; NotFoundError for any other."""
    return _find(ctx, proposal_id, READ)[0]


def _open(ctx: Context, proposal_id: uuid.UUID) -> Proposal:
    proposal, _unit = _find(ctx, proposal_id, DECIDE, lock=True)
    if proposal.state != "open":
        raise ConflictError(_("This proposal was decided already."))
    return proposal


def _decide(ctx: Context, proposal: Proposal, state: str, reason: str) -> None:
    proposal.state, proposal.decision = state, reason
    proposal.decided_by, proposal.decided_at = ctx.actor.person_id, ctx.now
    ctx.session.flush()
    audit.record(ctx, f"proposal.{state}", proposal, before={"state": "open"},
                 after={"state": state}, reason=reason)  # fmt: skip


def _find(
    ctx: Context, proposal_id: uuid.UUID, permission: str, *, lock: bool = False
) -> tuple[Proposal, Unit]:
    query = (
        select(Proposal, Unit)
        .join(Unit, (Unit.tenant_id == Proposal.tenant_id) & (Unit.id == Proposal.unit_id))
        .where(Proposal.tenant_id == ctx.tenant_id, Proposal.id == proposal_id)
        .execution_options(populate_existing=True)
    )
    found = ctx.session.execute(query.with_for_update(of=Proposal) if lock else query).one_or_none()
    if found is None:
        raise NotFoundError
    require(ctx, permission, Subject(ctx.tenant_id, found[1].path))
    return found[0], found[1]


def _unseal(ctx: Context, proposal: Proposal, place: str, sealed: bytes | None) -> str:
    return ctx.vault.decrypt(ctx.tenant_id, place, proposal.id, sealed) if sealed else ""
