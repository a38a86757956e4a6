"""The text of an audit record that is hashed: one line, exactly as PostgreSQL's COPY writes it.

So a verification streams records out of the database and hashes what comes, and an export is
checked with `sha256sum` and nothing of ours.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from functools import lru_cache
from typing import Any, NamedTuple

LEAF = b"\x00"
NULL = "\\N"
COLUMNS = (
    "tenant_id", "id", "(extract(epoch from at) * 1000000)::bigint", "actor_tenant", "actor_id",
    "actor_name", "event", "object_type", "object_id", "before", "after", "reason", "request_id",
)  # fmt: skip
"""The hashed columns in their order; the moment counts as microseconds since 1970."""

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)
_ESCAPES = str.maketrans(
    {"\\": r"\\", "\b": r"\b", "\f": r"\f", "\n": r"\n", "\r": r"\r", "\t": r"\t", "\v": r"\v"}
)
_write_json = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
).encode


class Line(NamedTuple):
    """One record before it is stored; `before` and `after` are canonical JSON."""

    tenant_id: uuid.UUID
    id: uuid.UUID
    at: dt.datetime
    actor_tenant: uuid.UUID | None
    actor_id: uuid.UUID | None
    actor_name: str
    event: str
    object_type: str
    object_id: uuid.UUID
    before: str
    after: str
    reason: str
    request_id: str

    def text(self) -> str:
        """Return the line, without its end."""
        return "\t".join(
            (
                _known(self.tenant_id), str(self.id), str((self.at - _EPOCH) // _MICROSECOND),
                _known(self.actor_tenant), _known(self.actor_id),
                _usual(self.actor_name), _usual(self.event), self.object_type,
                str(self.object_id), _escape(self.before), _escape(self.after),
                _usual(self.reason), _usual(self.request_id),
            )
        )  # fmt: skip


@lru_cache(maxsize=256)
def _known(value: uuid.UUID | None) -> str:
    return NULL if value is None else str(value)


def _escape(text: str) -> str:
    # Nearly every text has nothing to escape, and asking is ten times faster than translating.
    clean = text.isprintable() and "\\" not in text
    return text if clean else text.translate(_ESCAPES)


_usual = lru_cache(maxsize=256)(_escape)
"""The same for what most lines of a time have in common."""


def hash_line(text: bytes) -> bytes:
    """Return the leaf of a record: SHA-256 of a zero byte and its line."""
    return hashlib.sha256(LEAF + text).digest()


def write_json(values: dict[str, Any]) -> str:
    """Return values as canonical JSON: sorted names, no spaces, no escapes but the needed ones."""
    return _write_json(values)
