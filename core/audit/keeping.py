"""What the clock does for the audit trail: seal, sign, countersign, export."""

from __future__ import annotations

from typing import Final

import structlog

from core.audit.checkpoints import countersign, sign
from core.audit.export import export
from core.audit.seal import seal
from core.errors import DomainError
from core.installation import Installation
from core.tenancy import TenantView

SEAL_SECONDS: Final = 30

log = structlog.get_logger()


def keep(installation: Installation) -> int:
    """Seal, sign, countersign and export every tenant's trail; return the blocks closed.

    One tenant whose trail is broken does not keep the others from being sealed.
    """
    closed = 0
    for tenant in installation.tenants():
        try:
            closed += keep_one(installation, tenant)
        except DomainError as error:
            log.error("audit.not_kept", tenant=tenant.slug, reason=str(error))
    return closed


def keep_one(installation: Installation, tenant: TenantView) -> int:
    """Seal, sign, countersign and export one tenant's trail; return the blocks closed.

    Each step commits for itself and goes on where it stopped before.
    """
    with installation.system(tenant) as ctx:
        closed = len(seal(ctx))
        sign(ctx)
    with installation.system(tenant) as ctx:
        countersign(ctx)
    with installation.system(tenant) as ctx:
        export(ctx)
    return closed
