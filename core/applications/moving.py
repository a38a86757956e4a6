"""Moving what is not on its route to another programme: one by its clerk, or all of a programme."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from bangfu_sdk import Programme
from sqlalchemy import select

from core.access import Subject, require
from core.applications.assessment import find_programme
from core.applications.drafts import OPEN_TO_CHANGE, lock_household, reassess, refuse_listed
from core.applications.forms import carry_answers
from core.applications.lookup import lock_application
from core.applications.models import Application
from core.audit import record
from core.context import Context
from core.errors import ConflictError, DomainError, InvalidError, Message, _
from core.programmes import offered_names
from core.titles import title_of

BY_CLERK, OF_ALL = "application.start", "programme.manage"


class Left(NamedTuple):
    """An application that was not moved, and why."""

    number: str
    why: Message


@dataclass(frozen=True)
class Moved:
    """What moving all of a programme came to: the numbers of those moved, and of those that stay
    where they are, each with the reason."""

    done: tuple[str, ...]
    left: tuple[Left, ...]


def move_application(
    ctx: Context,
    application_id: uuid.UUID,
    programme: str,
    reason: str,
    version: int | None = None,
    *,
    answers: Mapping[str, Any] | None = None,
    asked: int | None = None,
    member_id: uuid.UUID | None = None,
    permission: str = BY_CLERK,
) -> Application:
    """Move a draft, or what came back for completion, to another programme of the same kind.

    Answers to questions of the same name and kind go along unless others are given, and so does the
    amount asked for and the member it is for; it is judged anew today by the other programme.

    ConflictError where it is on its route or the other programme is of
    another kind, InvalidError without a reason or where nothing, or not so much, can be granted.
    """
    household = lock_household(ctx, application_id, permission)
    application = lock_application(ctx, application_id, permission, version)
    _check(ctx, application, programme, reason)
    refuse_listed(application)
    before = {"programme": application.programme, "answers": application.answers}
    rule = find_programme(ctx, programme)
    _require_same_kind(application, rule)
    given = carried_answers(application, rule) if answers is None else answers
    reassess(ctx, application, household, answers=given, asked=asked, by=rule, member_id=member_id)
    application.version += 1
    after = {"programme": rule.name, "answers": application.answers}
    record(ctx, "application.moved", application, before=before, after=after, reason=reason)
    return application


def carried_answers(application: Application, rule: Programme) -> dict[str, Any]:
    """Return what an application answers of another programme's questions."""
    return carry_answers(application.assessment.get("form", {}), application.answers, rule)


def move_all(ctx: Context, before: str, after: str, reason: str) -> Moved:
    """Move every draft and returned application of a programme; each for itself, so that one that
    cannot be moved holds up no other."""
    require(ctx, OF_ALL, Subject(ctx.tenant_id))
    if not reason.strip():
        raise InvalidError(_("A reason is needed."), field="reason")
    find_programme(ctx, after)
    done: list[str] = []
    left: list[Left] = []
    for application_id, number in _open(ctx, before):
        try:
            with ctx.session.begin_nested():
                move_application(ctx, application_id, after, reason, permission=OF_ALL)
            done.append(number)
        except DomainError as error:
            left.append(Left(number, error.message))
    return Moved(tuple(done), tuple(left))


def count_open(ctx: Context, programme: str) -> int:
    """Return how many drafts and returned applications a programme has."""
    return len(_open(ctx, programme))


def list_targets(ctx: Context, kind: str, besides: str) -> list[str]:
    """Return the programmes that an application of a kind could be moved to."""
    return [rule.name for rule in _offered(ctx) if _fits(rule, kind) and rule.name != besides]


def _fits(rule: Programme, kind: str) -> bool:
    return rule.kind == kind and not rule.in_campaigns


def _offered(ctx: Context) -> Iterator[Programme]:
    for name in offered_names(ctx):
        if ctx.catalogue.is_available(name):
            yield ctx.catalogue.programme(name)


def _open(ctx: Context, programme: str) -> list[tuple[uuid.UUID, str]]:
    query = select(Application.id, Application.number).where(
        Application.tenant_id == ctx.tenant_id, Application.programme == programme,
        Application.state.in_(OPEN_TO_CHANGE),
    )  # fmt: skip
    return [(row.id, row.number) for row in ctx.session.execute(query.order_by(Application.id))]


def _check(ctx: Context, application: Application, programme: str, reason: str) -> None:
    if not reason.strip():
        raise InvalidError(_("A reason is needed."), field="reason")
    if application.state not in OPEN_TO_CHANGE:
        raise ConflictError(
            _("The application %(number)s is handed in and cannot be moved."),
            remedy=_("Finish it along its route, or have it returned for completion first."),
            number=application.number,
        )
    if application.programme == programme:
        raise InvalidError(
            _("The application is one to “%(title)s” already."), field="programme",
            title=title_of(ctx, programme),
        )  # fmt: skip


def _require_same_kind(application: Application, rule: Programme) -> None:
    if not _fits(rule, application.assessment["kind"]):
        raise ConflictError(
            _("“%(title)s” gives another kind of aid than was asked for, or in campaigns."),
            remedy=_("Withdraw the application and begin another one."), field="programme",
            title=rule.title,
        )  # fmt: skip
