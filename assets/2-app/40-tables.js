// What tables need in the browser: numbers and days as people read them, cells that lead somewhere, explained heads.
(function () {
  "use strict";
  const React = window.React;
  const colours = {
    backgroundColor: "var(--surface)", foregroundColor: "var(--bs-body-color)", headerBackgroundColor: "var(--bs-tertiary-bg)",
    borderColor: "var(--bs-border-color)", accentColor: "var(--bs-primary)", rowHoverColor: "var(--bs-tertiary-bg)", fontFamily: "inherit",
  };
  let ours = null;
  window.dashAgGridFunctions = Object.assign({}, window.dashAgGridFunctions, {
    // One for all grids: each theme brings styles of its own, and the browser looks at the whole page for each.
    theme(quartz) {
      ours = ours || quartz.withParams(colours);
      return ours;
    },
    number(value, decimals, unknown) {
      if (value === undefined) return ""; // a row on its way
      if (value === null) return unknown || "–";
      const text = value.toLocaleString(document.documentElement.lang, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
      return text.replace("-", "−");
    },
    day(value) {
      if (!value) return value === undefined ? "" : "–";
      const [day, time] = value.split(/[ T]/);
      const moment = new Date(`${day}T${time || "00:00:00"}Z`);
      const lang = document.documentElement.lang.replace(/^en$/, "en-GB"); // the day first, as the header writes it
      return moment.toLocaleString(lang, { dateStyle: "medium", timeStyle: time && "short", timeZone: "UTC" });
    },
  });

  const href = (link, row) => link.replace(/{(\w+)}/g, (_whole, name) => encodeURIComponent(row[name]));

  window.dashAgGridComponentFunctions = Object.assign({}, window.dashAgGridComponentFunctions, {
    Link({ value, data, link }) {
      return value && data ? React.createElement("a", { className: "go", href: href(link, data) }, value) : value || "";
    },
    Explained({ displayName, kpi, about }) {
      if (!kpi && !about) return displayName;
      const sign = React.createElement("i", { className: "bi bi-info-circle", "aria-hidden": "true" });
      const attributes = { className: "info", type: "button", "aria-label": window.say("What is this?"), "aria-expanded": "false", "aria-keyshortcuts": "?", "data-kpis": kpi, "data-about": about };
      return React.createElement("span", { className: "explained" }, displayName, React.createElement("button", attributes, sign));
    },
  });
})();
