"""Server-rendered pages, one file a noun."""

from __future__ import annotations

from flask import Flask

from web import admissions as admission_words
from web import display, shared_ledger, verified
from web.pages import (
    admissions,
    aid,
    application_forms,
    applications,
    applying,
    audit,
    batches,
    budgets,
    campaign_visits,
    claims,
    department_files,
    differences,
    entitlements,
    entries,
    federations,
    filing,
    follow_ups,
    funds,
    handovers,
    home,
    households,
    imports,
    jobs,
    ledger,
    life,
    measures,
    menu,
    moving,
    mutual_aid,
    notices,
    overdue,
    owed_papers,
    people,
    policies,
    pools,
    programmes,
    proposals,
    public,
    queue,
    referrals,
    reports,
    reverifications,
    simulations,
    units,
    verification,
    visit_forms,
    wrong_payments,
)

NOUNS = (
    home, queue, households, life, visit_forms, overdue, measures, filing, imports, verification,
    department_files, differences, proposals, ledger, aid, referrals, applications, applying,
    moving, notices, public, funds, budgets, batches, wrong_payments, reports, audit,
    policies, jobs, reverifications, simulations, people, units, programmes, federations,
    mutual_aid, claims, pools, follow_ups, admissions, entitlements, owed_papers, handovers,
    application_forms, campaign_visits,
)  # fmt: skip


def register(app: Flask) -> None:
    """Hang every page into an application."""
    display.install(app)
    verified.install(app)
    shared_ledger.install(app)
    admission_words.install(app)
    menu.install(app)
    entries.install(app)
    for noun in NOUNS:
        app.register_blueprint(noun.blueprint)
