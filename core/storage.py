"""Files that people upload or the system makes: kept outside the database, found by key."""

from __future__ import annotations

import datetime as dt
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from core.db import ScopedSession, new_id
from core.errors import NotFoundError

STORED, DECIDED = "bangfu_stored", "bangfu_committing"


class Storage:
    """A folder of files, one subfolder a tenant; keys are made here and never by a user."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    def put(self, session: ScopedSession, tenant: uuid.UUID, kind: str, data: bytes) -> str:
        """Store `data` durably under a new key and return the key.

        The file goes again when the transaction it was stored in is rolled back.
        """
        key = f"{tenant}/{kind}/{new_id()}"
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = path.with_suffix(".part")
        session.info.setdefault(STORED, []).extend((partial, path))
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

    def older_than(self, tenant: uuid.UUID, kind: str, moment: dt.datetime) -> Iterator[str]:
        """Yield the keys of a tenant's files of one kind that were last written before a moment."""
        folder = self._path(f"{tenant}/{kind}")
        if not folder.is_dir():
            return
        with os.scandir(folder) as found:
            for one in found:
                if one.is_file() and one.stat().st_mtime < moment.timestamp():
                    yield f"{tenant}/{kind}/{one.name}"

    def remove(self, tenant: uuid.UUID, key: str) -> None:
        """Delete a file; one that is gone already is no error, NotFoundError for another's."""
        path = self._path(key)
        if not key.startswith(f"{tenant}/"):
            raise NotFoundError
        path.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        path = (self._root / key).resolve()
        if not path.is_relative_to(self._root):
            raise NotFoundError
        return path


@event.listens_for(ScopedSession, "before_commit", insert=True)
def _note_commit(session: Session) -> None:
    # Noted before anybody else sends the commit: if that breaks off, it may have taken place.
    # The end of a savepoint is announced here too, and decides nothing.
    if not session.in_nested_transaction():
        session.info[DECIDED] = True


@event.listens_for(ScopedSession, "after_transaction_end")
def _follow(session: Session, transaction: SessionTransaction) -> None:
    """Take the files of a transaction away that ended without so much as trying to commit.

    Whether one took place that broke off underway is not known here: those files stay, and are
    swept when no row names them.
    """
    if transaction.parent is not None:
        return
    stored, committed = session.info.pop(STORED, ()), session.info.pop(DECIDED, False)
    for path in () if committed else stored:
        path.unlink(missing_ok=True)
