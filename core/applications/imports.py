"""A workbook of applications brought in: every row tried by the service a single one takes.

A row is tried where it will be written and taken back again, so that what a check finds is what
bringing it in would meet: exclusions, limits of items, the judgement of the household.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bangfu_sdk import QuestionKind, Text

from core.applications.answers import find_faults
from core.applications.assessment import find_programme
from core.applications.drafts import start_application
from core.applications.questions import missing_papers
from core.applications.rows import Meant, find_people, set_aside
from core.applications.submission import submit
from core.applications.workbook import Row, list_forms, read_rows
from core.context import Context
from core.errors import ConflictError, DomainError, Message, _
from core.households.workbook.faults import Fault

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class ApplicationPlan:
    """Rows beside the files they name: `fresh` are those to be started, `known` those that are in
    already, `waiting` how many stay drafts because a paper is not attached."""

    rows: int
    fresh: tuple[Meant, ...]
    known: int
    waiting: int
    faults: tuple[Fault, ...]
    hand_in: bool
    keep_good: bool

    @property
    def counts(self) -> dict[str, int]:
        """How many rows are good, new, in already, handed in, and stay drafts for want of a paper;
        none is good where one has a fault and all or nothing was asked for."""
        nothing = bool(self.faults) and not self.keep_good
        added = 0 if nothing else len(self.fresh)
        waiting = 0 if nothing else self.waiting
        told = {"handed_in": added - waiting, "papers_missing": waiting} if self.hand_in else {}
        return {
            "rows": self.rows, "good": 0 if nothing else added + self.known, "added": added,
            "unchanged": self.known, **told,
        }  # fmt: skip

    def put_in(
        self, ctx: Context, _file_id: uuid.UUID | None, progress: Progress
    ) -> dict[str, int]:
        """Start the applications, and hand in those that are whole, all in this transaction.

        ConflictError where a row that was good is so no longer: nothing is kept then.
        """
        total = len(self.fresh)
        for done, one in enumerate(self.fresh):
            progress(done, total)
            try:
                _bring(ctx, one, hand_in=self.hand_in)
            except DomainError as error:
                raise ConflictError(
                    _("Row %(row)s was in order when the workbook was checked and is not now; "
                      "nothing was kept."),
                    remedy=_("Bring the workbook again: it then says what is wrong."),
                    row=one.row.row,
                ) from error  # fmt: skip
        return {}


def check_programme(ctx: Context, source: str) -> None:
    """Let a workbook pass that is of one programme, or tells in each sheet of which it is."""
    if source:
        find_programme(ctx, source)


def plan_file(
    ctx: Context, source: str, data: bytes, *, hand_in: bool = False, keep_good: bool = True
) -> ApplicationPlan:
    """Read a workbook and try each of its rows, keeping nothing.

    `source` is the programme all sheets are of, "" where each says so by its title. `hand_in`
    wants what is whole handed in; else all become drafts. `keep_good` keeps good rows where others
    have faults.
    """
    forms = list_forms(ctx)
    told, rows, faults = read_rows(data, forms, ctx.today, programme=source, complete=hand_in)
    meant, wrong = find_people(ctx, told)
    fresh, known = set_aside(ctx, meant)
    good, waiting, refused = _try(ctx, fresh, hand_in=hand_in)
    found = sorted([*wrong, *refused], key=lambda one: (one.sheet, one.row))
    return ApplicationPlan(
        rows=rows, fresh=tuple(good), known=known, waiting=waiting, faults=(*faults, *found),
        hand_in=hand_in, keep_good=keep_good,
    )  # fmt: skip


def _try(
    ctx: Context, fresh: Sequence[Meant], *, hand_in: bool
) -> tuple[list[Meant], int, list[Fault]]:
    """Bring rows in one after the other and take all back: good ones, drafts among them, faults."""
    good: list[Meant] = []
    faults: list[Fault] = []
    waiting = 0
    trial = ctx.session.begin_nested()
    for one in fresh:
        wrong = _check_answers(ctx, one.row, hand_in=hand_in)
        try:
            with ctx.session.begin_nested():
                handed_in = not wrong and _bring(ctx, one, hand_in=hand_in)
        except DomainError as error:
            wrong = [_as_fault(ctx, one.row, error)]
        faults += wrong
        if not wrong:
            good.append(one)
            waiting += hand_in and not handed_in
    trial.rollback()
    return good, waiting, faults


def _bring(ctx: Context, one: Meant, *, hand_in: bool) -> bool:
    """Start an application and hand it in where asked; a paper that lacks leaves it a draft."""
    row, rule = one.row, one.row.form.programme
    made = start_application(
        ctx,
        one.household_id,
        rule.name,
        row.answers,
        row.asked,
        one.member_id,
        papers_seen=row.seen,
    )
    if not hand_in or missing_papers(rule, made.answers, row.form.figures):
        return False
    submit(ctx, made.id)
    return True


def _check_answers(ctx: Context, row: Row, *, hand_in: bool) -> list[Fault]:
    """Return everything that is wrong with the answers of a row, papers apart."""
    rule = row.form.programme
    papers = {one.name for one in rule.questions if one.kind is QuestionKind.EVIDENCE}
    wrong = find_faults(
        rule, row.answers, row.asked, None, row.form.figures, ctx.language, complete=hand_in
    )
    told = ("member_id", *(one.name for one in rule.questions if one.kind is QuestionKind.STUDENT))
    return [_as_fault(ctx, row, one) for one in wrong if one.field not in (*papers, *told)]


def _as_fault(ctx: Context, row: Row, error: DomainError) -> Fault:
    """Return what the service said of a row as a fault at the column it is about."""
    column = row.form.title(error.field)
    values = {
        name: _say(value, ctx.language) for name, value in error.message.values.items()
    }  # fmt: skip
    return Fault(
        row.sheet, row.row, column, error.code,
        Message(error.message.text, values), Message(error.remedy.text, values),
    )  # fmt: skip


def _say(value: Any, language: str) -> Any:
    if isinstance(value, Text):
        return value.zh if language.startswith("zh") else value.en
    return value if isinstance(value, int | float) else str(value)
