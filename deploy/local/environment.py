"""What a program needs to know to run on this machine, as environment variables."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from deploy.local.keys import read_keys
from deploy.local.places import DEFAULT_STATE
from deploy.local.servers import connect_or_start


def uses_own_servers(given: Mapping[str, str]) -> bool:
    """Tell whether the environment names servers for everything, so that none is to be started."""
    return bool(given.get("DATABASE_URL")) and bool(given.get("REDIS_URL"))


def provide(given: Mapping[str, str], state: Path = DEFAULT_STATE) -> dict[str, str]:
    """Return the variables that `given` lacks, starting the embedded servers where it names none.

    Servers started here stop when the last process that uses them ends. Raises `ServersError`.
    """
    found = {
        **read_keys(state),
        "BANGFU_STORAGE": str(state / "storage"),
        "BANGFU_CHECKPOINTS": str(state / "checkpoints"),
        "BANGFU_PLUGINS": str(state / "plugins"),
    }
    if not uses_own_servers(given):
        found |= connect_or_start(state).environment()
    # The owner's address belongs to the application's: never that of another server.
    taken = {name for name, value in given.items() if value}
    if "DATABASE_URL" in taken:
        taken.add("DATABASE_OWNER_URL")
    return {name: value for name, value in found.items() if name not in taken}
