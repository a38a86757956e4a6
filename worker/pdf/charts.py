"""Charts of a report as SVG: the same figures as the table beside them, drawn by matplotlib."""

from __future__ import annotations

import io
from typing import Any, cast

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from core.money import FEN_PER_YUAN
from worker.pdf.wording import Wording

WIDTH, HEIGHT = 6.14, 2.5  # inches: the width of the type area (156 mm), five lines and a half
# Colours and hatches differ, so that a print in black and white still tells the series apart.
COLOURS = ("#1f4e79", "#c9661f", "#5b8c3e", "#7f7f7f")
HATCHES = ("", "////", "\\\\\\\\", "xxxx")
STYLE: dict[str, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "bangfu",
    "font.family": ["Noto Sans CJK SC", "DejaVu Sans"],
    "font.size": 8,
    "hatch.linewidth": 0.6,
    "axes.unicode_minus": False,
}


def draw_chart(chart: dict[str, Any], table: dict[str, Any], wording: Wording) -> bytes:
    """Return a bar chart of some columns of a table as SVG; the same input, the same bytes."""
    with mpl.rc_context(cast("Any", STYLE)):
        figure = Figure(figsize=(WIDTH, HEIGHT), layout="constrained")
        axes = figure.subplots()
        _draw_bars(axes, chart, table, wording)
        _dress(axes, [wording.put(row[chart["label"]]) for row in table["rows"]])
        target = io.BytesIO()
        canvas = FigureCanvasSVG(figure)
        canvas.print_figure(target, format="svg", metadata={"Date": None, "Creator": None})
    return target.getvalue()


def _draw_bars(axes: Axes, chart: dict[str, Any], table: dict[str, Any], wording: Wording) -> None:
    series = chart["series"]
    width = 0.8 / len(series)
    for place, index in enumerate(series):
        offset = (place - (len(series) - 1) / 2) * width
        axes.bar(
            [position + offset for position in range(len(table["rows"]))],
            [_height(row[index]) for row in table["rows"]],
            width,
            label=wording.put(table["columns"][index]["title"]),
            color=COLOURS[place],
            hatch=HATCHES[place],
            edgecolor="white",
            linewidth=0.4,
        )


def _height(value: Any) -> float:
    if isinstance(value, dict):
        return float(value["fen"]) / FEN_PER_YUAN
    return float(value or 0)


def _dress(axes: Axes, labels: list[str]) -> None:
    axes.set_xticks(
        range(len(labels)),
        labels,
        rotation=30 if len(labels) > 6 else 0,
        ha="right" if len(labels) > 6 else "center",
    )
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    axes.yaxis.set_major_formatter(lambda value, _place: f"{value:,.0f}")
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", linewidth=0.3, color="#bbbbbb")
    axes.set_axisbelow(True)
    axes.margins(x=0.01)
    axes.legend(frameon=False, ncols=4, loc="lower left", bbox_to_anchor=(0, 1), fontsize=8)
