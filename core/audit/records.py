"""Writing the audit trail: each change in its own transaction, with the hash that proves it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, LiteralString, NamedTuple

from psycopg import sql

from core.audit.lines import Line, hash_line, write_json
from core.context import Context
from core.db import TenantOwned, driver, new_id

FORBIDDEN_ENDINGS = ("_cipher", "_index", "national_id", "card_number", "phone")
NOTHING: Final[Mapping[str, Any]] = {}
FEW: Final = 16
TOGETHER: Final = 256

_NAMES: Final[LiteralString] = (
    "tenant_id, id, at, actor_tenant, actor_id, actor_name, event, object_type, object_id, "
    "before, after, reason, request_id, leaf"
)
_INSERT: Final[LiteralString] = (
    f"insert into audit_records ({_NAMES}) "  # noqa: S608 (constants only)
    "values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)
_STAGE: Final[LiteralString] = (
    "create temp table if not exists staged_audit_records (tenant_id uuid, id uuid, at bigint, "
    "actor_tenant uuid, actor_id uuid, actor_name text, event text, object_type text, "
    "object_id uuid, before json, after json, reason text, request_id text, leaf bytea)"
)
_FROM_STAGE: Final[LiteralString] = (
    f"insert into audit_records ({_NAMES}) select tenant_id, id, %s, actor_tenant, "  # noqa: S608
    "actor_id, actor_name, event, object_type, object_id, before, after, reason, request_id, leaf "
    "from staged_audit_records"
)


class Change(NamedTuple):
    """What happened to one thing, for `record_many`; fields as in `record`."""

    event: str
    object_type: str
    object_id: uuid.UUID
    before: Mapping[str, Any] = NOTHING
    after: Mapping[str, Any] = NOTHING
    reason: str = ""


def record(
    ctx: Context,
    event: str,
    thing: TenantOwned,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Write that `event` happened to `thing`: what stood before and what stands after.

    Values are JSON-ready; names of protected fields are refused, give their masks instead.
    """
    change = Change(
        event, thing.__tablename__, thing.id, before or NOTHING, after or NOTHING, reason
    )
    written = _write_out(ctx, change, _write_values(change.before), _write_values(change.after))
    ctx.session.owe(_INSERT, (*written.line, written.leaf))


class Written(NamedTuple):
    """A record ready to be stored: its line, the line's text as COPY takes it, its leaf."""

    line: Line
    text: bytes
    leaf: bytes


def write_out(ctx: Context, changes: Iterable[Change]) -> list[Written]:
    """Return many changes ready to be stored, without using the session."""
    # Of thousands of changes many share what they say: it is put into words once.
    said: dict[int, tuple[Mapping[str, Any], str]] = {}

    def write(values: Mapping[str, Any]) -> str:
        known = said.get(id(values))
        if known is None:
            known = said[id(values)] = values, _write_values(values)
        return known[1]

    return [_write_out(ctx, one, write(one.before), write(one.after)) for one in changes]


def record_many(ctx: Context, changes: Iterable[Change]) -> int:
    """Write many changes at once, as `record` would one by one; return how many."""
    return record_written(ctx, write_out(ctx, changes))


def record_written(ctx: Context, records: Sequence[Written]) -> int:
    """Store what `write_out` returned; return how many."""
    raw = driver(ctx.session)
    if len(records) <= FEW:
        with raw.cursor() as cursor:
            cursor.executemany(_INSERT, [(*one.line, one.leaf) for one in records])
        return len(records)
    raw.execute(_STAGE)
    with raw.cursor() as cursor:
        with cursor.copy("copy staged_audit_records from stdin") as copy:
            for start in range(0, len(records), TOGETHER):
                copy.write(b"".join(map(_as_row, records[start : start + TOGETHER])))
        cursor.execute(_FROM_STAGE, (ctx.now,))
        cursor.execute(sql.SQL("truncate staged_audit_records"))
    return len(records)


def _write_out(ctx: Context, change: Change, before: str, after: str) -> Written:
    actor = ctx.actor
    line = Line(
        ctx.tenant.id, new_id(), ctx.now, actor.tenant_id, actor.person_id, actor.name,
        change.event, change.object_type, change.object_id, before, after, change.reason,
        ctx.request_id,
    )  # fmt: skip
    text = line.text().encode()
    return Written(line, text, hash_line(text))


def _as_row(record: Written) -> bytes:
    return b"%b\t\\\\x%b\n" % (record.text, record.leaf.hex().encode())


def _write_values(values: Mapping[str, Any]) -> str:
    # Of thousands of changes many say the same; their type is in the key, for True equals 1.
    try:
        return _write_known(tuple((name, type(value), value) for name, value in values.items()))
    except TypeError:
        _refuse_clear_values(values)
        return write_json(dict(values))


@lru_cache(maxsize=1024)
def _write_known(values: tuple[tuple[str, type, Any], ...]) -> str:
    told = {name: value for name, _kind, value in values}
    _refuse_clear_values(told)
    return write_json(told)


def _refuse_clear_values(values: Mapping[str, Any]) -> None:
    for name in values:
        if name.endswith(FORBIDDEN_ENDINGS):
            raise ValueError(f"the audit trail takes no {name}: give its mask")
