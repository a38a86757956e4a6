"""The audit trail: record in the business transaction, seal later, verify any time."""

from __future__ import annotations

from core.audit.records import Change, record, record_many

__all__ = ["Change", "record", "record_many"]
