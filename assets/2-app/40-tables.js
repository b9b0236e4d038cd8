// What tables need in the browser: numbers as people read them, and a fresh start when the question changes.
(function () {
  "use strict";
  window.dashAgGridFunctions = Object.assign({}, window.dashAgGridFunctions, {
    number(value, decimals) {
      if (value === null || value === undefined) return "–";
      const text = value.toLocaleString("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
      return text.replace("-", "−");
    },
  });

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    tables: {
      startAgain(...parts) {
        window.dash_ag_grid.getApiAsync(parts[parts.length - 1]).then((grid) => {
          if (grid.getDisplayedRowCount()) grid.ensureIndexVisible(0);
          grid.purgeInfiniteCache();
        });
        return window.dash_clientside.no_update;
      },
    },
  });
})();
