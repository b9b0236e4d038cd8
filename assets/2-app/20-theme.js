// Light and dark without a request: the page's attributes, a word to the charts, and a note for the next visit.
(function () {
  "use strict";
  const root = document.documentElement;

  function set(mode) {
    root.setAttribute("data-bs-theme", mode);
    root.setAttribute("data-ag-theme-mode", mode);
    try { localStorage.setItem("theme", mode); } catch { /* remembered for this visit only */ }
    window.dispatchEvent(new Event("theme"));
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest("#theme-toggle")) set(root.getAttribute("data-bs-theme") === "dark" ? "light" : "dark");
  });
})();
