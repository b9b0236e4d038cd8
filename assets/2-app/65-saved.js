// Saving a view: the browser knows the address that is shown, controls that the server was not told of included.
(function () {
  "use strict";
  document.addEventListener("click", ({ target }) => {
    if (target.closest("[data-save]")) window.dash_clientside.set_props("save", { is_open: true });
  });

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    saved: {
      asked(clicks, enters, name, sharing, key) {
        return { address: location.pathname + location.search, clicks: (clicks || 0) + (enters || 0), key, name, sharing };
      },
    },
  });
})();
