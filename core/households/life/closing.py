"""What becomes of a file whose exit is confirmed: phase-out, safety net, or closed."""

from __future__ import annotations

from sqlalchemy import update

from core.admissions.ending import end_admission
from core.context import Context
from core.households.life.models import ExitReview
from core.households.life.states import RECOVERY, SAFETY_NET, add_months, move
from core.households.models import Household, Member


def leave(ctx: Context, household: Household, item: ExitReview) -> None:
    """Take a file out of force today, on the grounds of a confirmed review.

    By recovery it goes through the phase-out the review grants, by safety net into regular help;
    else it is closed, and its people are free to stand in another file.
    """
    after = _after(item)
    household.exit_way, household.phase_out_until = item.way, None
    if after == "phase_out":
        household.phase_out_until = add_months(ctx.today, item.phase_out_months)
    move(ctx, household, item.way, after, ctx.today, item.remark, review_id=item.id)
    if after == "exited":
        close_file(ctx, household)


def close_file(ctx: Context, household: Household) -> None:
    """End what a closed file was admitted to, and take its people out of the files in force: they
    may stand in others."""
    end_admission(ctx, household)
    ctx.session.execute(
        update(Member)
        .where(Member.tenant_id == ctx.tenant_id, Member.household_id == household.id)
        .values(active=False)
    )


def _after(item: ExitReview) -> str:
    if item.way == SAFETY_NET:
        return "safety_net"
    return "phase_out" if item.way == RECOVERY and item.phase_out_months else "exited"
