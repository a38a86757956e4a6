"""What can be wrong with a claim: the same words in a workbook and on the page."""

from __future__ import annotations

from core.errors import _
from core.households.workbook.faults import FaultKind

NOT_ENROLLED = FaultKind(
    "not_enrolled",
    _("This person is not enrolled in the period “%(period)s”."),
    _("Check the ID number; choose the period the person is enrolled in."),
)
NAME_DIFFERS = FaultKind(
    "name_differs",
    _("The worker enrolled under this ID number has another name."),
    _("Correct the name or the ID number from the ID card."),
)
DISCHARGE_BEFORE = FaultKind(
    "discharge_before_admission",
    _("The discharge lies before the admission."),
    _("Correct one of the two days from the bill."),
)
OUTSIDE_PERIOD = FaultKind(
    "outside_period",
    _("The discharge lies outside the period, which runs from %(first)s to %(last)s."),
    _("Claim it in the period in which the patient was discharged."),
)
AMOUNTS = FaultKind(
    "amounts_do_not_add_up",
    _("Insurance and self-paid parts come to %(parts)s yuan, the bill to %(total)s."),
    _("Correct the amounts from the settlement sheet of the hospital."),
)
WAITING = FaultKind(
    "waiting",
    _("Not covered: %(why)s"),
    _("What begins within the waiting period cannot be claimed; compare the days."),
)
BILL_TWICE = FaultKind(
    "bill_twice",
    _("This bill stands in row %(first)s already."),
    _("One claim a bill; delete one of the two rows."),
)
BILL_KNOWN = FaultKind(
    "bill_claimed",
    _("This bill was claimed already: %(number)s."),
    _("Look at that claim; a bill is claimed once."),
)
BILL_ELSEWHERE = FaultKind(
    "bill_claimed_elsewhere",
    _("This bill was claimed already with another federation of the province."),
    _("Ask the worker and the provincial federation; a bill is claimed once."),
)
TAKEN = frozenset({BILL_KNOWN.code, BILL_ELSEWHERE.code})
"""Faults of a bill that is in order in itself, but was claimed."""
