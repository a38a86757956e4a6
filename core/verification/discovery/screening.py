"""Screening the registry: files in force that are eligible for aid nobody asked for this year."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from core.access import require
from core.applications.assessment import assess_application, find_programme
from core.between.beside import look_beside
from core.context import Context
from core.errors import DomainError
from core.households.lookup import find_household
from core.households.models import Household
from core.households.queries import readable_paths
from core.households.rows import ID_PLACE
from core.outbox import OutboxEntry, enqueue
from core.programmes import programme_names
from core.verification.discovery.proposing import Draft, propose

PERMISSION = "discovery.find"
JOB = "screen_registry"
DIGEST = "discovery_screen"
REGISTRY = "registry"
CANDIDATES = """
select h.id, h.unit_id, h.category, m.id, m.name, m.id_cipher, m.id_index
from households h
join units u on u.tenant_id = h.tenant_id and u.id = h.unit_id
join members m on m.tenant_id = h.tenant_id and m.household_id = h.id and m.is_head
where h.tenant_id = %(tenant)s and u.path like any (%(paths)s)
  and h.state = 'active' and h.category <> 'none'
  and not exists (
    select from applications a where a.tenant_id = h.tenant_id and a.household_id = h.id
    and a.applied_on >= %(since)s and a.state <> 'draft')
  and not exists (
    select from discovery_proposals p where p.tenant_id = h.tenant_id
    and p.id_index = m.id_index and p.state = 'open')
order by h.file_number
"""


@dataclass(frozen=True)
class Screened:
    """How many files were looked at, and how many proposals came of them."""

    households: int
    proposed: int


def start_screening(ctx: Context) -> OutboxEntry:
    """Have a job screen the registry within the actor's units."""
    require(ctx, PERMISSION)
    return enqueue(ctx, JOB, {})


def screen(ctx: Context, progress: Callable[[int, int], None]) -> Screened:
    """Propose each file in force that could be given aid and did not ask for any this year.

    Each is assessed today by the very rules of an application. Safe to repeat: who is proposed
    already, or was settled this year, is not proposed again.
    """
    require(ctx, PERMISSION)
    since = ctx.today.replace(month=1, day=1)
    values = {"tenant": ctx.tenant_id, "since": since,
              "paths": readable_paths(ctx, PERMISSION)}  # fmt: skip
    rows = ctx.session.fetch(CANDIDATES, values)
    drafts: list[Draft] = []
    for number, row in enumerate(rows, start=1):
        drafts += _draft(ctx, row)
        progress(number, len(rows))
    return Screened(len(rows), propose(ctx, drafts))


def _draft(ctx: Context, row: tuple[Any, ...]) -> Iterator[Draft]:
    household_id, unit_id, category, member_id, name, sealed, index = row
    eligible = _programmes(ctx, household_id)
    if not eligible:
        return
    told = orjson.dumps([REGISTRY, str(household_id), ctx.today.year])
    yield Draft(
        origin=REGISTRY, reason="unaided", household_id=household_id, unit_id=unit_id, name=name,
        id_number=ctx.vault.decrypt(ctx.tenant_id, ID_PLACE, member_id, bytes(sealed)),
        id_index=bytes(index), details={}, digest=ctx.vault.digest(DIGEST, told),
        grounds={"category": category, "programmes": eligible, "year": ctx.today.year},
    )  # fmt: skip


def _programmes(ctx: Context, household_id: uuid.UUID) -> list[str]:
    """Return the programmes that could grant something today; one that cannot judge grants none."""
    household = find_household(ctx, household_id, PERMISSION)
    return [name for name in programme_names(ctx) if _grants(ctx, household, name)]


def _grants(ctx: Context, household: Household, name: str) -> bool:
    try:
        programme = find_programme(ctx, name)
        beside = look_beside(ctx, household, programme)
        found = assess_application(ctx, household, programme, {}, 0, beside=beside)
        return found.is_eligible
    except DomainError:
        return False
