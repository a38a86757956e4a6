"""A workbook of applications brought in: every row tried by the service a single one takes.

A row is tried where it will be written and taken back again, so that what a check finds is what
bringing it in would meet: exclusions, limits of items, the judgement of the household.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
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
from core.errors import DomainError, Message
from core.households.workbook.faults import Fault

Progress = Callable[[int, int], None]


@dataclass
class ApplicationPlan:
    """Rows beside the files they name: `fresh` are those to be started, `known` how many are in
    already, `waiting` how many stay drafts because a paper is not attached. What only the service
    finds wrong with a row is known once the rows were tried or brought in."""

    rows: int
    fresh: list[Meant]
    known: int
    faults: tuple[Fault, ...]
    hand_in: bool
    keep_good: bool
    waiting: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """How many rows are good, new, in already, handed in, and stay drafts for want of a paper;
        none is good where one has a fault and all or nothing was asked for."""
        added = 0 if self._is_nothing else len(self.fresh)
        waiting = 0 if self._is_nothing else self.waiting
        told = {"handed_in": added - waiting, "papers_missing": waiting} if self.hand_in else {}
        good = 0 if self._is_nothing else added + self.known
        return {
            "rows": self.rows, "good": good, "added": added, "unchanged": self.known, **told,
        }  # fmt: skip

    def put_in(self, ctx: Context, _file_id: uuid.UUID, progress: Progress) -> dict[str, int]:
        """Start the applications, and hand in those that are whole, all in this transaction; what
        the service refuses is a fault, and with all or nothing nothing is kept then."""
        kept = ctx.session.begin_nested()
        self._bring([self.fresh], ctx, progress)
        kept.rollback() if self._is_nothing else kept.commit()
        return {}

    def try_out(self, ctx: Context, progress: Progress) -> None:
        """Bring the rows in where they will be written, and take all back again: the rows of a
        household together, so that nobody waits for its file longer than it is tried."""
        by_household: dict[uuid.UUID, list[Meant]] = {}
        for one in self.fresh:
            by_household.setdefault(one.household_id, []).append(one)
        self._bring(by_household.values(), ctx, progress, keep=False)

    @property
    def _is_nothing(self) -> bool:
        return bool(self.faults) and not self.keep_good

    def _bring(
        self, groups: Iterable[list[Meant]], ctx: Context, progress: Progress, *, keep: bool = True
    ) -> None:
        """Bring rows in one after the other: those that are good stay, the others are faults."""
        total, done, faults = len(self.fresh), 0, list(self.faults)
        self.fresh = []
        for rows in groups:
            trial = ctx.session.begin_nested()
            for one in rows:
                progress(done, total)
                wrong, is_draft = _bring(ctx, one, hand_in=self.hand_in)
                faults += wrong
                self.waiting += is_draft
                self.fresh += [] if wrong else [one]
                done += 1
            trial.commit() if keep else trial.rollback()
        self.faults = tuple(sorted(faults, key=lambda one: (one.sheet, one.row)))


def check_programme(ctx: Context, source: str) -> None:
    """Let a workbook pass that is of one programme, or tells in each sheet of which it is."""
    if source:
        find_programme(ctx, source)


def plan_file(
    ctx: Context, source: str, data: bytes, *, hand_in: bool = False, keep_good: bool = True
) -> ApplicationPlan:
    """Read a workbook beside the files it names, keeping nothing.

    `source` is the programme all sheets are of, "" where each says so by its title. `hand_in`
    wants what is whole handed in; else all become drafts. `keep_good` keeps good rows where others
    have faults.
    """
    forms = list_forms(ctx)
    told, rows, faults = read_rows(data, forms, ctx.today, programme=source, complete=hand_in)
    meant, wrong = find_people(ctx, told)
    fresh, known = set_aside(ctx, meant)
    return ApplicationPlan(rows, fresh, known, (*faults, *wrong), hand_in, keep_good)


def _bring(ctx: Context, one: Meant, *, hand_in: bool) -> tuple[list[Fault], bool]:
    """Bring one row in; return what is wrong with it, nothing of it being kept then, and whether it
    stays a draft for want of a paper."""
    wrong = _check_answers(ctx, one.row, hand_in=hand_in)
    if wrong:
        return wrong, False
    try:
        with ctx.session.begin_nested():
            return [], not _start(ctx, one, hand_in=hand_in) and hand_in
    except DomainError as error:
        return [_as_fault(ctx, one.row, error)], False


def _start(ctx: Context, one: Meant, *, hand_in: bool) -> bool:
    """Start an application and hand it in where asked; a paper that lacks leaves it a draft."""
    row, rule = one.row, one.row.form.programme
    made = start_application(
        ctx, one.household_id, rule.name, row.answers, row.asked, one.member_id,
        papers_seen=row.seen,
    )  # fmt: skip
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
    told = ("member_id", *(one.name for one in rule.questions if one.kind.names_person))
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
