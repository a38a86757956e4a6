"""The Context: first argument of every service. Who acts, for whom, when, on which data."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from core.db import ScopedSession
from core.people import Actor
from core.tenancy import TenantView

if TYPE_CHECKING:
    from bangfu_sdk import Text

    from core.catalogue import Catalogue
    from core.installation import Installation
    from core.outbox import OutboxEntry
    from core.pii import Vault
    from core.policies import Pack, Policies
    from core.storage import Storage

BEIJING = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Context:
    """One unit of work: a transaction under a tenant's scope, an actor, a moment.

    `to_hint` collects the outbox entries of this transaction, so that the edge can tell the
    queue server of them once they are committed.
    """

    session: ScopedSession
    tenant: TenantView
    actor: Actor
    now: dt.datetime
    installation: Installation
    request_id: str = ""
    language: str = "zh"
    to_hint: list[OutboxEntry] = field(default_factory=list)

    @property
    def tenant_id(self) -> uuid.UUID:
        """The tenant whose rows this unit of work writes."""
        return self.tenant.id

    @property
    def today(self) -> dt.date:
        """The calendar day in China at `now`."""
        return self.now.astimezone(BEIJING).date()

    @property
    def catalogue(self) -> Catalogue:
        """The programmes installed."""
        return self.installation.catalogue

    @property
    def policies(self) -> Policies:
        """The region packs."""
        return self.installation.policies

    @property
    def pack(self) -> Pack:
        """The region pack of this tenant."""
        return self.installation.policies.pack(self.tenant.pack)

    def word(self, text: Text) -> str:
        """Return a text that a pack gives in both languages in the one spoken here."""
        return text.zh if self.language.startswith("zh") else text.en

    @property
    def vault(self) -> Vault:
        """Encryption and blind indexes for personal data."""
        return self.installation.vault

    @property
    def storage(self) -> Storage:
        """Where uploaded and generated files lie."""
        return self.installation.storage
