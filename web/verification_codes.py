"""Words for the codes of means verification and active discovery."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

REQUEST_STATES = {
    "requested": _("Listed"),
    "waiting": _("Awaiting verification"),
    "answered": _("Answers coming in"),
    "differing": _("Differences open"),
    "done": _("Verified"),
}
DIFFERENCE_STATES = {
    "open": _("To be decided"),
    "visit": _("Needs a visit"),
    "declared": _("Declaration right"),
    "answer": _("Answer right"),
    "superseded": _("Fell away"),
}
DIFFERENCE_KINDS = {
    "income": _("Income of the year"),
    "dibao": _("In dibao"),
    "real_estate": _("Real estate"),
    "vehicles": _("Vehicles"),
    "business": _("Business registration"),
    "employment": _("Employment"),
    "dead": _("Deceased"),
    "moved": _("Moved away"),
    "members": _("Persons registered"),
    "marital_status": _("Marital status"),
    "enrolled": _("At school"),
    "medical_cost": _("Self-paid medical cost"),
    "deposits": _("Deposits"),
    "insurance_value": _("Insurance value"),
    "securities": _("Securities"),
    "name": _("Name"),
}
FACT_NAMES = {
    **DIFFERENCE_KINDS,
    "household_income": _("Income of the household, year"),
    "housing_fund": _("Housing fund, month"),
    "registered_members": _("Persons registered"),
    "employed": _("Employed"),
}
PROPOSAL_STATES = {
    "open": _("To be taken up"),
    "taken_up": _("Taken up"),
    "dismissed": _("Dismissed"),
}
PROPOSAL_REASONS = {
    "unfiled": _("No file"),
    "returned": _("File has exited"),
    "unaided": _("No aid this year"),
}
FORM_STATES = {"waiting": _("Being printed"), "made": _("Printed"), "failed": _("Failed")}
EVENTS = {
    "consent.requested": _("Authorisation to be printed"),
    "consent.printed": _("Authorisation printed with ID numbers"),
    "consent.made": _("Authorisation made"),
    "consent.opened": _("Authorisation opened"),
    "verification.requested": _("Round of means verification begun"),
    "verification.exported": _("List for verification handed out"),
    "verification.told": _("Answer of a source received"),
    "verification.waiting": _("Awaiting verification"),
    "verification.answered": _("Answers coming in"),
    "verification.differing": _("Differences open"),
    "verification.done": _("Means verification finished"),
    "household.verified": _("Household verified"),
    "answer.attached": _("Answer given to its file"),
    "answer.opened": _("Answer looked at"),
    "difference.found": _("Difference found"),
    "difference.superseded": _("Difference fell away"),
    "difference.assigned": _("Difference given to somebody"),
    "difference.declared": _("Declaration found right"),
    "difference.answer": _("Answer found right"),
    "difference.visit": _("Visit asked for"),
    "department_file.started": _("Department's workbook brought in"),
    "department_file.confirmed": _("Department's workbook confirmed"),
    "department_file.finished": _("Department's workbook put in"),
    "proposal.made": _("Somebody proposed"),
    "proposal.taken_up": _("Proposal taken up"),
    "proposal.dismissed": _("Proposal dismissed"),
    "proposal.revealed": _("Proposed person looked at"),
    "proposal.filed": _("Proposal became a file"),
}
JOBS = {
    "print_consent": _("Print an authorisation"),
    "check_department_file": _("Check a department's workbook"),
    "run_department_file": _("Put a department's workbook in"),
    "screen_registry": _("Screen the registry"),
}
COUNTS = {
    "rows": _("rows in the workbook"),
    "good": _("without fault"),
    "added": _("rows newly in"),
    "unchanged": _("in already"),
    "unknown": _("on people in no file"),
    "found": _("differences found"),
    "different": _("bills on which hospital and rule differ"),
    "done": _("verifications finished"),
    "repeated": _("rows that repeat a person"),
    "filed": _("people with a file in force"),
    "proposable": _("people without one"),
    "proposed": _("newly proposed"),
    "handed_in": _("handed in"),
    "papers_missing": _("drafts for want of a paper"),
}
TONES = {
    "requested": "", "answered": "live", "differing": "bad", "visit": "wait", "declared": "good",
    "answer": "bad", "superseded": "", "taken_up": "good",
}  # fmt: skip
