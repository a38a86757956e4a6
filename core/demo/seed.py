"""Making the demonstration, step by step; what stands already is left as it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import func, select

from core.applications.models import Application
from core.demo.federations import CITIES, found_federations
from core.demo.files import file_households
from core.demo.money import pay, set_up_fund
from core.demo.playing import WORKING_DAYS, play
from core.demo.reports import ask_for_reports
from core.demo.stage import Stage, find_stages
from core.demo.stories import PAID, RUNNING
from core.demo.visits import begin_visits
from core.installation import Installation
from core.outbox import OutboxEntry
from core.workdays import add_working_days

Progress = Callable[[int, int], None]
FIRST_STORY = dt.timedelta(days=7)
PAYDAY = dt.timedelta(days=75)


@dataclass(frozen=True)
class Seeded:
    """What was made now: numbers of household files and applications, jobs of reports."""

    households: int
    applications: int
    reports: list[OutboxEntry]


def seed(installation: Installation, progress: Progress) -> Seeded:
    """Make federations, people, files, applications, payments; ask for reports; safe to repeat."""
    found_federations(installation)
    stages = find_stages(installation, CITIES)
    total = len(stages) * (1 + len(PAID) + len(RUNNING))
    done = households = 0
    for stage in stages:
        households += file_households(stage)
        for _ in _play_all(stage):
            done += 1
            progress(done, total)
        begin_visits(stage)
    progress(total, total)
    return Seeded(households, done, ask_for_reports(installation))


def _play_all(stage: Stage) -> Iterator[None]:
    if _is_played(stage):
        return
    set_up_fund(stage)
    for number, story in enumerate(PAID):
        play(stage, story, stage.quarter + FIRST_STORY + dt.timedelta(days=3 * number))
        yield
    pay(stage, stage.quarter + PAYDAY)
    for story in RUNNING:
        play(stage, story, _begin_of(stage, WORKING_DAYS[story.ends]))
        yield


def _is_played(stage: Stage) -> bool:
    with stage.system(stage.today) as ctx:
        query = select(func.count()).where(Application.tenant_id == ctx.tenant_id)
        return bool(ctx.session.scalar(query))


def _begin_of(stage: Stage, working_days: int) -> dt.date:
    """Return the newest day from which so many working days are over today."""
    day = stage.today
    while add_working_days(day, working_days) > stage.today:
        day -= dt.timedelta(days=1)
    return day
