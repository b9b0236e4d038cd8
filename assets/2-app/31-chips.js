// Every filter that holds, as a chip with a button that takes it away: assets/2-app/32-links.js listens to it.
(function () {
  "use strict";
  const say = window.say;
  const MOST_NAMES = 2;
  const chain = { one: say("Chain: {name}"), some: say("Chains: {names}"), many: say("{n} chains") };
  const store = { one: say("Store: {name}"), some: say("Stores: {names}"), many: say("{n} stores") };
  const quarter = { one: say("Quarter: {name}"), some: say("Quarters: {names}"), many: say("{n} quarters") };
  const category = { one: say("Category: {name}"), some: say("Categories: {names}"), many: say("{n} categories") };
  const lower = {
    chain: { one: say("chain {name}"), some: say("chains {names}") },
    store: { one: say("store {name}"), some: say("stores {names}") },
    quarter: { one: say("quarter {name}"), some: say("quarters {names}") },
    category: { one: say("category {name}"), some: say("categories {names}") },
  };

  window.chips = (filters, choices) => {
    const stores = Object.fromEntries(choices.stores.map(({ value, label }) => [value, label]));
    return JSON.stringify([
      ["chain", chain, filters.chains],
      ["store", store, filters.stores && filters.stores.map((id) => stores[id] || id)],
      ["quarter", quarter, filters.quarters && span(filters.quarters, choices.quarters)],
      ["category", category, filters.categories],
    ].filter(([, , names]) => names).map(([name, words, names]) => chip(name, said(words, names), said({ ...words, ...lower[name] }, names))));
  };

  // Quarters without a gap are one thing: from the first to the last.
  function span(chosen, known) {
    const first = chosen[0], last = chosen[chosen.length - 1];
    const between = known.filter((quarter) => first <= quarter && quarter <= last);
    return chosen.length > 1 && between.length === chosen.length ? say("{first} to {last}", { first, last }) : chosen;
  }

  function said(words, names) {
    if (typeof names === "string") return say(words.some, { names });
    if (names.length > MOST_NAMES) return say(words.many, { n: names.length });
    return names.length > 1 ? say(words.some, { names: names.join(", ") }) : say(words.one, { name: names[0] });
  }

  // Content of a Still: 06-still.js.
  function chip(name, text, spoken) {
    const label = say("Remove {filter}", { filter: spoken });
    const sign = ["i", { className: "bi bi-x", "aria-hidden": "true" }, []];
    const button = ["button", { type: "button", title: label, "aria-label": label, "data-unfilter": name }, [sign]];
    return ["span", { className: "chip" }, [["span", {}, [text]], button]];
  }
})();
