// Light and dark without a request: the page's attributes, the charts' template, and a note for the next visit.
(function () {
  "use strict";
  const root = document.documentElement;

  function set(mode) {
    root.setAttribute("data-bs-theme", mode);
    root.setAttribute("data-ag-theme-mode", mode);
    try { localStorage.setItem("theme", mode); } catch { /* remembered for this visit only */ }
    document.querySelectorAll(".dash-graph[id]").forEach((graph) => redress(graph.id, window.chartTemplates[mode]));
  }

  function redress(id, template) {
    const found = window.dash_component_api.getLayout(id);
    const figure = found && found.props.figure;
    if (figure) window.dash_clientside.set_props(id, { figure: { ...figure, layout: { ...figure.layout, template } } });
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    theme: {
      toggle(clicks) {
        if (clicks) set(root.getAttribute("data-bs-theme") === "dark" ? "light" : "dark");
        return root.getAttribute("data-bs-theme");
      },
    },
  });
})();
