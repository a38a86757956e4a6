// Bar charts drawn from the text table beside them, so that picture and table cannot differ.
import * as echarts from "echarts/core";
import { BarChart } from "echarts/charts";
import { GridComponent } from "echarts/components";
import { CanvasRenderer } from "echarts/renderers";

echarts.use([BarChart, GridComponent, CanvasRenderer]);

function readTable(table) {
  const rows = [...table.querySelectorAll("tbody tr")];
  return rows.map((row) => ({
    name: row.querySelector("th").textContent.trim(),
    value: Number(row.querySelector("[data-value]").dataset.value),
    itemStyle: { color: getComputedStyle(row).getPropertyValue("--bf-bar").trim() || "#9b1c1f" },
  }));
}

function draw(place) {
  const rows = readTable(document.getElementById(place.dataset.chartOf)).reverse();
  const chart = echarts.init(place, null, { renderer: "canvas" });
  chart.setOption({
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 14 },
    grid: { left: 4, right: 56, top: 4, bottom: 4, containLabel: true },
    xAxis: { type: "value", show: false },
    yAxis: {
      type: "category",
      data: rows.map((row) => row.name),
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { fontSize: 14, color: "#22252a" },
    },
    series: [{ type: "bar", data: rows, barMaxWidth: 22, label: { show: true, position: "right" } }],
  });
  new ResizeObserver(() => chart.resize()).observe(place);
}

document.querySelectorAll("[data-chart-of]").forEach(draw);
