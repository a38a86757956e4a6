"""A report is made by a real worker: its PDF says what the database holds; it is made once."""

from __future__ import annotations

import ast
import builtins
import io
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from babel.messages.extract import extract_from_dir
from pypdf import PdfReader

from core.installation import Installation
from core.outbox import QUEUES, REPORTS, OutboxEntry, find_job, retry
from core.people import RoleGrant
from core.supervision.models import Report
from core.supervision.service import find_report, open_report, request_report
from deploy.local.supervisor import PROGRAMS
from tests.core.supervision.records import beijing, put_application, put_step
from tests.factories import ELSEWHERE, acting, file_household, found_tree
from tests.office import Office
from tests.servers import Database
from worker.jobs import perform
from worker.pdf.wording import read_catalogue
from worker.queue import hint

ROOT = Path(__file__).parents[2]
SECONDS = 240


@pytest.fixture
def office(installation: Installation) -> Office:
    """A city with files, money and a step that is late; another one whose files are not its."""
    made = Office(installation, found_tree(installation))
    made.fund("123456.78", name="帮扶专项资金")
    for unit in ("", ELSEWHERE):
        made.file(category="deep", unit=unit)
    file_household(installation, made.tree.city_b, category="accidental")
    at = beijing("2023-04-01T00:00")
    late = put_application(made, made.city, made.file(category="relative"), at, asked=765_432)
    put_step(made, late, due_on=at.date())
    return made


@contextmanager
def worker(office: Office, database: Database, redis_url: str) -> Iterator[None]:
    """Run a worker of the reports' queue in a process of its own."""
    settings = office.installation.settings
    environment = {
        **os.environ,
        "DATABASE_URL": database.url,
        "REDIS_URL": redis_url,
        "BANGFU_MASTER_KEY": settings.master_key,
        "BANGFU_STORAGE": str(settings.storage),
        "BANGFU_CHECKPOINTS": str(settings.checkpoints),
    }
    source = f"from worker.queue import run_worker; run_worker({REPORTS!r})"
    process = subprocess.Popen([sys.executable, "-c", source], env=environment)
    try:
        yield
    finally:
        process.terminate()
        assert process.wait(30) == 0


def ask(office: Office, language: str = "zh") -> tuple[Report, OutboxEntry]:
    tree, who = office.tree, office.people["supervisor"]
    with acting(office.installation, tree.province, who, at=office.now) as ctx:
        return request_report(ctx, "city-a", "2023Q2", language)


def look(office: Office, report: Report, entry: OutboxEntry) -> tuple[Report, OutboxEntry]:
    with office.installation.system(office.tree.province) as ctx:
        return find_report(ctx, report.id), find_job(ctx, entry.id)


def read_pdf(office: Office, report: Report) -> str:
    """Return the text of a report's PDF without spaces and line ends."""
    with office.installation.system(office.tree.province) as ctx:
        _report, pdf = open_report(ctx, report.id)
    return "".join(
        "".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages
    )


def do(office: Office, entry: OutboxEntry) -> bool:
    return perform(office.installation, office.tree.province.id, entry.id)


def test_a_real_worker_makes_it_and_it_says_what_is_so(
    office: Office, database: Database, redis_url: str
) -> None:
    report, entry = ask(office)
    with worker(office, database, redis_url):
        assert hint(office.installation, [entry])
        limit = time.monotonic() + SECONDS
        while (found := look(office, report, entry))[1].state in ("pending", "running"):
            assert time.monotonic() < limit
            time.sleep(0.1)
    made, job = found
    assert (made.state, job.state, job.progress, job.total) == ("made", "done", 3, 3)
    assert job.result == {
        "report_id": str(report.id), "subject": "city-a", "period": "2023Q2", "pages": made.pages,
    }  # fmt: skip
    text = read_pdf(office, report)
    for said in (
        "贵州省总工会文件",
        "关于六盘水市总工会2023年第二季度困难职工帮扶工作的督导报告",
        "全国总工会：",
        "现有在册档案3户",
        "深度困难2866.7%",
        "相对困难1433.3%",
        "帮扶专项资金123,456.780.000.00123,456.780.0%",
        "生活救助审批中17,654.320.00",
        "最早一件应于2023年4月1日办结",
    ):
        assert said in text, said
    assert "意外致困1" not in text  # That file is the other city's.


def test_in_english_no_text_of_the_system_is_chinese(office: Office) -> None:
    report, entry = ask(office, "en")
    assert do(office, entry)
    text = read_pdf(office, report)
    assert "Filesbegunthisquarter:0.Filesinforcenow:3." in text
    assert "困难职工" not in text


def test_a_repeat_makes_no_second_pdf(office: Office) -> None:
    report, entry = ask(office)
    assert do(office, entry)
    first, _job = look(office, report, entry)
    with office.installation.system(office.tree.province) as ctx:
        job = find_job(ctx, entry.id)
        job.state, job.attempts = "pending", 0
    assert do(office, entry)
    second, job = look(office, report, entry)
    assert (second.storage_key, second.finished_at) == (first.storage_key, first.finished_at)
    assert job.result["pages"] == first.pages


def test_a_machine_without_typesetting_fails_with_a_remedy_and_makes_it_later(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    report, entry = ask(office)
    real = builtins.__import__

    def refuse(name: str, *arguments: Any, **more: Any) -> Any:
        if name == "worker.pdf.report":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *arguments, **more)

    with monkeypatch.context() as patched:
        patched.setattr(builtins, "__import__", refuse)
        assert not do(office, entry)
    failed, job = look(office, report, entry)
    assert (failed.state, job.state, job.attempts) == ("failed", "failed", 1)
    assert "libpango" in str(job.error)
    with office.installation.system(office.tree.province) as ctx:
        retry(ctx, find_job(ctx, entry.id))
    assert do(office, entry)
    assert look(office, report, entry)[0].state == "made"


def test_somebody_who_may_no_longer_ask_gets_no_report(office: Office) -> None:
    """Roles are looked at again when the job runs."""
    report, entry = ask(office)
    with office.installation.system(office.tree.province) as ctx:
        for grant in ctx.session.query(RoleGrant).where(
            RoleGrant.tenant_id == ctx.tenant_id, RoleGrant.person_id == entry.started_by
        ):
            ctx.session.delete(grant)
    assert not do(office, entry)
    assert look(office, report, entry)[0].state == "failed"


def test_every_queue_has_a_worker_where_the_whole_system_runs() -> None:
    served = {program[1] for program in PROGRAMS.values() if program[0] == "worker"}
    assert served == set(QUEUES)


def test_every_text_of_a_report_has_its_chinese_and_none_is_stale() -> None:
    written = {
        str(message)
        for _file, _line, message, _comments, _context in extract_from_dir(
            ROOT / "core" / "supervision", [("**.py", "python")], keywords={"say": None}
        )
    }
    printed = {
        str(message)
        for _file, _line, message, _comments, _context in extract_from_dir(
            ROOT / "worker" / "pdf" / "templates", [("**.html", "jinja2")],
            options_map={"**.html": {"silent": "false", "encoding": "utf-8"}},
        )
    }  # fmt: skip
    assert written
    assert printed
    assert set(read_catalogue("zh")) == written | printed


def test_every_sentence_is_written_where_it_can_be_found() -> None:
    """A text given to `say` by a variable would never be translated."""
    for file in (ROOT / "core" / "supervision").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say":
                assert isinstance(node.args[0], ast.Constant), (file.name, node.lineno)
