"""How a file stands in the audit trail: protected values as a mask and a short keyed hash.

The hash tells that a number changed although its mask did not, and tells nothing else.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from core.households.records import HouseholdRecord
from core.households.rows import HOUSEHOLD_FIELDS, MEMBER_FIELDS
from core.pii import Vault, mask_card, mask_id, mask_phone

MASKS = {"id_number": mask_id, "phone": mask_phone, "card": mask_card}
MARK_BYTES = 4


def describe(vault: Vault, record: HouseholdRecord) -> dict[str, Any]:
    """Return a record as JSON-ready values for the audit trail."""
    members = [_describe(vault, member, MEMBER_FIELDS) for member in record.members]
    return _describe(vault, record, HOUSEHOLD_FIELDS) | {"members": members}


def differ(before: dict[str, Any], after: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return of two descriptions only what is not the same in both."""
    changed = [name for name in after if before.get(name) != after[name]]
    return {name: before.get(name) for name in changed}, {name: after[name] for name in changed}


def mark(vault: Vault, kind: str, number: str) -> str:
    """Return mask and short hash of a protected number: `178****3518#5e0c12ab`."""
    if not number:
        return ""
    return f"{MASKS[kind](number)}#{vault.blind_index(kind, number)[:MARK_BYTES].hex()}"


def _describe(vault: Vault, record: Any, names: tuple[str, ...]) -> dict[str, Any]:
    told = {}
    for name in names:
        value = getattr(record, name)
        if name in MASKS:
            told[f"{name}_mark"] = mark(vault, name, value)
        else:
            told[name] = value.isoformat() if isinstance(value, dt.date) else value
    return told
