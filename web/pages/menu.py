"""The main menu: what this person may open, and where he is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, request, url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from core import clock
from core.access import prefixes
from core.context import BEIJING
from web.admissions import has_admission
from web.campaigns import goes_visiting
from web.display import may
from web.owed_papers import PAPERS, has_urgent_route
from web.request import context, installation, signed_in
from web.shared_ledger import has_departments


@dataclass(frozen=True)
class Entry:
    """A line of the menu; `permissions`: one of them is enough, none means everybody.

    `only`: it is there only where the region has what it is about.
    """

    endpoint: str
    title: LazyString
    permissions: tuple[str, ...] = ()
    group: LazyString | str = ""
    only: Callable[[], bool] | None = None


@dataclass(frozen=True)
class Line:
    """A line as it is drawn."""

    title: str
    address: str
    current: bool


DECIDING = ("step.investigation", "step.review", "step.approval")
CLAIMS = ("claim.review", "claim.approve")
WAITED_FOR = (*DECIDING, *PAPERS, *CLAIMS)
OWN = ("queue.show", "federation.show_list")
"""Pages that are the person's own, whichever tenant he looks at."""

ENTRIES = (
    Entry("home.start", _("Overview")),
    Entry("queue.show", _("Waiting for me"), WAITED_FOR),
    Entry("household.show_list", _("Household files"), ("household.read",), _("Files")),
    Entry("overdue.show_list", _("Overdue for verification"), ("household.read",)),
    Entry("measure.show_list", _("Running measures"), ("household.read",)),
    Entry("import_.show_list", _("Import"), ("household.import",)),
    Entry("reverification.show_list", _("Re-verification"), ("registry.judge",)),
    Entry("admission.show_list", _("Admission to help"), ("admission.read",), "", has_admission),
    Entry("verification.show_list", _("Means verification"), ("verification.read",)),
    Entry("difference.show_list", _("Differences"), ("verification.read",)),
    Entry("proposal.show_list", _("Active discovery"), ("discovery.read",)),
    Entry(
        "ledger.show_list", _("Shared ledger"), ("ledger.read",), _("Departments"), has_departments
    ),
    Entry("referral.show_list", _("Referrals"), ("referral.read",), "", has_departments),
    Entry("application.show_list", _("Applications"), ("application.read",), _("Aid")),
    Entry("entitlement.show_list", _("Entitlements"), ("application.read",)),
    Entry("owed_papers.show_list", _("Papers owed"), ("application.read",), "", has_urgent_route),
    Entry("campaign.show_list", _("Warmth visits"), ("campaign.read",), "", goes_visiting),
    Entry("notice.show_list", _("Public notices"), ("notice.read",)),
    Entry("follow_up.show_list", _("Students helped"), ("household.read",)),
    Entry("mutual_aid.show_list", _("Medical mutual aid"), ("enrolment.read",)),
    Entry("claim.show_list", _("Claims on mutual aid"), ("claim.read",)),
    Entry("fund.show_list", _("Funds"), ("fund.read",), _("Money")),
    Entry("batch.show_list", _("Payment batches"), ("batch.make", "fund.read")),
    Entry("wrong_payment.show_list", _("Wrong payments"), ("fund.read", "household.read")),
    Entry("report.show_list", _("Supervision reports"), ("report.read",), _("Supervision")),
    Entry("simulation.show", _("Policy simulation"), ("policy.simulate",)),
    Entry("audit.show_list", _("Audit trail"), ("audit.read",)),
    Entry("person.show_list", _("People"), ("person.manage",), _("Administration")),
    Entry("unit.show_list", _("Unions"), ("unit.manage",)),
    Entry("programme.show_list", _("Programmes"), ("programme.manage",)),
    Entry("federation.show_list", _("Federations"), ("tenant.manage",)),
    Entry("policy.show", _("Policy figures"), (), _("About")),
    Entry("job.show_list", _("Background jobs"), ("job.read",)),
)


def navigation() -> list[tuple[str, list[Line]]]:
    """Return the lines this person may open, by group."""
    groups: list[tuple[str, list[Line]]] = [("", [])]
    for entry in ENTRIES:
        if entry.group:
            groups.append((str(entry.group), []))
        if _is_offered(entry):
            groups[-1][1].append(_draw(entry))
    return [(name, lines) for name, lines in groups if lines]


def _is_offered(entry: Entry) -> bool:
    if entry.only is not None and not entry.only():
        return False
    return not entry.permissions or any(_may(entry, name) for name in entry.permissions)


def _may(entry: Entry, permission: str) -> bool:
    if permission in PAPERS and not has_urgent_route():
        return False
    if permission in CLAIMS and context().pack.claim_terms is None:
        return False
    if entry.endpoint not in OWN:
        return may(permission)
    return bool(prefixes(context(), permission, signed_in().tenant.id))


def _draw(entry: Entry) -> Line:
    here = (request.endpoint or "").partition(".")[0]
    current = here == entry.endpoint.partition(".")[0]
    return Line(str(entry.title), url_for(entry.endpoint), current)


def demo_today() -> str:
    """Return the day the demonstration's clock shows."""
    return clock.now(installation().settings).astimezone(BEIJING).date().isoformat()


def install(app: Flask) -> None:
    """Give the layout its menu."""
    app.config["DEMONSTRATION"] = app.extensions["bangfu"].settings.demo
    app.jinja_env.globals.update(navigation=navigation, demo_today=demo_today)
