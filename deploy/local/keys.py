"""The secrets of an installation on one machine: made once, readable by its user alone."""

from __future__ import annotations

import json
import os
import secrets
import tempfile
from pathlib import Path

NAMES = ("BANGFU_MASTER_KEY", "BANGFU_SECRET_KEY")


def read_keys(state: Path) -> dict[str, str]:
    """Return the keys by the names of their environment variables, making them the first time.

    What was encrypted can be read with the master key alone: whoever backs up the data backs up
    this file too, somewhere else.
    """
    path = state / "keys.json"
    try:
        return _load(path)
    except FileNotFoundError:
        return _make(path)


def _load(path: Path) -> dict[str, str]:
    found = json.loads(path.read_text(encoding="utf-8"))
    return {name: str(found[name]) for name in NAMES}


def _make(path: Path) -> dict[str, str]:
    """Write new keys, unless another caller was faster: then its keys count."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
    fresh = Path(name)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        json.dump({name: secrets.token_hex(32) for name in NAMES}, stream)
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return _load(path)
