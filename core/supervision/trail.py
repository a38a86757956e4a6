"""How far a federation's audit trail is sealed and signed."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import NamedTuple

from core.context import Context

SEAL = """
select coalesce(sum(count), 0)::bigint, max(number), max(sealed_at),
  (array_agg(encode(chain, 'hex') order by number desc))[1],
  (select count(*) from audit_records where tenant_id = %(tenant)s and block is null)
from audit_blocks where tenant_id = %(tenant)s
"""

SIGNED = """
select block, signed_at, countersignature is not null
from audit_checkpoints where tenant_id = %(tenant)s order by block desc limit 1
"""


class Seal(NamedTuple):
    """Records sealed up to a block, its chain value, and the records that wait for the next."""

    records: int
    block: int | None
    sealed_at: dt.datetime | None
    chain: str | None
    waiting: int


class Signed(NamedTuple):
    """The newest signed checkpoint."""

    block: int
    signed_at: dt.datetime
    countersigned: bool


def read_seal(ctx: Context, tenant: uuid.UUID) -> tuple[Seal, Signed | None]:
    """Return how far one tenant's trail is sealed, and its newest checkpoint if there is one."""
    values = {"tenant": tenant}
    signed = ctx.session.fetch(SIGNED, values)
    return Seal(*ctx.session.fetch(SEAL, values)[0]), Signed(*signed[0]) if signed else None
