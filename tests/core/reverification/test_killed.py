"""A re-verification killed in the midst of its work: nothing half done, and it goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import func, select

from core.audit.models import AuditRecord
from core.households.models import Household, Judgement
from core.reverification.models import Reverification, ReverificationBlock
from core.reverification.service import begin
from tests.core.reverification.killed import SIZE
from tests.registry import DAY, Registry

FILES = 160


def counts(registry: Registry) -> tuple[int, int, int, int]:
    """Return how many files bear a category, are judged, audited, and noted in blocks."""
    own = registry.city.id
    with registry.installation.system(registry.city) as ctx:
        ask = ctx.session.scalar
        noted = ctx.session.scalars(
            select(ReverificationBlock.files).where(ReverificationBlock.tenant_id == own)
        )
        return (
            ask(select(func.count()).where(
                Household.tenant_id == own, Household.category.is_not(None))) or 0,
            ask(select(func.count()).where(Judgement.tenant_id == own)) or 0,
            ask(select(func.count()).where(
                AuditRecord.tenant_id == own, AuditRecord.event == "household.judged")) or 0,
            sum(len(files) // 16 for files in noted),
        )  # fmt: skip


def stand(registry: Registry, run_id: uuid.UUID) -> Reverification:
    with registry.installation.system(registry.city) as ctx:
        return ctx.session.get_one(Reverification, (ctx.tenant_id, run_id))


@contextmanager
def at_work(registry: Registry, run_id: uuid.UUID, env: dict[str, str]) -> Iterator[int]:
    command = [sys.executable, "-m", "tests.core.reverification.killed", registry.city.slug]
    process = subprocess.Popen([*command, str(run_id)], env=env)
    try:
        yield process.pid
    finally:
        process.kill()
        process.wait(20)


@pytest.mark.timeout(180)
def test_killed_twice_it_does_each_file_once(registry: Registry) -> None:
    for _ in range(FILES):
        registry.file()
    with registry.installation.system(registry.city) as ctx:
        run_id = begin(ctx, DAY).id
    environment = registry.environment()
    for until in (2, 4):
        with at_work(registry, run_id, environment) as pid:
            limit = time.monotonic() + 60
            while stand(registry, run_id).blocks < until:
                assert time.monotonic() < limit
                time.sleep(0.02)
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.3)  # The server notices that its client is gone and rolls back.
        run = stand(registry, run_id)
        assert run.state == "running"
        assert counts(registry) == (run.judged, run.judged, run.judged, run.judged)
        assert run.judged == run.blocks * SIZE < FILES
    run = registry.run(DAY)
    assert (run.id, run.state, run.judged, run.changed) == (run_id, "done", FILES, FILES)
    assert counts(registry) == (FILES, FILES, FILES, FILES)
