// On paper: charts in the paper's width and in light colours, and the first rows of every grid as a plain table, because
// a grid only has the rows and columns that the screen shows. Everything is as before once the paper is printed.
(function () {
  "use strict";
  const PAPER = 718; // px between the margins of A4
  const GAP = 12; // between two charts, as 70-print.css has it
  const HEIGHT = 240; // px of a chart
  const FRAME = 18; // of a panel, both sides
  const ROWS = 8; // of a grid
  const LIGHT = window.chartTemplates.light;
  const INK = { ...LIGHT, layout: { ...LIGHT.layout, font: { ...LIGHT.layout.font, size: 9 }, legend: { ...LIGHT.layout.legend, font: { size: 8 }, maxheight: 1 } } };
  const ready = () => !document.querySelector("main .skeleton, main [data-dash-is-loading=true]");
  const root = document.documentElement;
  const dark = () => root.getAttribute("data-ag-theme-mode") === "dark"; // the page's own theme, on paper too
  let undo = [];

  function before() {
    undo.splice(0).forEach((back) => back());
    const mode = root.getAttribute("data-bs-theme");
    root.setAttribute("data-bs-theme", "light");
    undo.push(() => root.setAttribute("data-bs-theme", mode));
    document.querySelectorAll(".chart-body .js-plotly-plot").forEach((plot) => resize(plot));
    document.querySelectorAll(".panel[data-kind=grid]").forEach((panel) => list(panel));
  }

  function after() {
    undo.splice(0).reverse().forEach((back) => back());
  }

  // Its frame takes the paper's size first: a chart that fits its frame is not put right again by anyone.
  function resize(plot) {
    const panel = plot.closest(".panel");
    const { style } = plot.closest(".dash-graph");
    const was = { width: style.width, height: style.height };
    const alone = panel.classList.contains("wide") || panel.parentElement.children.length === 1;
    const template = window.chartTemplates[dark() ? "dark" : "light"];
    Object.assign(style, { width: (alone ? PAPER : (PAPER - GAP) / 2) - FRAME + "px", height: HEIGHT + "px" });
    window.Plotly.relayout(plot, { autosize: true, template: INK });
    undo.push(() => {
      Object.assign(style, was);
      window.Plotly.relayout(plot, { autosize: true, template });
    });
  }

  function list(panel) {
    const api = window.dash_ag_grid && window.dash_ag_grid.getApi(panel.dataset.panel);
    if (!api) return;
    const columns = api.getAllDisplayedColumns();
    const table = document.createElement("table");
    table.className = "table table-sm on-paper";
    const head = table.createTHead().insertRow();
    columns.forEach((column) => cell(head, column, api.getDisplayNameForColumn(column, "header"), "th"));
    for (let i = 0; i < Math.min(ROWS, api.getDisplayedRowCount()); i += 1) {
      const rowNode = api.getDisplayedRowAtIndex(i);
      if (!rowNode || !rowNode.data) break;
      const row = table.insertRow();
      columns.forEach((column) => cell(row, column, api.getCellValue({ rowNode, colKey: column, useFormatter: true })));
    }
    panel.append(table);
    undo.push(() => table.remove());
  }

  function cell(row, column, text, tag = "td") {
    const part = document.createElement(tag);
    part.textContent = text === null || text === undefined ? "–" : text;
    if (column.getColDef().type === "rightAligned") part.className = "number";
    row.append(part);
  }

  // What is not on the screen yet is asked for first (35-panels.js), and paper waits for it.
  function print(patience = 100) {
    if (!ready() && patience) setTimeout(print, 100, patience - 1); else window.print();
  }

  window.addEventListener("beforeprint", before);
  window.addEventListener("afterprint", after);
  document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) print(); });
})();
