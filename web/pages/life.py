"""The life of one file: standing, plan, measures, visits, verifications, months, exits."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from bangfu_sdk import FACTS, MONTHS_KNOWN
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.context import Context
from core.errors import ConflictError, InvalidError
from core.households.circumstances import (
    AMOUNTS,
    FLAGS,
    FOUND,
    read_circumstances,
    state_circumstances,
    state_months,
)
from core.households.evidence import add_evidence
from core.households.life.belonging import require_part
from core.households.life.colleagues import list_colleagues
from core.households.life.exits import confirm_exit, propose_closing, refuse_exit, review_household
from core.households.life.measures import (
    Referral,
    answer_measure,
    postpone_measure,
    refer_measure,
)
from core.households.life.models import ExitReview, Measure
from core.households.life.plans import make_plan
from core.households.life.queries import read_life
from core.households.life.standing import resume_file, return_file, suspend_file
from core.households.life.states import CLOSINGS
from core.households.life.states import STEPS as ALL_STEPS
from core.households.life.verifications import RESULTS, Verified, record_verification
from core.households.life.visits import CONCLUSIONS, Seen, record_visit
from core.households.lookup import find_household
from core.households.queries import read_household
from core.households.service import set_contact
from core.policies.figures import month_ends
from web.labels import label
from web.pages import entries
from web.request import abandon
from web.translation import pick

blueprint = Blueprint("life", __name__, url_prefix="/<tenant>/households/<uuid:household_id>/life")


@blueprint.get("")
def show(household_id: uuid.UUID) -> str:
    """Show everything that happened to a file and what is to be done with it."""
    return _draw(household_id)


@blueprint.errorhandler(ConflictError)
@blueprint.errorhandler(InvalidError)
def show_again(error: ConflictError | InvalidError) -> ResponseReturnValue:
    """Show the page again with all that was entered, and what is wrong with it."""
    abandon()
    entries.refuse(error)
    return _draw((request.view_args or {})["household_id"]), error.status


def _draw(household_id: uuid.UUID) -> str:
    ctx = entries.context()
    household = find_household(ctx, household_id, "household.read")
    stated = read_circumstances(ctx, household, ctx.today)
    life = read_life(ctx, household_id).data
    return render_template(
        "life/show.html", household=read_household(ctx, household_id).data, life=life,
        incomes={one["month"]: one["income"] for one in life["monthly_incomes"]},
        lines=[(one.code, pick(one.name)) for one in ctx.pack.measures],
        pack=ctx.pack, today=ctx.today, me=str(ctx.actor.person_id), steps=_steps(life["state"]),
        people=[(one.id, one.name) for one in list_colleagues(ctx)], months=_months(ctx),
        results=_words("verification_result", RESULTS),
        conclusions=_words("visit_conclusion", CONCLUSIONS),
        closings=_words("way", CLOSINGS), stated=stated,
        flags=[(name, FACTS[name].meaning) for name in FLAGS],
        found=[(name, FACTS[name].meaning) for name in FOUND],
    )  # fmt: skip


@blueprint.post("/contact")
def name_contact(household_id: uuid.UUID) -> ResponseReturnValue:
    """Name the contact person."""
    name = entries.text("contact_person")
    set_contact(
        entries.context(), household_id, name, entries.number("version"),
        person_id=entries.person("contact_id"),
    )  # fmt: skip
    return _back(household_id, "contact", _("The contact person is named."))


@blueprint.post("/plans")
def plan(household_id: uuid.UUID) -> ResponseReturnValue:
    """Make a plan."""
    make_plan(
        entries.context(), household_id, entries.text("goals"), entries.day("starts_on"),
        entries.day("ends_on"), after=entries.number("after"),
    )  # fmt: skip
    return _back(household_id, "plans", _("The plan is kept."))


@blueprint.post("/measures")
def refer(household_id: uuid.UUID) -> ResponseReturnValue:
    """Refer the household to a department."""
    referral = Referral(
        entries.text("line"), entries.text("content"), entries.day("due_on"),
        entries.text("responsible"),
    )  # fmt: skip
    refer_measure(entries.context(), household_id, referral)
    return _back(household_id, "measures", _("The household is referred."))


@blueprint.post("/measures/<uuid:measure_id>")
def answer(household_id: uuid.UUID, measure_id: uuid.UUID) -> ResponseReturnValue:
    """Note what became of a measure."""
    ctx = entries.context()
    require_part(ctx, Measure, measure_id, household_id)
    answer_measure(
        ctx, measure_id, entries.text("state"), entries.text("outcome"),
        entries.number("version"),
    )  # fmt: skip
    return _back(household_id, "measures", _("What became of the measure is kept."))


@blueprint.post("/measures/<uuid:measure_id>/postponement")
def postpone(household_id: uuid.UUID, measure_id: uuid.UUID) -> ResponseReturnValue:
    """Give a measure another day, or somebody else who sees to it."""
    ctx = entries.context()
    require_part(ctx, Measure, measure_id, household_id)
    postpone_measure(
        ctx, measure_id, entries.day("due_on"), entries.text("responsible"),
        entries.number("version"),
    )  # fmt: skip
    return _back(household_id, "measures", _("The measure is due on another day."))


@blueprint.post("/visits")
def visit(household_id: uuid.UUID) -> ResponseReturnValue:
    """Record a home visit with its photos."""
    ctx = entries.context()
    seen = Seen(
        on=entries.day("visited_on"), visitors=entries.two("first_visitor", "second_visitor"),
        met=entries.text("met"), findings=entries.text("findings"),
        conclusion=entries.text("conclusion"), living=entries.text("living"),
        housing=entries.text("housing"), income=entries.yuan("income"),
        spending=entries.yuan("spending"), signature=entries.text("signature"),
    )  # fmt: skip
    made = record_visit(ctx, household_id, seen)
    for photo in request.files.getlist("photos"):
        if photo.filename:
            add_evidence(
                ctx, household_id, kind="visit_photo", filename=photo.filename,
                data=photo.read(), visit_id=made.id,
            )  # fmt: skip
    return _back(household_id, "visits", _("The visit is recorded."))


@blueprint.post("/verifications")
def verify(household_id: uuid.UUID) -> ResponseReturnValue:
    """Record a re-verification."""
    verified = Verified(
        entries.day("on"), entries.text("result"),
        entries.two("first_person", "second_person"), entries.text("remark"),
    )  # fmt: skip
    record_verification(entries.context(), household_id, verified, entries.number("version"))
    return _back(household_id, "verifications", _("The verification is recorded."))


@blueprint.post("/months")
def months(household_id: uuid.UUID) -> ResponseReturnValue:
    """State the income of months; one left empty stays as it was."""
    ctx = entries.context()
    given = {month: entries.yuan(f"month-{month:%Y-%m}") for month in _months(ctx)}
    state_months(ctx, household_id, {m: fen for m, fen in given.items() if fen is not None})
    return _back(household_id, "months", _("The months are kept."))


@blueprint.post("/circumstances")
def circumstances(household_id: uuid.UUID) -> ResponseReturnValue:
    """State what holds of the household."""
    changes: dict[str, Any] = {name: name in request.form for name in FLAGS}
    answers = {"yes": True, "no": False}
    changes |= {name: answers.get(entries.text(name)) for name in FOUND}
    changes |= {name: entries.yuan(name) or 0 for name in AMOUNTS}
    state_circumstances(entries.context(), household_id, entries.day("as_of"), changes)
    return _back(household_id, "circumstances", _("The circumstances are kept."))


@blueprint.post("/exits")
def review_exit(household_id: uuid.UUID) -> ResponseReturnValue:
    """Review by the rule whether the household may leave, or propose to close its file."""
    ctx, way = entries.context(), entries.text("way")
    on, remark = entries.day("on"), entries.text("remark")
    if way:
        propose_closing(ctx, household_id, way, on, remark)
    else:
        review_household(ctx, household_id, on, remark)
    return _back(household_id, "exits", _("The review is kept."))


@blueprint.post("/exits/<uuid:review_id>")
def decide(household_id: uuid.UUID, review_id: uuid.UUID) -> ResponseReturnValue:
    """Confirm a proposed exit, or put it aside."""
    require_part(entries.context(), ExitReview, review_id, household_id)
    if entries.text("decision") == "confirm":
        confirm_exit(entries.context(), review_id)
        return _back(household_id, "exits", _("The household leaves as proposed."))
    refuse_exit(entries.context(), review_id, entries.text("reason"))
    return _back(household_id, "exits", _("The proposal is put aside."))


@blueprint.post("/state")
def change_state(household_id: uuid.UUID) -> ResponseReturnValue:
    """Suspend a file, take it up again, or let the household return."""
    step = STEPS[entries.choice("step", tuple(STEPS))]
    step(
        entries.context(), household_id, entries.day("on"), entries.text("reason"),
        entries.number("version"),
    )  # fmt: skip
    return _back(household_id, "life", _("The file's state is changed."))


STEPS = {"suspend": suspend_file, "resume": resume_file, "return": return_file}
LEADING = {"suspend": "suspended", "resume": "resumed", "return": "returned"}
"""What the file's own record calls each step."""


def _steps(state: str) -> list[tuple[str, str]]:
    """Return the steps that lead on from a state, in words."""
    words = {
        "suspend": _("Suspend"),
        "resume": _("Take up again"),
        "return": _("Let the household return"),
    }
    return [(step, word) for step, word in words.items() if state in ALL_STEPS[LEADING[step]][0]]


def _months(ctx: Context) -> list[dt.date]:
    return [end.replace(day=1) for end in month_ends(ctx.today, MONTHS_KNOWN)]


def _words(kind: str, codes: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(code, label(kind, code)) for code in codes]


def _back(household_id: uuid.UUID, section: str, told: str) -> ResponseReturnValue:
    flash(told)
    return redirect(url_for(".show", household_id=household_id, _anchor=section), 303)
