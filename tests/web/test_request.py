"""One Context a request: committed once when all went well, undone when not, never another's."""

from __future__ import annotations

import io
import uuid
from dataclasses import replace

import pytest
from flask import Response
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from core.audit.models import AuditRecord
from core.errors import ConflictError
from core.households.models import Import
from core.outbox import OutboxEntry, enqueue
from tests import factories
from tests.web.conftest import Site
from web.app import create_app
from web.request import context


def jobs_of(site: Site) -> list[str]:
    """Return the names of all jobs the city's outbox holds."""
    with site.installation.system(site.tree.city_a) as ctx:
        return [entry.job for entry in ctx.session.query(OutboxEntry).all()]


@pytest.fixture(scope="module")
def trying(site: Site) -> Site:
    """The site with views that write and then end well, ill, or with a fault."""
    app = create_app(site.installation)

    def write(job: str, ending: str) -> ResponseReturnValue:
        enqueue(context(), job, {})
        if ending == "conflict":
            raise ConflictError("no %(what)s", what="way")
        if ending == "fault":
            raise ZeroDivisionError("somebody's 520201198001010015")
        return Response("done", 400 if ending == "refusal" else 200)

    app.add_url_rule("/try/<job>/<ending>", "try_out", write)
    return replace(site, app=app)


def test_what_a_good_request_wrote_is_committed(trying: Site) -> None:
    clerk = trying.person(trying.tree.city_a, "clerk")
    job = f"job-{uuid.uuid4()}"
    assert clerk.get(f"/try/{job}/well").status_code == 200
    assert job in jobs_of(trying)


@pytest.mark.parametrize(
    ("ending", "status"), [("conflict", 409), ("refusal", 400), ("fault", 500)]
)
def test_what_a_bad_request_wrote_is_undone(trying: Site, ending: str, status: int) -> None:
    clerk = trying.person(trying.tree.city_a, "clerk")
    job = f"job-{uuid.uuid4()}"
    assert clerk.get(f"/try/{job}/{ending}").status_code == status
    assert job not in jobs_of(trying)


def test_a_fault_tells_nobody_what_it_held(
    trying: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    clerk = trying.person(trying.tree.city_a, "clerk")
    response = clerk.get(f"/try/job-{uuid.uuid4()}/fault")
    told = capsys.readouterr()
    assert response.headers["X-Request-Id"] in response.text
    assert response.headers["X-Request-Id"] in told.out + told.err
    for text in (response.text, told.out, told.err):
        assert "520201198001010015" not in text


def test_a_queue_server_that_is_away_fails_no_request(site: Site) -> None:
    settings = site.installation.settings.model_copy(update={"redis_url": "redis://127.0.0.1:1/0"})
    deaf = replace(site, installation=replace(site.installation, settings=settings))
    deaf = replace(deaf, app=create_app(deaf.installation))

    def write(job: str) -> str:
        enqueue(context(), job, {})
        return "done"

    deaf.app.add_url_rule("/try/<job>", "try_out", write)
    clerk, job = deaf.person(deaf.tree.city_a, "clerk"), f"job-{uuid.uuid4()}"
    assert clerk.get(f"/try/{job}").status_code == 200
    assert job in jobs_of(site)


def test_a_request_keeps_the_number_it_came_with_and_the_trail_shows_it(site: Site) -> None:
    clerk = site.person(site.tree.city_a, "clerk")
    filed = factories.file_household(site.installation, site.tree.city_a)
    page, number = f"/city-a/households/{filed.id}", f"try-{uuid.uuid4()}"
    clerk.client.environ_base["HTTP_X_REQUEST_ID"] = number
    paper = (io.BytesIO(b"%PDF-1.4 x"), "bill.pdf")
    response = clerk.post(f"{page}/evidence", page, kind="other", file=paper)
    assert response.status_code == 303, response.text[:500]
    assert response.headers["X-Request-Id"] == number
    with site.installation.system(site.tree.city_a) as ctx:
        query = select(AuditRecord.event).where(AuditRecord.request_id == number)
        assert list(ctx.session.scalars(query)) == ["evidence.added"]


def test_a_forged_request_number_is_replaced(site: Site) -> None:
    response = site.visitor().get("/login", headers={"X-Request-Id": "x\u00e9<script>"})
    assert "script" not in response.headers["X-Request-Id"]


def test_nobody_sees_another_citys_pages(site: Site) -> None:
    clerk = site.person(site.tree.city_a, "clerk")
    other = factories.file_household(site.installation, site.tree.city_b, name="邻市之人")
    assert clerk.get(f"/city-a/households/{other.id}").status_code == 404
    assert clerk.get(f"/city-b/households/{other.id}").status_code == 404
    assert clerk.get("/city-b/households").status_code == 404
    assert "邻市之人" not in clerk.read("/city-a/households")


def test_a_province_reads_below_and_writes_nothing_there(site: Site) -> None:
    filed = factories.file_household(site.installation, site.tree.city_a, name="省里可见")
    supervisor = site.person(site.tree.province, "supervisor", "clerk")
    assert "省里可见" in supervisor.read(f"/city-a/households/{filed.id}")
    response = supervisor.post(
        f"/city-a/households/{filed.id}/judge", f"/city-a/households/{filed.id}"
    )
    assert response.status_code in (403, 404)


def test_a_province_is_offered_nothing_it_could_not_do_below(site: Site) -> None:
    filed = factories.file_household(site.installation, site.tree.city_a)
    everything = site.person(site.tree.province, "supervisor", "clerk", "approver")
    text = everything.read(f"/city-a/households/{filed.id}")
    for words in ("Change</a>", "Judge again", "Apply for aid", "Add the paper"):
        assert words not in text
    menu = text[text.index('id="menu"') : text.index("</nav>")]
    assert ">Import</a>" not in menu
    assert ">Waiting for me</a>" in menu


def test_what_the_database_refuses_is_forbidden_and_no_fault(site: Site) -> None:
    clerk = site.person(site.tree.province, "supervisor", "clerk")
    file = (io.BytesIO(b"anything"), "x.xlsx")
    response = clerk.post("/city-a/imports", "/city-a/households", file=file)
    assert response.status_code == 403
    with site.installation.system(site.tree.city_a) as ctx:
        assert not ctx.session.query(Import).filter_by(filename="x.xlsx").count()
