// Bar charts drawn from the text table beside them, so that picture and table cannot differ.
import * as echarts from "echarts/core";
import { BarChart } from "echarts/charts";
import { GridComponent, LegendComponent } from "echarts/components";
import { CanvasRenderer } from "echarts/renderers";

echarts.use([BarChart, GridComponent, LegendComponent, CanvasRenderer]);

// A table with one column of values is drawn in the colours of its rows, one with several columns
// as groups of bars, a colour for each column.
const COLUMNS = ["#b8b4ac", "#9b1c1f", "#3d5a80"];

function readTable(table) {
  const rows = [...table.querySelectorAll("tbody tr")].reverse();
  const cells = rows.map((row) => [...row.querySelectorAll("[data-value]")]);
  const titles = [...table.querySelectorAll("thead th")].slice(1).map((cell) => cell.textContent.trim());
  const columns = cells.length ? cells[0].map((_, place) => place) : [];
  return {
    names: rows.map((row) => row.querySelector("th").textContent.trim()),
    series: columns.map((place) => ({
      name: titles[place],
      values: cells.map((row) => Number(row[place].dataset.value)),
      colours: rows.map((row) =>
        columns.length > 1
          ? COLUMNS[place % COLUMNS.length]
          : getComputedStyle(row).getPropertyValue("--bf-bar").trim() || "#9b1c1f",
      ),
    })),
  };
}

function draw(place) {
  const { names, series } = readTable(document.getElementById(place.dataset.chartOf));
  const several = series.length > 1;
  const chart = echarts.init(place, null, { renderer: "canvas" });
  chart.setOption({
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 14 },
    legend: { show: several, top: 0, left: 0, data: series.map((one) => one.name) },
    grid: { left: 4, right: 72, top: several ? 32 : 4, bottom: 4, containLabel: true },
    xAxis: { type: "value", show: false },
    yAxis: {
      type: "category",
      data: names,
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { fontSize: 14, color: "#22252a" },
    },
    series: series.map((one) => ({
      name: one.name,
      type: "bar",
      color: one.colours[0],
      data: one.values.map((value, row) => ({ value, itemStyle: { color: one.colours[row] } })),
      barMaxWidth: several ? 14 : 22,
      label: { show: true, position: "right" },
    })),
  });
  new ResizeObserver(() => chart.resize()).observe(place);
}

document.querySelectorAll("[data-chart-of]").forEach(draw);
