"""The report as we set it, against WeasyPrint alone on the same pages with a naive stylesheet."""

from __future__ import annotations

from weasyprint import CSS, HTML

from tests.bench.timing import Comparison, compare
from tests.worker.pdf import samples
from worker.pdf.charts import draw_chart
from worker.pdf.fetcher import PackagedFetcher
from worker.pdf.report import print_html, write_html
from worker.pdf.wording import Wording

ROWS = 285
PARAGRAPHS = ("困难职工帮扶督导报告正文每行二十八字每面二十二行版式测试" * 12,)
NAIVE = """
@page { size: A4; margin: 37mm 26mm 35mm 28mm;
        @bottom-center { content: "— " counter(page) " —" } }
body { font-family: "Noto Serif CJK SC"; font-size: 15.75pt; line-height: 1.84 }
h1 { font-size: 22pt; text-align: center }
table { border-collapse: collapse; width: 100%; font-size: 10.5pt; line-height: 1.5 }
td, th { border: 0.5pt solid black; padding: 2pt }
img { width: 156mm }
"""


def measure() -> list[Comparison]:
    """Return the time of a warm report of ten pages or so, 300 rows and two charts."""
    content, wording = samples.content(rows=ROWS, paragraphs=PARAGRAPHS), Wording("zh")
    page = write_html(content, wording)
    charts = {
        f"{name}.svg": draw_chart(chart, content["tables"][chart["table"]], wording)
        for name, chart in content["charts"].items()
    }
    made = print_html(page, PackagedFetcher(charts))
    ours, theirs = compare(
        lambda: print_html(page, PackagedFetcher(charts)), lambda: _print(page, charts), rounds=5
    )
    detail = f"{made.pages} pages, {ROWS} rows, HTML and charts made beforehand for both"
    return [Comparison("report PDF", "WeasyPrint, naive style", ours, theirs, 0.7, detail=detail)]


def _print(page: str, charts: dict[str, bytes]) -> bytes:
    """Do what a newcomer would: the same HTML, the same variant, his own stylesheet."""
    document = HTML(string=page, url_fetcher=PackagedFetcher(charts))
    pdf: bytes = document.write_pdf(stylesheets=[CSS(string=NAIVE)], pdf_variant="pdf/ua-1")
    return pdf
