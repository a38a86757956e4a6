"""Bills of hospitals: what is claimed, and that nobody in the province claims one twice.

The hashes lie in the province's rows. They are written and looked up here alone, under the
province's scope within the same transaction: a federation learns whether a bill was claimed, and
nothing of whose it is.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from typing import Final, LiteralString, NamedTuple

from core.context import Context
from core.db import Scope, driver, new_id
from core.pii import INDEX_BYTES
from core.tenancy import CITY

DIGEST = "hospital_bill"
TAKEN: Final[LiteralString] = """
select digest from (select substring(%(digests)b from place for %(size)s) as digest
  from generate_series(1, length(%(digests)b), %(size)s) place) wanted
join claimed_bills using (digest) where tenant_id = %(province)s
"""
TAKE: Final[LiteralString] = """
insert into claimed_bills (tenant_id, id, digest, federation)
select %s, unnest(%s::uuid[]), unnest(%s::bytea[]), %s
on conflict (tenant_id, digest) do nothing returning digest
"""
GIVE_BACK: Final[LiteralString] = """
delete from claimed_bills where tenant_id = %s and digest = %s and federation = %s
"""


class Bill(NamedTuple):
    """A hospital bill as it is claimed; amounts are fen, `settled` what was paid at discharge.

    `sheet` and `row` say where it stands in a workbook, and are empty where it was typed in.
    """

    sheet: str
    row: int
    name: str
    id_number: str
    hospital: str
    hospital_code: str
    bill_number: str
    admitted_on: dt.date
    discharged_on: dt.date
    total: int
    basic_insurance: int
    illness_insurance: int
    in_policy: int
    out_of_policy: int
    listed_illness: bool
    illness: str
    payee: str
    payee_name: str
    bank_name: str
    card: str
    settled: int | None = None

    @property
    def days(self) -> int:
        """Days in hospital, as they are charged: the day of discharge is none, but one is least."""
        return max((self.discharged_on - self.admitted_on).days, 1)

    @property
    def parts(self) -> int:
        """What insurance and patient paid together: the whole bill."""
        return self.basic_insurance + self.illness_insurance + self.in_policy + self.out_of_policy


def digest_bill(ctx: Context, hospital_code: str, bill_number: str) -> bytes:
    """Return the keyed hash of a bill: the same for every federation of the installation."""
    said = f"{hospital_code.strip()}|{bill_number.strip()}".upper()
    return ctx.vault.digest(DIGEST, said.encode())


def find_claimed(ctx: Context, digests: Sequence[bytes]) -> set[bytes]:
    """Return those bills that were claimed somewhere in the province."""
    province = _province(ctx)
    values = {"province": province, "digests": b"".join(digests), "size": INDEX_BYTES}
    with ctx.session.within(Scope(province, (province,))):
        rows = driver(ctx.session).execute(TAKEN, values, prepare=True).fetchall()
    return {bytes(digest) for (digest,) in rows}


def take_bills(ctx: Context, digests: Collection[bytes]) -> bool:
    """Note bills as claimed; False where somebody in the province claimed one first.

    They are taken in order, so that two imports never wait for each other.
    """
    province, ordered = _province(ctx), sorted(digests)
    ids = [new_id() for _digest in ordered]
    with ctx.session.within(Scope(province, (province,))):
        cursor = driver(ctx.session).execute(TAKE, (province, ids, ordered, ctx.tenant_id))
        return cursor.rowcount == len(ordered)


def give_bill_back(ctx: Context, digest: bytes) -> None:
    """Let a bill be claimed again, as its claim was refused or corrected."""
    province = _province(ctx)
    with ctx.session.within(Scope(province, (province,))):
        driver(ctx.session).execute(GIVE_BACK, (province, digest, ctx.tenant_id))


def _province(ctx: Context) -> uuid.UUID:
    tenant = ctx.tenant
    return tenant.parent_id if tenant.level == CITY and tenant.parent_id else tenant.id
