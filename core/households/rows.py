"""From a household's record to the rows of its tables, protected values sealed.

Pages and imports both come through here, one household or twenty thousand.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from core.context import Context
from core.db import new_id
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
    "bank_name", "contact_person", "filed_on", "verified_on",
)  # fmt: skip
"""Columns of `households` that hold what the record says, as it says it."""

SEALED = (
    "head_name", "head_id_masked", "phone_cipher", "phone_masked", "card_cipher", "card_index",
    "card_masked", "further_causes",
)  # fmt: skip
HOUSEHOLD_VALUES = (*PLAIN, *SEALED)

MEMBER_PLAIN = (
    "name", "relation", "sex", "health", "monthly_income", "occupation", "education_stage",
    "school", "enrolment_year",
)  # fmt: skip
MEMBER_VALUES = ("position", "is_head", *MEMBER_PLAIN, "id_cipher", "id_index", "id_masked")

STATEMENT_VALUES = (
    "income", "illness", "disability", "schooling", "work_cost", "loss", "compensation",
    "self_paid", "still_difficult",
)  # fmt: skip

_plain = attrgetter(*PLAIN)
_member_plain = attrgetter(*MEMBER_PLAIN)
_statement = attrgetter(*STATEMENT_VALUES)
_rest = attrgetter("name", "id_number", "sex", "health", "phone", "card", "further_causes", "unit")
_member_rest = attrgetter(*MEMBER_PLAIN, "id_number")


@dataclass(frozen=True)
class Sealer:
    """Seals the protected values of one tenant's rows."""

    vault: Vault
    tenant: uuid.UUID

    def household(self, record: HouseholdRecord, household_id: uuid.UUID) -> tuple[Any, ...]:
        """Return the values of HOUSEHOLD_VALUES."""
        phone, card = record.phone, record.card
        return (
            *_plain(record),
            record.name,
            mask_id(record.id_number),
            self._seal(PHONE_PLACE, household_id, phone) if phone else None,
            mask_phone(phone),
            self._seal(CARD_PLACE, household_id, card) if card else None,
            self.vault.blind_index(CARD_KIND, card) if card else None,
            mask_card(card),
            list(record.further_causes),
        )

    def member(self, record: MemberRecord, position: int, member_id: uuid.UUID) -> tuple[Any, ...]:
        """Return the values of MEMBER_VALUES; position 0 is the head."""
        number = record.id_number
        return (
            position,
            position == 0,
            *_member_plain(record),
            self._seal(ID_PLACE, member_id, number),
            self.vault.blind_index(ID_KIND, number),
            mask_id(number),
        )

    def digest(self, record: HouseholdRecord) -> bytes:
        """Return a keyed hash of all a record says, by which a repeated import knows it."""
        said = (
            _plain(record), _rest(record), _statement(record),
            [_member_rest(member) for member in record.members],
        )  # fmt: skip
        return self.vault.blind_index("record", repr(said))

    def _seal(self, place: str, row: uuid.UUID, text: str) -> bytes:
        return self.vault.encrypt(self.tenant, place, row, text)


def sealer(ctx: Context) -> Sealer:
    """Return what seals the rows of the tenant worked on."""
    return Sealer(ctx.vault, ctx.tenant_id)


def statement(record: HouseholdRecord) -> tuple[Any, ...]:
    """Return the values of STATEMENT_VALUES, amounts in fen."""
    values: tuple[Any, ...] = _statement(record)
    return values


def people(record: HouseholdRecord) -> Iterator[MemberRecord]:
    """Yield all members, the head first: his own place in the file makes him one of them."""
    yield MemberRecord(
        name=record.name,
        relation=HEAD,
        sex=record.sex,
        id_number=record.id_number,
        health=record.health,
        occupation="",
        row=record.row,
    )
    yield from record.members
