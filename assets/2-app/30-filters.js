// The one loop between the address, the filter bar, the filters every tab listens to, and the links of the navigation.
// The address is the truth: it is read on arrival and on Back, and written by every change.
(function () {
  "use strict";
  const FIELDS = { category: "categories", chain: "chains", quarter: "quarters", store: "stores" };
  const NAMES = Object.keys(FIELDS); // in the order of a canonical address
  const LAST_FOUR = "last4";
  const MENUS = [2, 4, 6, 8]; // the outputs that people change too
  const say = window.say;
  const DROPPED = {
    category: say("category {name}"),
    chain: say("chain {name}"),
    quarter: say("quarter {name}"),
    store: say("store {name}"),
  };

  function sync(_search, pathname, chain, store, quarter, category, resets, fills, choices, version, filters) {
    const cause = window.dash_clientside.callback_context.triggered.map((part) => part.prop_id);
    const touched = cause.length > 0 && cause.every((id) => id.startsWith("filter-"));
    const wanted = touched ? { chain, store, quarter, category } : fromAddress(location.search);
    if (cause.includes("filter-reset.n_clicks")) NAMES.forEach((name) => { wanted[name] = []; });
    const known = vocabulary(choices);
    const state = {};
    const dropped = [];
    NAMES.forEach((name) => {
      const values = (wanted[name] || []).flatMap((value) => (name === "quarter" ? quarters(value, choices) : [value]));
      state[name] = [...new Set(values)].filter((value) => known[name].has(value) || !dropped.push(say(DROPPED[name], { name: value }))).sort();
    });
    const offered = choices.stores.filter((item) => !state.chain.length || state.chain.includes(item.chain));
    const reachable = new Set(offered.map((item) => item.value));
    state.store = state.store.filter((value) => reachable.has(value) || (!touched && !dropped.push(say("store {name} in that chain", { name: value }))));
    const filled = between(state.quarter, choices.quarters);
    if (cause.includes("filter-fill.n_clicks")) state.quarter = filled;
    const menus = { chain, store, quarter, category };
    return changes(answer({ pathname, state, touched, choices, version, offered, filled, filters, dropped, menus }));
  }

  // Only what is not so yet: a menu that is set anew is drawn anew, and everybody waits for it.
  let given = [];
  function changes(outputs) {
    const texts = outputs.map((output) => JSON.stringify(output));
    const found = outputs.map((output, i) => (texts[i] !== undefined && texts[i] === given[i] ? window.dash_clientside.no_update : output));
    given = texts.map((text, i) => (outputs[i] === window.dash_clientside.no_update || MENUS.includes(i) ? given[i] : text));
    return found;
  }

  function answer({ pathname, state, touched, choices, version, offered, filled, filters, dropped, menus }) {
    const same = window.dash_clientside.no_update;
    const chosen = (name) => (JSON.stringify(menus[name]) === JSON.stringify(state[name]) ? same : state[name]);
    const address = toAddress(state, location.search);
    const moved = address !== location.search;
    if (moved && !touched) setTimeout(correct, 0, address);
    const next = {};
    NAMES.filter((name) => state[name].length).forEach((name) => { next[FIELDS[name]] = state[name]; });
    lead(pathname, toAddress(state, "")); // the controls of this page mean nothing on another
    window.askPanels(next, version);
    const active = NAMES.filter((name) => state[name].length).length;
    return [
      moved && touched ? address : same,
      options(choices.chains), chosen("chain"),
      offered.map(({ value, label }) => ({ value, label })), chosen("store"),
      quarterOptions(choices), chosen("quarter"),
      options(choices.categories), chosen("category"),
      state.quarter.length < 2 || filled.length === state.quarter.length,
      active === 0,
      JSON.stringify(next) === JSON.stringify(filters) ? same : next,
      summary(state, offered, choices, pathname),
      active ? say("Filters ({n})", { n: active }) : say("Filters"),
      dropped.length ? notice(dropped) : touched ? null : same,
      window.chips(next, choices),
    ];
  }

  function fromAddress(search) {
    const query = new URLSearchParams(search);
    return Object.fromEntries(NAMES.map((name) => [name, query.getAll(name).filter(Boolean)]));
  }

  function toAddress(state, search) {
    const query = new URLSearchParams();
    NAMES.forEach((name) => state[name].forEach((value) => query.append(name, value)));
    new URLSearchParams(search).forEach((value, name) => { if (!(name in FIELDS)) query.append(name, value); });
    return query.size ? "?" + query.toString() : "";
  }

  // Writes an address in its own way, in place of the one that was read: Back must not lead to that one again. Later,
  // because dcc.Location takes a change during its own update for one to undo.
  function correct(address) {
    history.replaceState(history.state, "", location.pathname + address + location.hash);
    window.dash_clientside.set_props("url", { search: address, href: location.href });
  }

  function vocabulary(choices) {
    return {
      category: new Set(choices.categories),
      chain: new Set(choices.chains),
      quarter: new Set(choices.quarters),
      store: new Set(choices.stores.map((item) => item.value)),
    };
  }

  function quarters(value, { quarters: known, open_quarter: open }) {
    if (value === LAST_FOUR) return known.filter((quarter) => quarter !== open).slice(-4);
    if (/^\d{4}$/.test(value)) return orItself(value, known.filter((quarter) => quarter.startsWith(value + "Q")));
    const [first, last] = value.split("..");
    return last === undefined ? [value] : orItself(value, known.filter((quarter) => first <= quarter && quarter <= last));
  }

  const orItself = (value, found) => (found.length ? found : [value]);

  function between(chosen, known) {
    return chosen.length ? known.filter((quarter) => chosen[0] <= quarter && quarter <= chosen[chosen.length - 1]) : [];
  }

  const options = (values) => values.map((value) => ({ value, label: value }));

  function quarterOptions({ quarters: known, open_quarter: open }) {
    const years = [...new Set(known.map((quarter) => quarter.slice(0, 4)))].reverse();
    const shortcuts = [{ value: LAST_FOUR, label: open ? say("Last 4 full quarters") : say("Last 4 quarters") }];
    years.forEach((year) => shortcuts.push({ value: year, label: say("Year {year}", { year }) }));
    const named = [...known].reverse().map((value) => ({ value, label: value === open ? say("{quarter}, not over", { quarter: value }) : value }));
    return shortcuts.concat(named);
  }

  // A store's page is about that store and a product's about that product, whatever their own filters say; the
  // controls of those are then hidden (20-components.css).
  function summary(state, offered, choices, pathname) {
    const stores = state.store.length || offered.length;
    const all = choices.stores.length;
    document.documentElement.dataset.page = pathname;
    return [
      pathname.startsWith("/stores/") ? "" : stores === all ? say("All {n} stores", { n: all }) : say("{n} of {all} stores", { n: stores, all }),
      period(state.quarter, choices.quarters),
      pathname.startsWith("/products/") ? "" : categories(state.category),
    ].filter(Boolean).join(" · ");
  }

  function period(chosen, known) {
    const shown = chosen.length ? chosen : known;
    const first = shown[0], last = shown[shown.length - 1];
    if (shown.length < 2) return first || say("No quarters");
    return between(shown, known).length === shown.length ? say("{first} to {last}", { first, last }) : say("{n} quarters", { n: shown.length });
  }

  function categories(chosen) {
    if (!chosen.length) return say("All categories");
    return chosen.length < 3 ? chosen.join(", ") : say("{n} categories", { n: chosen.length });
  }

  function notice(dropped) {
    const more = dropped.length - 3;
    const first = dropped.slice(0, 3).join(", ");
    const names = more > 0 ? say("{names} and {n} more", { names: first, n: more }) : first;
    const children = say("Not in the data, so left out of the filters: {names}. Everything else applies.", { names });
    const props = { children, color: "warning", dismissable: true, class_name: "notice" };
    return { type: "Alert", namespace: "dash_bootstrap_components", props };
  }

  // On a phone the bar is wider than the screen: it alone moves, until the open tab is in it.
  function reach(link) {
    const bar = link.parentElement;
    const [left, right] = [link.offsetLeft - bar.offsetLeft, link.offsetLeft - bar.offsetLeft + link.offsetWidth];
    if (left < bar.scrollLeft || right > bar.scrollLeft + bar.clientWidth) bar.scrollLeft = right - bar.clientWidth;
  }

  // Where the tabs lead, which of them is open, and the title of the window.
  function lead(pathname, address) {
    document.querySelectorAll("#tabs a").forEach((link) => {
      const current = link.pathname === pathname;
      const within = pathname.startsWith(link.pathname + "/"); // a store's page lies behind the tab of all stores
      link.setAttribute("href", link.pathname + address);
      if (current || within) {
        if (!link.hasAttribute("aria-current")) reach(link);
        link.setAttribute("aria-current", current ? "page" : "true");
      } else link.removeAttribute("aria-current");
      if (current) document.title = link.textContent.trim() + " · " + document.querySelector(".brand").textContent.trim();
    });
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    filters: { sync, fold: (clicks, open) => [!open, String(!open)] },
  });
})();
