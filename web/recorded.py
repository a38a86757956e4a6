"""What the audit trail recorded, in words: tables, fields, and values as people write them."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from core.households.workbook import columns
from core.households.workbook.columns import HOUSEHOLD_COLUMNS
from core.money import format_yuan
from web.labels import KINDS, label
from web.translation import language

NOTHING = "—"
LONG, SHORT = 40, 12
THINGS = {
    "households": _("Household file"),
    "household_members": _("Member"),
    "evidence": _("Evidence"),
    "imports": _("Import"),
    "applications": _("Application"),
    "admissions": _("Admission to help"),
    "notices": _("Public notice"),
    "objections": _("Objection"),
    "department_aid": _("Entry of the shared ledger"),
    "mutual_aid_periods": _("Period of mutual aid"),
    "enrolments": _("Enrolment in mutual aid"),
    "contributions": _("Contribution to mutual aid"),
    "free_enrolments": _("Free enrolment"),
    "claims": _("Claim on mutual aid"),
    "campaigns": _("Campaign"),
    "handovers": _("Hand-over"),
    "receipts": _("Signed list"),
    "entitlements": _("Entitlement"),
    "owed_papers": _("Papers owed"),
    "funds": _("Fund"),
    "payments": _("Payment"),
    "batches": _("Batch"),
    "reports": _("Supervision report"),
    "login_sessions": _("Sign-in"),
    "people": _("Person"),
    "units": _("Union of a federation"),
    "tenants": _("Federation"),
    "outbox": _("Job"),
    "parameter_overrides": _("Figure of the federation's own"),
}
FIELDS = {
    "active": _("Active"), "added": _("added"), "amount": _("Amount"), "asked": _("Asked for"),
    "budget": _("Budget"), "bytes": _("Bytes"), "card": _("Bank card"),
    "category": _("Category"), "changed": _("changed"), "count": _("Count"),
    "department": _("Department"), "document": _("Document number"),
    "entry": _("Entry of the shared ledger"),
    "failed": _("Failed"), "failed_total": _("Sum failed"), "faults": _("Faults"),
    "file": _("File"), "file_number": _("File number"), "first_day": _("First day"),
    "benefit": _("By the rule"), "granted": _("Granted"),
    "settled": _("Settled at discharge"), "reference": _("Voucher"),
    "fund": _("Fund"), "good": _("without a fault"),
    "holds_from": _("From"), "value": _("Value"),
    "household_id": _("Household file"), "kind": _("Kind"), "judged_on": _("Judged on"),
    "keep_good": _("Put in the good files"), "hand_in": _("To be handed in"),
    "papers_seen": _("Papers seen"), "language": _("Language"),
    "due_on": _("Due on"), "urgent": _("Cannot wait"), "late": _("Late"),
    "urgent_reason": _("Why it cannot wait"),
    "last_day": _("Last day"), "level": _("Level"), "login": _("Login"),
    "measure": _("Measure line"), "members": _("Members"), "name": _("Name"),
    "number": _("Number"), "pages": _("Sheets"), "paid": _("Paid"),
    "paid_total": _("Sum paid"), "parent": _("Superior"), "payments": _("Payments"),
    "period": _("Quarter"), "person_id": _("Person"), "programme": _("Programme"),
    "programmes": _("Programmes"), "media_type": _("Type of file"),
    "record_hash": _("Hash of the record"),
    "result": _("Hash of the bank's answer"), "role": _("Role"), "round": _("Round"),
    "sha256": _("Hash of the file"), "size": _("Bytes"), "slug": _("Short name"),
    "source": _("Source"),
    "state": _("State"), "step": _("Step"), "subject": _("On the federation"),
    "total": _("Total"), "unchanged": _("unchanged"), "unit": _("Union"), "year": _("Year"),
}  # fmt: skip
COLUMNS = {column.field: column for column in HOUSEHOLD_COLUMNS}
AMOUNTS = frozenset(
    {
        "amount",
        "asked",
        "benefit",
        "granted",
        "settled",
        "budget",
        "total",
        "paid_total",
        "failed_total",
    }
    | {column.field for column in HOUSEHOLD_COLUMNS if column.kind == columns.MONEY}
)
"""The recorded numbers that are fen."""
CODES = {"category": "category", "level": "level", "role": "role", "step": "step_kind"}
STATES = {
    "households": "household", "imports": "import", "applications": "application",
    "notices": "notice", "objections": "objection", "payments": "payment", "batches": "batch",
    "claims": "claim", "admissions": "admission",
    "entitlements": "entitlement",
    "owed_papers": "owed_papers",
    "reports": "report", "outbox": "job",
}  # fmt: skip


def thing_name(object_type: str) -> str:
    """Return what the things of a table are called; the table's name where it has no word."""
    known = THINGS.get(object_type)
    return str(known) if known is not None else object_type


def field_name(name: str) -> str:
    """Return what a recorded field is called; its own name where it has no word."""
    if name in FIELDS:
        word = str(FIELDS[name])
        return word[:1].upper() + word[1:]
    column = COLUMNS.get(name.removesuffix("_mark"))
    if column is None:
        return name
    return column.title if language() == "zh" else column.label


def recorded(value: Any, name: str, object_type: str) -> str:
    """Return a recorded value in words: codes by their names, fen as yuan, the rest in short."""
    if isinstance(value, bool):
        return str(gettext("Yes") if value else gettext("No"))
    if name in AMOUNTS and isinstance(value, int):
        return str(gettext("%(amount)s yuan", amount=format_yuan(value)))
    if isinstance(value, list):
        return "、".join(recorded(item, name, object_type) for item in value) or NOTHING
    if isinstance(value, dict):  # A member of a household.
        return str(value.get("name", NOTHING))
    kind = STATES.get(object_type, "") if name == "state" else CODES.get(name, "")
    kind = "evidence" if (object_type, name) == ("evidence", "kind") else kind
    if kind and value in KINDS[kind]:
        return label(kind, value)
    words = COLUMNS[name].words if name in COLUMNS else None
    return (words.word(str(value or ""), language()) or NOTHING) if words else brief(value)


def brief(value: Any) -> str:
    """Return a recorded value in short: hashes by their beginning, a dash for nothing."""
    text = NOTHING if value in (None, "") else str(value)
    return f"{text[:SHORT]}…" if len(text) >= LONG and " " not in text else text
