// A page that cannot reach its server says so, tries again by itself, and takes the message back when all is well.
(function () {
  "use strict";
  const fetchOnce = window.fetch.bind(window);
  const AGAIN = [500, 1500]; // ms before the second and the third try
  const BUSY = [502, 503, 504];
  const MESSAGES = {
    401: window.say("You are signed out. What you see is still as it was; load the page again to sign in."),
    403: window.say("You may not see this. What you see is still as it was."),
    413: window.say("That selection is too large to send. What you see is still as it was; choose fewer values."),
    429: window.say("Too many requests at once. What you see is still as it was; wait a minute and try again."),
  };
  const PAGE = "content.children";
  const UNREACHABLE = window.say("The server cannot be reached. What you see is still as it was; it catches up by itself.");
  const FAILED = window.say("The server could not answer. What you see is still as it was; load the page again if it stays so.");
  const failing = new Set(); // the callbacks whose last request failed: one that works does not speak for another
  let shown = false;
  let missed = null; // what to ask again once the server is back: "page" or "data"

  function show(text) {
    if (!text && !shown) return;
    shown = Boolean(text);
    const props = { children: text, color: "danger", dismissable: true, class_name: "notice" };
    const children = text ? { type: "Alert", namespace: "dash_bootstrap_components", props } : null;
    window.dash_clientside.set_props("notice-network", { children });
  }

  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms * (0.75 + Math.random() / 2)));

  // Every callback only reads, so asking twice is safe.
  async function ask(url, init, tries = 0) {
    try {
      const response = await fetchOnce(url, init);
      if (!BUSY.includes(response.status) || tries >= AGAIN.length) return response;
    } catch (error) {
      if (error.name === "AbortError" || tries >= AGAIN.length) throw error;
    }
    await pause(AGAIN[tries]);
    return ask(url, init, tries + 1);
  }

  const outputOf = (init) => (/"output":"([^"]*)"/.exec(init && init.body) || [])[1];

  function fail(output, text) {
    failing.add(output);
    show(text);
  }

  function miss(output) {
    missed = output === PAGE || missed === "page" ? "page" : "data";
    fail(output, UNREACHABLE);
  }

  function succeed(output) {
    if (output === PAGE) failing.clear(); else failing.delete(output);
    if (!failing.size) show(null);
    if (missed) catchUp();
  }

  function catchUp() {
    const { set_props } = window.dash_clientside;
    const what = missed;
    missed = null;
    if (what === "page") set_props("url", { pathname: location.pathname });
    if (what === "data") set_props("filters", { data: { ...window.dash_component_api.getLayout("filters").props.data } });
  }

  window.fetch = async (url, init) => {
    if (!String(url).includes("_dash-update-component")) return fetchOnce(url, init);
    const output = outputOf(init);
    try {
      const response = await ask(url, init);
      if (response.ok) succeed(output);
      else if (BUSY.includes(response.status)) miss(output);
      else fail(output, MESSAGES[response.status] || FAILED);
      return response;
    } catch (error) {
      if (error.name !== "AbortError") miss(output);
      throw error;
    }
  };
})();
