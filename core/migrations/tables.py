"""Every table in one place, so that Alembic and the tests see them all."""

from __future__ import annotations

from core import idempotency, outbox, people, tenancy
from core.admissions import models as admissions
from core.applications import models as applications
from core.audit import models as audit
from core.campaigns import models as campaigns
from core.claims import models as claims
from core.db import Base
from core.departments import models as departments
from core.enrolments import models as enrolments
from core.entitlements import models as entitlements
from core.follow_ups import models as follow_ups
from core.funds import models as funds
from core.handovers import models as handovers
from core.households import circumstances
from core.households import models as households
from core.households.life import models as life
from core.notices import models as notices
from core.owed_papers import models as owed_papers
from core.reverification import models as reverification
from core.supervision import models as supervision
from core.verification import models as verification
from core.wrong_payments import models as wrong_payments

MODULES = (
    tenancy, people, households, circumstances, life, reverification, applications, notices,
    funds, supervision, audit, outbox, idempotency, verification, departments, wrong_payments,
    enrolments, claims, follow_ups, admissions, entitlements, owed_papers, campaigns, handovers,
)  # fmt: skip
metadata = Base.metadata
