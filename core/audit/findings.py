"""What a verification finds: where the trail is broken, and how."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from core.errors import Message, _

KINDS = {
    "edited": _("Record %(record)s was changed after it was written."),
    "replaced": _("Record %(record)s is not the one that was sealed at this place."),
    "missing": _("A record is missing in block %(block)s at position %(position)s."),
    "added": _("Record %(record)s was added to block %(block)s after it was sealed."),
    "reordered": _("Record %(record)s stands out of its order in block %(block)s."),
    "root": _("The records of block %(block)s, from %(record)s on, do not give its seal."),
    "block_missing": _("Block %(block)s is missing."),
    "block_changed": _("The seal of block %(block)s was changed."),
    "chain": _("Block %(block)s does not continue the block before it."),
    "unowned": _("Record %(record)s claims block %(block)s, which does not exist."),
    "truncated": _("The trail ends before block %(block)s, which was exported."),
    "checkpoint": _("The signed checkpoint of block %(block)s does not fit the trail."),
    "checkpoint_missing": _("The checkpoint of block %(block)s was exported and is gone."),
    "signature": _("The signature on the checkpoint of block %(block)s is not genuine."),
    "key": _("The key %(key)s that signed the checkpoint of block %(block)s is not known."),
    "export": _("The export is damaged: %(reason)s"),
}
"""Every kind of finding with its text."""


@dataclass(frozen=True)
class Finding:
    """One fault: its kind, the block, the position in it and the record, where these are known."""

    kind: str
    block: int = 0
    position: int = -1
    record: uuid.UUID | None = None
    key: str = ""
    reason: str = ""

    @property
    def message(self) -> Message:
        """The finding in words, to be translated."""
        return Message(KINDS[self.kind], self.values())

    def values(self) -> dict[str, Any]:
        """Return the finding's parts, JSON-ready."""
        return {
            "kind": self.kind,
            "block": self.block,
            "position": self.position,
            "record": str(self.record) if self.record else None,
            "key": self.key,
            "reason": self.reason,
        }
