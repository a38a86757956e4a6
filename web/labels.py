"""Words for the codes that lists and pages show; the region's own texts come from its pack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from web import verification_codes
from web.events import EVENTS
from web.request import context
from web.translation import pick

CATEGORIES = {
    "deep": _("Deep hardship"),
    "relative": _("Relative hardship"),
    "accidental": _("Accidental hardship"),
    "none": _("Not eligible"),
    None: _("Not judged yet"),
}
HOUSEHOLD_STATES = {
    "active": _("In force"),
    "suspended": _("Suspended"),
    "phase_out": _("In phase-out"),
    "safety_net": _("Under the safety net"),
    "exited": _("Exited"),
}
STANDINGS_OF_FILES = {
    **HOUSEHOLD_STATES,
    "filed": _("Filed, to be judged or admitted"),
    "overdue": _("Overdue for verification"),
}
WAYS = {
    "recovery": _("Recovery"),
    "safety_net": _("Safety net"),
    "stays": _("Stays"),
    "moved_away": _("Moved away"),
    "died": _("Died"),
    "not_eligible": _("Not eligible any more"),
    "false_statement": _("False statement"),
    "otherwise": _("Closed for another reason"),
    "suspended": _("Suspended"),
    "resumed": _("Taken up again"),
    "phase_out_ended": _("Phase-out over"),
    "returned": _("Returned"),
}
EXIT_STATES = {
    "stays": _("No exit"),
    "proposed": _("Waiting for a second person"),
    "confirmed": _("Confirmed"),
    "refused": _("Put aside"),
}
MEASURE_STATES = {
    "open": _("Referred"),
    "accepted": _("Accepted"),
    "done": _("Done"),
    "refused": _("Refused"),
    "cancelled": _("Cancelled"),
}
VISIT_CONCLUSIONS = {
    "still_difficult": _("Life is still difficult"),
    "improved": _("Improved"),
    "recovered": _("Out of hardship"),
    "nobody_met": _("Nobody was met"),
    "not_as_stated": _("Not as stated"),
}
VERIFICATION_RESULTS = {
    "unchanged": _("Unchanged"),
    "changed": _("Changed"),
    "improved": _("Improved"),
    "not_eligible": _("Not eligible any more"),
}
GAPS = {
    "no_contact": _("Nobody is named as contact person."),
    "no_plan": _("There is no household plan."),
    "no_measure": _("There is no measure."),
    "no_visit": _("Nobody visited the household yet."),
    "overdue": _("The file is overdue for verification: it gets no new aid until then."),
    "papers_owed": _("Papers of aid that was paid first are owed."),
    "papers_overdue": _("Papers of aid that was paid first are overdue: it gets no new aid."),
}
APPLICATION_STATES = {
    "draft": _("Draft"),
    "in_route": _("In approval"),
    "returned": _("Returned for completion"),
    "approved": _("Approved, notice to come"),
    "noticed": _("On public notice"),
    "granted": _("Granted"),
    "paid": _("Paid"),
    "rejected": _("Rejected"),
    "withdrawn": _("Withdrawn"),
    "referred": _("Referred to a department"),
    "fulfilled": _("Done by the department"),
    "unfulfilled": _("Not done by the department"),
}
OWED_PAPERS = {
    "owed": _("Papers to follow"),
    "overdue": _("overdue"),
    "handed_in": _("Handed in, to be checked"),
    "settled": _("Settled"),
    "failed": _("The aid was not due"),
    "paid_back": _("Paid back"),
    "lapsed": _("Nothing was given"),
}
ENTITLEMENT_STATES = {
    "running": _("Running"),
    "suspended": _("Suspended"),
    "ended": _("Ended"),
}
ENTITLEMENT_REASONS = {
    "": "",
    "file_suspended": _("The file is suspended"),
    "file_overdue": _("The file is overdue for verification"),
    "recheck_due": _("Its yearly check is overdue"),
    "file_exited": _("The file is closed"),
    "safety_net": _("The household is under the safety net"),
    "not_eligible": _("No longer eligible at its check"),
    "by_hand": _("Ended by hand"),
}
STAGES = {
    "preschool": _("Preschool"),
    "primary": _("Primary school"),
    "junior_high": _("Junior high school"),
    "senior_high": _("Senior high school"),
    "vocational": _("Vocational school"),
    "college": _("College"),
    "undergraduate": _("University"),
    "postgraduate": _("Postgraduate"),
    "": _("Stage not told"),
}
STUDY_FINDINGS = {
    "studying": _("Still studying"),
    "graduated": _("Graduated"),
    "left": _("Left school"),
    "unknown": _("Nobody could be asked"),
}
ADMISSION_STATES = {
    "in_route": _("On its way"),
    "returned": _("Returned for completion"),
    "admitted": _("Admitted"),
    "refused": _("Refused"),
    "withdrawn": _("Withdrawn"),
}
STEP_KINDS = {
    "investigation": _("Investigation"),
    "review": _("Review"),
    "approval": _("Approval"),
}
STEP_STATES = {
    "waiting": _("To come"),
    "open": _("Waiting for a decision"),
    "done": _("Done"),
    "void": _("No longer needed"),
}
DECISIONS = {
    "approve": _("Approved"),
    "approved": _("Approved"),
    "passed": _("Passed"),
    "return": _("Returned"),
    "returned": _("Returned"),
    "reject": _("Rejected"),
    "rejected": _("Rejected"),
    "refuse": _("Not admitted"),
    "withdrawn": _("Withdrawn"),
}
LEVELS = {
    "nation": _("National"),
    "province": _("Provincial"),
    "city": _("City"),
    "county": _("County"),
    "township": _("Township"),
    "grassroots": _("Grassroots"),
}
ROLES = {
    "clerk": _("Clerk"),
    "investigator": _("Investigator"),
    "department_officer": _("Department officer"),
    "reviewer": _("Reviewer"),
    "approver": _("Approver"),
    "finance": _("Finance officer"),
    "supervisor": _("Supervisor"),
    "auditor": _("Auditor"),
    "tenant_administrator": _("Administrator"),
    "platform_operator": _("Platform operator"),
}
JOB_STATES = {
    "pending": _("Waiting for a worker"),
    "running": _("Running"),
    "done": _("Done"),
    "failed": _("Failed"),
}
IMPORT_STATES = {
    "checking": _("Being checked"),
    "checked": _("Checked"),
    "importing": _("Being imported"),
    "imported": _("Imported"),
    "refused": _("Refused"),
    "failed": _("Failed"),
}
REVERIFICATION_STATES = {
    "running": _("At work"),
    "done": _("Done"),
    "stopped": _("Stopped"),
}
NOTICE_STATES = {"open": _("Open"), "closed": _("Closed"), "stopped": _("Stopped")}
OBJECTION_STATES = {"open": _("To be decided"), "upheld": _("Upheld"), "dismissed": _("Dismissed")}
BATCH_STATES = {
    "draft": _("To be released"),
    "sent": _("Sent to the bank"),
    "reconciled": _("Reconciled"),
    "dissolved": _("Dissolved"),
}
CHANGE_STATES = {
    "proposed": _("Waiting for a second person"),
    "confirmed": _("Confirmed"),
    "refused": _("Refused"),
}
PAYMENT_STATES = {
    "reserved": _("Reserved"),
    "batched": _("In a batch"),
    "sent": _("Sent to the bank"),
    "paid": _("Paid"),
    "failed": _("Failed"),
    "released": _("Released"),
}
CLAIMS = {
    "review": _("Waiting for review"),
    "approval": _("Waiting for approval"),
    "difference": _("Hospital and rule differ"),
    "in_route": _("In approval"),
    "returned": _("Returned for correction"),
    "approved": _("Approved"),
    "paid": _("Paid"),
    "refused": _("Refused"),
}
CLAIM_DIFFERENCES = {
    "open": _("To be settled"),
    "rule": _("Settled: by the rule"),
    "hospital": _("Settled: as the hospital paid"),
}
PAYEES = {"worker": _("The worker"), "hospital": _("The hospital")}
WRONG_PAYMENTS = {
    "proposed": _("Waiting for a second person"),
    "open": _("Nothing came back"),
    "partly": _("Partly recovered"),
    "recovered": _("Recovered"),
    "refused": _("No wrong payment"),
}
WRONG_KINDS = {
    "false_statement": _("False statement"),
    "unreported_change": _("Change of circumstances not reported"),
    "own_mistake": _("Our own mistake"),
    "papers_missing": _("Paid first, and its papers did not follow"),
    "other": _("Other"),
}
STANDINGS = {
    "identification": _("Identification"),
    "offered": _("Offered"),
    "withheld": _("Not offered"),
    "broken": _("Out of order"),
    "available": _("May be taken up"),
    "foreign": _("Not in this region's policy"),
    "gone": _("Its plugin is away"),
}
BETWEEN = {
    "cap": _("At most, together"),
    "order": _("What comes first"),
    "exclusion": _("Never side by side"),
}
CAMPAIGN_STATES = {
    "draft": _("List being made"),
    "submitted": _("Waits for approval"),
    "approved": _("Approved, being visited"),
    "closed": _("Accounted for"),
    "withdrawn": _("Given up"),
}
VISIT_STEPS = {
    "waiting": _("Waits for its visit"),
    "recorded": _("Recorded, to be confirmed"),
    "handed_over": _("Handed over"),
    "missed": _("Not met"),
    "refused": _("Struck off"),
}
REPORT_STATES = {
    "waiting": _("Being made"),
    "made": _("Made"),
    "failed": _("Failed"),
}
EVIDENCE = {
    "id_card": _("ID card"),
    "household_register": _("Household register"),
    "income_proof": _("Proof of income"),
    "medical_record": _("Medical record or bill"),
    "disability_certificate": _("Disability certificate"),
    "school_proof": _("Proof of schooling"),
    "accident_proof": _("Proof of accident or disaster"),
    "application_form": _("Signed application form"),
    "authorisation": _("Authorisation of means verification"),
    "visit_photo": _("Photo of a home visit"),
    "other": _("Other"),
}
PAPERS = {
    "attached": _("attached"),
    "seen": _("seen, to be attached"),
    "missing": _("missing"),
    "open": _("not there"),
}
AID_KINDS = {
    "money": _("Aid in money"),
    "in_kind": _("In kind"),
    "recognition": _("Recognition"),
    "post": _("Public-welfare post"),
    "training": _("Training"),
}
NOT_PEOPLE = {"system": _("The system"), "public": _("The public")}
JOBS = {
    "check_import": _("Check a workbook"),
    "run_import": _("Put a workbook in"),
    "open_notice": _("Open a public notice"),
    "make_report": _("Make a supervision report"),
    "registry.reverify": _("Judge the registry again"),
    **verification_codes.JOBS,
}
TONES = {
    "deep": "deep", "relative": "relative", "accidental": "accidental",
    "draft": "", "in_route": "live", "returned": "wait", "noticed": "wait", "granted": "good",
    "paid": "good", "rejected": "bad", "withdrawn": "", "pending": "wait", "running": "live",
    "done": "good", "made": "good", "failed": "bad", "checking": "live", "checked": "wait",
    "importing": "live",
    "imported": "good", "refused": "bad", "open": "live", "closed": "good", "stopped": "bad",
    "upheld": "bad", "dismissed": "", "sent": "live", "reconciled": "good", "batched": "live",
    "reserved": "wait", "waiting": "wait", "active": "good", "approve": "good", "approved": "good",
    "passed": "good", "reject": "bad", "return": "wait", "proposed": "wait", "confirmed": "good",
    "suspended": "wait", "phase_out": "live", "safety_net": "live", "overdue": "bad",
    "owed": "wait", "handed_in": "live", "settled": "good", "paid_back": "",
    "filed": "wait", "recovery": "good", "accepted": "live", "stays": "",
    "admitted": "good", "refuse": "bad",
    "partly": "wait", "recovered": "good", "referred": "live", "fulfilled": "good",
    "unfulfilled": "bad", "studying": "live", "graduated": "good", "left": "bad", "unknown": "wait",
    "review": "live", "approval": "live", "difference": "bad",
    "submitted": "live", "recorded": "live", "handed_over": "good", "missed": "bad",
    "offered": "good", "broken": "bad", "identification": "live",
    "attached": "good", "seen": "wait", "missing": "bad",
    **verification_codes.TONES,
}  # fmt: skip
KINDS: dict[str, Mapping[Any, LazyString]] = {
    "category": CATEGORIES,
    "reverification": REVERIFICATION_STATES,
    "household": HOUSEHOLD_STATES,
    "standing_of_file": STANDINGS_OF_FILES,
    "way": WAYS,
    "exit": EXIT_STATES,
    "measure": MEASURE_STATES,
    "visit_conclusion": VISIT_CONCLUSIONS,
    "verification_result": VERIFICATION_RESULTS,
    "gap": GAPS,
    "application": APPLICATION_STATES,
    "owed_papers": OWED_PAPERS,
    "campaign": CAMPAIGN_STATES,
    "visit_step": VISIT_STEPS,
    "entitlement": ENTITLEMENT_STATES,
    "entitlement_reason": ENTITLEMENT_REASONS,
    "stage": STAGES,
    "study": STUDY_FINDINGS,
    "admission": ADMISSION_STATES,
    "step": STEP_STATES,
    "step_kind": STEP_KINDS,
    "decision": DECISIONS,
    "level": LEVELS,
    "role": ROLES,
    "job": JOB_STATES,
    "import": IMPORT_STATES,
    "notice": NOTICE_STATES,
    "objection": OBJECTION_STATES,
    "batch": BATCH_STATES,
    "change": CHANGE_STATES,
    "standing": STANDINGS,
    "between": BETWEEN,
    "payment": PAYMENT_STATES,
    "wrong_payment": WRONG_PAYMENTS,
    "claim": CLAIMS,
    "claim_difference": CLAIM_DIFFERENCES,
    "payee": PAYEES,
    "wrong_kind": WRONG_KINDS,
    "report": REPORT_STATES,
    "evidence": EVIDENCE,
    "paper": PAPERS,
    "aid_kind": AID_KINDS,
    "verification": verification_codes.REQUEST_STATES,
    "difference": verification_codes.DIFFERENCE_STATES,
    "difference_kind": verification_codes.DIFFERENCE_KINDS,
    "fact": verification_codes.FACT_NAMES,
    "proposal": verification_codes.PROPOSAL_STATES,
    "proposal_reason": verification_codes.PROPOSAL_REASONS,
    "form": verification_codes.FORM_STATES,
    "file_count": verification_codes.COUNTS,
}


def label(kind: str, code: str | None) -> str:
    """Return the word for a code in the language spoken now; the code itself when unknown."""
    known = KINDS[kind].get(code)
    if known is None and kind == "category":
        return _region_category(code or "")
    return str(known) if known is not None else str(code or "")


def _region_category(code: str) -> str:
    """Return a category as the region in view calls it, or one whose federations are counted."""
    ctx = context()
    for pack in (ctx.pack, *ctx.installation.policies.packs):
        for category in pack.categories:
            if category.code == code:
                return pick(category.name)
    return code


def figure_part(code: str) -> str:
    """Return the word for the category or the stage of education a figure is given for."""
    return label("stage" if code in STAGES else "category", code)


def tone(code: str | None) -> str:
    """Return the colour a code's tag is drawn in."""
    return TONES.get(code or "", "")


def role_name(code: str) -> str:
    """Return the word for a role."""
    return label("role", code)


def job_name(code: str) -> str:
    """Return the word for a kind of job."""
    known = JOBS.get(code)
    return str(known) if known is not None else code


def actor_name(name: str) -> str:
    """Return who acted: a person's name, or the word for the system or the public."""
    known = NOT_PEOPLE.get(name)
    return str(known) if known is not None else name


def event_name(code: str) -> str:
    """Return the word for an event of the audit trail."""
    known = EVENTS.get(code)
    return str(known) if known is not None else code
