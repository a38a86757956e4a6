"""Who may do what, where: permissions, roles, scopes, four eyes. The only place that decides."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace

from core.context import Context
from core.errors import ForbiddenError, NotFoundError, _
from core.people import Grant

ROLES: dict[str, frozenset[str]] = {
    "clerk": frozenset(
        {
            "household.read", "household.file", "household.change", "household.import",
            "household.export", "household.judge", "evidence.add", "evidence.read",
            "application.read", "application.start", "application.submit", "notice.read",
            "plan.keep", "measure.keep", "visit.record", "verification.record", "state.change",
            "exit.propose", "verification.read", "verification.request", "verification.import",
            "verification.decide", "verification.uphold", "discovery.read", "discovery.find",
            "discovery.decide", "ledger.read", "ledger.record", "enrolment.read",
            "enrolment.import", "claim.read", "claim.enter", "follow_up.record",
            "admission.read", "admission.begin", "papers.hand_in", "campaign.read",
            "campaign.keep", "handover.record", "job.read",
        }
    ),
    "department_officer": frozenset(
        {"ledger.read", "ledger.record", "referral.read", "referral.answer", "admission.read",
         "admission.approval", "job.read"}
    ),
    "investigator": frozenset(
        {
            "household.read", "evidence.add", "evidence.read", "application.read",
            "step.investigation", "visit.record", "verification.record", "notice.read",
            "verification.read", "follow_up.record", "admission.read",
            "admission.investigation", "campaign.read", "handover.record", "job.read",
        }
    ),
    "reviewer": frozenset(
        {"household.read", "household.export", "evidence.read", "application.read", "step.review",
         "exit.confirm", "notice.read", "verification.read", "verification.import",
         "verification.decide", "verification.uphold", "discovery.read", "discovery.find",
         "discovery.decide", "ledger.read", "enrolment.read", "claim.read", "claim.review",
         "entitlement.check", "admission.read", "admission.review", "papers.check",
         "campaign.read", "job.read"}
    ),
    "approver": frozenset(
        {
            "household.read", "household.export", "household.judge", "evidence.read",
            "application.read", "step.approval", "notice.read", "notice.close",
            "state.change", "exit.propose", "exit.confirm", "verification.read",
            "discovery.read", "objection.decide", "fund.read", "report.read", "report.request",
            "registry.judge", "policy.simulate", "ledger.read", "wrong_payment.confirm",
            "enrolment.read", "claim.read", "claim.approve", "admission.read",
            "admission.approval", "entitlement.end", "papers.check", "campaign.read",
            "campaign.approve", "job.read",
        }
    ),
    "finance": frozenset(
        {
            "application.read", "fund.read", "fund.manage", "budget.confirm", "batch.make",
            "batch.send", "batch.reconcile", "payment.unmask", "wrong_payment.record",
            "wrong_payment.confirm", "report.read", "enrolment.read", "contribution.record",
            "claim.read", "campaign.read", "handover.confirm", "job.read",
        }
    ),
    "supervisor": frozenset(
        {
            "household.read", "application.read", "notice.read", "fund.read", "report.read",
            "report.request", "tenant.read", "verification.read", "policy.simulate",
            "ledger.read", "wrong_payment.record", "enrolment.read", "claim.read",
            "admission.read", "campaign.read", "job.read",
        }
    ),
    "auditor": frozenset(
        {"audit.read", "household.read", "application.read", "fund.read", "report.read",
         "tenant.read", "ledger.read", "enrolment.read", "claim.read", "admission.read",
         "campaign.read", "job.read"}
    ),
    "tenant_administrator": frozenset(
        {"tenant.read", "unit.manage", "person.manage", "policy.manage", "programme.manage",
         "job.read", "registry.judge", "policy.simulate", "scheme.manage", "enrolment.read"}
    ),
    "platform_operator": frozenset({"tenant.read", "tenant.manage", "job.read", "job.retry"}),
}  # fmt: skip

DOWNWARD = frozenset(
    {
        "household.read", "application.read", "notice.read", "fund.read", "report.read",
        "tenant.read", "verification.read", "policy.simulate", "ledger.read",
        "enrolment.read", "claim.read", "admission.read", "campaign.read",
    }
)  # fmt: skip
"""What is read in the tenants below, by those who answer for the whole of the one above."""

BY_DEPARTMENT = frozenset({"department_officer"})
"""Roles given together with the department they are held for; all others are the union's."""

UNION = "union"
"""The code under which every pack lists the federation itself among the departments."""

NOT_SUPERVISING = frozenset({"clerk", "finance", "department_officer"})
"""Roles that work on their own tenant alone, whatever they may read there."""

OPERATING = frozenset({"job.read", "job.retry"})
"""What the platform operator does in the tenants below his own: he keeps their jobs running."""

DECISIONS = frozenset(
    {
        "step.investigation", "step.review", "step.approval", "objection.decide", "batch.send",
        "budget.confirm", "exit.confirm", "verification.uphold", "wrong_payment.confirm",
        "claim.review", "claim.approve", "admission.investigation", "admission.review",
        "admission.approval", "entitlement.check", "papers.check", "campaign.approve",
        "handover.confirm",
    }
)  # fmt: skip


VISIBLE = ("household.read", "application.read", "fund.read", "tenant.read", "ledger.read",
           "claim.read")  # fmt: skip
"""Permissions of which one is enough to know that a thing is there."""


@dataclass(frozen=True)
class Subject:
    """What access is asked for: where it lies, and who already had a hand in it.

    `unit_path` is empty for things of the whole tenant. `parties` are the people who filed it
    or decided on it: none of them may decide again. `deciding_tenant` is the tenant whose people
    take the step, where that is not the tenant the thing belongs to. `department` is the
    department whose own matter it is, empty where the role alone counts.
    """

    tenant_id: uuid.UUID
    unit_path: str = ""
    parties: frozenset[uuid.UUID] = frozenset()
    deciding_tenant: uuid.UUID | None = None
    department: str = ""


def allowed(ctx: Context, permission: str, subject: Subject | None = None) -> bool:
    """Return whether the actor may do this with the subject.

    None asks whether he may do it anywhere in the tenant worked on.
    """
    if ctx.actor.is_system:
        return True
    if subject is None:
        return bool(_prefixes(ctx, permission, Subject(ctx.tenant_id)))
    if permission in DECISIONS and ctx.actor.person_id in subject.parties:
        return False
    return any(
        subject.unit_path.startswith(prefix) for prefix in _prefixes(ctx, permission, subject)
    )


def require(ctx: Context, permission: str, subject: Subject | None = None) -> None:
    """Let the actor pass or raise.

    NotFoundError where the actor may not even know of the subject, ForbiddenError where he may
    see it but not do this.
    """
    if allowed(ctx, permission, subject):
        return
    if subject is not None and not _visible(ctx, subject):
        raise NotFoundError
    if subject is not None and permission in DECISIONS and ctx.actor.person_id in subject.parties:
        raise ForbiddenError(
            _("You filed this or decided on it before; someone else must decide now."),
            remedy=_("Ask a colleague who had no part in it."),
        )
    raise ForbiddenError(
        _("Your role does not allow this."),
        remedy=_("Ask your administrator for the right, or a colleague who has it."),
    )


def prefixes(
    ctx: Context, permission: str, tenant_id: uuid.UUID, department: str = ""
) -> tuple[str, ...]:
    """Return the unit paths under which the actor holds a permission; ("",) is everywhere.

    With a department, those under which he holds it for that one.
    """
    if ctx.actor.is_system:
        return ("",)
    return _shortest(_prefixes(ctx, permission, Subject(tenant_id, department=department)))


def departments(ctx: Context, permission: str) -> tuple[str, ...]:
    """Return the departments of the region for which the actor holds a permission, in its order.

    The system acts for all of them.
    """
    own = {
        grant.department or UNION
        for grant in ctx.actor.grants
        if permission in permissions(grant.role) and ctx.actor.tenant_id == ctx.tenant_id
    }
    codes = (one.code for one in ctx.pack.departments)
    return tuple(code for code in codes if ctx.actor.is_system or code in own)


def _prefixes(ctx: Context, permission: str, subject: Subject) -> list[str]:
    holding = [
        grant
        for grant in ctx.actor.grants
        if permission in permissions(grant.role)
        and subject.department in ("", grant.department or UNION)
    ]
    if ctx.actor.tenant_id == subject.tenant_id:
        # A step that a federation above takes is not taken here.
        elsewhere = subject.deciding_tenant not in (None, subject.tenant_id)
        return [] if elsewhere and permission in DECISIONS else [one.unit_path for one in holding]
    if not _supervises(ctx, subject.tenant_id):
        return []
    if permission in OPERATING:
        holding = [one for one in holding if one.role == "platform_operator"]
    elif permission not in DOWNWARD and ctx.actor.tenant_id != subject.deciding_tenant:
        return []
    answering = [one for one in holding if not one.unit_path and _looks_down(permission, one)]
    return [""] if answering else []


def permissions(role: str) -> frozenset[str]:
    """Return what a role may do; nothing for one that is no longer known."""
    return ROLES.get(role, frozenset())


def _looks_down(permission: str, grant: Grant) -> bool:
    return permission not in DOWNWARD or grant.role not in NOT_SUPERVISING


def _supervises(ctx: Context, tenant_id: uuid.UUID) -> bool:
    own = ctx.actor.tenant_id
    return own is not None and tenant_id in ctx.installation.tenant_by_id(own).descendants


def _visible(ctx: Context, subject: Subject) -> bool:
    subject = replace(subject, department="")
    return any(
        subject.unit_path.startswith(prefix)
        for permission in VISIBLE
        for prefix in _prefixes(ctx, permission, subject)
    )


def _shortest(paths: list[str]) -> tuple[str, ...]:
    kept: list[str] = []
    for path in sorted(set(paths)):
        if not any(path.startswith(prefix) for prefix in kept):
            kept.append(path)
    return tuple(kept)
