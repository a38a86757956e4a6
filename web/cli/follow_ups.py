"""`bangfu student`: students who were helped, and what became of them."""

from __future__ import annotations

import datetime as dt
import uuid

import click

from core.context import Context
from core.errors import NotFoundError
from core.errors import _ as mark
from core.follow_ups.models import FINDINGS
from core.follow_ups.queries import Followed, list_followed, read_findings
from core.follow_ups.service import record_follow_up
from web.cli.acting import act, acting
from web.cli.console import as_json, give, show_table
from web.cli.console import translate as _
from web.cli.ledger import Day


@click.group(help=_("Students who were helped: list, record what became of one."))
def student() -> None:
    """Hold the commands on students."""


@student.command("list", help=_("List the students who are followed until they graduate."))
@click.option("--due", is_flag=True, help=_("Only those due today"))
@acting
@as_json
def followed(due: bool, slug: str, login: str, as_json: bool) -> None:
    """List them."""
    with act(slug, login) as ctx:
        found = list_followed(ctx, due=due)
    if as_json:
        give([one._asdict() for one in found])
        return
    show_table(
        (_("Due on"), _("Overdue"), _("Student"), _("Stage of education"), _("Found last"),
         _("Should graduate on"), _("File number")),
        [
            (one.due_on, _("Yes") if one.overdue else "", one.name, one.education_stage,
             one.finding or "", one.graduates_on or "", one.file_number)
            for one in found
        ],
    )  # fmt: skip


@student.command("record", help=_("Note what was found of the student NAME of a household file."))
@click.argument("file_number")
@click.argument("name")
@click.argument("finding", type=click.Choice(FINDINGS))
@click.option("--on", "seen_on", type=Day(), required=True, help=_("The day it was found"))
@click.option("--remark", default="", help=_("Needed for left and unknown"))
@acting
@as_json
def record(
    file_number: str, name: str, finding: str, seen_on: dt.date, remark: str, slug: str,
    login: str, as_json: bool,
) -> None:  # fmt: skip
    """Note it."""
    with act(slug, login) as ctx:
        member = _find(ctx, file_number, name)
        record_follow_up(ctx, member, finding, seen_on, remark)
        found = [one._asdict() for one in read_findings(ctx, member)]
    if as_json:
        give(found)
        return
    show_table(
        (_("On"), _("Finding"), _("Remark"), _("By")),
        [(one["seen_on"], one["finding"], one["remark"], one["by"]) for one in found],
    )


def _find(ctx: Context, file_number: str, name: str) -> uuid.UUID:
    fitting: list[Followed] = [
        one for one in list_followed(ctx) if (one.file_number, one.name) == (file_number, name)
    ]
    if len(fitting) != 1:
        raise NotFoundError(
            mark("No student %(name)s of the file %(number)s is followed."),
            name=name, number=file_number,
        )  # fmt: skip
    return fitting[0].member_id
