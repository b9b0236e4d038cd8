// The component `PanelFrame` of dashapp/panel_frame.py: the head and the body of a panel, with a dcc.Graph where it is a chart.
(function () {
  "use strict";
  const { createElement, useMemo, useRef, useSyncExternalStore } = window.React;
  const root = document.documentElement;
  const theme = () => root.getAttribute("data-ag-theme-mode") || "light";
  const useLoading = () => window.dash_component_api.useDashContext().useLoading() || undefined;
  const onTheme = (changed) => { window.addEventListener("theme", changed); return () => window.removeEventListener("theme", changed); };
  const useElements = (content) => useMemo(() => window.dashapp.elements(content), [content]);

  function PanelFrame({ id, panel, kind, label, subject, head, wide, setProps, ...given }) {
    const [title, menu] = useElements(head);
    const [tag, role] = kind === "chart" ? ["figure"] : ["div", "group"];
    const className = "panel" + (kind === "chart" ? " chart" : "") + (wide ? " wide" : "") + (given.table ? " tabled" : "");
    const marks = { "aria-label": label, "data-panel": panel, "data-kind": kind, "data-subject": subject };
    return createElement(tag, { id, className, role, ...marks },
      createElement("div", { className: "panel-head" }, title, kind === "chart" && createElement(Switch, { panel, table: given.table, setProps }), menu),
      createElement({ chart: Chart, listing: Listing, grid: Grid }[kind], { panel, ...given }));
  }

  function Switch({ panel, table, setProps }) {
    const id = panel + "-table";
    const onChange = ({ target }) => setProps({ table: target.checked });
    return createElement("div", { className: "form-check form-switch as-table" },
      createElement("input", { id, type: "checkbox", className: "form-check-input", checked: Boolean(table), onChange }),
      createElement("label", { htmlFor: id, className: "form-check-label" }, window.say("Table")));
  }

  // Its state is said by classes: with :has() in the styles, every bar that Plotly draws would cost a look at all of them.
  function Chart({ panel, figure, config, height, words, rows }) {
    const className = "chart-body" + (figure || rows ? "" : " waiting") + (figure && !figure.data.length ? " silent" : "");
    return createElement("div", { className, style: { minHeight: height }, "data-dash-is-loading": useLoading() },
      figure && createElement(Graph, { id: panel, figure, config, height }),
      createElement("div", { id: panel + "-words" }, ...useElements(words)),
      createElement("div", { id: panel + "-rows", className: "rows", style: { maxHeight: height }, tabIndex: 0 }, ...useElements(rows)));
  }

  // The figure in the colours of the page; a click on a mark leads where its link says.
  function Graph({ id, figure, config, height }) {
    const mode = useSyncExternalStore(onTheme, theme);
    const drawn = useRef();
    drawn.current = figure;
    const dressed = useMemo(
      () => ({ ...figure, layout: { ...figure.layout, template: window.chartTemplates[mode] } }), [figure, mode]);
    const style = useMemo(() => ({ height }), [height]);
    const setProps = ({ clickData }) => clickData && window.follow(clickData, drawn.current);
    return createElement(window.dash_core_components.Graph, { id, figure: dressed, config, style, responsive: true, setProps });
  }

  function Listing({ panel, rows }) {
    return createElement("div", { id: panel, className: "rows", tabIndex: 0, "data-dash-is-loading": useLoading() }, ...useElements(rows));
  }

  const Grid = ({ children }) => children;

  Object.assign(window.dashapp, { PanelFrame });
})();
