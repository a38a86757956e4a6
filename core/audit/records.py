"""Writing the audit trail: each change in its own transaction, with the hash that proves it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from typing import Any

from sqlalchemy import insert

from core.audit.models import AuditRecord
from core.context import Context
from core.db import TenantOwned, new_id

FORBIDDEN_ENDINGS = ("_cipher", "_index", "national_id", "card_number", "phone")


def record(
    ctx: Context,
    event: str,
    thing: TenantOwned,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Write that `event` happened to `thing`: what stood before and what stands after.

    Values are JSON-ready; names of protected fields are refused, give their masks instead.
    """
    values = compose(ctx, event, thing.__tablename__, thing.id, before or {}, after or {}, reason)
    ctx.session.execute(insert(AuditRecord), values)


def compose(
    ctx: Context,
    event: str,
    object_type: str,
    object_id: uuid.UUID,
    before: dict[str, Any],
    after: dict[str, Any],
    reason: str = "",
) -> dict[str, Any]:
    """Return the row of one audit record, its leaf hash included."""
    _refuse_clear_values(before)
    _refuse_clear_values(after)
    values = {
        "tenant_id": ctx.tenant_id,
        "id": new_id(),
        "at": ctx.now,
        "actor_tenant": ctx.actor.tenant_id,
        "actor_id": ctx.actor.person_id,
        "actor_name": ctx.actor.name,
        "event": event,
        "object_type": object_type,
        "object_id": object_id,
        "before": before,
        "after": after,
        "reason": reason,
        "request_id": ctx.request_id,
    }
    return {**values, "leaf": hash_leaf(values)}


def hash_leaf(values: dict[str, Any]) -> bytes:
    """Return the SHA-256 of a record's fields in canonical JSON."""
    text = json.dumps(
        values, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_write
    )
    return hashlib.sha256(b"\x00" + text.encode()).digest()


def _write(value: Any) -> str:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
    return str(value)


def _refuse_clear_values(values: dict[str, Any]) -> None:
    for name in values:
        if name.endswith(FORBIDDEN_ENDINGS):
            raise ValueError(f"the audit trail takes no {name}: give its mask")
