"""Registries to try figures on."""

from tests.core.reverification.conftest import baotou, registry

__all__ = ["baotou", "registry"]
