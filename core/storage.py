"""Files that people upload or the system makes: kept outside the database, found by key."""

from __future__ import annotations

import os
import uuid
from pathlib import Path

from core.db import new_id
from core.errors import NotFoundError


class Storage:
    """A folder of files, one subfolder a tenant; keys are made here and never by a user."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    def put(self, tenant: uuid.UUID, kind: str, data: bytes) -> str:
        """Store `data` durably under a new key and return the key."""
        key = f"{tenant}/{kind}/{new_id()}"
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = path.with_suffix(".part")
        with partial.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
        return key

    def get(self, tenant: uuid.UUID, key: str) -> bytes:
        """Return what was stored; NotFoundError when it is gone or another tenant's."""
        path = self._path(key)
        if not key.startswith(f"{tenant}/") or not path.is_file():
            raise NotFoundError
        return path.read_bytes()

    def _path(self, key: str) -> Path:
        path = (self._root / key).resolve()
        if not path.is_relative_to(self._root):
            raise NotFoundError
        return path
