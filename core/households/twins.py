"""One person belongs to one active file of a tenant: finding the first when a second comes."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import LiteralString

from sqlalchemy.exc import IntegrityError

from core.context import Context
from core.errors import ConflictError, _
from core.households.rows import ID_KIND
from core.pii import INDEX_BYTES

UNIQUE = ("uq_members_tenant_id_active_id", "uq_households_tenant_id_file_number")

FIRST = """
select m.id_index, h.id, h.file_number, u.full_name
from members m
join households h on h.tenant_id = m.tenant_id and h.id = m.household_id
join units u on u.tenant_id = h.tenant_id and u.id = h.unit_id
where m.tenant_id = %(tenant)s and m.active and m.id_index = any(array(
  select substring(%(indexes)b from place for %(size)s)
  from generate_series(1, length(%(indexes)b), %(size)s) place))
"""
CLOSED = """
select m.id_index, h.id, h.file_number, u.full_name
from members m
join households h on h.tenant_id = m.tenant_id and h.id = m.household_id
join units u on u.tenant_id = h.tenant_id and u.id = h.unit_id
where m.tenant_id = %(tenant)s and m.is_head and not m.active and m.id_index = any(array(
  select substring(%(indexes)b from place for %(size)s)
  from generate_series(1, length(%(indexes)b), %(size)s) place))
order by h.created_at
"""
"""The indexes come in one piece and are cut by the server: a registry has 100,000 of them."""


@dataclass(frozen=True)
class Twin:
    """The active file a person already stands in."""

    household_id: uuid.UUID
    file_number: str
    unit: str


def find_twins(ctx: Context, indexes: Sequence[bytes]) -> dict[bytes, Twin]:
    """Return, by blind index of an ID number, the active file that person stands in."""
    return _find(ctx, FIRST, indexes)


def find_closed(ctx: Context, indexes: Sequence[bytes]) -> dict[bytes, Twin]:
    """Return, by blind index of an ID number, the closed file that person was the head of."""
    return _find(ctx, CLOSED, indexes)


def refuse_exited(ctx: Context, number: str) -> None:
    """Raise ConflictError naming the closed file of a head who comes back: it is to be returned
    with its history instead of a new one being made."""
    for closed in find_closed(ctx, [ctx.vault.blind_index(ID_KIND, number)]).values():
        raise ConflictError(
            _("This household has the closed file %(file)s of %(unit)s."),
            remedy=_("Let the household return to that file; its history stays with it."),
            field="id_number",
            file=closed.file_number,
            unit=closed.unit,
        )


def _find(ctx: Context, query: LiteralString, indexes: Sequence[bytes]) -> dict[bytes, Twin]:
    rows = ctx.session.fetch(
        query, {"tenant": ctx.tenant_id, "indexes": b"".join(indexes), "size": INDEX_BYTES}
    )
    return {bytes(index): Twin(*found) for index, *found in rows}


def refuse_twins(ctx: Context, numbers: Sequence[str], own: uuid.UUID | None = None) -> None:
    """Raise ConflictError naming the first file when one of the people stands in another.

    `own` is the file that is being written itself.
    """
    indexes = ctx.vault.blind_indexes(ID_KIND, numbers)
    for twin in find_twins(ctx, indexes).values():
        if twin.household_id != own:
            raise ConflictError(
                _("A person of this household already stands in the active file %(file)s "
                  "of %(unit)s."),
                remedy=_("One person belongs to one file. Open that file instead."),
                field="id_number",
                file=twin.file_number,
                unit=twin.unit,
            )  # fmt: skip


@contextmanager
def one_file_each(
    ctx: Context, numbers: Sequence[str], own: uuid.UUID | None = None
) -> Iterator[None]:
    """Write people so that a second file is refused also when both come at the same moment."""
    refuse_twins(ctx, numbers, own)
    try:
        with ctx.session.begin_nested():
            yield
            ctx.session.flush()
    except IntegrityError as error:
        if not any(name in str(error.orig) for name in UNIQUE):
            raise
        refuse_twins(ctx, numbers, own)
        raise ConflictError(
            _("There is a file with this number already."),
            remedy=_("Choose another file number."),
            field="file_number",
        ) from error
