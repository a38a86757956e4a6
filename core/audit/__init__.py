"""The audit trail: record in the business transaction, seal later, verify any time."""

from __future__ import annotations

from core.audit.records import compose, record

__all__ = ["compose", "record"]
