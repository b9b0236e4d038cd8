// A page that cannot reach its server says so, tries again by itself, and takes the message back when all is well.
(function () {
  "use strict";
  const fetchOnce = window.fetch.bind(window);
  const AGAIN = [500, 1500]; // ms before the second and the third try
  const PATIENCE = 1500; // ms that a page is silent after the first failure, or without any answer
  const BUSY = [502, 503, 504];
  const SIGNED_OUT = 401;
  const MESSAGES = {
    401: window.say("You are signed out. What you see is still as it was; sign in and you are back here."),
    403: window.say("You may not see this. What you see is still as it was."),
    413: window.say("That selection is too large to send. What you see is still as it was; choose fewer values."),
    429: window.say("Too many requests at once. What you see is still as it was; wait a minute and try again."),
  };
  const PAGE = "content.children";
  const NEWS = "/news"; // asked by 36-news.js; of what it is told, only that nobody is signed in counts here
  const SIGN_IN = window.say("Sign in");
  const OFFLINE = window.say("There is no network. What you see is still as it was; it catches up by itself.");
  const UNREACHABLE = window.say("The server cannot be reached. What you see is still as it was; it catches up by itself.");
  const FAILED = window.say("The server could not answer. What you see is still as it was; load the page again if it stays so.");
  const WAITING = window.say("Still waiting for the server …");
  const failing = new Map(); // callback → what to say of its last request: one that works does not speak for another
  const waiting = new Set(); // requests without any answer for too long
  let shown = "";
  let missed = null; // what to ask again once the server is back: "page" or "data"

  // The gravest that is true now: no network, then the last failure, then a wait.
  function tell() {
    const failure = [...failing.values()].pop();
    const text = navigator.onLine ? failure || (waiting.size ? WAITING : "") : OFFLINE;
    if (text === shown) return;
    shown = text;
    const children = text === MESSAGES[SIGNED_OUT] ? [text, " ", signIn()] : text;
    const props = { children, color: failure || !navigator.onLine ? "danger" : "info", dismissable: true, class_name: "notice" };
    const alert = text ? { type: "Alert", namespace: "dash_bootstrap_components", props } : null;
    window.dash_clientside.set_props("notice-network", { children: alert });
  }

  // Back to this very view afterwards.
  function signIn() {
    const href = "/sign-in?" + new URLSearchParams({ next: location.pathname + location.search });
    return { type: "A", namespace: "dash_html_components", props: { children: SIGN_IN, href, className: "alert-link" } };
  }

  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms * (0.75 + Math.random() / 2)));

  // Callbacks read, or keep what they are given once for a key, so asking twice is safe. `troubled` hears of the first failure, while tries go on.
  async function ask(url, init, troubled, tries = 0) {
    try {
      const response = await fetchOnce(url, init);
      if (!BUSY.includes(response.status) || tries >= AGAIN.length) return response;
    } catch (error) {
      if (error.name === "AbortError" || tries >= AGAIN.length) throw error;
    }
    troubled();
    await pause(AGAIN[tries]);
    return ask(url, init, troubled, tries + 1);
  }

  const outputOf = (init) => (/"output":"([^"]*)"/.exec(init && init.body) || [])[1];

  function fail(output, text) {
    failing.delete(output); // to become the last
    failing.set(output, text);
    shown = null; // a closed message opens again
    tell();
  }

  function miss(output, text = UNREACHABLE, key = output) {
    missed = output === PAGE || missed === "page" ? "page" : "data";
    fail(key, text);
  }

  function succeed(output) {
    if (output === PAGE) failing.clear(); else failing.delete(output);
    tell();
    if (missed) catchUp();
  }

  function catchUp() {
    const { set_props } = window.dash_clientside;
    const what = missed;
    missed = null;
    if (what === "page") set_props("url", { pathname: location.pathname });
    if (what !== "data") return;
    set_props("filters", { data: { ...window.dash_component_api.getLayout("filters").props.data } });
    window.askAgain();
  }

  // Says that a request takes long, and from its first failure on that the server is away: whichever comes first.
  function patience(output) {
    const request = {};
    const slow = setTimeout(() => { waiting.add(request); tell(); }, PATIENCE);
    let late = null;
    return {
      troubled() { late = late || setTimeout(fail, PATIENCE - 500, output, UNREACHABLE); },
      over() {
        clearTimeout(slow);
        clearTimeout(late);
        waiting.delete(request);
        tell();
      },
    };
  }

  async function askNews(url, init) {
    const response = await fetchOnce(url, init);
    if (response.status === SIGNED_OUT && !failing.has(NEWS)) fail(NEWS, MESSAGES[SIGNED_OUT]);
    if (response.ok && failing.has(NEWS)) succeed(NEWS); // signed in again, in another window
    return response;
  }

  // To Dash it is an answer that changes nothing; of a refusal it would read the text twice.
  function signedOut(output) {
    miss(output, MESSAGES[SIGNED_OUT], NEWS);
    return new Response(null, { status: 204 });
  }

  window.fetch = async (url, init) => {
    if (String(url) === NEWS) return askNews(url, init);
    if (!String(url).includes("_dash-update-component")) return fetchOnce(url, init);
    const output = outputOf(init);
    const wait = patience(output);
    try {
      const response = await ask(url, init, wait.troubled);
      wait.over();
      if (response.status === SIGNED_OUT) return signedOut(output);
      if (response.ok) succeed(output);
      else if (BUSY.includes(response.status)) miss(output);
      else fail(output, MESSAGES[response.status] || FAILED);
      return response;
    } catch (error) {
      wait.over();
      if (error.name === "AbortError") failing.delete(output); else miss(output);
      throw error;
    }
  };

  window.addEventListener("offline", tell);
  window.addEventListener("online", () => {
    tell();
    if (missed) window.dash_clientside.set_props("poll", { n_intervals: 0 }); // its answer brings the rest
  });
})();
