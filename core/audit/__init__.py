"""The audit trail: record in the business transaction, seal later, verify any time."""

from __future__ import annotations

from core.audit.records import Change, record, record_many, record_written, write_out

__all__ = ["Change", "record", "record_many", "record_written", "write_out"]
