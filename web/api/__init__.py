"""The API for programs: one file a noun, described by OpenAPI 3.1 at `/api/openapi.json`."""

from __future__ import annotations

from flask import Flask

from web.api import (
    admissions,
    application_forms,
    applications,
    batches,
    budgets,
    campaign_handovers,
    campaigns,
    care,
    claims,
    discovery,
    entitlements,
    evidence,
    follow_ups,
    funds,
    handovers,
    households,
    imports,
    jobs,
    ledger,
    life,
    mutual_aid,
    notices,
    owed_papers,
    own_figures,
    programmes,
    reading,
    reports,
    reverifications,
    sessions,
    simulations,
    trail,
    verification,
    wrong_payments,
)
from web.api.document import CONFIG, Api
from web.security import csrf

NOUNS = (
    sessions, households, life, care, evidence, imports, programmes, applications, notices, funds,
    budgets, batches, wrong_payments, reports, jobs, trail, reverifications, simulations,
    verification, discovery, ledger, mutual_aid, claims, own_figures, follow_ups,
    admissions, entitlements, owed_papers, handovers, application_forms, campaigns,
    campaign_handovers,
)  # fmt: skip


def register_api(app: Flask) -> None:
    """Put the API into an application. Bearer tokens alone count there, so no form can forge."""
    app.config.update(CONFIG)
    api = Api(app)
    app.extensions["bangfu_api"] = api
    app.register_blueprint(reading.blueprint)
    for noun in NOUNS:
        csrf.exempt(noun.blueprint)
        api.register_blueprint(noun.blueprint)
