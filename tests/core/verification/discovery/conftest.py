"""The city with its sample registry, as the tests of verification know it."""

from __future__ import annotations

from tests.core.verification.conftest import shared, world

__all__ = ["shared", "world"]
