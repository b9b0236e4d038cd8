// A click leads somewhere: "/stores/S01" is a page, "?chain=Alderway" a filter, "#stores-part=price" a control. Charts
// carry their links in the trace, tables in their cells; the address carries filters and the controls of the page.
(function () {
  "use strict";
  const FILTERS = ["category", "chain", "quarter", "store"];

  function go(link) {
    if (link.startsWith("/")) visit(withFilters(...link.split("?")));
    else if (link.startsWith("?")) new URLSearchParams(link).forEach((value, name) => filter(name, [value]));
    else if (link.startsWith("#")) choose(...link.slice(1).split("="));
  }

  const filter = (name, value) => window.dash_clientside.set_props("filter-" + name, { value });
  const choose = (id, value) => window.dash_clientside.set_props(id, { value: decodeURIComponent(value) });

  // The way of dcc.Link: the address first, then a word to dcc.Location.
  function visit(address) {
    history.pushState({}, "", address);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    window.scrollTo(0, 0);
  }

  // Filters go along from page to page; those that the link itself names count.
  function withFilters(path, own) {
    const query = new URLSearchParams(own);
    const named = [...query.keys()];
    new URLSearchParams(location.search).forEach((value, name) => {
      if (FILTERS.includes(name) && !named.includes(name)) query.append(name, value);
    });
    return query.size ? path + "?" + query : path;
  }

  function linkOf(figure, { curveNumber, pointNumber }) {
    const links = ((figure.data[curveNumber] || {}).meta || {}).links;
    if (!links) return null;
    return Array.isArray(pointNumber) ? (links[pointNumber[0]] || [])[pointNumber[1]] : links[pointNumber];
  }

  // A grid moves or redraws a cell whose link is being pressed, to give it the focus; the click then is the cell's.
  let pressed = null;
  document.addEventListener("mousedown", (event) => { pressed = event.target.closest("a.go"); }, true);

  // The button goes with its chip; who came to it by keyboard stays among the chips.
  function unfilter(chip) {
    chip.closest("[tabindex]")?.focus({ preventScroll: true });
    filter(chip.dataset.unfilter, []);
  }

  document.addEventListener("click", (event) => {
    const anchor = event.target.closest("a.go") || (event.target.closest("[role=gridcell]") && pressed);
    const chip = event.target.closest("[data-unfilter]");
    if (chip) unfilter(chip);
    if (!anchor || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    go(anchor.getAttribute("href"));
  });

  // Arrow keys lead to a cell of a grid, Enter to where the cell leads.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("[role=gridcell]")) event.target.querySelector("a.go")?.click();
  });

  window.goTo = go;
  window.follow = (click, figure) => {
    const link = linkOf(figure, click.points[0]);
    if (link) go(link);
  };
  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    pages: {
      title: (name) => { if (typeof name === "string") document.title = name + " · " + document.querySelector(".brand").textContent.trim(); },
    },
    address: {
      choose(value, id) {
        const query = new URLSearchParams(location.search);
        if ((query.get(id) || "") === value) return;
        if (value) query.set(id, value); else query.delete(id);
        history.replaceState(history.state, "", location.pathname + (query.size ? "?" + query : "") + location.hash);
      },
    },
  });
})();
