"""Loads the rules of a plugin's package, as the system does."""

from __future__ import annotations

from importlib import import_module

import pluggy

from bangfu_sdk import hooks
from bangfu_sdk.hooks import PROJECT
from bangfu_sdk.programmes import Rule


def load_rules(package: str) -> tuple[Rule, ...]:
    """Return the rules a package offers by its hook. Raises whatever it raises when imported."""
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(hooks)
    manager.register(import_module(package), package)
    return tuple(rule for offered in manager.hook.bangfu_programmes() for rule in offered)
