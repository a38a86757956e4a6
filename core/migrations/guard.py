"""Row-level security and grants, as the migrations lay them on every tenant-owned table."""

from __future__ import annotations

APPLICATION_ROLE = "bangfu_app"

_READABLE = (
    "tenant_id = any ((select nullif(current_setting('bangfu.readable', true), '')::uuid[])"
    "::uuid[])"
)
_OWN = "tenant_id = (select nullif(current_setting('bangfu.tenant', true), '')::uuid)"
_APPLICATION = "(select nullif(current_setting('bangfu.application', true), '')::uuid)"
_UNCONFINED = f"({_APPLICATION} is null)"

CONFINED = {
    "applications": f"({_APPLICATION} is null or id = {_APPLICATION})",
    "steps": f"({_APPLICATION} is null or application_id = {_APPLICATION})",
    "audit_records": "true",
    "outbox": "true",
}
"""What a deciding province may add in a city's tenant while confined to one application."""

CHANGEABLE = ("applications", "steps")
"""The tables in which it may also change what is of that application."""

GRANTS = {
    "audit_records": "select, insert, update (block, position)",
    "audit_blocks": "select, insert",
    "audit_checkpoints": "select, insert, update (countersigned_by, countersignature)",
    "households": "select, insert, update, maintain",
    "admissions": "select, insert, update, maintain",
    "admission_steps": "select, insert, update, maintain",
    "transfers": "select, insert",
    "judgements": "select, insert",
    "file_events": "select, insert",
    "recoveries": "select, insert",
    "claimed_bills": "select, insert, delete",
    "parcels": "select, insert, delete",
    "warmth_visits": "select, insert, update, delete",
    "receipts": "select, insert",
    "contributions": "select, insert",
    "verifications": "select, insert",
    "plans": "select, insert",
    "visits": "select, insert",
    "follow_ups": "select, insert",
    "department_aid": "select, insert, update (household_id, member_id)",
    "parameter_overrides": "select, insert, delete",
    "parameter_sets": "select, insert",
    "explanation_forms": "select, insert",
    "members": "select, insert, update, delete",
    "login_sessions": "select, insert, update, delete",
    "role_grants": "select, insert, update, delete",
    "idempotency_keys": "select, insert, update, delete",
}
"""Rights of the application role where they differ from select, insert, update."""


def guard(table: str) -> list[str]:
    """Return the statements that put a tenant-owned table behind forced row-level security."""
    confined = CONFINED.get(table, _UNCONFINED)
    add = f"({_OWN} and {confined})"
    change = f"({_OWN} and {confined if table in CHANGEABLE else _UNCONFINED})"
    return [
        f"alter table {table} enable row level security",
        f"alter table {table} force row level security",
        f"create policy {table}_read on {table} for select using ({_READABLE})",
        f"create policy {table}_insert on {table} for insert with check {add}",
        f"create policy {table}_update on {table} for update using {change} with check {change}",
        f"create policy {table}_delete on {table} for delete using {change}",
        f"grant {GRANTS.get(table, 'select, insert, update')} on {table} to {APPLICATION_ROLE}",
    ]
