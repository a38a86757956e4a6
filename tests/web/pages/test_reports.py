"""Supervision reports: asked for on the page, made by a worker, opened under a readable name."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from tests.web.conftest import Site, do_jobs
from tests.web.reading import cells


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
