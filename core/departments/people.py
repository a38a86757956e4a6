"""Whom a row of the shared ledger is about: the files and members it names, by blind index."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from core.context import Context
from core.pii import INDEX_BYTES

# The wanted are joined, not looked for in an array: so the server hashes them, however many they
# are. Who stands in a file in force comes last, and so before who stood in one that has exited.
MEMBERS = """
select m.id_index, m.household_id, m.id, u.path
from (select substring(%(indexes)b from place for %(size)s) as id_index
  from generate_series(1, length(%(indexes)b), %(size)s) place) wanted
join members m using (id_index)
join households h on h.tenant_id = m.tenant_id and h.id = m.household_id
join units u on u.tenant_id = h.tenant_id and u.id = h.unit_id
where m.tenant_id = %(tenant)s
order by m.active, m.id
"""
FILES = """
select h.file_number, h.id, null::uuid, u.path
from households h
join units u on u.tenant_id = h.tenant_id and u.id = h.unit_id
where h.tenant_id = %(tenant)s and h.file_number = any(%(numbers)s)
"""


class Found(NamedTuple):
    """A household, the member where one was named, and the path of its union."""

    household_id: uuid.UUID
    member_id: uuid.UUID | None
    path: str


@dataclass(frozen=True)
class Registry:
    """The files of a tenant that rows name: by file number, and by blind index of a member."""

    files: dict[str, Found]
    members: dict[bytes, Found]

    @classmethod
    def of(cls, ctx: Context, numbers: Iterable[str], indexes: Iterable[bytes]) -> Registry:
        """Look up whoever is named; the whole tenant is searched, in whoever's name."""
        wanted = {"tenant": ctx.tenant_id, "numbers": list(set(numbers) - {""})}
        files = {number: Found(*rest) for number, *rest in ctx.session.fetch(FILES, wanted)}
        packed = {"tenant": ctx.tenant_id, "indexes": b"".join(set(indexes)), "size": INDEX_BYTES}
        members = ctx.session.fetch(MEMBERS, packed)
        return cls(files, {bytes(index): Found(*rest) for index, *rest in members})
