// The component `Still` of dashapp/still.py: elements that nothing listens to, drawn by React without a word to Dash.
(function () {
  "use strict";
  const { createElement, useMemo } = window.React;

  const element = (part) => (typeof part === "string" ? part : createElement(part[0], part[1], ...part[2].map(element)));

  function Still({ content, tag, setProps: _setProps, ...attributes }) {
    const elements = useMemo(() => JSON.parse(content || "[]").map(element), [content]);
    if (window.dash_component_api.useDashContext().useLoading()) attributes["data-dash-is-loading"] = true;
    return createElement(tag || "div", attributes, ...elements);
  }

  window.dashapp = { Still };
})();
