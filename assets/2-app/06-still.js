// The component `Still` of dashapp/still.py: elements that nothing listens to, drawn by React without a word to Dash.
(function () {
  "use strict";
  const { createElement, useMemo } = window.React;

  const elements = (content) => JSON.parse(content || "[]").map(element);
  const element = (part) => (typeof part === "string" ? part : createElement(part[0], part[1], ...part[2].map(element)));

  function Still({ content, tag, setProps: _setProps, ...attributes }) {
    const parts = useMemo(() => elements(content), [content]);
    if (window.dash_component_api.useDashContext().useLoading()) attributes["data-dash-is-loading"] = true;
    return createElement(tag || "div", attributes, ...parts);
  }

  window.dashapp = { Still, elements };
})();
