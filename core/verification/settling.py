"""After answers, decisions or changes of files: differences found anew, requests taken further."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import select

from core import audit
from core.context import Context
from core.db import new_id
from core.errors import InvalidError, UnavailableError
from core.households.circumstances import state_circumstances
from core.households.judgements import judge_many
from core.households.models import Household
from core.people import SYSTEM
from core.policies import NotInForceError
from core.verification.comparison import PROPERTY, Found, compare
from core.verification.declared import Declared, read_declared
from core.verification.models import Difference, VerificationRequest, VerificationRound
from core.verification.sources import find_source
from core.workdays import add_working_days

UNDECIDED = ("open", "visit")
BATCH = 2000


@dataclass
class Settled:
    """What settling did: new differences, those that fell away, requests that were finished."""

    found: int = 0
    superseded: int = 0
    done: int = 0
    concluded: list[uuid.UUID] = field(default_factory=list)

    def add(self, other: Settled) -> None:
        """Count what another part did."""
        self.found += other.found
        self.superseded += other.superseded
        self.done += other.done
        self.concluded += other.concluded


def settle(ctx: Context, household_ids: Iterable[uuid.UUID]) -> Settled:
    """Compare households with their newest answers; safe to repeat.

    A difference that is decided stays so. One that is no longer there is superseded. A request
    all of whose sources have answered and that has no open difference is done.
    """
    ids, total = sorted(set(household_ids)), Settled()
    for start in range(0, len(ids), BATCH):
        total.add(_settle(ctx, ids[start : start + BATCH]))
    return total


def _settle(ctx: Context, ids: Sequence[uuid.UUID]) -> Settled:
    households = read_declared(ctx, ids)
    standing: dict[uuid.UUID, list[Difference]] = defaultdict(list)
    query = select(Difference).where(
        Difference.tenant_id == ctx.tenant_id, Difference.household_id.in_(ids)
    )
    for difference in ctx.session.scalars(query.with_for_update()):
        standing[difference.household_id].append(difference)
    requests = _read_requests(ctx, ids)
    settled = Settled()
    for household in households:
        _differ(ctx, household, standing[household.id], settled)
        if household.id in requests:
            _advance(ctx, household, standing[household.id], *requests[household.id], settled)
    ctx.session.flush()
    if settled.concluded:
        _judge(ctx, settled.concluded)
    return settled


def _judge(ctx: Context, ids: Sequence[uuid.UUID]) -> None:
    """Judge anew by what is known now of property; where nothing can judge, nothing is lost."""
    try:
        with ctx.session.begin_nested():
            judge_many(replace(ctx, actor=SYSTEM), ids, ctx.today)
    except (UnavailableError, NotInForceError, InvalidError):
        return


def _read_requests(
    ctx: Context, ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, tuple[VerificationRequest, VerificationRound]]:
    query = (
        select(VerificationRequest, VerificationRound)
        .join(VerificationRound, VerificationRound.id == VerificationRequest.round_id)
        .where(
            VerificationRequest.tenant_id == ctx.tenant_id,
            VerificationRound.tenant_id == ctx.tenant_id,
            VerificationRequest.household_id.in_(ids),
            VerificationRequest.state != "done",
        )
        .with_for_update(of=VerificationRequest)
    )
    return {request.household_id: (request, item) for request, item in ctx.session.execute(query)}


def _differ(
    ctx: Context,
    household: Declared,
    standing: list[Difference],
    settled: Settled,
) -> None:
    allowed = ctx.pack.verification.allowed
    found = {(one.kind, one.answer_id): one for one in compare(household, allowed)}
    known = {(one.kind, one.answer_id): one for one in standing}
    for key, difference in known.items():
        if key not in found and difference.state in UNDECIDED:
            _supersede(ctx, difference)
            settled.superseded += 1
    for key, one in found.items():
        if key not in known:
            standing.append(_add(ctx, household.id, one))
            settled.found += 1
        elif known[key].state == "superseded":
            _reopen(ctx, known[key], one)
            settled.found += 1
        elif known[key].state in UNDECIDED:
            known[key].declared, known[key].told = one.declared, one.told


def _add(ctx: Context, household_id: uuid.UUID, found: Found) -> Difference:
    difference = Difference(
        tenant_id=ctx.tenant_id, id=new_id(), household_id=household_id,
        answer_id=found.answer_id, kind=found.kind, declared=found.declared, told=found.told,
        state="open", due_on=_due(ctx), found_at=ctx.now, reason="",
    )  # fmt: skip
    ctx.session.add(difference)
    ctx.session.flush()
    audit.record(ctx, "difference.found", difference, after={"kind": found.kind})
    return difference


def _due(ctx: Context) -> dt.date:
    return add_working_days(ctx.today, ctx.pack.verification.difference_days)


def _supersede(ctx: Context, difference: Difference) -> None:
    before = {"state": difference.state}
    difference.state = "superseded"
    audit.record(ctx, "difference.superseded", difference, before=before,
                 after={"state": "superseded"})  # fmt: skip


def _reopen(ctx: Context, difference: Difference, found: Found) -> None:
    difference.state, difference.due_on = "open", _due(ctx)
    difference.declared, difference.told = found.declared, found.told
    audit.record(ctx, "difference.found", difference, before={"state": "superseded"},
                 after={"kind": found.kind})  # fmt: skip


def _advance(
    ctx: Context,
    household: Declared,
    standing: Sequence[Difference],
    request: VerificationRequest,
    item: VerificationRound,
    settled: Settled,
) -> None:
    state = _next_state(household, standing, request, item)
    if state == request.state:
        return
    before = {"state": request.state}
    request.state, request.changed_at = state, ctx.now
    if state == "done":
        request.done_on = ctx.today
        settled.done += 1
        settled.concluded.append(household.id)
        _conclude(ctx, household, standing, item)
    audit.record(ctx, f"verification.{state}", request, before=before, after={"state": state})


def _next_state(
    household: Declared,
    standing: Sequence[Difference],
    request: VerificationRequest,
    item: VerificationRound,
) -> str:
    if any(one.state in UNDECIDED for one in standing):
        return "differing"
    answered = [_has_answered(household, name, item.requested_at) for name in item.sources]
    if all(answered):
        return "done"
    if any(answered):
        return "answered"
    # Once answers were in, it does not go back to waiting when a difference falls away.
    return "answered" if request.state == "differing" else request.state


def _has_answered(household: Declared, name: str, asked_at: dt.datetime) -> bool:
    people = {
        told.index
        for told in household.answers
        if told.source == name and told.received_at >= asked_at
    }
    if find_source(name).by_household:
        return bool(people)
    return people >= set(household.members)


def _conclude(
    ctx: Context, household: Declared, standing: Sequence[Difference], item: VerificationRound
) -> None:
    """Write down what a finished verification found: property within the rule, the day of it.

    The system writes it, for it follows from what was answered and decided.
    """
    file = ctx.session.get_one(Household, (ctx.tenant_id, household.id))
    answers = {told.id for told in household.answers}
    beyond = any(
        one.state == "answer" and one.kind in PROPERTY and one.answer_id in answers
        for one in standing
    )
    changes = {"property_fits": not beyond}
    state_circumstances(replace(ctx, actor=SYSTEM), household.id, ctx.today, changes)
    if item.verifies and file.verified_on != ctx.today:
        before = {"verified_on": str(file.verified_on or "")}
        file.verified_on, file.record_digest = ctx.today, None
        after = {"verified_on": str(file.verified_on)}
        audit.record(ctx, "household.verified", file, before=before, after=after)
