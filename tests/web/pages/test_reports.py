"""Supervision reports: asked for on the page, made by a worker, opened under a readable name."""

from __future__ import annotations

import builtins
import re
from typing import Any
from urllib.parse import unquote

import pytest

from tests.web.conftest import Site, do_jobs
from tests.web.reading import cells

LINK = re.compile(r'href="([^"]+)">Why it failed')


@pytest.mark.parametrize(
    ("language", "quarter", "name"),
    [
        ("zh", "2023年第1季度", "督导报告-{zh}-2023Q1.pdf"),
        ("en", "2023, quarter 1", "Supervision report-{en}-2023Q1.pdf"),
    ],
)
def test_a_report_reads_in_the_language_of_the_page(
    site: Site, language: str, quarter: str, name: str
) -> None:
    city, province = site.tree.city_b, site.tree.province
    supervisor = site.person(province, "supervisor")
    supervisor.client.set_cookie("language", language)
    page = "/province/reports"
    asked = supervisor.post(page, page, subject=city.slug, period="2023Q1", language=language)
    assert asked.status_code == 303
    assert do_jobs(site, province) == 1
    text = supervisor.read(page)
    assert cells(text)[0][1] == quarter
    address = text.partition('/pdf"')[0].rpartition('"')[2] + "/pdf"
    response = supervisor.get(address)
    assert response.data.startswith(b"%PDF-")
    told = unquote(response.headers["Content-Disposition"])
    assert told.endswith(name.format(zh=city.name, en=city.name_en))


def test_a_report_that_failed_leads_to_the_reason(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    city, page = site.tree.city_a, "/city-a/reports"
    supervisor = site.person(city, "supervisor")
    supervisor.post(page, page, subject=city.slug, period="2023Q1", language="en")
    real = builtins.__import__

    def lack_pango(name: str, *arguments: Any, **more: Any) -> Any:
        if name == "worker.pdf.report":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *arguments, **more)

    with monkeypatch.context() as patched:
        patched.setattr(builtins, "__import__", lack_pango)
        do_jobs(site, city)
    address = LINK.search(supervisor.read(page))
    assert address
    assert "This machine cannot make PDFs" in supervisor.read(address[1])
