"""`bangfu application`: start, hand in, decide, look at what waits."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

import click

from core.applications.attaching import attach_paper
from core.applications.decisions import decide
from core.applications.drafts import start_application
from core.applications.listing import waiting_for_me
from core.applications.moving import move_application
from core.applications.queries import read_application
from core.applications.students import list_members, list_students
from core.applications.submission import resubmit, submit
from core.applications.template import write_form
from core.context import Context
from core.errors import InvalidError
from core.errors import _ as mark
from core.households.listing import Filters
from core.households.lookup import find_household, find_unit
from core.households.papers import KINDS
from core.money import format_yuan
from web.cli.acting import Yuan, act, acting, find_file, find_number
from web.cli.console import as_json, give, say, show_table
from web.cli.console import translate as _


@click.group(help=_("Applications: start, submit, decide, show, form, attach, waiting."))
def application() -> None:
    """Hold the commands on applications."""


@application.command(help=_("Start an application of the household with this file number."))
@click.argument("file_number")
@click.argument("programme")
@click.option("--asked", type=Yuan(), default=0, help=_("Amount asked for, in yuan"))
@click.option("--answers", default="{}", help=_("Answers to the form, as JSON"))
@click.option("--student", default="", help=_("Name of the student, where it is for one"))
@click.option("--member", default="", help=_("Name of the member, where it is for one"))
@click.option("--urgent", "urgent_reason", default="", help=_("Why it cannot wait"))
@click.option("--submit", "hand_in", is_flag=True, help=_("Hand it in at once"))
@acting
@as_json
def start(
    file_number: str,
    programme: str,
    asked: int,
    answers: str,
    student: str,
    member: str,
    urgent_reason: str,
    hand_in: bool,
    slug: str,
    login: str,
    as_json: bool,
) -> None:
    """Start it, and hand it in where asked."""
    given = _read_answers(answers)
    with act(slug, login) as ctx:
        household = find_file(ctx, file_number)
        person = _find_person(ctx, household, student, member)
        made = start_application(ctx, household, programme, given, asked, person, urgent_reason)
        if hand_in:
            submit(ctx, made.id)
        _show(read_application(ctx, made.id), as_json)


@application.command("submit", help=_("Hand in a draft, or again what came back."))
@click.argument("number")
@acting
@as_json
def hand_in(number: str, slug: str, login: str, as_json: bool) -> None:
    """Hand it in."""
    with act(slug, login) as ctx:
        found = find_number(ctx, number)
        returned = read_application(ctx, found)["state"] == "returned"
        (resubmit if returned else submit)(ctx, found)
        _show(read_application(ctx, found), as_json)


@application.command("decide", help=_("Decide on the step that waits: approve, return or reject."))
@click.argument("number")
@click.argument("decision", type=click.Choice(["approve", "return", "reject"]))
@click.option("--amount", type=Yuan(), help=_("Amount approved, in yuan"))
@click.option("--reason", default="", help=_("Why; a return or a rejection needs it"))
@acting
@as_json
def take(
    number: str,
    decision: str,
    amount: int | None,
    reason: str,
    slug: str,
    login: str,
    as_json: bool,
) -> None:
    """Take the open step."""
    with act(slug, login, number) as ctx:
        found = find_number(ctx, number)
        decide(ctx, found, decision, amount=amount, reason=reason)
        _show(read_application(ctx, found), as_json)


@application.command("move", help=_("Move a draft, or what came back, to another programme."))
@click.argument("number")
@click.argument("programme")
@click.option("--reason", required=True, help=_("Why"))
@click.option("--asked", type=Yuan(), help=_("Amount asked for, in yuan"))
@acting
@as_json
def move(
    number: str, programme: str, reason: str, asked: int | None, slug: str, login: str,
    as_json: bool,
) -> None:  # fmt: skip
    """Move it."""
    with act(slug, login) as ctx:
        found = find_number(ctx, number)
        move_application(ctx, found, programme, reason, asked=asked)
        _show(read_application(ctx, found), as_json)


@application.command("show", help=_("Show an application."))
@click.argument("number")
@acting
@as_json
def show(number: str, slug: str, login: str, as_json: bool) -> None:
    """Show it."""
    with act(slug, login, number) as ctx:
        _show(read_application(ctx, find_number(ctx, number)), as_json)


@application.command(help=_("Write the form of PROGRAMME as a workbook, to be filled in."))
@click.argument("programme")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--file", "numbers", multiple=True, help=_("A row for this file; can be repeated"))
@click.option("--category", default="", help=_("Rows for the files of this category"))
@click.option("--unit", default="", help=_("Rows for the files of this union, by its full name"))
@acting
def form(
    programme: str,
    out: Path,
    numbers: tuple[str, ...],
    category: str,
    unit: str,
    slug: str,
    login: str,
) -> None:
    """Write the form, blank unless files are chosen."""
    with act(slug, login) as ctx:
        path = find_unit(ctx, unit, "application.start").path if unit else ""
        chosen = Filters(category=category, unit=path) if category or unit else None
        out.write_bytes(write_form(ctx, programme, chosen, numbers))
    say(str(out))


@application.command(help=_("Attach FILE to a draft as the paper PAPER, the name of a question."))
@click.argument("number")
@click.argument("paper")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--kind", type=click.Choice(KINDS), default="other", help=_("Kind of paper"))
@acting
@as_json
def attach(
    number: str, paper: str, file: Path, kind: str, slug: str, login: str, as_json: bool
) -> None:
    """Attach it."""
    with act(slug, login) as ctx:
        found = find_number(ctx, number)
        data = file.read_bytes()
        attach_paper(ctx, found, paper, kind=kind, filename=file.name, data=data)
        _show(read_application(ctx, found), as_json)


@application.command("waiting", help=_("List what waits for a person."))
@acting
@as_json
def waiting(slug: str, login: str, as_json: bool) -> None:
    """List the open steps he may take."""
    with act(slug, login) as ctx:
        found = waiting_for_me(ctx)
    if as_json:
        give(found)
        return
    show_table(
        (_("Number"), _("Federation"), _("Programme"), _("Step"), _("Amount (yuan)"), _("Due")),
        [
            (one["number"], one["tenant"], one["programme"], one["kind"],
             format_yuan(one["asked"]), one["due_on"])
            for one in found
        ],
    )  # fmt: skip


def _read_answers(text: str) -> dict[str, Any]:
    try:
        answers = json.loads(text)
    except json.JSONDecodeError:
        answers = None
    if not isinstance(answers, dict):
        raise InvalidError(
            mark("The answers are no JSON object."),
            remedy=mark('Write them like {"circumstances": "…"}.'),
            field="answers",
        )
    return answers


def _find_person(
    ctx: Context, household_id: uuid.UUID, student: str, member: str
) -> uuid.UUID | None:
    """Return the student or the member of this name, None where neither is named."""
    name, household = student or member, find_household(ctx, household_id, "application.start")
    if not name:
        return None
    people = list_students(ctx, household) if student else list_members(ctx, household)
    found = [one.id for one in people if one.name == name]
    if len(found) == 1:
        return found[0]
    if student:
        raise InvalidError(
            mark("The file has no student %(name)s, or more than one."), field="student", name=name
        )
    raise InvalidError(
        mark("The file has no member %(name)s, or more than one."), field="member", name=name
    )


def _show(found: dict[str, Any], as_json: bool) -> None:
    if as_json:
        give(found)
        return
    step = next((one for one in found["steps"] if one["state"] == "open"), None)
    say(
        "%(number)s  %(programme)s  %(state)s  %(amount)s  %(step)s",
        number=found["number"],
        programme=found["programme"],
        state=found["state"],
        amount=format_yuan(found["asked"] if found["amount"] is None else found["amount"]),
        step=f"{step['kind']} ({step['level']})" if step else "",
    )
