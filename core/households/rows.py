"""From clean columns to the rows of the tables, protected values sealed.

Pages and imports both come through here: one household is a column of length one.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import orjson

from core.context import Context
from core.households.codes import HEAD
from core.households.records import HouseholdRecord, MemberRecord
from core.pii import Vault, mask_card, mask_id, mask_phone

ID_PLACE = "members.id_cipher"
PHONE_PLACE = "households.phone_cipher"
CARD_PLACE = "households.card_cipher"
ID_KIND, CARD_KIND = "id_number", "card"

PLAIN = (
    "file_number", "member_count", "ethnicity", "political_status", "disability_kind",
    "disability_grade", "work_status", "model_worker", "marital_status", "registration_kind",
    "employer", "employer_code", "address", "division_code", "housing_kind",
    "housing_area_centi", "single_parent", "medical_insurance", "zero_employment", "main_cause",
    "further_causes", "bank_name", "contact_person", "filed_on", "verified_on",
)  # fmt: skip
"""Columns of `households` that hold what the record says, as it says it."""

MEMBER_PLAIN = (
    "name", "relation", "sex", "health", "monthly_income", "occupation", "education_stage",
    "school", "enrolment_year",
)  # fmt: skip

STATEMENT_VALUES = (
    "income", "illness", "disability", "schooling", "work_cost", "loss", "compensation",
    "self_paid", "still_difficult",
)  # fmt: skip

HOUSEHOLD_FIELDS = tuple(
    field.name
    for field in fields(HouseholdRecord)
    if field.name not in ("members", "circumstances", "months", "row")
)
MEMBER_FIELDS = tuple(field.name for field in fields(MemberRecord) if field.name != "row")
HEAD_FIELDS = ("name", "sex", "health", "id_number")

Columns = dict[str, Any]


@dataclass(frozen=True)
class Families:
    """Households and their members by column; `members["household"]` is the household's index.

    `members` is empty where only households were given: then nothing is said about members.
    """

    households: Columns
    members: Columns

    @classmethod
    def of(cls, records: Sequence[HouseholdRecord]) -> Families:
        """Return records as columns."""
        placed = [(i, member) for i, record in enumerate(records) for member in record.members]
        members: Columns = {
            name: [getattr(member, name) for _owner, member in placed] for name in MEMBER_FIELDS
        }
        return cls(
            {name: [getattr(record, name) for record in records] for name in HOUSEHOLD_FIELDS},
            members | {"household": [owner for owner, _member in placed]},
        )

    def __len__(self) -> int:
        return len(self.households.get("file_number", ()))

    def pick(self, places: Sequence[int]) -> Families:
        """Return some of the households with their members, in the order given."""
        if len(places) == len(self):
            return self
        position = {place: new for new, place in enumerate(places)}
        households = {name: _pick(column, places) for name, column in self.households.items()}
        if not self.members:
            return Families(households, {})
        owners = self.members["household"]
        kept = [place for place, owner in enumerate(owners) if owner in position]
        members = {name: _pick(column, kept) for name, column in self.members.items()}
        return Families(households, members | {"household": [position[owners[i]] for i in kept]})


def _pick(column: Any, places: Sequence[int]) -> Any:
    if isinstance(column, np.ndarray):
        return column[list(places)]
    return [column[place] for place in places]


@dataclass(frozen=True)
class Sealer:
    """Makes the columns of one tenant's tables out of clean ones."""

    vault: Vault
    tenant: uuid.UUID

    @classmethod
    def of(cls, ctx: Context) -> Sealer:
        """Return the sealer of the tenant worked on."""
        return cls(ctx.vault, ctx.tenant_id)

    def households(self, given: Columns, ids: Sequence[uuid.UUID]) -> Columns:
        """Return the columns of `households` that come from a record."""
        cards = given["card"]
        return {
            **{name: plain(given[name]) for name in PLAIN},
            "further_causes": [list(causes) for causes in given["further_causes"]],
            "head_name": given["name"],
            "head_id_masked": list(map(mask_id, given["id_number"])),
            "phone_cipher": self._seal(PHONE_PLACE, ids, given["phone"]),
            "phone_masked": list(map(mask_phone, given["phone"])),
            "card_cipher": self._seal(CARD_PLACE, ids, cards),
            "card_index": [self._card_index(card) for card in cards],
            "card_masked": list(map(mask_card, cards)),
        }

    def people(
        self, families: Families, ids: Sequence[uuid.UUID], indexes: Sequence[bytes]
    ) -> Columns:
        """Return the columns of `members` that come from a record, all heads first.

        `indexes` are the blind indexes of their ID numbers; "household" is the household's place.
        """
        heads, others = families.households, families.members
        count, more = len(families), len(others.get("household", ()))
        owners = [*range(count), *others.get("household", ())]
        joined = {
            name: [*_head(heads, name, count), *(plain(others[name]) if more else ())]
            for name in (*MEMBER_PLAIN, "id_number")
        }
        numbers = joined.pop("id_number")
        return {
            **joined,
            "household": owners,
            "position": [*[0] * count, *_positions(owners[count:])],
            "is_head": [*[True] * count, *[False] * more],
            "id_cipher": self._seal(ID_PLACE, ids, numbers),
            "id_index": indexes,
            "id_masked": list(map(mask_id, numbers)),
        }

    def indexes(self, families: Families) -> list[bytes]:
        """Return the blind indexes of all people's ID numbers, all heads first."""
        others = families.members.get("id_number", ())
        numbers = (*families.households["id_number"], *others)
        return self.vault.blind_indexes(ID_KIND, numbers)

    def digests(self, families: Families) -> list[bytes]:
        """Return for each household a keyed hash of all that is said of it."""
        said = [[row] for row in _rows(families.households, HOUSEHOLD_FIELDS)]
        if families.members:
            rows = _rows(families.members, MEMBER_FIELDS)
            for owner, row in zip(families.members["household"], rows, strict=True):
                said[owner].append(row)
        return [self.vault.digest("record", orjson.dumps(one)) for one in said]

    def _card_index(self, card: str) -> bytes | None:
        return self.vault.blind_index(CARD_KIND, card) if card else None

    def _seal(
        self, place: str, rows: Sequence[uuid.UUID], texts: Sequence[str]
    ) -> list[bytes | None]:
        return self.vault.encrypt_many(self.tenant, place, rows, texts)


def plain(column: Any) -> Sequence[Any]:
    """Return a column as a sequence of plain Python values."""
    found: Sequence[Any] = column.tolist() if isinstance(column, np.ndarray) else column
    return found


def _rows(columns: Mapping[str, Any], names: Iterable[str]) -> Iterable[tuple[Any, ...]]:
    return zip(*(plain(columns[name]) for name in names), strict=True)


def _head(households: Columns, name: str, count: int) -> Sequence[Any]:
    """The head is a member like others; what the file says of members only, it says not of him."""
    if name in HEAD_FIELDS:
        return plain(households[name])
    empty = {"relation": HEAD, "monthly_income": 0, "enrolment_year": None}
    return [empty.get(name, "")] * count


def _positions(owners: Iterable[int]) -> list[int]:
    seen: dict[int, int] = {}
    positions = []
    for owner in owners:
        seen[owner] = seen.get(owner, 0) + 1
        positions.append(seen[owner])
    return positions
