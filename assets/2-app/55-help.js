// The first visit: a strip that offers help, until it is answered once. "?" opens the same help at any time.
(function () {
  "use strict";
  const MET = "welcomed";

  const met = () => { try { return Boolean(localStorage.getItem(MET)); } catch { return true; } };
  const remember = () => { try { localStorage.setItem(MET, "1"); } catch { /* asked again on the next visit */ } };

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    help: {
      open(clicks, shown) {
        if (shown) remember();
        return Boolean(clicks || shown);
      },
      welcome(gone, shown) {
        if (gone || shown) remember();
        return met();
      },
    },
  });
})();
